#include <map>
#include <nlohmann/json.hpp>

#include "fmt/format.h"
#include "plugin/check/checker.h"

namespace leadline::plugin::check {
namespace {

constexpr Outcome kOutcomes[] = {Outcome::kPassed, Outcome::kFailed, Outcome::kWarning, Outcome::kSkipped};

}  // namespace

std::string ReportText(const CheckReport& report, bool all) {
  std::string out = report.path;
  if (!report.id.empty()) out += fmt::format(": {} {}", report.id, report.version);
  if (!report.config_json.empty()) out += fmt::format(", config {}", report.config_json);
  out += "\n";
  std::map<std::string, std::string> skipped;  // ids by reason
  for (const CheckResult& result : report.results) {
    if (result.outcome == Outcome::kSkipped) {
      std::string& ids = skipped[result.messages.empty() ? "" : result.messages.front()];
      ids += (ids.empty() ? "" : ", ") + result.id;
      continue;
    }
    if (!all && result.outcome == Outcome::kPassed) continue;
    out += fmt::format("  {:<8} {:<22} {}\n", OutcomeName(result.outcome), result.id, result.proves);
    for (const std::string& message : result.messages) out += fmt::format("  {:>8} {}\n", "", message);
  }
  for (const auto& [why, ids] : skipped) out += fmt::format("  {:<8} {}\n  {:>8} {}\n", "skipped", ids, "", why);
  std::string counts;
  for (Outcome outcome : kOutcomes) {
    size_t n = report.Count(outcome);
    if (n == 0 && outcome != Outcome::kFailed) continue;
    std::string_view name = outcome == Outcome::kWarning && n != 1 ? "warnings" : OutcomeName(outcome);
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", n, name);
  }
  out += fmt::format("{} checks: {}\n", report.results.size(), counts);
  return out;
}

std::string ReportJson(const CheckReport& report) {
  using nlohmann::ordered_json;
  ordered_json counts;
  for (Outcome outcome : kOutcomes) counts[std::string(OutcomeName(outcome))] = report.Count(outcome);
  ordered_json checks = ordered_json::array();
  for (const CheckResult& result : report.results) {
    checks.push_back({{"id", result.id},
                      {"proves", result.proves},
                      {"outcome", OutcomeName(result.outcome)},
                      {"messages", result.messages}});
  }
  ordered_json out = {
      {"path", report.path},   {"id", report.id},  {"version", report.version}, {"config", report.config_json},
      {"good", report.good()}, {"counts", counts}, {"checks", checks}};
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace leadline::plugin::check
