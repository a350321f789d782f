// What sales answered, from the records and from cells, beside a count that walks each history once.
#include "domain/reports/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <random>

#include "domain/reports/cell_fold.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/cell_sums.h"
#include "domain/reports/contribution.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time kBegin = 1'767'225'600LL * kSecond;  // 2026-01-01

TransitionDef Acceptance(std::string from, std::string to) {
  return {.from = {std::move(from)}, .to = std::move(to), .trigger = Trigger::kAccept};
}

Lifecycle WithSales() {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "inquiry", .order = 0},    {.id = "maql", .order = 1},
                        {.id = "lal", .order = 2},        {.id = "mql", .order = 3},
                        {.id = "sal", .order = 4},        {.id = "customer", .order = 5, .won = true},
                        {.id = "re_market", .order = -1}, {.id = "disqualified", .order = -1, .terminal = true}};
  lifecycle.transitions = {Acceptance("maql", "lal"),
                           Acceptance("mql", "sal"),
                           {.from = {"mql", "sal"}, .to = "re_market", .trigger = Trigger::kReject}};
  lifecycle.remaps = {{"contacted", "mql"}};
  return lifecycle;
}

StatusStep To(std::string status, StepCause cause = StepCause::kOther, std::string reason = "") {
  return {.to = std::move(status), .cause = cause, .reject_reason = std::move(reason)};
}
StatusStep Sent(std::vector<std::string> rules, double points) {
  StatusStep step = To("mql");
  step.score = SentScore{BandOf(points), {}};
  for (std::string& rule : rules) step.score->rules.push_back(JoinValues("", rule));
  return step;
}

ReportInput Lead(std::vector<StatusStep> steps) {
  ReportInput input;
  input.record = {.source = "web", .region = "emea", .created_at = kBegin};
  Time time = kBegin;
  for (StatusStep& step : steps) {
    step.time = time;
    time += kHour;
  }
  input.steps = std::move(steps);
  return input;
}

std::vector<Feedback> FromRecords(const std::vector<ReportInput>& inputs, const Division& division = {}) {
  const Lifecycle lifecycle = WithSales();
  FeedbackFold fold(lifecycle, division);
  for (const ReportInput& input : inputs) fold.Add({.record = input.record, .steps = input.steps});
  return fold.Result();
}

// As the server does: folded with the lifecycle's text, and read from the cells of a plan.
std::vector<Feedback> FromCells(const std::vector<ReportInput>& inputs, const Division& division = {}) {
  const Lifecycle lifecycle = LifecycleOfText(LifecycleText(WithSales()));
  Names names;
  CellSums sums;
  for (const ReportInput& input : inputs) sums.Add(input, lifecycle, names, 1);
  const auto plan = PlanOf(Section::kFeedback, {}, division);
  EXPECT_TRUE(plan.has_value());
  CellFold fold(Section::kFeedback, division, names, lifecycle);
  for (const CellAdditions& cell : sums.Take()) {
    const bool wanted = cell.key.section == Section::kFeedback && cell.key.grouping == plan->grouping &&
                        cell.key.level == plan->ranges.front().level;
    if (wanted) fold.Add(cell.key, cell.additions);
  }
  return fold.Feedbacks();
}

std::string Words(const HandOverCounts& counts) {
  std::string words = fmt::format("sent {} accepted {} rejected {} withdrawn {} waiting {} won {} later {}",
                                  counts.Sent(), counts.accepted, counts.rejected, counts.withdrawn, counts.waiting,
                                  counts.won, counts.rejected_later);
  for (const RejectionCount& r : counts.rejections) {
    words += fmt::format("; {} {} {}", r.rest ? "rest" : r.reason, r.rejected, r.rejected_later);
  }
  return words;
}

std::vector<std::string> Words(const Feedback& feedback) {
  std::vector<std::string> lines = {fmt::format("{} {}", fmt::join(feedback.group, ","), Words(feedback.total))};
  for (const RuleFeedback& rule : feedback.rules) {
    lines.push_back(fmt::format("{}/{}{}: {}", rule.layer, rule.rule_id, rule.rest ? " rest" : "", Words(rule.counts)));
  }
  for (const BandFeedback& band : feedback.bands) {
    lines.push_back(BandName(band.band) + ": " + Words(band.counts));
  }
  return lines;
}

TEST(SalesStatusesTest, AreThoseOutOfWhichTheLastAcceptanceLeads) {
  EXPECT_THAT(SalesStatuses(WithSales()), ElementsAre("mql"));
  Lifecycle two = WithSales();
  two.transitions.push_back(Acceptance("lal", "sal"));
  EXPECT_THAT(SalesStatuses(two), ElementsAre("lal", "mql"));
  Lifecycle any = WithSales();
  any.transitions = {Acceptance("*", "sal")};
  EXPECT_THAT(SalesStatuses(any), ElementsAre("inquiry", "maql", "lal", "mql", "customer", "re_market"));
  Lifecycle none = WithSales();
  none.transitions.resize(0);
  EXPECT_THAT(SalesStatuses(none), IsEmpty());
}

TEST(SalesStatusesTest, CellsAreMadeAnewWhenTheyChange) {
  Lifecycle other = WithSales();
  other.transitions.push_back(Acceptance("lal", "sal"));
  EXPECT_NE(LifecycleText(other), LifecycleText(WithSales()));
  EXPECT_EQ(SalesStatuses(LifecycleOfText(LifecycleText(other))), SalesStatuses(other));
  EXPECT_EQ(LifecycleText(LifecycleOfText(LifecycleText(other))), LifecycleText(other));
  other = WithSales();
  other.transitions.back().to = "disqualified";
  EXPECT_EQ(LifecycleText(other), LifecycleText(WithSales())) << "no number depends on where rejections lead";
}

TEST(BandTest, EachIsTenPointsWide) {
  EXPECT_EQ(BandName(BandOf(-0.001)), "below_0");
  EXPECT_EQ(BandName(BandOf(0)), "0_to_10");
  EXPECT_EQ(BandName(BandOf(9.999)), "0_to_10");
  EXPECT_EQ(BandName(BandOf(10)), "10_to_20");
  EXPECT_EQ(BandName(BandOf(199.9)), "190_to_200");
  EXPECT_EQ(BandName(BandOf(200)), "200_and_above");
  EXPECT_EQ(BandName(BandOf(1e300)), "200_and_above");
  EXPECT_EQ(BandName(BandOf(std::numeric_limits<double>::quiet_NaN())), "below_0");
  EXPECT_EQ(BandName(kNotScored), "not_scored");
  EXPECT_EQ(BandName(kLastBand + 1), "");
  for (double points = 0; points < 200; points += 0.5) {
    const uint32_t band = BandOf(points);
    EXPECT_LE(FirstPointsOf(band), points);
    EXPECT_GT(FirstPointsOf(band + 1), points);
  }
}

TEST(FeedbackTest, EachStayWithSalesIsCountedByHowItEnded) {
  const std::vector<ReportInput> leads = {
      // Rejected, sent again by another score, accepted and won.
      Lead({To("inquiry"), Sent({"title", "form"}, 95), To("re_market", StepCause::kReject, "timing"),
            Sent({"form"}, 120), To("sal", StepCause::kAccept), To("customer")}),
      // Accepted, rejected later, and sent again, where it waits: no win of later counts for the first time.
      Lead({Sent({"title"}, 90), To("sal", StepCause::kAccept), To("re_market", StepCause::kReject, "no_need"),
            Sent({"title"}, 91)}),
      // Withdrawn, by whatever is no answer; a name of the past is the status of today.
      Lead({Sent({"title"}, 99), To("maql")}),
      Lead({To("contacted"), To("customer")}),
      // An acceptance before sales is none of sales.
      Lead({To("maql"), To("lal", StepCause::kAccept), To("re_market", StepCause::kReject, "timing")}),
  };
  const std::vector<std::string> expected = {
      " sent 6 accepted 2 rejected 1 withdrawn 2 waiting 1 won 1 later 1; timing 1 0; no_need 0 1",
      "/form: sent 2 accepted 1 rejected 1 withdrawn 0 waiting 0 won 1 later 0; timing 1 0",
      "/title: sent 4 accepted 1 rejected 1 withdrawn 1 waiting 1 won 0 later 1; timing 1 0; no_need 0 1",
      "not_scored: sent 1 accepted 0 rejected 0 withdrawn 1 waiting 0 won 0 later 0",
      "90_to_100: sent 4 accepted 1 rejected 1 withdrawn 1 waiting 1 won 0 later 1; timing 1 0; no_need 0 1",
      "120_to_130: sent 1 accepted 1 rejected 0 withdrawn 0 waiting 0 won 1 later 0"};
  ASSERT_THAT(FromRecords(leads), SizeIs(1));
  EXPECT_EQ(Words(FromRecords(leads).front()), expected);
  ASSERT_THAT(FromCells(leads), SizeIs(1));
  EXPECT_EQ(Words(FromCells(leads).front()), expected);
  EXPECT_THAT(FromRecords({leads.back()}), IsEmpty());
  EXPECT_THAT(FromCells({leads.back()}), IsEmpty());
  ReportInput contact = leads.front();
  contact.kind = RecordKind::kContact;
  EXPECT_THAT(FromCells({contact}), IsEmpty()) << "of leads only";
}

// One lead's hand-overs, found by going through its steps once and changing what was found.
struct Found {
  std::string outcome = "waiting", reason;
  std::optional<SentScore> score;
};
std::vector<Found> Walk(const ReportInput& input) {
  std::vector<Found> found;
  std::string at;
  for (const StatusStep& step : input.steps) {
    const std::string to = step.to == "contacted" ? "mql" : step.to;
    if (to == at) continue;
    if (at == "mql") {
      found.back().outcome = step.cause == StepCause::kAccept   ? "accepted"
                             : step.cause == StepCause::kReject ? "rejected"
                                                                : "withdrawn";
      found.back().reason = step.reject_reason;
    } else if (!found.empty() && step.cause == StepCause::kReject &&
               (found.back().outcome == "accepted" || found.back().outcome == "later")) {
      found.back().outcome = "later";
      found.back().reason = step.reject_reason;
    }
    if (to == "customer" && !found.empty() && (found.back().outcome == "accepted" || found.back().outcome == "later")) {
      found.back() = {.outcome = "won", .score = found.back().score};
    }
    if (to == "mql") found.push_back({.score = step.score});
    at = to;
  }
  return found;
}

using Count = std::map<std::string, int64_t>;  // by what is counted, in words

void CountIn(Count& count, const std::string& of, const Found& found) {
  ++count[of + " " + found.outcome];
  if (found.outcome == "rejected" || found.outcome == "later") ++count[of + " " + found.outcome + " " + found.reason];
}

void Told(Count& count, const std::string& of, const HandOverCounts& told) {
  const auto add = [&](const std::string& what, int64_t number) {
    if (number != 0) count[of + " " + what] = number;
  };
  EXPECT_EQ(told.accepted + told.rejected + told.withdrawn + told.waiting, told.Sent());
  add("waiting", told.waiting);
  add("rejected", told.rejected);
  add("withdrawn", told.withdrawn);
  add("accepted", told.accepted - told.won - told.rejected_later);
  add("won", told.won);
  add("later", told.rejected_later);
  int64_t rejected = 0, later = 0;
  for (const RejectionCount& r : told.rejections) {
    add("rejected " + r.reason, r.rejected);
    add("later " + r.reason, r.rejected_later);
    rejected += r.rejected;
    later += r.rejected_later;
  }
  EXPECT_EQ(rejected, told.rejected);
  EXPECT_EQ(later, told.rejected_later);
}

Count CountOf(const std::vector<Feedback>& feedbacks) {
  Count count;
  for (const Feedback& feedback : feedbacks) {
    const std::string group = fmt::format("{} ", fmt::join(feedback.group, ","));
    Told(count, group + "all", feedback.total);
    int64_t sent = 0;
    for (const BandFeedback& band : feedback.bands) {
      Told(count, group + BandName(band.band), band.counts);
      sent += band.counts.Sent();
    }
    EXPECT_EQ(sent, feedback.total.Sent()) << "bands add up";
    for (const RuleFeedback& rule : feedback.rules) Told(count, group + rule.layer + "/" + rule.rule_id, rule.counts);
  }
  return count;
}

ReportInput AnyLead(std::mt19937_64& random) {
  const auto one_of = [&](std::vector<std::string> words) { return words[random() % words.size()]; };
  std::vector<StatusStep> steps;
  for (size_t i = 0; i < random() % 9; ++i) {
    StatusStep step = To(one_of({"inquiry", "mql", "mql", "contacted", "sal", "re_market", "customer", "lal"}));
    step.cause = static_cast<StepCause>(random() % 3);
    if (step.cause == StepCause::kReject) step.reject_reason = one_of({"timing", "no_need", ""});
    const bool sales = step.to == "mql" || step.to == "contacted";
    if (sales && random() % 4 != 0) {
      step.score = SentScore{BandOf(static_cast<double>(random() % 260) - 30), {}};
      for (const char* rule : {"a", "b", "c", "d"}) {
        if (random() % 2 == 0) step.score->rules.push_back(JoinValues(random() % 3 == 0 ? "emea" : "", rule));
      }
      std::sort(step.score->rules.begin(), step.score->rules.end());
    }
    steps.push_back(std::move(step));
  }
  ReportInput lead = Lead(std::move(steps));
  lead.record.created_at -= static_cast<Duration>(random() % (90 * kDay));
  lead.record.source = one_of({"web", "fair", ""});
  for (size_t i = 0; i < random() % 3; ++i) lead.record.products.push_back(one_of({"press", "lathe"}));
  return lead;
}

TEST(FeedbackTest, RecordsAndCellsSayWhatAWalkThroughTheHistoriesFinds) {
  std::mt19937_64 random(17);
  for (const int leads : {1, 5, 400}) {
    std::vector<ReportInput> inputs;
    Count whole, by_source;
    for (int i = 0; i < leads; ++i) {
      const ReportInput& lead = inputs.emplace_back(AnyLead(random));
      for (const Found& found : Walk(lead)) {
        for (auto& [count, group] :
             {std::pair<Count*, std::string>{&whole, " "}, {&by_source, lead.record.source + " "}}) {
          CountIn(*count, group + "all", found);
          CountIn(*count, group + BandName(found.score ? found.score->band : kNotScored), found);
          if (!found.score) continue;
          for (const std::string& rule : found.score->rules) {
            const auto [layer, id] = SplitValues(rule);
            CountIn(*count, fmt::format("{}{}/{}", group, layer, id), found);
          }
        }
      }
    }
    EXPECT_EQ(CountOf(FromRecords(inputs)), whole);
    EXPECT_EQ(CountOf(FromCells(inputs)), whole);
    const Division sources{.dimensions = {ReportDimension::kSource}};
    EXPECT_EQ(CountOf(FromRecords(inputs, sources)), by_source);
    EXPECT_EQ(CountOf(FromCells(inputs, sources)), by_source);
    for (const ReportDimension by : {ReportDimension::kProduct, ReportDimension::kWeek, ReportDimension::kMonth}) {
      const Division division{.dimensions = {by}};
      EXPECT_EQ(CountOf(FromCells(inputs, division)), CountOf(FromRecords(inputs, division)));
    }
  }
}

TEST(FeedbackTest, TheMostRejectedComeFirstAndTheOthersAreOneRest) {
  FeedbackSums sums;
  SentScore score;
  for (int i = 0; i < 7; ++i) score.rules.push_back(JoinValues("", fmt::format("rule{}", i)));
  sums.Add(SalesHandOver{.outcome = HandOverOutcome::kAccepted, .score = &score});
  score.rules = {JoinValues("", "rule5")};
  sums.Add(SalesHandOver{.outcome = HandOverOutcome::kRejected, .reason = "timing", .score = &score});
  const Feedback told = sums.Told(2);
  ASSERT_THAT(told.rules, SizeIs(3));
  EXPECT_EQ(told.rules[0].rule_id, "rule5");
  EXPECT_EQ(told.rules[1].rule_id, "rule0");
  EXPECT_TRUE(told.rules[2].rest);
  EXPECT_EQ(told.rules[2].counts.accepted, 5) << "a hand-over counts once for each of the other rules";
  EXPECT_EQ(told.total.Sent(), 2);
}

TEST(FeedbackTest, AnAnswerIsBoundedHoweverManyGroupsRulesAndReasonsThereAre) {
  for (const size_t groups : {0U, 1U, 9U, 100U, 1000U, 1'000'000U}) {
    EXPECT_GE(MostRulesOf(groups), 1U);
    EXPECT_LE(MostRulesOf(groups), kMostFeedbackRules);
    EXPECT_LE(std::min(groups, kMostReportGroups) * MostRulesOf(std::min(groups, kMostReportGroups)),
              kMostFeedbackRows);
  }
  FeedbackSums sums;
  std::vector<std::string> reasons;
  for (size_t i = 0; i < 2 * kMostFeedbackReasons; ++i) reasons.push_back(fmt::format("reason{}", i));
  for (const std::string& reason : reasons) {
    sums.Add(SalesHandOver{.outcome = HandOverOutcome::kRejected, .reason = reason});
  }
  const HandOverCounts told = sums.Told(10).total;
  ASSERT_THAT(told.rejections, SizeIs(kMostFeedbackReasons + 1));
  EXPECT_TRUE(told.rejections.back().rest);
  EXPECT_EQ(told.rejections.back().rejected, static_cast<int64_t>(kMostFeedbackReasons));
  EXPECT_EQ(told.rejected, static_cast<int64_t>(2 * kMostFeedbackReasons));
}

TEST(FeedbackTest, RulesBeyondThoseThatCellsTellApartCountTogether) {
  const Lifecycle lifecycle = WithSales();
  Names names;
  CellSums sums;
  std::vector<ReportInput> leads;
  for (size_t i = 0; i < kMostNamedRules + 5; ++i) leads.push_back(Lead({Sent({fmt::format("rule{}", i)}, 50)}));
  // Two of those beyond in one score count once.
  leads.push_back(Lead({Sent({fmt::format("rule{}", kMostNamedRules + 1), "rule0", "another"}, 50)}));
  for (const ReportInput& lead : leads) sums.Add(lead, lifecycle, names, 1);
  EXPECT_FALSE(names.overflowed()) << "statuses have room still";
  const Division division;
  CellFold fold(Section::kFeedback, division, names, lifecycle);
  for (const CellAdditions& cell : sums.Take()) {
    if (cell.key.section == Section::kFeedback && cell.key.grouping == Grouping::kAll &&
        cell.key.level == Level::kYear) {
      fold.Add(cell.key, cell.additions);
    }
  }
  const std::vector<Feedback> told = fold.Feedbacks();
  ASSERT_THAT(told, SizeIs(1));
  ASSERT_THAT(told[0].rules, SizeIs(kMostFeedbackRules + 1));
  EXPECT_EQ(told[0].rules.front().rule_id, "") << "by id, where nothing was rejected";
  EXPECT_GE(told[0].rules.front().counts.Sent(), 6);
  EXPECT_TRUE(told[0].rules.back().rest);
  EXPECT_EQ(told[0].total.Sent(), static_cast<int64_t>(leads.size()));
  // And taken out again, nothing is left.
  for (const int64_t times : {1, -1}) {
    for (const ReportInput& lead : leads) sums.Add(lead, lifecycle, names, times);
  }
  EXPECT_THAT(sums.Take(), IsEmpty());
}

}  // namespace
}  // namespace leadline::domain
