// The right forms that a hint names: what stands between backticks.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline::cel {

inline std::vector<std::string> FormsIn(std::string_view hint) {
  std::vector<std::string> out;
  for (size_t open = hint.find('`'); open != std::string_view::npos; open = hint.find('`', open)) {
    const size_t close = hint.find('`', open + 1);
    if (close == std::string_view::npos) return {"a form without an end: " + std::string(hint)};
    out.emplace_back(hint.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return out;
}

// The form as an expression of its own: an operator between two values, and the names that stand for something bound.
inline std::string Compilable(const std::string& form) {
  static const std::pair<const char*, const char*> kNames[] = {
      {"x", "dyn(1)"},
      {"y", "dyn(2)"},
      {"a", "dyn([1])"},
      {"b", "dyn([2])"},
      {"n", "3"},
      {"text", "\"a\""},
      {"part", "\"b\""},
      {"pattern", "\"c\""},
      {"old", "\"d\""},
      {"new", "\"e\""},
      {"begin", "1"},
      {"end", "2"},
      {"list", "[dyn(1)]"},
      {"larger", "[1]"},
      {"smaller", "[2]"},
      {"map", "{\"key\": dyn(1)}"},
      {"record", "{\"field\": dyn(1)}"},
      {"key", "\"f\""},
      {"k", "\"g\""},
      {"v", "dyn(1)"},
      {"optional", "optional.of(dyn(1))"},
      {"value", "dyn(1)"},
      {"condition", "true"},
      {"time", "timestamp(\"2026-01-31T00:00:00Z\")"},
  };
  std::string out = form;
  if (form == "!") out = "!condition";
  if (form == "&&" || form == "||") out = "condition " + form + " condition";
  if (form != "!" && form.find_first_not_of("=!<>+-*/%") == std::string::npos) out = "x " + form + " y";
  for (const auto& [name, value] : kNames) {
    if (out.find(name) != std::string::npos) {
      out = std::string("cel.bind(") + name + ", " + value + ", " + out + "\n)";
    }
  }
  return out;
}

}  // namespace leadline::cel
