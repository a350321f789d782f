// What an erasure clears, kind by kind, and what it leaves: other people, other leads, every sum of the reports.
#include <fmt/format.h>

#include "domain/matching.h"
#include "tests/engine/erasure_fixture.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

class ErasureReachTest : public ErasureTest {
 protected:
  std::vector<domain::Event> Events(const std::string& name) {
    auto events = History(name);
    EXPECT_TRUE(events.ok()) << events.status();
    return *std::move(events);
  }
  int64_t AnswersIn(const std::string& name) {
    int64_t answers = 0;
    for (const domain::Event& event : Events(name)) {
      if (event.decision.has_value()) answers += static_cast<int64_t>(event.decision->answers.size());
    }
    return answers;
  }
  std::vector<std::string> KeysOf(const domain::Contact& contact, const domain::Account& account) {
    return domain::ContactKeys(holder_->Get()->rules->ForRegion("").matching, contact, &account);
  }
  std::vector<std::string> RecordsOf(const std::vector<std::string>& keys) {
    std::vector<std::string> found;
    for (const std::string& key : keys) {
      for (std::string& id : Read([&](store::Reader& r) { return r.RecordsOfKey(RecordKind::kContact, key); })) {
        found.push_back(std::move(id));
      }
    }
    return found;
  }
  absl::StatusOr<UpdateResult> Update(UpdateRequest request) {
    return Wait<UpdateResult>(
        [&](Done<UpdateResult> done) { engine_->UpdateLead({}, std::move(request), std::move(done)); });
  }
  absl::StatusOr<UpdateResult> SetMessage(const std::string& lead_id, const std::string& message) {
    UpdateRequest request;
    request.lead.id = lead_id;
    request.lead.attributes["message"] = message;
    request.paths = {"attributes.message"};
    return Update(std::move(request));
  }
  static Enquiry WithMessage(const std::string& given, const std::string& email, const std::string& message) {
    Enquiry enquiry = Of(given, email);
    enquiry.attributes["message"] = message;
    enquiry.attributes["campaign"] = std::string("spring");
    return enquiry;
  }
  // All that the reports answer, as text.
  std::string Reports() {
    std::string out;
    const auto line = [&out](auto... parts) {
      ((out += fmt::format("{} ", parts)), ...);
      out += "\n";
    };
    using enum domain::ReportDimension;
    const std::vector<ReportDimensions> divisions = {{},       {kSource},      {kRegion}, {kProduct},
                                                     {kOwner}, {kTeam, kWeek}, {kMonth}};
    for (const ReportDimensions& dimensions : divisions) {
      for (const bool contacts : {false, true}) {
        if (contacts && !dimensions.empty() && dimensions.front() != kRegion && dimensions.front() != kMonth) continue;
        ReportFilter filter;
        filter.contacts = contacts;
        const auto funnels = engine_->GetFunnel({}, filter, dimensions);
        EXPECT_TRUE(funnels.ok()) << funnels.status();
        for (const domain::Funnel& funnel : *funnels) {
          line("funnel", contacts, fmt::format("{}", fmt::join(funnel.group, "/")), funnel.total, funnel.jumps,
               funnel.steps_back);
          for (const domain::FunnelStage& s : funnel.stages) line(s.status, s.entered, s.current, s.advanced);
        }
        const auto velocities = engine_->GetVelocity({}, filter, dimensions);
        EXPECT_TRUE(velocities.ok()) << velocities.status();
        for (const domain::Velocity& velocity : *velocities) {
          line("velocity", contacts, fmt::format("{}", fmt::join(velocity.group, "/")), velocity.total);
          for (const domain::DurationStats& s : velocity.stages) line(s.status, s.count, s.median, s.mean, s.open);
        }
      }
      const auto compliance = engine_->GetSlaCompliance({}, {}, dimensions);
      EXPECT_TRUE(compliance.ok()) << compliance.status();
      for (const domain::SlaCompliance& c : *compliance)
        line(c.sla_id, fmt::format("{}", fmt::join(c.group, "/")), c.started, c.met, c.breached, c.running);
    }
    const auto fairness = engine_->GetFairness({}, 0, 0, "");
    EXPECT_TRUE(fairness.ok()) << fairness.status();
    for (const RepShare& share : fairness->reps) {
      line(share.rep.rep.id, share.assigned, share.rep.state.open_leads, share.mean_score);
    }
    return out;
  }
};

TEST_F(ErasureReachTest, BlockingKeysAlsoWhenTheyAreMadeAgain) {
  const SubmitResult taken = Take(Of("Ana", "ana@acme.es", "+34 600 123 456"));
  const std::vector<std::string> keys = KeysOf(Stored(taken.contact.id), taken.account);
  ASSERT_GT(keys.size(), 2U);
  ASSERT_GE(RecordsOf(keys).size(), keys.size());
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  EXPECT_TRUE(RecordsOf(keys).empty());
  const absl::Status older = store::WriteAndWait(*store_, "default", [](store::Transaction& tx) {
    return tx.Put(store::KeyBuild{.made_with = "older tables", .target = "", .after = ""});
  });
  ASSERT_TRUE(older.ok()) << older;
  while (!engine_->RebuildKeys({}, 10)->finished) {
  }
  EXPECT_TRUE(RecordsOf(keys).empty());
  EXPECT_TRUE(RecordsOf(KeysOf(Stored(taken.contact.id), taken.account)).empty()) << "nor by what is left";
}

TEST_F(ErasureReachTest, WhatAnEnquirySaysAndWhatWasMadeOfIt) {
  const SubmitResult taken = Take(WithMessage("Zenobia", "zenobia@acme.es", "call me after the surgery"));
  const std::string lead = LeadName(taken.lead);
  ASSERT_TRUE(SetMessage(taken.lead.id, "call me in the clinic").ok());
  EXPECT_EQ(std::get<std::string>(StoredLead(taken.lead.id).attributes.at("message")), "call me in the clinic");
  for (const char* text : {"surgery", "clinic", "spring"}) EXPECT_FALSE(FilesHold(text)) << text;
  const auto erased = Erase(ContactName(taken.contact));
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->leads, std::vector<std::string>{lead});
  EXPECT_TRUE(StoredLead(taken.lead.id).attributes.empty());
  for (const domain::Event& event : Events(lead)) {
    if (const auto* created = std::get_if<domain::RecordCreated>(&event.payload)) {
      EXPECT_TRUE(std::get<domain::Lead>(created->image).attributes.empty());
      EXPECT_TRUE(event.erased);
    }
    if (const auto* changed = std::get_if<domain::FieldsChanged>(&event.payload)) {
      for (const domain::FieldChange& change : changed->changes) {
        if (!change.field.starts_with("attributes.")) continue;
        EXPECT_EQ(change.before + change.after, "xx") << change.field;
        EXPECT_TRUE(event.erased);
      }
    }
  }
  EXPECT_TRUE(std::holds_alternative<domain::Erased>(Events(lead).back().payload));
  // Nor is it kept when somebody writes it once more.
  ASSERT_TRUE(SetMessage(taken.lead.id, "call me in the clinic").ok());
  EXPECT_TRUE(StoredLead(taken.lead.id).attributes.empty());
  EXPECT_FALSE(FilesHold("clinic"));
}

TEST_F(ErasureReachTest, TheCompanyStays) {
  const SubmitResult taken = Take(HotEnquiry());
  const domain::Account before = Read([&](store::Reader& r) { return r.GetAccount(taken.account.id); });
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  EXPECT_EQ(Read([&](store::Reader& r) { return r.GetAccount(taken.account.id); }), before);
}

TEST_F(ErasureReachTest, PluginsAnswers) {
  const SubmitResult taken = Take(HotEnquiry());
  const SubmitResult other = Take(Of("Bo", "bo@other.es"));
  ASSERT_GT(AnswersIn(ContactName(taken.contact)), 0);
  const int64_t others = AnswersIn(LeadName(other.lead));
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  EXPECT_EQ(AnswersIn(ContactName(taken.contact)), 0) << "the history of the contact and of their leads";
  EXPECT_EQ(AnswersIn(LeadName(taken.lead)), 0);
  EXPECT_EQ(AnswersIn(LeadName(other.lead)), others);
}

TEST_F(ErasureReachTest, ReasonsAndNotesOnTheWayThroughStatuses) {
  const SubmitResult taken = Take(HotEnquiry());
  const std::string lead = LeadName(taken.lead);
  const auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->Transition({}, lead, "sql", "Ana told me of her plans", std::move(done));
  });
  ASSERT_TRUE(moved.ok()) << moved.status();
  const auto reassigned = Wait<domain::Lead>([&](Done<domain::Lead> done) {
    engine_->ReassignLead({}, lead, "reps/emea-anna-weber", "Ana's sister knows her", std::move(done));
  });
  ASSERT_TRUE(reassigned.ok()) << reassigned.status();
  const auto before = engine_->GetStatusHistory({}, lead);
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  const auto after = engine_->GetStatusHistory({}, lead);
  ASSERT_TRUE(before.ok() && after.ok());
  ASSERT_EQ(after->size(), before->size());
  for (size_t i = 0; i < after->size(); ++i) {
    EXPECT_EQ((*after)[i].status, (*before)[i].status);
    EXPECT_EQ((*after)[i].enter, (*before)[i].enter);
    EXPECT_EQ((*after)[i].exit, (*before)[i].exit);
    EXPECT_EQ((*after)[i].reason, "");
  }
  for (const domain::Event& event : Events(lead)) {
    if (const auto* assigned = std::get_if<domain::Assigned>(&event.payload)) {
      EXPECT_EQ(assigned->reason, "");
      EXPECT_FALSE(assigned->rep.empty());
    }
  }
  for (const char* text : {"told me", "sister"}) EXPECT_FALSE(FilesHold(text)) << text;
}

TEST_F(ErasureReachTest, ReportsKeepTheirSums) {
  std::vector<SubmitResult> taken;
  for (int i = 0; i < 6; ++i) {
    Enquiry enquiry = Of("Person" + std::to_string(i), fmt::format("p{}@c{}.es", i, i % 3));
    enquiry.contact.family_name = std::string(1, static_cast<char>('A' + i)) + "mundsen";
    enquiry.account.name = "Company " + std::to_string(i % 3);
    enquiry.account.domain = fmt::format("c{}.es", i % 3);
    enquiry.source = i % 2 == 0 ? "website" : "referral";
    taken.push_back(Take(std::move(enquiry)));
    clock_.Advance(kHour);
  }
  const auto merged = Merge(ContactName(taken[0].contact), ContactName(taken[3].contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const std::string before = Reports();
  EXPECT_GT(before.size(), 500U);
  ASSERT_TRUE(Erase(ContactName(taken[0].contact)).ok());
  ASSERT_TRUE(Erase(ContactName(taken[4].contact)).ok());
  EXPECT_EQ(Reports(), before);
}

TEST_F(ErasureReachTest, LeadsThatWereMergedAreOne) {
  const SubmitResult one = Take(WithMessage("Ana", "ana@acme.es", "of the first"));
  const SubmitResult two = Take(WithMessage("Bettina", "bettina@other.es", "of the second"));
  const SubmitResult other = Take(WithMessage("Carla", "carla@third.es", "of the third"));
  const auto merged = Merge(LeadName(one.lead), LeadName(two.lead));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto erased = Erase(ContactName(two.contact));
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->names, std::vector<std::string>{ContactName(two.contact)});
  EXPECT_EQ(erased->leads.size(), 2U) << "what the one had from the other goes, too";
  EXPECT_TRUE(StoredLead(one.lead.id).attributes.empty());
  EXPECT_TRUE(StoredLead(two.lead.id).attributes.empty());
  EXPECT_EQ(Stored(one.contact.id).email, "ana@acme.es") << "the other person stays";
  EXPECT_EQ(ReasonOf(Unmerge(merged->merge_id).status()), "ERASED");
  EXPECT_EQ(ReasonOf(Merge(LeadName(other.lead), LeadName(one.lead)).status()), "ERASED");
  EXPECT_EQ(StoredLead(other.lead.id).attributes.size(), 2U);
}

TEST_F(ErasureReachTest, LeadsThatOnlyNameThePersonKeepWhatOthersSaid) {
  const SubmitResult one = Take(WithMessage("Ana", "ana@acme.es", "of Ana"));
  const SubmitResult two = Take(WithMessage("Bettina", "bettina@other.es", "of Bettina"));
  UpdateRequest request;
  request.lead.id = one.lead.id;
  request.lead.contacts = {{one.contact.id, "enquirer"}, {two.contact.id, "influencer"}};
  request.paths = {"contacts"};
  ASSERT_TRUE(Update(request).ok());
  ASSERT_TRUE(Erase(ContactName(two.contact)).ok());
  EXPECT_EQ(std::get<std::string>(StoredLead(one.lead.id).attributes.at("message")), "of Ana");
  EXPECT_TRUE(StoredLead(two.lead.id).attributes.empty());
  // A lead that Ana asked for stays hers when somebody else comes first on it.
  const SubmitResult third = Take(WithMessage("Carla", "carla@third.es", "of Carla"));
  request.lead.contacts = {{third.contact.id, "enquirer"}, {one.contact.id, "influencer"}};
  ASSERT_TRUE(Update(request).ok());
  ASSERT_TRUE(Erase(ContactName(one.contact)).ok());
  EXPECT_TRUE(StoredLead(one.lead.id).attributes.empty());
  EXPECT_EQ(StoredLead(third.lead.id).attributes.size(), 2U);
}

// What was written on the other's lead while both were one is the other's.
TEST_F(ErasureReachTest, AnUndoneMergeOfPeopleLeavesTheOthersLeadsWhole) {
  const SubmitResult one = Take(WithMessage("Ana", "ana@acme.es", "of Ana"));
  const SubmitResult two = Take(WithMessage("Bettina", "bettina@other.es", "of Bettina"));
  const auto merged = Merge(ContactName(one.contact), ContactName(two.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_TRUE(SetMessage(two.lead.id, "said meanwhile").ok());
  ASSERT_TRUE(Unmerge(merged->merge_id).ok());
  const auto erased = Erase(ContactName(one.contact));
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->leads, std::vector<std::string>{LeadName(one.lead)});
  EXPECT_EQ(std::get<std::string>(StoredLead(two.lead.id).attributes.at("message")), "said meanwhile");
  EXPECT_EQ(Stored(two.contact.id).email, "bettina@other.es");
}

TEST_F(ErasureReachTest, AnOlderCopyOfTheDatabaseBringsNobodyBack) {
  const SubmitResult one = Take(WithMessage("Zenobia", "zenobia@acme.es", "call me after the surgery"));
  const SubmitResult two = Take(WithMessage("Bettina", "bettina@other.es", "of Bettina"));
  CloseStore();
  const auto database = folder_ / "leadline.db", copy = folder_ / "copy";
  std::filesystem::copy_file(database, copy);
  OpenStore();
  // The copy knows nothing of the merge by which the second lead goes, too.
  ASSERT_TRUE(Merge(LeadName(two.lead), LeadName(one.lead)).ok());
  ASSERT_TRUE(Erase(ContactName(one.contact)).ok());
  const std::string reports = Reports();
  CloseStore();
  std::filesystem::rename(copy, database);
  for (const char* end : {"leadline.db-wal", "leadline.db-shm"}) std::filesystem::remove(folder_ / end);
  OpenStore();
  EXPECT_EQ(Stored(one.contact.id).email, "");
  EXPECT_NE(Stored(one.contact.id).erased_at, 0);
  EXPECT_TRUE(StoredLead(one.lead.id).attributes.empty());
  EXPECT_TRUE(StoredLead(two.lead.id).attributes.empty()) << "its key is gone";
  EXPECT_TRUE(std::holds_alternative<domain::Erased>(Events(LeadName(two.lead)).back().payload))
      << "and its history says so";
  EXPECT_EQ(Stored(two.contact.id).email, "bettina@other.es");
  EXPECT_NE(Take(Of("Zenobia", "zenobia@acme.es")).contact.id, one.contact.id);
}

}  // namespace
}  // namespace leadline::engine
