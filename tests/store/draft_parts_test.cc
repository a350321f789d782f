// Change sets in parts: only those that rest on turns which have changed are decided again.
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "store/draft.h"
#include "store/part_conflict.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

// The parts of one change set, each what `decide` of the same number does.
class DraftPartsTest : public ::testing::Test {
 protected:
  using Decide = std::function<absl::Status(Transaction&)>;

  void SetUp() override { store_ = place_.Open(); }
  ChangeSet DrawParts(const std::vector<Decide>& parts) {
    ChangeSet set;
    EXPECT_EQ(store_->Read("default",
                           [&](Reader& reader) -> absl::Status {
                             Draft draft(reader);
                             for (const Decide& part : parts) {
                               RETURN_IF_ERROR(part(draft));
                               draft.EndPart();
                             }
                             ASSIGN_OR_RETURN(set, draft.Finish());
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
    return set;
  }
  absl::Status ApplyParts(ChangeSet set, const std::vector<Decide>& parts) {
    std::promise<absl::Status> done;
    store_->Apply(
        "default", std::move(set),
        [&](Transaction& tx, size_t part) {
          parts_again_.push_back(part);
          return parts[part](tx);
        },
        [&done](absl::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  static absl::Status PutLead(Transaction& tx, const std::string& id, const std::string& contact) {
    domain::Lead lead{.id = id, .contacts = {{contact, "enquirer"}}};
    return tx.Put(lead);
  }
  static Decide TakeTurn(const std::string& pool, const std::string& lead) {
    return [=](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(std::vector<domain::PoolState> members, tx.GetPool(pool));
      if (members.empty()) members.push_back({"mia"});
      members.front().assigned += 1;
      RETURN_IF_ERROR(tx.PutPool(pool, members));
      domain::Lead record{.id = lead, .assignee = std::to_string(members.front().assigned)};
      return tx.Put(record);
    };
  }
  std::string AssigneeOf(const std::string& id) {
    std::string assignee;
    EXPECT_EQ(store_->Read("default",
                           [&](Reader& r) -> absl::Status {
                             ASSIGN_OR_RETURN(const domain::Lead lead, r.GetLead(id));
                             assignee = lead.assignee;
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
    return assignee;
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_;
  std::vector<size_t> parts_again_;  // by number, as they were decided again
};

TEST_F(DraftPartsTest, OnlyPartsThatRestOnTurnsAreDecidedAgain) {
  const std::vector<Decide> parts = {[](Transaction& tx) { return PutLead(tx, "a", "c1"); }, TakeTurn("dach", "b"),
                                     [](Transaction& tx) { return PutLead(tx, "c", "c2"); }, TakeTurn("nordics", "d")};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(set.parts.size(), 4u);
  ASSERT_EQ(WriteAndWait(*store_, "default", TakeTurn("dach", "other")), absl::OkStatus());
  ASSERT_EQ(ApplyParts(std::move(set), parts), absl::OkStatus());
  EXPECT_EQ(parts_again_, (std::vector<size_t>{1}));
  EXPECT_EQ(AssigneeOf("b"), "2") << "the turn after the other write's";
  EXPECT_EQ(AssigneeOf("d"), "1");
  EXPECT_EQ(AssigneeOf("a"), "");
  EXPECT_EQ(AssigneeOf("c"), "");
}

TEST_F(DraftPartsTest, APartThatReadWhatSuchAPartChangedIsDecidedAgainToo) {
  const auto follow = [](const std::string& of, const std::string& lead) -> Decide {
    return [=](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const domain::Lead before, tx.GetLead(of));
      domain::Lead record{.id = lead, .assignee = before.assignee};
      return tx.Put(record);
    };
  };
  const std::vector<Decide> parts = {TakeTurn("dach", "a"), follow("a", "b"), follow("b", "c"),
                                     [](Transaction& tx) { return PutLead(tx, "apart", "c9"); }};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", TakeTurn("dach", "other")), absl::OkStatus());
  ASSERT_EQ(ApplyParts(std::move(set), parts), absl::OkStatus());
  EXPECT_EQ(parts_again_, (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(AssigneeOf("a"), "2");
  EXPECT_EQ(AssigneeOf("b"), "2");
  EXPECT_EQ(AssigneeOf("c"), "2");
}

TEST_F(DraftPartsTest, APartThatReadAListWhichSuchAPartChangedIsDecidedAgainToo) {
  const Decide first = [](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(TakeTurn("dach", "unused")(tx));
    return PutLead(tx, "a", "c1");
  };
  const Decide counts = [](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> leads, tx.LeadsOfContact("c1"));
    domain::Lead record{.id = "b", .assignee = std::to_string(leads.size())};
    return tx.Put(record);
  };
  const std::vector<Decide> parts = {first, counts};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", TakeTurn("dach", "other")), absl::OkStatus());
  ASSERT_EQ(ApplyParts(std::move(set), parts), absl::OkStatus());
  EXPECT_EQ(parts_again_, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(AssigneeOf("b"), "1");
}

// Reads the leads of a contact, and makes one that says how many there were.
std::function<absl::Status(Transaction&)> CountLeads(const std::string& contact, const std::string& lead) {
  return [=](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> leads, tx.LeadsOfContact(contact));
    domain::Lead record{.id = lead, .contacts = {{contact, "enquirer"}}, .assignee = std::to_string(leads.size())};
    return tx.Put(record);
  };
}

TEST_F(DraftPartsTest, APartThatRestsOnWhatHasChangedIsLeftAndTheOthersAreMade) {
  const std::vector<Decide> parts = {CountLeads("c1", "a"), CountLeads("c2", "b"), CountLeads("c1", "c"),
                                     CountLeads("c3", "d")};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", [](Transaction& tx) { return PutLead(tx, "other", "c1"); }),
            absl::OkStatus());
  const absl::Status status = ApplyParts(std::move(set), parts);
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_FALSE(IsReadConflict(status));
  EXPECT_EQ(PartsLeft(status), (std::vector<size_t>{0, 2}));
  EXPECT_TRUE(parts_again_.empty()) << "nothing is decided in the writer";
  EXPECT_EQ(AssigneeOf("b"), "0");
  EXPECT_EQ(AssigneeOf("d"), "0");
  EXPECT_TRUE(absl::IsNotFound(store_->Read("default", [](Reader& r) { return r.GetLead("a").status(); })));
  EXPECT_TRUE(absl::IsNotFound(store_->Read("default", [](Reader& r) { return r.GetLead("c").status(); })));
}

TEST_F(DraftPartsTest, APartThatReadWhatALeftOneChangedIsLeftToo) {
  const std::vector<Decide> parts = {CountLeads("c1", "a"),
                                     [](Transaction& tx) -> absl::Status {
                                       RETURN_IF_ERROR(tx.GetLead("a").status());
                                       return PutLead(tx, "b", "c2");
                                     },
                                     CountLeads("c2", "c"), CountLeads("c3", "d")};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", [](Transaction& tx) { return PutLead(tx, "other", "c1"); }),
            absl::OkStatus());
  EXPECT_EQ(PartsLeft(ApplyParts(std::move(set), parts)), (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(AssigneeOf("d"), "0");
}

TEST_F(DraftPartsTest, ATurnThatALeftPartTookIsGivenToTheNext) {
  const Decide left = [](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(tx.LeadsOfContact("c1").status());
    return TakeTurn("dach", "a")(tx);
  };
  const std::vector<Decide> parts = {left, TakeTurn("dach", "b")};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", [](Transaction& tx) { return PutLead(tx, "other", "c1"); }),
            absl::OkStatus());
  EXPECT_EQ(PartsLeft(ApplyParts(std::move(set), parts)), (std::vector<size_t>{0}));
  EXPECT_EQ(parts_again_, (std::vector<size_t>{1}));
  EXPECT_EQ(AssigneeOf("b"), "1") << "the first turn, which nobody took";
}

TEST_F(DraftPartsTest, WhereAllPartsAreLeftNothingHappened) {
  const std::vector<Decide> parts = {CountLeads("c1", "a"), CountLeads("c1", "b")};
  ChangeSet set = DrawParts(parts);
  ASSERT_EQ(WriteAndWait(*store_, "default", [](Transaction& tx) { return PutLead(tx, "other", "c1"); }),
            absl::OkStatus());
  const absl::Status status = ApplyParts(std::move(set), parts);
  EXPECT_TRUE(IsReadConflict(status)) << status;
  EXPECT_EQ(PartsLeft(status), std::nullopt);
}

}  // namespace
}  // namespace leadline::store
