#include "cli/commands/pack/pack_test_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output/diagnostics.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using engine::PackTestCase;
using Outcome = PackTestCase::Outcome;

// Cases of one suite; they stand together.
struct Suite {
  std::vector<const PackTestCase*> cases;
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

std::vector<Suite> SuitesOf(const engine::PackTestReport& report) {
  std::vector<Suite> out;
  for (const PackTestCase& test : report.cases) {
    const bool more = !out.empty() && out.back().cases.front()->position.file == test.position.file;
    if (!more) out.emplace_back();
    Suite& suite = out.back();
    suite.cases.push_back(&test);
    ++(test.outcome == Outcome::kPassed   ? suite.passed
       : test.outcome == Outcome::kFailed ? suite.failed
                                          : suite.skipped);
  }
  return out;
}

std::string Indented(std::string_view text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out + "\n";
}

std::string Counts(int passed, int failed, int skipped) {
  std::string out = fmt::format("{} passed", passed);
  if (failed > 0) out += fmt::format(", {} failed", failed);
  if (skipped > 0) out += fmt::format(", {} skipped", skipped);
  return out;
}

}  // namespace

std::string DescribeTests(const engine::PackTestReport& report) {
  std::string out;
  for (const Suite& suite : SuitesOf(report)) {
    const PackTestCase& first = *suite.cases.front();
    out += fmt::format("{}  {}: {}: {}\n", suite.failed > 0 ? "FAIL" : "ok  ", first.pack, first.suite,
                       Counts(suite.passed, suite.failed, suite.skipped));
    std::string reason;
    for (const PackTestCase* test : suite.cases) {
      if (test->outcome == Outcome::kFailed)
        out += fmt::format("  failed: {}\n{}", test->name, Indented(test->message));
      if (test->outcome != Outcome::kSkipped || test->message == reason) continue;
      reason = test->message;
      out += fmt::format("  skipped: {}\n", reason);
    }
  }
  return out;
}

std::string CountsOf(const engine::PackTestReport& report) {
  const int errors = CountProblems(report.diagnostics).errors;
  return fmt::format("{} cases: {}{}", report.cases.size(), Counts(report.passed, report.failed, report.skipped),
                     errors == 0 ? "" : fmt::format("; {} above: cases with an error did not run", Errors(errors)));
}

Table CoverageTable(const std::vector<engine::CoverageItem>& items) {
  Table table({{"Pack"}, {"What"}, {"Covered", Table::Align::kRight}, {"Of", Table::Align::kRight}, {""}});
  std::string layer;
  for (const auto& [pack, kind, count] : engine::PackCoverage::Count(items)) {
    table.Add({pack == layer ? "" : pack, kind, fmt::format("{}", count.covered), fmt::format("{}", count.total),
               count.covered == count.total ? "" : "<"});
    layer = pack;
  }
  return table;
}

std::string UncoveredOf(const std::vector<engine::CoverageItem>& items) {
  std::string out;
  for (const engine::CoverageItem& item : items) {
    if (item.missing.empty()) continue;
    out += fmt::format("{}: {} ({}): no test saw it: {}\n", item.place, item.name, item.kind,
                       fmt::join(item.missing, ", "));
  }
  return out.empty() ? out : "Not covered\n" + out;
}

std::string PercentOf(const std::vector<engine::CoverageItem>& items) {
  // 99.96 is not 100.
  const double percent = engine::PackCoverage::Percent(items);
  return fmt::format("{:.1f}% covered", std::floor(percent * 10) / 10);
}

namespace {

const char* NameOf(Outcome outcome) {
  return outcome == Outcome::kPassed ? "passed" : outcome == Outcome::kFailed ? "failed" : "skipped";
}

std::string JUnitCase(const PackTestCase& test) {
  const std::string name = fmt::format(R"(    <testcase classname="{}.{}" name="{}" file="{}" line="{}")",
                                       EscapeMarkup(test.pack), EscapeMarkup(test.suite), EscapeMarkup(test.name),
                                       EscapeMarkup(test.position.file), test.position.line);
  if (test.outcome == Outcome::kPassed) return name + "/>\n";
  return fmt::format("{}><{} message=\"{}\"/></testcase>\n", name,
                     test.outcome == Outcome::kFailed ? "failure" : "skipped", EscapeMarkup(test.message));
}

}  // namespace

nlohmann::json ToJson(const engine::PackTestReport& report, const std::vector<engine::CoverageItem>& items) {
  nlohmann::json json = {{"ok", report.ok()},
                         {"passed", report.passed},
                         {"failed", report.failed},
                         {"skipped", report.skipped},
                         {"cases", nlohmann::json::array()},
                         {"diagnostics", nlohmann::json::array()},
                         {"coverage",
                          {{"percent", engine::PackCoverage::Percent(items)},
                           {"counts", nlohmann::json::array()},
                           {"uncovered", nlohmann::json::array()}}}};
  for (const PackTestCase& test : report.cases) {
    json["cases"].push_back({{"pack", test.pack},
                             {"suite", test.suite},
                             {"name", test.name},
                             {"file", test.position.file},
                             {"line", test.position.line},
                             {"outcome", NameOf(test.outcome)},
                             {"message", test.message}});
  }
  for (const Diagnostic& d : report.diagnostics) {
    json["diagnostics"].push_back({{"severity", d.severity == Severity::kError ? "error" : "warning"},
                                   {"code", d.code},
                                   {"file", d.position.file},
                                   {"line", d.position.line},
                                   {"column", d.position.column},
                                   {"message", d.message},
                                   {"hint", d.hint}});
  }
  for (const auto& [pack, kind, count] : engine::PackCoverage::Count(items)) {
    json["coverage"]["counts"].push_back(
        {{"pack", pack}, {"kind", kind}, {"covered", count.covered}, {"total", count.total}});
  }
  for (const engine::CoverageItem& item : items) {
    if (item.missing.empty()) continue;
    json["coverage"]["uncovered"].push_back({{"pack", item.layer},
                                             {"kind", item.kind},
                                             {"name", item.name},
                                             {"place", item.place},
                                             {"missing", item.missing}});
  }
  return json;
}

std::string DescribeMutation(const engine::MutationReport& report) {
  std::string out;
  for (const engine::Mutant& mutant : report.mutants) {
    if (mutant.outcome != engine::Mutant::Outcome::kSurvived) continue;
    out += fmt::format("{}: {}: {}\n", mutant.position.ToString(), mutant.rule, mutant.change);
  }
  if (!out.empty()) out = "\nChanges that no test notices\n" + out;
  return out + fmt::format("{} changes: {} noticed by a test, {} refused by the check, {} not noticed\n",
                           report.mutants.size(), report.noticed, report.refused, report.survived);
}

nlohmann::json ToJson(const engine::MutationReport& report) {
  nlohmann::json json = {{"changes", report.mutants.size()},
                         {"noticed", report.noticed},
                         {"refused", report.refused},
                         {"survived", report.survived},
                         {"mutants", nlohmann::json::array()}};
  for (const engine::Mutant& mutant : report.mutants) {
    const char* outcome = mutant.outcome == engine::Mutant::Outcome::kNoticed   ? "noticed"
                          : mutant.outcome == engine::Mutant::Outcome::kRefused ? "refused"
                                                                                : "survived";
    json["mutants"].push_back({{"pack", mutant.layer},
                               {"file", mutant.position.file},
                               {"line", mutant.position.line},
                               {"column", mutant.position.column},
                               {"rule", mutant.rule},
                               {"change", mutant.change},
                               {"outcome", outcome},
                               {"by", mutant.by}});
  }
  return json;
}

std::string JUnitOf(const engine::PackTestReport& report) {
  const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::kError; };
  const auto errors = std::count_if(report.diagnostics.begin(), report.diagnostics.end(), is_error);
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"{}\">\n",
      report.cases.size() + static_cast<size_t>(errors), report.failed, report.skipped, errors);
  for (const Suite& suite : SuitesOf(report)) {
    out += fmt::format(R"(  <testsuite name="{}: {}" tests="{}" failures="{}" skipped="{}" errors="0">)",
                       EscapeMarkup(suite.cases.front()->pack), EscapeMarkup(suite.cases.front()->suite),
                       suite.cases.size(), suite.failed, suite.skipped);
    out += "\n";
    for (const PackTestCase* test : suite.cases) out += JUnitCase(*test);
    out += "  </testsuite>\n";
  }
  if (errors > 0) {
    out +=
        fmt::format("  <testsuite name=\"files\" tests=\"{0}\" failures=\"0\" skipped=\"0\" errors=\"{0}\">\n", errors);
    for (const Diagnostic& d : report.diagnostics) {
      if (!is_error(d)) continue;
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"><error message=\"{}\"/></testcase>\n",
                         EscapeMarkup(d.code), EscapeMarkup(d.position.ToString()), EscapeMarkup(d.message));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace leadline::cli
