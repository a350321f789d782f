// What sales answered to the leads that it was sent.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum HtmlTable::Kind;

constexpr int kMostRules = 30;

std::vector<HtmlTable::Column> AnswerColumns(std::string_view first) {
  return {{std::string(first), kText},
          {"Rejected of those answered"},
          {"Rejected, as a bar", kPicture},
          {"Sent"},
          {"Accepted"},
          {"Rejected"},
          {"Withdrawn"},
          {"Waiting"},
          {"Won"},
          {"Rejected later"}};
}

std::vector<HtmlCell> AnswerCells(const v1::HandOverCounts& counts) {
  const int64_t answered = counts.accepted_count() + counts.rejected_count();
  return {Share(counts.rejected_count(), answered),    Bar(counts.rejected_count(), answered, "bad"),
          WithThousands(counts.sent_count()),          WithThousands(counts.accepted_count()),
          WithThousands(counts.rejected_count()),      WithThousands(counts.withdrawn_count()),
          WithThousands(counts.waiting_count()),       WithThousands(counts.won_count()),
          WithThousands(counts.rejected_later_count())};
}

std::string RulesTable(const v1::Feedback& feedback) {
  std::vector<const v1::RuleFeedback*> rules;
  for (const auto& rule : feedback.rules()) {
    if (!rule.remainder() && rule.counts().has_rejected_share()) rules.push_back(&rule);
  }
  if (rules.empty()) return "";
  std::stable_sort(rules.begin(), rules.end(), [](const v1::RuleFeedback* a, const v1::RuleFeedback* b) {
    return a->counts().rejected_share() > b->counts().rejected_share();
  });
  HtmlTable table("feedback-rules-table", "By rule that sent the lead, the largest share of rejections first",
                  AnswerColumns("Rule"));
  const size_t shown = std::min<size_t>(rules.size(), kMostRules);
  for (size_t i = 0; i < shown; ++i) {
    table.Add(rules[i]->rule_id().empty() ? "(others)" : rules[i]->rule_id(), AnswerCells(rules[i]->counts()));
  }
  return table.ToString() +
         (rules.size() == shown
              ? std::string()
              : HtmlParagraph(
                    fmt::format("{} more are not shown.", WithThousands(static_cast<int64_t>(rules.size() - shown)))));
}

std::string ReasonsTable(const v1::HandOverCounts& total) {
  if (total.rejections().empty()) return "";
  HtmlTable table("feedback-reasons-table", "Why leads were rejected",
                  {{"Reason", kText}, {"Rejected"}, {"Rejected, as a bar", kPicture}, {"Rejected later"}});
  for (const auto& reason : total.rejections()) {
    table.Add(ReasonWords(reason),
              {WithThousands(reason.rejected_count()), Bar(reason.rejected_count(), total.rejected_count(), "bad"),
               WithThousands(reason.rejected_later_count())});
  }
  return table.ToString();
}

}  // namespace

std::string FeedbackSection(const PageNumbers& numbers) {
  const v1::Feedback& feedback = WholeFeedback(numbers);
  std::string body = HtmlParagraph("No lead was sent to sales.");
  if (feedback.total().sent_count() > 0) {
    HtmlTable bands("feedback-scores-table", "By the score that sent the lead", AnswerColumns("Points"));
    for (const auto& band : feedback.score_bands()) bands.Add(ScoreBandWords(band), AnswerCells(band.counts()));
    bands.AddTotal("all", AnswerCells(feedback.total()));
    body = bands.ToString() + RulesTable(feedback) + ReasonsTable(feedback.total());
  }
  return HtmlSection(
      "feedback", "Feedback from sales",
      fmt::format(
          "What became of each lead that was sent to sales{}, by the points and by the rules that sent it. A "
          "lead that was sent twice counts twice, and under each rule that gave it points. Withdrawn leads left "
          "without an answer; won and rejected later are parts of accepted.",
          numbers.feedback.sales_statuses().empty()
              ? ""
              : fmt::format(" (status {})", fmt::join(numbers.feedback.sales_statuses(), ", "))),
      body);
}

}  // namespace leadline::cli
