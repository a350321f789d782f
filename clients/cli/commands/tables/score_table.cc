#include "cli/commands/tables/score_table.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

// What the regional cap takes away is a reason of its own, written by the centre.
constexpr char kCapReason[] = "regional_adjustment";

bool IsCentral(const v1::Reason& reason) { return reason.layer() == "central" && reason.rule_id() != kCapReason; }

bool Same(double a, double b) { return std::abs(a - b) < 0.000'01; }

std::string Signed(double points) { return points > 0 ? "+" + FormatPoints(points) : FormatPoints(points); }

std::string EvidenceText(const v1::Evidence& evidence, Time as_of) {
  std::string text =
      evidence.field() == "activity" ? evidence.value() : fmt::format("{} = {}", evidence.field(), evidence.value());
  if (evidence.field() == "max_points") text = fmt::format("at most {} points", evidence.value());
  if (evidence.has_occur_time()) {
    Time time = ToTime(evidence.occur_time());
    text += fmt::format(", {} ({} before)", FormatMinute(time), FormatSpan(as_of - time));
  }
  return text;
}

bool HasParts(const v1::Reason& reason) {
  for (const auto& evidence : reason.evidence()) {
    if (evidence.contribution() != 0) return true;
  }
  return false;
}

void AddReason(Table& table, const v1::Reason& reason, Time as_of) {
  std::string plain;
  for (const auto& evidence : reason.evidence()) {
    if (evidence.contribution() == 0) plain += (plain.empty() ? "" : "; ") + EvidenceText(evidence, as_of);
  }
  std::string message = reason.message();
  if (!plain.empty()) message += (message.empty() ? "" : " — ") + plain;
  table.Add({reason.rule_id(), reason.layer(), message, "", Signed(reason.points())});
  if (!HasParts(reason)) return;
  for (const auto& evidence : reason.evidence()) {
    if (evidence.contribution() == 0) continue;
    table.Add({"", "", "· " + EvidenceText(evidence, as_of), Signed(evidence.contribution()), ""});
  }
}

// A reason's parts must give its points, where it has parts.
bool PartsAddUp(const v1::Reason& reason) {
  double parts = 0;
  for (const auto& evidence : reason.evidence()) parts += evidence.contribution();
  return !HasParts(reason) || Same(parts, reason.points());
}

void ShowWhyNot(Session& session, const v1::Decision& decision) {
  Table table({{"Rule"}, {"Layer"}, {"What came of it"}, {"Why not", kWrap}});
  for (const auto& reason : decision.reasons()) {
    if (reason.outcome() == v1::REASON_OUTCOME_FIRED) continue;
    // A condition over what is not known can be neither true nor false: it gives no points.
    bool unknown = reason.outcome() == v1::REASON_OUTCOME_ERROR;
    table.Add(
        {reason.rule_id(), reason.layer(), unknown ? "cannot tell" : OutcomeName(reason.outcome()), reason.message()});
  }
  if (table.empty()) return;
  session.Print("\nRules that gave no points\n");
  session.Print(table);
}

}  // namespace

ScoreSum AddUp(const v1::Decision& decision, const v1::Score& score) {
  ScoreSum sum;
  for (const auto& reason : decision.reasons()) {
    if (reason.outcome() != v1::REASON_OUTCOME_FIRED) continue;
    (IsCentral(reason) ? sum.central : sum.adjustment) += reason.points();
  }
  for (const auto& [dimension, points] : score.dimensions()) sum.dimensions += points;
  return sum;
}

std::string CheckSum(const ScoreSum& sum, const v1::Score& score) {
  std::string faults;
  auto check = [&](const char* what, double found, const char* against, double expected) {
    if (!Same(found, expected)) {
      faults +=
          fmt::format("{}{} give {} points, but {} is {}", faults.empty() ? "" : "; ", what, found, against, expected);
    }
  };
  check("the central rules", sum.central, "the central score", score.central());
  check("the dimensions", sum.dimensions, "the central score", score.central());
  check("the region's rules", sum.adjustment, "the regional adjustment", score.adjustment());
  check("all rules", sum.central + sum.adjustment, "the total", score.total());
  return faults;
}

std::string ShowScoreDecision(Session& session, const v1::Decision& decision, const v1::Score& score, bool why_not) {
  Time as_of = ToTime(score.as_of_time());
  Table table({{"Rule or matrix"}, {"Layer"}, {"Because", kWrap}, {"Part", kRight}, {"Points", kRight}});
  std::string faults;
  for (bool central : {true, false}) {
    bool any = false;
    for (const auto& reason : decision.reasons()) {
      if (reason.outcome() != v1::REASON_OUTCOME_FIRED || IsCentral(reason) != central) continue;
      if (!central && !any) table.AddLine();
      any = true;
      AddReason(table, reason, as_of);
      if (!PartsAddUp(reason)) faults += fmt::format("the parts of {} do not give its points; ", reason.rule_id());
    }
  }
  ScoreSum sum = AddUp(decision, score);
  table.AddLine();
  std::map<std::string, double> dimensions(score.dimensions().begin(), score.dimensions().end());
  for (const auto& [dimension, points] : dimensions)
    table.Add({"of it " + dimension, "central", "", Signed(points), ""});
  table.Add({"central score", "central", "", "", FormatPoints(sum.central)});
  table.Add({"regional adjustment", "region", "reported apart: the bar looks at the central score alone", "",
             Signed(sum.adjustment)});
  table.AddLine();
  table.Add({"sum of all points", "", fmt::format("bar {}: {}", FormatPoints(score.threshold()), BarOutcome(score)), "",
             FormatPoints(sum.central + sum.adjustment)});
  session.Print(table);
  faults += CheckSum(sum, score);
  session.Print(faults.empty()
                    ? fmt::format("Checked: the points above add up to the score, {}.\n", FormatPoints(score.total()))
                    : fmt::format("CHECK FAILED: {}.\n", faults));
  if (why_not) ShowWhyNot(session, decision);
  return faults;
}

}  // namespace leadline::cli
