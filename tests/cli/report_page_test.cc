// The page of a report: what is on it, and that whatever users wrote stays text.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/page.h"
#include "cli/commands/report/html/style.h"

namespace leadline::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void SetSpan(google::protobuf::Duration* duration, Duration span) { duration->set_seconds(span / kSecond); }

void AddStage(v1::Funnel& funnel, const std::string& status, int64_t entered, int64_t advanced, int64_t current) {
  v1::FunnelStage* stage = funnel.add_stages();
  stage->set_status(status);
  stage->set_entered_count(entered);
  stage->set_advanced_count(advanced);
  stage->set_current_count(current);
}

void AddMove(v1::Flow& flow, const std::string& from, const std::string& to, int64_t count) {
  v1::StatusMove* move = flow.add_moves();
  move->set_from_status(from);
  move->set_to_status(to);
  move->set_move_count(count);
}

void AddCrossing(v1::Flow& flow, const std::string& status, int64_t leads, int64_t won) {
  v1::StatusCrossing* crossing = flow.add_crossings();
  crossing->set_status(status);
  crossing->set_lead_count(leads);
  crossing->set_won_count(won);
}

v1::SlaCompliance& AddLevel(v1::GetSlaComplianceResponse& response, const std::string& id, int64_t met,
                            int64_t broken) {
  v1::SlaCompliance* level = response.add_levels();
  level->set_sla_id(id);
  level->set_started_count(met + broken + 17);
  level->set_met_count(met);
  level->set_breached_count(broken);
  level->set_running_count(13);
  level->set_cancelled_count(4);
  SetSpan(level->mutable_median_response_duration(), 25 * kMinute);
  return *level;
}

void AddSource(v1::GetVelocityResponse& response, const std::string& source, int64_t leads, int64_t won) {
  v1::Velocity* velocity = response.add_velocities();
  v1::DimensionValue* value = velocity->add_dimensions();
  value->set_dimension(v1::REPORT_DIMENSION_SOURCE);
  value->set_value(source);
  velocity->set_record_count(leads);
  velocity->mutable_creation_to_customer()->set_ended_count(won);
  SetSpan(velocity->mutable_creation_to_customer()->mutable_median_duration(), 50 * kDay);
}

void FillFlow(v1::Flow& flow) {
  flow.set_record_count(1234);
  AddMove(flow, "inquiry", "mql", 611);
  AddMove(flow, "mql", "re_market", 37);
  AddMove(flow, "re_market", "mql", 19);
  flow.set_return_count(22);
  flow.set_returned_count(21);
  flow.set_recycled_count(33);
  flow.set_recycled_won_count(6);
  AddCrossing(flow, "", 1009, 31);
  AddCrossing(flow, "customer", 225, 7);
  flow.set_touched_count(1100);
  flow.set_never_touched_count(134);
  int64_t touched = 101;
  for (const int minutes : {5, 15, 60}) {
    v1::TouchLimit* limit = flow.add_touch_limits();
    limit->mutable_limit_duration()->set_seconds(minutes * 60);
    limit->set_touched_count(touched);
    touched += 101;
  }
  SetSpan(flow.mutable_touch_median_duration(), 7 * kHour);
  SetSpan(flow.mutable_touch_p75_duration(), 8 * kHour);
  SetSpan(flow.mutable_touch_p95_duration(), 9 * kHour);
  v1::StatusCount* left = flow.add_left_behind();
  left->set_status("mql");
  left->set_lead_count(47);
}

void FillCounts(v1::HandOverCounts& counts, int64_t first) {
  counts.set_sent_count(first);
  counts.set_accepted_count(first + 1);
  counts.set_rejected_count(first + 2);
  counts.set_withdrawn_count(first + 3);
  counts.set_waiting_count(first + 4);
  counts.set_won_count(first + 5);
  counts.set_rejected_later_count(first + 6);
  counts.set_rejected_share(0.5);
}

v1::RuleFeedback& AddRule(v1::Feedback& feedback, const std::string& id, int64_t first, double share) {
  v1::RuleFeedback* rule = feedback.add_rules();
  rule->set_rule_id(id);
  rule->set_layer("central");
  FillCounts(*rule->mutable_counts(), first);
  rule->mutable_counts()->set_rejected_share(share);
  return *rule;
}

void FillFeedback(v1::GetFeedbackResponse& response) {
  response.add_sales_statuses("mql");
  v1::Feedback& feedback = *response.add_feedbacks();
  FillCounts(*feedback.mutable_total(), 2300);
  v1::RejectionCount* reason = feedback.mutable_total()->add_rejections();
  reason->set_reject_reason("no_budget");
  reason->set_rejected_count(2331);
  reason->set_rejected_later_count(2332);
  AddRule(feedback, "title.manager", 2310, 0.2);
  AddRule(feedback, "form.contact_me", 2320, 0.7);
  v1::ScoreBandFeedback* band = feedback.add_score_bands();
  band->set_score_band("90_to_100");
  band->set_min_score(90);
  band->set_max_score(100);
  FillCounts(*band->mutable_counts(), 2340);
}

// A small report in which every number is another one.
void SetEuros(google::type::Money* money, int64_t units) {
  money->set_currency_code("EUR");
  money->set_units(units);
}

void FillPipeline(v1::GetPipelineResponse& pipelines) {
  pipelines.set_currency_code("EUR");
  v1::Pipeline& pipeline = *pipelines.add_pipelines();
  pipeline.set_open_count(1173);
  SetEuros(pipeline.mutable_open_value(), 987654);
  SetEuros(pipeline.mutable_open_weighted_value(), 123456);
  pipeline.add_stages()->set_status("inquiry");
  v1::PipelineStage& stage = *pipeline.add_stages();
  stage.set_status("mql");
  stage.set_lead_count(408);
  stage.set_valued_count(71);
  stage.set_unconverted_count(2);
  SetEuros(stage.mutable_value(), 765432);
  stage.set_win_probability(0.15);
  SetEuros(stage.mutable_weighted_value(), 114815);
  stage.set_buying_group_count(62);
  stage.set_complete_group_count(14);
  stage.set_completeness(0.375);
}

PageNumbers SmallReport() {
  PageNumbers numbers;
  numbers.asked = *ParseTime("2026-03-01T12:34:56Z");
  numbers.selection = {{"Region", "emea"}};
  numbers.selection_options = " --region emea";
  v1::Funnel& funnel = *numbers.funnel.add_funnels();
  funnel.set_record_count(1234);
  funnel.set_jump_count(71);
  funnel.set_step_back_count(72);
  AddStage(funnel, "inquiry", 1201, 611, 590);
  AddStage(funnel, "mql", 644, 203, 408);
  AddStage(funnel, "re_market", 236, 0, 236);
  FillFlow(*numbers.flow.add_flows());
  v1::Flow& people = *numbers.people.add_flows();
  people.set_record_count(803);
  people.set_won_count(83);
  people.set_new_round_count(18);
  people.set_won_again_count(8);
  FillFeedback(numbers.feedback);
  v1::Velocity& velocity = *numbers.velocity.add_velocities();
  velocity.set_record_count(1234);
  v1::DurationStats& stage = *velocity.add_stages();
  stage.set_status("inquiry");
  stage.set_ended_count(612);
  stage.set_open_count(591);
  SetSpan(stage.mutable_median_duration(), 2 * kDay);
  SetSpan(stage.mutable_p75_duration(), 3 * kDay);
  SetSpan(stage.mutable_p95_duration(), 4 * kDay);
  SetSpan(stage.mutable_open_median_duration(), 5 * kDay);
  velocity.mutable_creation_to_customer()->set_ended_count(61);
  SetSpan(velocity.mutable_creation_to_customer()->mutable_median_duration(), 40 * kDay);
  AddSource(numbers.velocity_by_source, "website", 1000, 55);
  AddSource(numbers.velocity_by_source, "", 234, 6);
  AddLevel(numbers.levels, "hot", 80, 20);
  v1::DimensionValue* team = AddLevel(numbers.levels_by_team, "hot", 41, 9).add_dimensions();
  team->set_dimension(v1::REPORT_DIMENSION_TEAM);
  team->set_value("teams/berlin");
  FillPipeline(numbers.pipeline);
  return numbers;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Every tag that is opened is closed, in its order. An attribute's value may hold a ">" only escaped.
std::string FirstBrokenTag(const std::string& page) {
  static const std::set<std::string> kEmpty = {"meta", "wbr", "rect", "path", "polygon", "!DOCTYPE"};
  static const std::regex kTag("<(/?)([a-zA-Z0-9!]+)[^<>]*>");
  const std::string body = std::regex_replace(page, std::regex("<style>[^<]*</style>"), "");
  std::vector<std::string> open;
  for (std::sregex_iterator it(body.begin(), body.end(), kTag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (kEmpty.contains(name)) continue;
    if ((*it)[1].length() == 0) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST(ReportPageTest, HoldsEveryNumberOfTheAnswers) {
  const std::string page = ReportPage(SmallReport());
  const std::vector<std::string> wanted = {
      "2026-03-01 12:34 UTC", "<dd>emea</dd>", ">1,201<", ">611<", "50.9 %", ">590<", "31.5 %", ">236<",
      // Flow.
      ">37<", ">19<", "back1\">19<", "forward: 71. Moves to an earlier status: 72.",
      "had been before: 21; how often: 22.", "re_market: 33; won after that: 6.", ">new people<", ">1,009<", ">81.8 %<",
      ">31<", ">3.1 %<", ">225<", ">7<", ">38<",
      "leads: 803; won: 83; of these, on the way to the sale again after that: 18; and won again: 8.",
      // First touch, and left behind.
      "within 5 minutes", ">101<", "within 15 minutes", ">202<", "within 60 minutes", ">303<", ">1,100<", ">134<",
      "half within 7.0 hours, 3 in 4 within 8.0 hours, 19 in 20 within 9.0 hours", ">47<",
      "<code>leadline report records left_behind --region emea</code>",
      // Age.
      ">612<", ">2.0 days<", ">3.0 days<", ">4.0 days<", ">591<", ">5.0 days<", "61 leads", "half within 40.0 days",
      // Service levels.
      ">80.0 %<", ">117<", ">80<", ">20<", ">13<", ">4<", ">25 minutes<", "teams/berlin", ">82.0 %<", ">41<", ">9<",
      // Pipeline.
      "at an end: 1,173.", "worth 987,654 EUR, and 123,456 EUR", ">73<", ">765,432<", ">15.0 %<", ">114,815<", ">62<",
      ">14<", ">37.5 %<", "2 values left out",
      // Feedback.
      "sent to sales (status mql)", ">2,300<", ">2,306<", ">2,310<", ">2,316<", ">2,320<", ">no_<wbr>budget<",
      ">2,331<", ">2,332<", ">90 to 100<", ">2,341<", ">2,346<",
      // Sources.
      ">website<", ">1,000<", ">55<", ">5.5 %<", ">50.0 days<", ">(no source)<", ">234<", ">6<", "within 1 %"};
  for (const std::string& text : wanted) EXPECT_THAT(page, HasSubstr(text));
  EXPECT_THAT(page, HasSubstr("add up to 1,234 of 1,234 leads."));
  EXPECT_THAT(page, Not(HasSubstr("THEY DIFFER")));
  EXPECT_THAT(page, Not(HasSubstr("Leads changed while")));
  EXPECT_EQ(FirstBrokenTag(page), "");
}

TEST(ReportPageTest, RulesWithTheLargestShareOfRejectionsComeFirst) {
  PageNumbers numbers = SmallReport();
  const std::string page = ReportPage(numbers);
  EXPECT_LT(page.find("form.contact_"), page.find("title.manager"));
  v1::RuleFeedback& silent = AddRule(*numbers.feedback.mutable_feedbacks(0), "never.answered", 5, 0);
  silent.mutable_counts()->clear_rejected_share();
  EXPECT_THAT(ReportPage(numbers), Not(HasSubstr("never.answered"))) << "it has no share";
  for (int i = 0; i < 40; ++i) AddRule(*numbers.feedback.mutable_feedbacks(0), fmt::format("rule{}", i), 5, 0.1);
  EXPECT_THAT(ReportPage(numbers), AllOf(HasSubstr("rule27<"), Not(HasSubstr("rule28<")), HasSubstr("12 more are")));
}

TEST(ReportPageTest, SaysWhereNumbersDoNotAgree) {
  PageNumbers numbers = SmallReport();
  numbers.funnel.mutable_funnels(0)->mutable_stages(0)->set_current_count(589);
  numbers.changed_meanwhile = true;
  EXPECT_THAT(ReportPage(numbers),
              AllOf(HasSubstr("add up to 1,233 of 1,234 leads: THEY DIFFER."), HasSubstr("Leads changed while")));
}

TEST(ReportPageTest, IsTheSameForTheSameNumbers) {
  EXPECT_EQ(ReportPage(SmallReport()), ReportPage(SmallReport()));
  PageNumbers later = SmallReport();
  later.asked += kMinute;
  EXPECT_NE(ReportPage(later), ReportPage(SmallReport()));
}

TEST(ReportPageTest, KeepsWhatUsersWroteAsText) {
  const std::string evil = "\"><script>alert('x')</script><img src=x onerror=\"y\">&amp;";
  PageNumbers numbers = SmallReport();
  numbers.selection = {{"Source", evil}};
  numbers.selection_options = " --source " + evil;
  numbers.funnel.mutable_funnels(0)->mutable_stages(0)->set_status(evil);
  v1::Flow& flow = *numbers.flow.mutable_flows(0);
  flow.mutable_moves(0)->set_from_status(evil);
  flow.mutable_moves(1)->set_to_status(evil + "2");
  flow.mutable_left_behind(0)->set_status(evil);
  flow.mutable_crossings(1)->set_status(evil);
  numbers.velocity.mutable_velocities(0)->mutable_stages(0)->set_status(evil);
  numbers.velocity_by_source.mutable_velocities(0)->mutable_dimensions(0)->set_value(evil);
  v1::Feedback& feedback = *numbers.feedback.mutable_feedbacks(0);
  feedback.mutable_rules(0)->set_rule_id(evil);
  feedback.mutable_total()->mutable_rejections(0)->set_reject_reason(evil);
  numbers.feedback.set_sales_statuses(0, evil);
  numbers.levels.mutable_levels(0)->set_sla_id(evil);
  numbers.pipeline.set_currency_code(evil);
  numbers.pipeline.mutable_pipelines(0)->mutable_stages(1)->set_status(evil);
  numbers.levels_by_team.mutable_levels(0)->set_sla_id(evil);
  numbers.levels_by_team.mutable_levels(0)->mutable_dimensions(0)->set_value(evil);
  const std::string page = ReportPage(numbers);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(FirstBrokenTag(page), "");
  // In 2 places of the header and footer, 10 tables, the words of feedback, the command of left behind, and the
  // picture's name and boxes.
  EXPECT_GE(CountOf(page, "&quot;&gt;&lt;script&gt;alert('x')&lt;/script&gt;"), 17u);
  EXPECT_THAT(page, HasSubstr("onerror=&quot;y&quot;&gt;&amp;amp;"));
}

TEST(ReportPageTest, OfNothingSaysSo) {
  PageNumbers nothing;
  const std::string page = ReportPage(nothing);
  for (const char* text :
       {"No lead moved.", "Nobody is left behind.", "No lead was sent to sales.", "No service level was started.",
        "There are no leads.", "Nobody has become a customer yet.", "<dd>all</dd>", "add up to 0 of 0 leads."}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("Pipeline")));
  EXPECT_EQ(FirstBrokenTag(page), "");
}

TEST(ReportPageTest, LoadsNothingAndRunsNothing) {
  const std::string page = ReportPage(SmallReport());
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'sha256-"));
  for (const char* text : {"<script", "<link", "<img", "<iframe", "http:", "https:", "//", " src=", "@import", "url(",
                           " style=", "javascript:"}) {
    EXPECT_THAT(page, Not(HasSubstr(text)));
  }
}

TEST(ReportPageTest, HasWhatAssistiveToolsNeed) {
  const std::string page = ReportPage(SmallReport());
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("<a class=\"skip\" href=\"#main\">"));
  EXPECT_EQ(CountOf(page, "<table>"), CountOf(page, "<caption id="));
  EXPECT_EQ(CountOf(page, "<table>"), CountOf(page, "role=\"region\" tabindex=\"0\" aria-labelledby="));
  EXPECT_EQ(CountOf(page, "<section aria-labelledby="), CountOf(page, "<h2 id="));
  EXPECT_THAT(page,
              HasSubstr("role=\"img\" aria-label=\"Moves between statuses, as arcs. The most frequent: inquiry to "
                        "mql, 611; mql to re_market, 37"));
  // Ids are unique, and each link and label has one.
  std::set<std::string> ids;
  static const std::regex kId(" id=\"([^\"]+)\""), kLink("(?:aria-labelledby=\"|href=\"#)([^\"]+)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), kId), end; it != end; ++it) {
    EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1];
  }
  for (std::sregex_iterator it(page.begin(), page.end(), kLink), end; it != end; ++it) {
    EXPECT_TRUE(ids.contains((*it)[1])) << (*it)[1];
  }
}

TEST(ReportPageTest, ShowsFiftySourcesAndTheSumOfAllOthers) {
  PageNumbers numbers = SmallReport();
  numbers.velocity_by_source.clear_velocities();
  for (int i = 0; i < 60; ++i) AddSource(numbers.velocity_by_source, fmt::format("source{}", i), 100 - i, 3);
  const std::string page = ReportPage(numbers);
  EXPECT_THAT(page, HasSubstr("source49<"));
  EXPECT_THAT(page, Not(HasSubstr("source50<")));
  // 50 + 49 + ... + 41, and 10 times 3 won.
  EXPECT_THAT(page, HasSubstr("(all others)</bdi></th><td class=\"number\">455</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"number\">30</td><td class=\"number\">6.6 %</td>"));
}

TEST(MarkupTest, WritesSpansInWords) {
  EXPECT_EQ(SpanInWords(kSecond), "1 second");
  EXPECT_EQ(SpanInWords(0), "0 seconds");
  EXPECT_EQ(SpanInWords(5 * kMinute), "5 minutes");
  EXPECT_EQ(SpanInWords(kHour), "1.0 hour");
  EXPECT_EQ(SpanInWords(36 * kHour), "1.5 days");
  EXPECT_EQ(Share(0, 0), "–");
  EXPECT_EQ(Share(1, 8), "12.5 %");
}

TEST(MarkupTest, BarsOfNothingAreEmpty) {
  EXPECT_EQ(Bar(1, 0).markup(), "");
  EXPECT_THAT(Bar(0, 9).markup(), Not(HasSubstr("class=\"most\"")));
  EXPECT_THAT(Bar(1, 1'000'000).markup(), HasSubstr("class=\"most\" width=\"0.5%\""));
  EXPECT_THAT(Bar(5, 4).markup(), HasSubstr("width=\"100.0%\""));
  EXPECT_EQ(RangeBar(0, 0, 0, 0).markup(), "");
}

}  // namespace
}  // namespace leadline::cli
