#include "cli/commands/tables/condition_text.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/output/text.h"

namespace leadline::cli {
namespace {

char Mark(const v1::ConditionPart& part) {
  if (part.outcome() == v1::CONDITION_PART_OUTCOME_TRUE) return '+';
  return part.outcome() == v1::CONDITION_PART_OUTCOME_FALSE ? '-' : '?';
}

const char* Joint(v1::ConditionPartKind kind) {
  if (kind == v1::CONDITION_PART_KIND_ALL) return "all of:";
  return kind == v1::CONDITION_PART_KIND_ANY ? "one of:" : "the first says which of the other two counts:";
}

std::string Fields(const v1::ConditionPart& test) {
  std::string out;
  for (const auto& field : test.fields()) {
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", field.field(), field.value());
  }
  return out;
}

}  // namespace

std::string TestText(const v1::ConditionPart& test) {
  const std::string fields = Fields(test);
  const bool holds = test.outcome() == v1::CONDITION_PART_OUTCOME_TRUE;
  if (test.needed().empty() || fields.empty()) {
    std::string out = fmt::format("{} is {}", test.text(), holds ? "true" : Mark(test) == '-' ? "false" : "unknown");
    if (!test.error().empty()) out += ": " + test.error();
    return fields.empty() ? out : fmt::format("{} ({})", out, fields);
  }
  if (holds) return test.needed() == test.fields(0).value() ? fields : fmt::format("{} ({})", fields, test.needed());
  std::string out = fmt::format("{}, needed: {}", fields, test.needed());
  if (test.missing() != 0) {
    out += fmt::format(" ({} {})", FormatPoints(std::abs(test.missing())), test.missing() > 0 ? "short" : "too much");
  }
  return out;
}

std::vector<std::string> ConditionLines(const v1::Reason& reason) {
  std::vector<std::string> lines;
  const bool flat = reason.parts_size() > 0 && reason.parts(0).kind() == v1::CONDITION_PART_KIND_ALL;
  for (const auto& part : reason.parts()) {
    if (flat && part.depth() == 0) continue;
    const auto indent = static_cast<size_t>(part.depth() - (flat ? 1 : 0)) * 2;
    std::string line = std::string(indent, ' ') + Mark(part) + " ";
    line += part.kind() == v1::CONDITION_PART_KIND_TEST ? TestText(part) : Joint(part.kind());
    if (!part.layer().empty()) line += fmt::format("  [{}]", part.layer());
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace leadline::cli
