// Drafts, and the change sets that they end as.
#include "store/draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/status_macros.h"
#include "store/sqlite/recent_changes.h"
#include "tests/store/contract.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using domain::RecordKind;

class DraftTest : public ::testing::Test {
 protected:
  void SetUp() override { store_ = place_.Open(); }

  using Decide = std::function<absl::Status(Transaction&)>;
  // Decides on what is stored now.
  ChangeSet Draw(const Decide& decide) {
    ChangeSet set;
    EXPECT_EQ(store_->Read("default",
                           [&](Reader& reader) -> absl::Status {
                             Draft draft(reader);
                             RETURN_IF_ERROR(decide(draft));
                             ASSIGN_OR_RETURN(set, draft.Finish());
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
    return set;
  }
  absl::Status Apply(ChangeSet set, Decide again = {}) {
    std::promise<absl::Status> done;
    store_->Apply(
        "default", std::move(set),
        [again, this](Transaction& tx, size_t) {
          ++decided_again_;
          return again ? again(tx) : absl::InternalError("decided again");
        },
        [&done](absl::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  absl::Status Write(const Decide& write) { return WriteAndWait(*store_, "default", write); }

  static absl::Status PutLead(Transaction& tx, const std::string& id, const std::string& contact = "c1") {
    domain::Lead lead{.id = id, .contacts = {{contact, "enquirer"}}};
    return tx.Put(lead);
  }
  static absl::Status Change(Transaction& tx, const std::string& id, const std::string& source) {
    ASSIGN_OR_RETURN(domain::Lead lead, tx.GetLead(id));
    lead.source = source;
    return tx.Put(lead);
  }
  std::string SourceOf(const std::string& id) {
    std::string source;
    EXPECT_EQ(store_->Read("default",
                           [&](Reader& reader) -> absl::Status {
                             ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
                             source = lead.source;
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
    return source;
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_;
  int decided_again_ = 0;
};

TEST_F(DraftTest, WritesNothingUntilItIsApplied) {
  ChangeSet set = Draw([](Transaction& tx) { return PutLead(tx, "l1"); });
  EXPECT_EQ(store_->Read("default", [](Reader& r) { return r.GetLead("l1").status(); }).code(),
            absl::StatusCode::kNotFound);
  ASSERT_EQ(Apply(std::move(set)), absl::OkStatus());
  EXPECT_EQ(store_->Read("default", [](Reader& r) { return r.GetLead("l1").status(); }), absl::OkStatus());
  EXPECT_EQ(decided_again_, 0);
}

TEST_F(DraftTest, SeesItsOwnChanges) {
  ASSERT_EQ(Write([](Transaction& tx) { return PutLead(tx, "l1"); }), absl::OkStatus());
  Draw([](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(PutLead(tx, "l2"));
    RETURN_IF_ERROR(PutLead(tx, "l0"));
    RETURN_IF_ERROR(PutLead(tx, "l3", "c2"));
    EXPECT_THAT(*tx.LeadsOfContact("c1"), ElementsAre("l0", "l1", "l2"));
    domain::Lead moved = *tx.GetLead("l1");
    moved.contacts = {{"c2", ""}};
    moved.account_id = "a1";
    RETURN_IF_ERROR(tx.Put(moved));
    EXPECT_EQ(moved.version, 2);
    EXPECT_THAT(*tx.LeadsOfContact("c1"), ElementsAre("l0", "l2"));
    EXPECT_THAT(*tx.LeadsOfContact("c2"), ElementsAre("l1", "l3"));
    EXPECT_THAT(*tx.LeadsOfAccount("a1"), ElementsAre("l1"));
    EXPECT_EQ(tx.GetLead("l1")->account_id, "a1");
    const std::vector<std::string> leads = {"l1"};
    EXPECT_TRUE(*tx.AddActivity({.id = "x2", .lead_id = "l1", .contact_id = "c2", .time = 9}));
    EXPECT_TRUE(*tx.AddActivity({.id = "x1", .lead_id = "l1", .contact_id = "c2", .time = 3}));
    EXPECT_FALSE(*tx.AddActivity({.id = "x1", .lead_id = "l1"}));
    EXPECT_EQ(tx.ActivitiesOfLeads(leads)->front().id, "x1");
    EXPECT_EQ(tx.ActivitiesOfContacts(std::vector<std::string>{"c2"})->size(), 2u);
    EXPECT_EQ(tx.ActivitiesBetween(RecordKind::kLead, "l1", 3, 9)->size(), 1u);
    EXPECT_EQ(tx.ActivitiesBetween(RecordKind::kContact, "c2", 0, 10)->size(), 2u);
    domain::ActivityTally tally;
    tally.Add({.id = "x2", .time = 9}, {.interaction = true}, {});
    RETURN_IF_ERROR(tx.PutActivityTally(RecordKind::kLead, "l1", tally));
    EXPECT_EQ(*tx.GetActivityTally(RecordKind::kLead, "l1"), tally);
    EXPECT_FALSE(tx.GetActivityTally(RecordKind::kContact, "c2")->has_value());
    RETURN_IF_ERROR(tx.PutActivityTally(RecordKind::kLead, "l1", {}));
    EXPECT_FALSE(tx.GetActivityTally(RecordKind::kLead, "l1")->has_value());
    RETURN_IF_ERROR(tx.AddOpenLeads("mia", 2));
    RETURN_IF_ERROR(tx.AddOpenLeads("mia", -1));
    EXPECT_EQ(tx.GetRepState("mia")->open_leads, 1);
    RETURN_IF_ERROR(tx.PutPool("dach", std::vector<domain::PoolState>{{"mia", 1, 1, 1}}));
    EXPECT_EQ(tx.GetPool("dach")->front().rep_id, "mia");
    RETURN_IF_ERROR(tx.Put(domain::MergeRecord{.id = "m1", .survivor_id = "c1", .absorbed_id = "c2"}));
    EXPECT_EQ(tx.MergesInto(RecordKind::kContact, "c1")->size(), 1u);
    RETURN_IF_ERROR(tx.Put(domain::MergeRecord{.id = "m1", .survivor_id = "c1", .absorbed_id = "c2", .undone = true}));
    EXPECT_THAT(*tx.MergesInto(RecordKind::kContact, "c1"), IsEmpty());
    return absl::OkStatus();
  });
}

TEST_F(DraftTest, KeysOfItsOwnCountAsStoredOnesDo) {
  const auto put = [](Transaction& tx, const std::string& id, std::vector<std::string> keys) -> absl::Status {
    domain::Contact contact{.id = id};
    RETURN_IF_ERROR(tx.Put(contact));
    return tx.SetKeys(RecordKind::kContact, id, keys);
  };
  ASSERT_EQ(Write([&](Transaction& tx) -> absl::Status {
              RETURN_IF_ERROR(put(tx, "c1", {"k1", "k2"}));
              return put(tx, "c2", {"k2"});
            }),
            absl::OkStatus());
  Draw([&](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(put(tx, "c0", {"k1", "k2", "k3"}));
    RETURN_IF_ERROR(tx.SetKeys(RecordKind::kContact, "c2", std::vector<std::string>{"k3"}));
    const std::vector<std::string> keys = {"k1", "k2"};
    EXPECT_THAT(*tx.FindByKeys(RecordKind::kContact, keys, 10), ElementsAre("c0", "c1"));
    EXPECT_THAT(*tx.FindByKeys(RecordKind::kContact, keys, 1), IsEmpty()) << "there is room for one of two";
    EXPECT_THAT(*tx.FindByKeys(RecordKind::kAccount, keys, 10), IsEmpty());
    return absl::OkStatus();
  });
}

// Each way in which what was read can change before the set arrives.
TEST_F(DraftTest, WhatWasReadAndHasChangedIsAConflict) {
  ASSERT_EQ(Write([](Transaction& tx) -> absl::Status {
              RETURN_IF_ERROR(PutLead(tx, "l1"));
              domain::Contact contact{.id = "c1", .account_id = "a1"};
              RETURN_IF_ERROR(tx.Put(contact));
              return tx.SetKeys(RecordKind::kContact, "c1", std::vector<std::string>{"k1"});
            }),
            absl::OkStatus());
  const std::vector<std::string> lead = {"l1"}, person = {"c1"}, keys = {"k9"};
  const std::vector<std::pair<Decide, Decide>> conflicts = {
      {[](Transaction& tx) { return tx.GetLead("l1").status(); },
       [](Transaction& tx) { return Change(tx, "l1", "event"); }},
      {[](Transaction& tx) {
         return absl::IsNotFound(tx.GetLead("l7").status()) ? absl::OkStatus() : absl::InternalError("");
       },
       [](Transaction& tx) { return PutLead(tx, "l7"); }},
      {[](Transaction& tx) { return tx.LeadsOfContact("c1").status(); },
       [](Transaction& tx) { return PutLead(tx, "l8"); }},
      {[](Transaction& tx) { return tx.LeadsOfAccount("a9").status(); },
       [](Transaction& tx) -> absl::Status {
         ASSIGN_OR_RETURN(domain::Lead moved, tx.GetLead("l1"));
         moved.account_id = "a9";
         return tx.Put(moved);
       }},
      {[](Transaction& tx) { return tx.ContactsOfAccount("a1").status(); },
       [](Transaction& tx) -> absl::Status {
         ASSIGN_OR_RETURN(domain::Contact moved, tx.GetContact("c1"));
         moved.account_id = "a9";
         return tx.Put(moved);
       }},
      {[&](Transaction& tx) { return tx.ActivitiesOfLeads(lead).status(); },
       [](Transaction& tx) { return tx.AddActivity({.id = "x1", .lead_id = "l1", .contact_id = "c1"}).status(); }},
      {[&](Transaction& tx) { return tx.ActivitiesOfContacts(person).status(); },
       [](Transaction& tx) { return tx.AddActivity({.id = "x2", .lead_id = "l1", .contact_id = "c1"}).status(); }},
      {[&](Transaction& tx) { return tx.ActivitiesBetween(RecordKind::kLead, "l1", 0, 1).status(); },
       [](Transaction& tx) { return tx.AddActivity({.id = "x3", .lead_id = "l1", .contact_id = "c1"}).status(); }},
      {[&](Transaction& tx) { return tx.GetActivityTally(RecordKind::kLead, "l1").status(); },
       [](Transaction& tx) { return tx.AddActivity({.id = "x4", .lead_id = "l1", .contact_id = "c1"}).status(); }},
      {[&](Transaction& tx) { return tx.GetActivityTally(RecordKind::kContact, "c1").status(); },
       [](Transaction& tx) { return tx.AddActivity({.id = "x5", .lead_id = "l1", .contact_id = "c1"}).status(); }},
      {[&](Transaction& tx) { return tx.FindByKeys(RecordKind::kContact, keys, 9).status(); },
       [&](Transaction& tx) { return tx.SetKeys(RecordKind::kContact, "c1", keys); }},
      {[&](Transaction& tx) { return tx.FindByKeys(RecordKind::kContact, keys, 9).status(); },
       [&](Transaction& tx) { return tx.SetKeys(RecordKind::kContact, "c1", {}); }},
      {[](Transaction& tx) { return tx.FindRequest("r1").status(); },
       [](Transaction& tx) { return tx.Put(RequestRecord{.request_id = "r1"}); }},
      {[](Transaction& tx) { return tx.MergesInto(RecordKind::kContact, "c1").status(); },
       [](Transaction& tx) { return tx.Put(domain::MergeRecord{.id = "m1", .survivor_id = "c1"}); }},
      {[](Transaction& tx) { return tx.GetKeyBuild().status(); },
       [](Transaction& tx) { return tx.Put(KeyBuild{.made_with = "x"}); }},
  };
  int number = 0;
  for (const auto& conflict : conflicts) {
    const Decide& read = conflict.first;
    const Decide& change = conflict.second;
    SCOPED_TRACE(number);
    const std::string made = "made" + std::to_string(number++);
    const auto decide = [&](Transaction& tx) -> absl::Status {
      RETURN_IF_ERROR(read(tx));
      return PutLead(tx, made, "c5");
    };
    ChangeSet still = Draw(decide);
    EXPECT_EQ(Apply(std::move(still)), absl::OkStatus());
    const std::string other = made + "x";
    ChangeSet stale = Draw([&](Transaction& tx) -> absl::Status {
      RETURN_IF_ERROR(read(tx));
      return PutLead(tx, other, "c5");
    });
    ASSERT_EQ(Write(change), absl::OkStatus());
    EXPECT_TRUE(IsReadConflict(Apply(std::move(stale))));
    EXPECT_TRUE(absl::IsNotFound(store_->Read("default", [&](Reader& r) { return r.GetLead(other).status(); })));
  }
  EXPECT_EQ(decided_again_, 0);
}

TEST_F(DraftTest, OfTwoThatWereDecidedOnTheSameTheFirstWins) {
  ASSERT_EQ(Write([](Transaction& tx) { return PutLead(tx, "l1"); }), absl::OkStatus());
  ChangeSet one = Draw([](Transaction& tx) { return Change(tx, "l1", "one"); });
  ChangeSet two = Draw([](Transaction& tx) { return Change(tx, "l1", "two"); });
  ChangeSet apart = Draw([](Transaction& tx) { return PutLead(tx, "l2"); });
  EXPECT_EQ(Apply(std::move(one)), absl::OkStatus());
  EXPECT_TRUE(IsReadConflict(Apply(std::move(two))));
  EXPECT_EQ(Apply(std::move(apart)), absl::OkStatus());
  EXPECT_EQ(SourceOf("l1"), "one");
}

TEST_F(DraftTest, WhoseTurnItIsIsLookedAtAgainInTheWriter) {
  const auto take_turn = [](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<domain::PoolState> pool, tx.GetPool("dach"));
    if (pool.empty()) pool.push_back({"mia"});
    pool.front().assigned += 1;
    return tx.PutPool("dach", pool);
  };
  ChangeSet one = Draw(take_turn);
  ChangeSet two = Draw(take_turn);
  EXPECT_EQ(Apply(std::move(one), take_turn), absl::OkStatus());
  EXPECT_EQ(decided_again_, 0);
  EXPECT_EQ(Apply(std::move(two), take_turn), absl::OkStatus());
  EXPECT_EQ(decided_again_, 1);
  EXPECT_EQ(store_->Read("default",
                         [](Reader& r) -> absl::Status {
                           EXPECT_EQ(r.GetPool("dach")->front().assigned, 2);
                           return absl::OkStatus();
                         }),
            absl::OkStatus());
}

TEST_F(DraftTest, ARequestIsFoundAsItWasPut) {
  const ChangeSet set = Draw([](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(tx.Put(RequestRecord{.request_id = "r", .fingerprint = "f", .result = "x", .time = 5}));
    ASSIGN_OR_RETURN(const auto found, tx.FindRequest("r"));
    EXPECT_TRUE(found.has_value() && found->fingerprint == "f" && found->result == "x" && found->time == 5);
    ASSIGN_OR_RETURN(const auto other, tx.FindRequest("s"));
    EXPECT_FALSE(other.has_value());
    return absl::OkStatus();
  });
  EXPECT_EQ(set.changes.size(), 1u);
}

TEST_F(DraftTest, OpenLeadsAddUpWithoutAConflict) {
  ChangeSet one = Draw([](Transaction& tx) { return tx.AddOpenLeads("mia", 1); });
  ChangeSet two = Draw([](Transaction& tx) { return tx.AddOpenLeads("mia", 2); });
  EXPECT_EQ(Apply(std::move(one)), absl::OkStatus());
  EXPECT_EQ(Apply(std::move(two)), absl::OkStatus());
  EXPECT_EQ(decided_again_, 0);
  EXPECT_EQ(store_->Read("default",
                         [](Reader& r) -> absl::Status {
                           EXPECT_EQ(r.GetRepState("mia")->open_leads, 3);
                           return absl::OkStatus();
                         }),
            absl::OkStatus());
}

TEST_F(DraftTest, OnlyWhatADecisionReads) {
  Draw([](Transaction& tx) -> absl::Status {
    EXPECT_EQ(tx.ListOverdue(1, false, "", 10).status().code(), absl::StatusCode::kFailedPrecondition);
    domain::Rollout rollout;
    EXPECT_EQ(tx.Put(rollout).code(), absl::StatusCode::kFailedPrecondition);
    return absl::OkStatus();
  });
}

TEST_F(DraftTest, AnErasureIsOnlyTried) {
  const absl::Status status = store_->Read("default", [](Reader& reader) -> absl::Status {
    Draft draft(reader);
    RETURN_IF_ERROR(draft.ForgetContent("r"));
    RETURN_IF_ERROR(draft.ForgetSamples({"contacts/c1"}));
    RETURN_IF_ERROR(draft.DestroyKey(domain::RecordKind::kContact, "c1", 1));
    return draft.Finish().status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
}

TEST_F(DraftTest, AnAccountIsNotedOnceInEachPart) {
  ChangeSet set;
  EXPECT_EQ(store_->Read("default",
                         [&](Reader& reader) -> absl::Status {
                           Draft draft(reader);
                           for (int part = 0; part < 2; ++part) {
                             RETURN_IF_ERROR(draft.NoteAccount("a1"));
                             RETURN_IF_ERROR(draft.NoteAccount("a2"));
                             RETURN_IF_ERROR(draft.NoteAccount("a1"));
                             draft.EndPart();
                           }
                           ASSIGN_OR_RETURN(set, draft.Finish());
                           return absl::OkStatus();
                         }),
            absl::OkStatus());
  EXPECT_EQ(set.changes.size(), 4u) << "each part stands for itself";
  EXPECT_EQ(Apply(std::move(set)), absl::OkStatus());
  EXPECT_EQ(store_->Read("default",
                         [](Reader& reader) -> absl::Status {
                           ASSIGN_OR_RETURN(const auto accounts, reader.AccountsToScore(0, 9));
                           EXPECT_EQ(accounts.size(), 2u);
                           return absl::OkStatus();
                         }),
            absl::OkStatus());
}

TEST(RecentChangesTest, WhatIsForgottenCountsAsChanged) {
  RecentChanges changes(5);
  const std::vector<Scope> some = {1, 2}, other = {3}, none;
  EXPECT_FALSE(changes.ChangedSince(some, 5));
  EXPECT_TRUE(changes.ChangedSince(some, 4)) << "nothing is known of what came before";
  EXPECT_FALSE(changes.ChangedSince(none, 4));
  changes.Note(some);
  EXPECT_EQ(changes.Pending(), 6);
  EXPECT_TRUE(changes.ChangedSince(some, 5)) << "by the same commit";
  EXPECT_FALSE(changes.ChangedSince(other, 5));
  changes.Committed();
  EXPECT_EQ(changes.last(), 6);
  EXPECT_EQ(changes.Pending(), 0);
  EXPECT_FALSE(changes.ChangedSince(some, 6));
  for (Scope scope = 10; scope < (Scope{1} << 19); scope += 1000) {
    std::vector<Scope> many;
    for (Scope s = scope; s < scope + 1000; ++s) many.push_back(s);
    changes.Note(many);
  }
  EXPECT_TRUE(changes.ChangedSince(other, 6)) << "too much changed to tell";
  changes.Committed();
  EXPECT_FALSE(changes.ChangedSince(other, 7));
}

}  // namespace
}  // namespace leadline::store
