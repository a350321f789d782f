#include "cli/commands/pack_test_report.h"

#include <fmt/format.h>

#include <vector>

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
  return fmt::format("{} cases: {}", report.cases.size(), Counts(report.passed, report.failed, report.skipped));
}

}  // namespace leadline::cli
