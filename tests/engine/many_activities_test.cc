// People and leads with very many activities: what is new costs what is new, and every score is that of the whole list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_macros.h"
#include "engine/work/activity_history.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "store/draft.h"
#include "store/sqlite/database/connection.h"
#include "tests/engine/counting_store.h"
#include "tests/engine/random_history.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

class ManyActivitiesTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    UseCountingStore();
  }
  void TearDown() override {
    engine_.reset();
    EngineTest::TearDown();
  }
  void UseCountingStore() {
    counting_ = std::make_unique<CountingStore>(*store_);
    engine_ = std::make_unique<Engine>(EngineOptions{&clock_, &ids_, counting_.get(), holder_.get()});
  }

  // Of two years, some of them touches.
  static std::vector<domain::Activity> Past(int count, Time now) {
    static constexpr const char* kWays[][3] = {{"website", "low", "visit"},       {"email", "low", "open"},
                                               {"email", "low", "sent"},          {"event", "high", "attend"},
                                               {"website", "medium", "download"}, {"website", "low", "pricing"}};
    std::vector<domain::Activity> past;
    for (int i = 0; i < count; ++i) {
      const auto& way = kWays[i % 6];
      // Several at a time.
      domain::Activity activity =
          Did(way[0], way[1], way[2], now - (730 - 9 * (i / 25)) * kDay - (i / 25 % 23) * kHour);
      activity.subject = "subject " + std::to_string(i);
      past.push_back(activity);
    }
    return past;
  }

  // One person's lead with so many activities.
  SubmitResult Stored(int activities) {
    Enquiry enquiry = HotEnquiry();
    enquiry.created_at = clock_.Now() - 800 * kDay;
    for (domain::Activity& a : enquiry.activities) a.time = enquiry.created_at;
    for (domain::Activity& a : Past(activities, clock_.Now())) enquiry.activities.push_back(std::move(a));
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }

  static domain::Activity Next(const std::string& lead_id) {
    domain::Activity activity = Did("website", "high", "download");
    activity.lead_id = lead_id;
    return activity;
  }

  // The score as of now, decided of the list of all.
  domain::Score FromNothing(const std::string& lead_id) {
    auto scored = engine_->ScoreLead({}, "leads/" + lead_id, clock_.Now());
    EXPECT_TRUE(scored.ok()) << scored.status();
    return scored->score;
  }
  std::optional<domain::ActivityTally> TallyOf(RecordKind kind, const std::string& id) {
    std::optional<domain::ActivityTally> tally;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             ASSIGN_OR_RETURN(tally, reader.GetActivityTally(kind, id));
                             return absl::OkStatus();
                           })
                    .ok());
    return tally;
  }

  std::unique_ptr<CountingStore> counting_;
};

// However many there are: for a further activity, and for a further enquiry, so many rows are read.
class ManyActivitiesCountTest : public ManyActivitiesTest, public ::testing::WithParamInterface<int> {};

TEST_P(ManyActivitiesCountTest, WhatIsNewReadsABoundedNumberOfRows) {
  constexpr int64_t kBound = 8;
  const SubmitResult stored = Stored(GetParam());

  counting_->rows = {};
  auto acted = Act(Next(stored.lead.id));
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_LE(counting_->rows.activities, kBound);
  EXPECT_EQ(counting_->rows.events, 0);
  EXPECT_EQ(acted->lead.activity_count, GetParam() + 2);
  EXPECT_EQ(acted->lead.score, FromNothing(stored.lead.id));

  counting_->rows = {};
  clock_.Advance(kHour);
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(submitted->contact.id, stored.contact.id);
  EXPECT_LE(counting_->rows.activities, kBound);
  EXPECT_EQ(counting_->rows.events, 0);

  counting_->rows = {};
  clock_.Advance(40 * kDay);
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  EXPECT_LE(counting_->rows.activities, kBound);
}

INSTANTIATE_TEST_SUITE_P(Many, ManyActivitiesCountTest, ::testing::Values(200, 2000));

// A request that comes again, when very much has happened to its lead since, is answered from its own transaction.
TEST_F(ManyActivitiesTest, ARepeatedRequestReadsItsOwnDecisions) {
  CallContext named;
  named.request_id = "once";
  auto first = Submit(HotEnquiry(), named);
  ASSERT_TRUE(first.ok()) << first.status();
  for (int i = 0; i < 300; ++i) {
    clock_.Advance(kMinute);
    ASSERT_TRUE(Act(Next(first->lead.id)).ok());
  }
  counting_->rows = {};
  auto again = Submit(HotEnquiry(), named);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->decisions.size(), first->decisions.size());
  EXPECT_LE(counting_->rows.events, 500) << "one page";
}

TEST_F(ManyActivitiesTest, ARepeatedRouteReadsFromItsOwnMoment) {
  const SubmitResult stored = Stored(100);
  CallContext named;
  named.request_id = "once";
  const auto route = [&] {
    return Wait<RouteResult>(
        [&](Done<RouteResult> done) { engine_->RouteLead(named, LeadName(stored.lead), std::move(done)); });
  };
  const auto first = route();
  ASSERT_TRUE(first.ok()) << first.status();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  counting_->rows = {};
  const auto again = route();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->decision.outcome, first->decision.outcome);
  EXPECT_FALSE(again->decision.outcome.empty());
  EXPECT_LE(counting_->rows.events, 40) << "and not the hundred before it";
}

// A moment within a day that has activities after it: only those of that day are looked at one by one.
TEST_F(ManyActivitiesTest, AMomentInThePastReadsTheActivitiesOfItsDay) {
  const SubmitResult stored = Stored(300);
  for (int i = 0; i < 20; ++i) {
    domain::Activity activity = Next(stored.lead.id);
    activity.time = clock_.Now() + i * kMinute;  // ahead of the clock
    ASSERT_TRUE(Act(activity).ok());
    EXPECT_EQ(engine_->GetLead({}, LeadName(stored.lead))->score, FromNothing(stored.lead.id)) << i;
  }
  counting_->rows = {};
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  EXPECT_LE(counting_->rows.activities, 60);
  EXPECT_GE(counting_->rows.activities, 20);
  EXPECT_EQ(engine_->GetLead({}, LeadName(stored.lead))->score, FromNothing(stored.lead.id));
  clock_.Advance(kDay);
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  EXPECT_EQ(engine_->GetLead({}, LeadName(stored.lead))->score, FromNothing(stored.lead.id));
}

TEST_F(ManyActivitiesTest, FewAreListedAndManyAreCounted) {
  const SubmitResult stored = Stored(static_cast<int>(ActivityHistory::kMostListed) - 2);
  EXPECT_FALSE(TallyOf(RecordKind::kLead, stored.lead.id).has_value());
  EXPECT_FALSE(TallyOf(RecordKind::kContact, stored.contact.id).has_value());
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  EXPECT_FALSE(TallyOf(RecordKind::kLead, stored.lead.id).has_value());
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  const auto counted = TallyOf(RecordKind::kLead, stored.lead.id);
  ASSERT_TRUE(counted.has_value());
  EXPECT_EQ(counted->count(), static_cast<int64_t>(ActivityHistory::kMostListed) + 1);
  ASSERT_TRUE(TallyOf(RecordKind::kContact, stored.contact.id).has_value());
}

// What a decision says of so many: how many they were, and the new ones by name.
TEST_F(ManyActivitiesTest, AReasonSaysHowManyInsteadOfWhich) {
  const SubmitResult stored = Stored(900);
  auto acted = Act(Next(stored.lead.id));
  ASSERT_TRUE(acted.ok()) << acted.status();
  const domain::Reason* matrix = nullptr;
  for (const domain::Decision& decision : acted->decisions) {
    for (const domain::Reason& reason : decision.reasons) {
      EXPECT_LE(reason.evidence.size(), 10u);
      if (decision.kind == domain::DecisionKind::kScore && reason.rule_id == "response") matrix = &reason;
    }
  }
  ASSERT_NE(matrix, nullptr);
  bool counted = false, named = false;
  for (const domain::Evidence& evidence : matrix->evidence) {
    counted = counted || (evidence.field == "activities" && evidence.value.ends_with(" more, counted by day"));
    named = named || evidence.value.find(acted->activity.id) != std::string::npos;
  }
  EXPECT_TRUE(counted);
  EXPECT_TRUE(named);
}

TEST_F(ManyActivitiesTest, ADryRunKeepsNothing) {
  const SubmitResult stored = Stored(200);
  const auto before = TallyOf(RecordKind::kContact, stored.contact.id);
  ASSERT_TRUE(Submit(HotEnquiry(), {}, /*validate_only=*/true).ok());
  EXPECT_EQ(TallyOf(RecordKind::kContact, stored.contact.id), before);
}

// What texts said is no longer counted once they are gone, and texts that are not kept are not counted.
TEST_F(ManyActivitiesTest, WhatAnErasedPersonDidIsCountedAnew) {
  const SubmitResult stored = Stored(200);
  domain::Activity careers = Next(stored.lead.id);
  careers.subject = "careers at Leadline";
  ASSERT_TRUE(Act(careers).ok());
  EXPECT_EQ(engine_->GetLead({}, LeadName(stored.lead))->score, FromNothing(stored.lead.id));
  auto erased = Wait<EraseResult>([&](Done<EraseResult> done) {
    engine_->EraseContact({}, ContactName(stored.contact), "asked", std::move(done));
  });
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_FALSE(TallyOf(RecordKind::kLead, stored.lead.id).has_value());
  EXPECT_FALSE(TallyOf(RecordKind::kContact, stored.contact.id).has_value());

  ASSERT_TRUE(Act(careers).ok());
  ASSERT_TRUE(TallyOf(RecordKind::kLead, stored.lead.id).has_value());
  ASSERT_TRUE(Act(Next(stored.lead.id)).ok());
  EXPECT_EQ(engine_->GetLead({}, LeadName(stored.lead))->score, FromNothing(stored.lead.id));
}

TEST_F(ManyActivitiesTest, ADamagedTallyIsMadeAnew) {
  const SubmitResult stored = Stored(200);
  auto connection = store::Connection::Open(folder_ / "leadline.db", false);
  ASSERT_TRUE(connection.ok()) << connection.status();
  ASSERT_TRUE((*connection)->Execute("UPDATE activity_tallies SET body = x'01ff'").ok());
  EXPECT_EQ(DifferencesOf(*store_).size(), 2u) << "one of the lead, one of the person";
  auto acted = Act(Next(stored.lead.id));
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.score, FromNothing(stored.lead.id));
  const auto counted = TallyOf(RecordKind::kLead, stored.lead.id);
  ASSERT_TRUE(counted.has_value());
  EXPECT_EQ(counted->count(), 202);
}

// Whoever adds an activity and does not count it is found out.
TEST_F(ManyActivitiesTest, VerifyFindsWhatIsNotCounted) {
  const SubmitResult stored = Stored(200);
  as_told_ = false;
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) -> absl::Status {
                ASSIGN_OR_RETURN(auto tally, tx.GetActivityTally(RecordKind::kLead, stored.lead.id));
                tally->Add({.id = "other", .time = clock_.Now()}, {.interaction = true}, {});
                return tx.PutActivityTally(RecordKind::kLead, stored.lead.id, *tally);
              }).ok());
  const auto found = DifferencesOf(*store_);
  ASSERT_EQ(found.size(), 1u) << DescribeAll(found);
  EXPECT_EQ(store::Describe(found[0]),
            "counted activities of leads/" + stored.lead.id + ": 2026-03-02 is \"1\", but the ledger tells \"0\"");
}

// Random use, by people who do very much.
class BusyHistoryTest : public RandomHistory, public ::testing::WithParamInterface<uint64_t> {
 protected:
  void SetUp() override {
    RandomHistory::SetUp();
    most_activities_ = 150;
  }

  // By the rules of a lead's region, or of a person's.
  const packs::RegionRules& RulesOf(Decider& decider, RecordKind kind, store::Reader& reader, const std::string& id) {
    const packs::RuleSet& rules = *decider.snapshot().rules;
    if (kind == RecordKind::kLead) return rules.ForRegion(StandingLead(reader, id)->region);
    return rules.ForRegion(rules.RegionOfCountry(StandingContact(reader, id)->country));
  }

  // Each tally that is in force is what counting the stored activities gives.
  void CheckTallies(RecordKind kind) {
    const auto status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.RecordIds(kind, "", 100000));
      for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(const auto kept, reader.GetActivityTally(kind, id));
        if (!kept.has_value()) continue;
        ++tallies_;
        std::vector<domain::Activity> activities;
        if (kind == RecordKind::kLead) {
          ASSIGN_OR_RETURN(activities, reader.ActivitiesOfLeads({&id, 1}));
        } else {
          ASSIGN_OR_RETURN(activities, reader.ActivitiesOfContacts({&id, 1}));
        }
        Decider& decider = Decider::ForThread(holder_->Get());
        const packs::RegionRules& rules = RulesOf(decider, kind, reader, id);
        if (kept->counted_by != packs::Evaluation::Counting(rules)) continue;  // it is no more in force
        ++compared_;
        domain::ActivityTally again;
        EXPECT_TRUE(decider.Count(rules, activities, again));
        EXPECT_EQ(*kept, again) << domain::ResourceName(kind, id);
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

  // What a session decides of every lead and person is what is decided of the list of all.
  void CheckScores() {
    const auto deciding = holder_->GetDeciding();
    for (const Time moment : {clock_.Now(), clock_.Now() - 3 * kHour, clock_.Now() - 20 * kDay}) {
      const auto status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.LeadIds("", 100000));
        for (const std::string& id : ids) {
          store::Draft draft(reader);
          const CallContext call;
          WriteScope scope(draft, call, deciding, ids_, moment);
          ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
          ASSIGN_OR_RETURN(const LeadContext whole, LoadLead(reader, id));
          Expect(scope.decider(), session.View(moment), whole.View(moment));
          ExpectNext(whole.activities, moment, session.activities().NextAfter(moment));
          if (session.contact().id.empty()) continue;
          ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, session.contact().id));
          ASSIGN_OR_RETURN(const auto all, MergedIds(reader, RecordKind::kContact, person.contact().id));
          ASSIGN_OR_RETURN(const auto activities, reader.ActivitiesOfContacts(all));
          const auto happened = domain::HappenedBy(activities, moment);
          const domain::Lead stand_in =
              StandInFor(person.contact(), static_cast<int64_t>(happened.size()),
                         happened.empty() ? 0 : happened.back().time, *scope.snapshot().rules);
          const packs::RecordView view = person.View(moment);
          EXPECT_EQ(*view.lead, stand_in);
          packs::RecordView listed = view;
          listed.activities = happened;
          listed.past = nullptr;
          Expect(scope.decider(), view, listed);
        }
        return absl::OkStatus();
      });
      EXPECT_TRUE(status.ok()) << status;
    }
  }

  // When the next activity happens, or that day.
  void ExpectNext(std::span<const domain::Activity> all, Time now, Time told) {
    const size_t happened = domain::HappenedBy(all, now).size();
    if (happened == all.size()) {
      EXPECT_EQ(told, 0);
      return;
    }
    ++to_happen_;
    const Time next = all[happened].time;
    EXPECT_GT(told, now);
    EXPECT_LE(told, next);
    EXPECT_TRUE(told == next || told == domain::StartOfDay(domain::DayOf(next))) << FormatTime(told);
  }

  void Expect(Decider& decider, const packs::RecordView& seen, const packs::RecordView& whole) {
    counted_ += seen.past != nullptr ? 1 : 0;
    const auto a = decider.Score(seen, Explain::kKept), b = decider.Score(whole, Explain::kLater);
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_EQ(a->score, b->score) << seen.lead->id;
    const Time next = decider.NextDecision(seen, a->decaying, 0);
    EXPECT_EQ(next, decider.NextDecision(whole, b->decaying, 0)) << seen.lead->id;
    timed_ += next != 0 && seen.past != nullptr ? 1 : 0;
    const auto c = decider.Status(seen, "", domain::Trigger::kEntry, "", Explain::kNothing);
    const auto d = decider.Status(whole, "", domain::Trigger::kEntry, "", Explain::kNothing);
    ASSERT_TRUE(c.ok() && d.ok());
    EXPECT_EQ(c->to, d->to);
  }

  void CheckAll() {
    CheckTallies(RecordKind::kLead);
    CheckTallies(RecordKind::kContact);
    CheckScores();
  }

  int tallies_ = 0, compared_ = 0, counted_ = 0, timed_ = 0, to_happen_ = 0;
};

TEST_P(BusyHistoryTest, WhatIsKeptIsTheFoldFromNothing) {
  Begin(GetParam());
  for (int i = 0; i < 90; ++i) Step();
  CheckAll();
  // Other rules count from here on; then the first ones again.
  ASSERT_TRUE(Activate(Propose(Edited("emea", "scoring.yaml", "[\"attend\", \"meeting\"]", "[\"meeting\"]"))).ok());
  for (int i = 0; i < 40; ++i) Step();
  CheckAll();
  ASSERT_TRUE(packs_->Rollback(As("maria"), "emea", "not so good").ok());
  for (int i = 0; i < 40; ++i) Step();
  CheckAll();
  EXPECT_GT(tallies_, 5);
  EXPECT_GT(compared_, 5);
  EXPECT_GT(counted_, 10);
  EXPECT_GT(timed_, 10);
  EXPECT_GT(to_happen_, 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BusyHistoryTest, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace leadline::engine
