#include "domain/explanation.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

using Kind = ConditionPart::Kind;
using Truth = ConditionPart::Truth;

std::string Fields(const ConditionPart& test) {
  std::string out;
  for (const Evidence& field : test.fields) {
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", field.field, field.value);
  }
  return out;
}

// The decisive parts within parts[index].
std::string Describe(std::span<const ConditionPart> parts, size_t index) {
  const ConditionPart& whole = parts[index];
  if (whole.kind == Kind::kTest) return DescribeTest(whole);
  // Where none of several held, any one of them would do.
  const char* join = whole.kind == Kind::kAny && whole.value != Truth::kTrue ? ", or " : "; ";
  std::string out;
  for (size_t i = index + 1; i < parts.size() && parts[i].depth > whole.depth; ++i) {
    if (parts[i].depth != whole.depth + 1 || !parts[i].decisive) continue;
    if (!out.empty()) out += join;
    out += Describe(parts, i);
  }
  return out;
}

}  // namespace

std::string DescribeTest(const ConditionPart& test) {
  const std::string fields = Fields(test);
  const bool holds = test.value == Truth::kTrue;
  if (test.needed.empty() || fields.empty()) {
    const char* outcome = holds ? "true" : test.value == Truth::kFalse ? "false" : "unknown";
    std::string out = fmt::format("{} is {}", test.text, outcome);
    if (!test.error.empty()) out += ": " + test.error;
    return fields.empty() ? out : fmt::format("{} ({})", out, fields);
  }
  if (holds) return test.needed == test.fields[0].value ? fields : fmt::format("{} ({})", fields, test.needed);
  std::string out = fmt::format("{}, needed: {}", fields, test.needed);
  if (test.missing != 0) {
    out += fmt::format(" ({:.6g} {})", test.missing > 0 ? test.missing : -test.missing,
                       test.missing > 0 ? "short" : "too much");
  }
  return out;
}

std::string DescribeOutcome(std::span<const ConditionPart> parts) { return parts.empty() ? "" : Describe(parts, 0); }

double MostMissing(std::span<const ConditionPart> parts) {
  double most = 0;
  for (const ConditionPart& part : parts) {
    if (part.decisive && part.value != Truth::kTrue) most = std::max(most, part.missing);
  }
  return most;
}

}  // namespace leadline::domain
