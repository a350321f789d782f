#include <gmock/gmock.h>

#include <thread>

#include "domain/history/stored_decision.h"
#include "engine/replay/timeline.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::HasSubstr;

const domain::Decision* Find(const std::vector<domain::Decision>& decisions, domain::DecisionKind kind) {
  for (const domain::Decision& d : decisions) {
    if (d.kind == kind) return &d;
  }
  return nullptr;
}

TEST_F(EngineTest, AnEnquiryGoesThroughTheWholePipeline) {
  auto result = Submit(HotEnquiry());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->account_created);
  EXPECT_TRUE(result->contact_created);
  EXPECT_EQ(result->lead.meaning.central.seniority, "manager");
  EXPECT_EQ(result->lead.region, "emea");
  EXPECT_EQ(result->lead.status, "mql") << "a contact-me form counts at once";
  EXPECT_FALSE(result->lead.assignee.empty());
  ASSERT_TRUE(result->lead.sla.has_value());
  for (auto kind : {domain::DecisionKind::kMatchAccount, domain::DecisionKind::kMatchContact,
                    domain::DecisionKind::kNormalize, domain::DecisionKind::kScore, domain::DecisionKind::kStatus,
                    domain::DecisionKind::kRoute, domain::DecisionKind::kSla}) {
    const domain::Decision* decision = Find(result->decisions, kind);
    ASSERT_NE(decision, nullptr) << static_cast<int>(kind);
    EXPECT_FALSE(decision->summary.empty());
    ASSERT_NE(decision->snapshot, nullptr);
    EXPECT_EQ(decision->snapshot->generation, 1);
    EXPECT_EQ(decision->snapshot->packs.front().pack, "central");
  }
}

TEST_F(EngineTest, EveryPointIsExplained) {
  auto result = Submit(HotEnquiry());
  ASSERT_TRUE(result.ok()) << result.status();
  auto scored = engine_->ScoreLead({}, LeadName(result->lead), 0);
  ASSERT_TRUE(scored.ok()) << scored.status();
  double central = 0, adjustment = 0;
  for (const domain::Reason& reason : scored->decisions.back().reasons) {
    if (reason.outcome != domain::ReasonOutcome::kFired) {
      EXPECT_FALSE(reason.message.empty()) << reason.rule_id;
      continue;
    }
    (reason.layer == "central" ? central : adjustment) += reason.points;
  }
  EXPECT_NEAR(central, scored->score.central, 1e-5);
  EXPECT_NEAR(adjustment, scored->score.adjustment, 1e-5);
  EXPECT_DOUBLE_EQ(scored->score.total, scored->score.central + scored->score.adjustment);
  EXPECT_EQ(scored->score, result->lead.score);
}

TEST_F(EngineTest, TheLedgerHoldsEveryChangeInOrder) {
  auto result = Submit(HotEnquiry());
  ASSERT_TRUE(result.ok()) << result.status();
  auto events = History(LeadName(result->lead));
  ASSERT_TRUE(events.ok()) << events.status();
  int64_t sequence = 0;
  std::string status, assignee;
  for (const domain::Event& event : *events) {
    EXPECT_EQ(event.sequence, ++sequence);
    EXPECT_EQ(event.generation, 1);
    EXPECT_EQ(event.pack_hashes, holder_->Get()->pack_hashes);
    if (const auto* changed = std::get_if<domain::StatusChanged>(&event.payload)) {
      EXPECT_EQ(changed->from, status);
      status = changed->to;
    }
    if (const auto* assigned = std::get_if<domain::Assigned>(&event.payload)) assignee = assigned->rep;
  }
  EXPECT_EQ(status, result->lead.status);
  EXPECT_EQ(assignee, result->lead.assignee);
}

TEST_F(EngineTest, EveryEnquiryMakesANewLeadForTheSamePersonAndCompany) {
  auto first = Submit(HotEnquiry());
  Enquiry again = HotEnquiry();
  again.contact.given_name = "ANA";
  again.account.name = "ACME Iberica";
  auto second = Submit(std::move(again));
  ASSERT_TRUE(first.ok() && second.ok()) << second.status();
  EXPECT_NE(first->lead.id, second->lead.id);
  EXPECT_EQ(first->contact.id, second->contact.id);
  EXPECT_EQ(first->account.id, second->account.id);
  EXPECT_FALSE(second->contact_created);
  EXPECT_FALSE(second->account_created);
}

// A company that is like a known one, but not surely the same, is the known one where the person, who is known, works;
// the decision says so, and is told again as it was.
TEST_F(EngineTest, WhoIsKnownBringsTheirCompany) {
  Enquiry e = HotEnquiry();
  e.account.country = "";
  auto first = Submit(e);
  e.account.name = "Aceros del Norte";
  auto second = Submit(e);
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_TRUE(first->account_created);
  EXPECT_FALSE(second->account_created);
  EXPECT_EQ(second->account.id, first->account.id);
  EXPECT_EQ(second->lead.account_id, first->account.id);
  const std::string account = domain::ResourceName(domain::RecordKind::kAccount, first->account.id);
  int told = 0;
  const TimelineRequest request{LeadName(second->lead), "", 1000, true};
  const auto again = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
    if (!entry.decision.has_value() || entry.decision->kind != domain::DecisionKind::kMatchAccount) return true;
    EXPECT_EQ(entry.decision->outcome, account);
    EXPECT_EQ(entry.replay_note, "the values that were compared are not kept, the levels that they reached are");
    ++told;
    return true;
  });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(told, 1);

  // Somebody else who names another company at that domain works for who knows whom.
  Enquiry other = e;
  other.contact.given_name = "Bruno";
  other.contact.family_name = "Costa";
  other.contact.email = "bruno.costa@acme.es";
  EXPECT_TRUE(Submit(other)->account_created);
}

TEST_F(EngineTest, ARecordWithoutInteractionIsRaw) {
  for (bool purchased : {false, true}) {
    Enquiry e = HotEnquiry();
    e.activities.clear();
    e.purchased = purchased;
    e.contact.email = purchased ? "other@acme.es" : "one@acme.es";
    e.contact.family_name = purchased ? "Other" : "One";
    auto result = Submit(std::move(e));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->lead.status, "raw");
    EXPECT_EQ(result->contact.status, "raw");
    EXPECT_FALSE(result->contact.marketable);
    domain::Activity visit = Did("website", "low", "visit");
    visit.lead_id = result->lead.id;
    auto acted = Act(std::move(visit));
    ASSERT_TRUE(acted.ok()) << acted.status();
    EXPECT_NE(acted->lead.status, "raw") << "an interaction leaves raw";
  }
}

TEST_F(EngineTest, ARepeatedRequestActsOnce) {
  CallContext named{.request_id = "form-1", .fingerprint = "a"};
  auto first = Submit(HotEnquiry(), named);
  auto second = Submit(HotEnquiry(), named);
  ASSERT_TRUE(first.ok() && second.ok()) << second.status();
  EXPECT_TRUE(second->replayed);
  EXPECT_EQ(first->lead, second->lead);
  ASSERT_EQ(first->decisions.size(), second->decisions.size());
  for (size_t i = 0; i < first->decisions.size(); ++i) {
    const domain::StoredDecision kept = domain::ToStored(first->decisions[i]);
    EXPECT_TRUE(SaySame(kept, domain::ToStored(second->decisions[i]))) << second->decisions[i].summary;
    EXPECT_FALSE(second->decisions[i].summary.empty());
  }
  EXPECT_EQ(NewestLeads().size(), 1u);

  CallContext other{.request_id = "form-1", .fingerprint = "b"};
  auto refused = Submit(HotEnquiry(), other);
  EXPECT_TRUE(absl::IsAlreadyExists(refused.status()));
  EXPECT_EQ(ReasonOf(refused.status()), "REQUEST_ID_REUSED");
}

TEST_F(EngineTest, ValidateOnlyKeepsNothing) {
  auto result = Submit(HotEnquiry(), {}, /*validate_only=*/true);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->lead.status, "mql");
  EXPECT_TRUE(NewestLeads().empty());
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

TEST_F(EngineTest, BadEnquiriesNameTheFieldAndChangeNothing) {
  Enquiry e = HotEnquiry();
  e.source.clear();
  e.contact.email = "nowhere";
  e.account.country = "Spain";
  e.attributes["no_such_attribute"] = std::string("x");
  auto result = Submit(std::move(e));
  std::vector<std::string> fields;
  for (const FieldViolation& v : FieldViolationsOf(result.status())) fields.push_back(v.field);
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre("enquiry.source", "enquiry.contact.email", "enquiry.account.country",
                                              "enquiry.attributes[\"no_such_attribute\"]"));
  EXPECT_EQ(*engine_->LastPosition({}), 0);
}

TEST_F(EngineTest, AnActivityMovesTheLeadWhenTheBarIsCrossedAndCountsOnce) {
  Enquiry e = HotEnquiry();
  e.activities = {Did("website", "low", "visit")};
  auto submitted = Submit(std::move(e));
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_NE(submitted->lead.status, "mql");
  domain::Activity form = Did("website", "high", "contact_me");
  form.id = "act-1";
  form.lead_id = submitted->lead.id;
  auto first = Act(form);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->lead.status, "mql");
  auto second = Act(form);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->replayed);
  EXPECT_EQ(second->lead, first->lead);
}

TEST_F(EngineTest, TheSameInputTwiceGivesTheSameBytes) {
  ScoringRecord record;
  record.contact = HotEnquiry().contact;
  record.account = HotEnquiry().account;
  record.activities = {Did("website", "high", "contact_me", clock_.Now() - kHour),
                       Did("email", "low", "open", clock_.Now() - 9 * kDay)};
  std::vector<std::string> runs;
  for (int run = 0; run < 2; ++run) {
    auto scored = engine_->Score(record, 0, /*explain=*/true);
    ASSERT_TRUE(scored.ok()) << scored.status();
    std::string text = scored->decision.summary;
    for (const domain::Reason& r : scored->decision.reasons) {
      text += fmt::format("|{}:{:a}:{}", r.rule_id, r.points, r.message);
    }
    runs.push_back(std::move(text));
  }
  EXPECT_FALSE(runs[0].empty());
  EXPECT_EQ(runs[0], runs[1]);
}

TEST_F(EngineTest, AnImportedPastDecidesAsThePastWouldHave) {
  const Time start = clock_.Now() - 60 * kDay;
  Enquiry e = HotEnquiry();
  e.created_at = start;
  e.activities = {Did("website", "low", "visit", start), Did("website", "high", "contact_me", start + 10 * kDay)};
  e.history = {{start + 11 * kDay, "sal", "", "accepted"}, {start + 20 * kDay, "customer", "", "won"}};
  auto result = Submit(std::move(e));
  ASSERT_TRUE(result.ok()) << result.status();
  auto periods = engine_->GetStatusHistory({}, LeadName(result->lead));
  ASSERT_TRUE(periods.ok());
  ASSERT_GE(periods->size(), 4u);
  EXPECT_EQ(periods->front().enter, start);
  const StatusPeriod& mql = (*periods)[periods->size() - 3];
  EXPECT_EQ(mql.status, "mql");
  EXPECT_EQ(mql.enter, start + 10 * kDay);
  EXPECT_EQ(mql.exit, start + 11 * kDay);
  EXPECT_EQ(periods->back().status, "customer");
  EXPECT_EQ(result->contact.status, "customer");
}

// Nothing reads what it scored in between, and nothing tells it.
TEST_F(EngineTest, AnImportedPastTellsTheScoreBeforeEachStepAndTheLast) {
  const Time start = clock_.Now() - 60 * kDay;
  const auto day = [&](int days) { return start + days * kDay; };
  Enquiry e = HotEnquiry();
  e.created_at = start;
  e.activities = {Did("website", "low", "visit", start),        Did("website", "medium", "pricing", day(2)),
                  Did("email", "low", "click", day(12)),        Did("website", "high", "demo_request", day(13)),
                  Did("webinar", "high", "attend", day(14)),    Did("website", "medium", "pricing", day(22)),
                  Did("content", "medium", "download", day(23))};
  e.history = {{day(11), "sal", "", "accepted"}, {day(20), "sql", "", ""}};
  for (const bool ends_today : {false, true}) {
    if (ends_today) {
      e.contact.email = "eva@other.es";
      e.account = {.name = "Other", .domain = "other.es"};
      e.activities.push_back(Did("phone", "high", "call", clock_.Now() - kHour));
    }
    auto result = Submit(e);
    ASSERT_TRUE(result.ok()) << result.status();
    for (const std::string& name : {LeadName(result->lead), "contacts/" + result->contact.id}) {
      auto history = History(name);
      ASSERT_TRUE(history.ok()) << history.status();
      std::vector<Time> told;
      Time status_time = 0;
      for (const domain::Event& event : *history) {
        if (domain::ResourceName(event.record) != name) continue;  // a person's timeline has their leads' too
        if (const auto* score = std::get_if<domain::ScoreChanged>(&event.payload)) {
          EXPECT_EQ(score->score.as_of, event.time);
          told.push_back(event.time);
        }
        if (std::holds_alternative<domain::StatusChanged>(event.payload)) {
          EXPECT_GE(event.time, status_time);
          status_time = event.time;
        }
      }
      const Time last = ends_today ? clock_.Now() - kHour : clock_.Now();
      EXPECT_EQ(told, (std::vector<Time>{start, day(2), day(14), last})) << name;
    }
  }
}

TEST_F(EngineTest, ImportedRowsActOnceAndBadOnesAreSetAside) {
  std::vector<ImportRow> rows;
  for (int i = 1; i <= 20; ++i) {
    ImportRow row;
    row.row = i;
    row.enquiry = HotEnquiry();
    row.enquiry.contact.email = fmt::format("person{}@firm{}.es", i, i);
    row.enquiry.account.domain = fmt::format("firm{}.es", i);
    row.enquiry.account.name = fmt::format("Firm {}", i);
    if (i % 10 == 0) row.enquiry.source.clear();
    rows.push_back(std::move(row));
  }
  auto first = Import("list", rows);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->created, 18);
  ASSERT_EQ(first->rejects.size(), 2u);
  EXPECT_EQ(first->rejects[0].row, 10);
  EXPECT_EQ(first->rejects[0].field, "enquiry.source");
  auto second = Import("list", rows);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->created, 0);
  EXPECT_EQ(second->already_imported, 18);
  EXPECT_EQ(NewestLeads().size(), 18u);
}

TEST_F(EngineTest, ConcurrentSubmitsAreAllKeptAndCountedOnce) {
  constexpr int kThreads = 4, kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        Enquiry e = HotEnquiry();
        e.contact.email = fmt::format("p{}-{}@acme.es", t, i);
        e.contact.family_name = fmt::format("Family{}x{}", t, i);
        if (!Submit(std::move(e)).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(NewestLeads().size(), static_cast<size_t>(kThreads * kEach));
  int64_t position = 0, seen = 0;
  auto events = engine_->EventsAfter({}, 0, 100'000);
  ASSERT_TRUE(events.ok());
  for (const domain::Event& event : *events) {
    EXPECT_GT(event.position, position);
    position = event.position;
    ++seen;
  }
  EXPECT_GT(seen, kThreads * kEach * 5);
  EXPECT_EQ(OpenLeads(), kThreads * kEach) << "every routed lead stands on one rep's list";
}

TEST_F(EngineTest, ManyActivitiesKeepTheScoreWithinTheRulesCaps) {
  Enquiry e = HotEnquiry();
  e.activities.clear();
  for (int i = 0; i < 60; ++i) e.activities.push_back(Did("email", "low", "open", clock_.Now() - i * kHour));
  auto result = Submit(std::move(e));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->lead.activity_count, 60);
  auto scored = engine_->ScoreLead({}, LeadName(result->lead), 0);
  ASSERT_TRUE(scored.ok()) << scored.status();
  const domain::ScoringPolicy& policy = holder_->Get()->rules->ForRegion(result->lead.region).scoring;
  int capped = 0;
  for (const domain::Reason& reason : scored->decisions.back().reasons) {
    for (const domain::ScoringRule& rule : policy.rules) {
      if (rule.id != reason.rule_id || !rule.max_points.has_value()) continue;
      EXPECT_LE(std::abs(reason.points), *rule.max_points) << rule.id;
      capped += std::abs(reason.points) == *rule.max_points ? 1 : 0;
    }
  }
  EXPECT_GT(capped, 0) << "sixty activities reach at least one cap";
}

// A request that finds its activity recorded already has been answered: its retry is answered alike.
TEST_F(EngineTest, AKnownActivityAnswersUnderEveryNameThatBringsIt) {
  auto made = Submit(HotEnquiry());
  ASSERT_TRUE(made.ok());
  domain::Activity activity = Did("website", "low", "visit");
  activity.id = "visit-1";
  activity.lead_id = made->lead.id;
  const auto named = [](const char* id) {
    CallContext context;
    context.request_id = id;
    context.fingerprint = "of its content";
    return context;
  };
  ASSERT_TRUE(Act(activity, named("a")).ok());
  for (int i = 0; i < 2; ++i) {
    auto known = Act(activity, named("b"));
    ASSERT_TRUE(known.ok()) << known.status();
    EXPECT_TRUE(known->replayed);
    EXPECT_EQ(known->activity.id, "visit-1");
  }
}

TEST_F(EngineTest, AnActivityOfAnotherLeadIsRefused) {
  auto one = Submit(HotEnquiry());
  auto two = Submit(HotEnquiry());
  ASSERT_TRUE(one.ok() && two.ok());
  domain::Activity activity = Did("website", "low", "visit");
  activity.id = "visit-1";
  activity.lead_id = one->lead.id;
  ASSERT_TRUE(Act(activity).ok());
  activity.lead_id = two->lead.id;
  const absl::Status refused = Act(activity).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists) << refused;
  EXPECT_EQ(ReasonOf(refused), "ACTIVITY_EXISTS");
  EXPECT_THAT(std::string(refused.message()), HasSubstr(LeadName(one->lead)));
  EXPECT_EQ(engine_->GetLead({}, LeadName(two->lead))->activity_count, two->lead.activity_count);
}

}  // namespace
}  // namespace leadline::engine
