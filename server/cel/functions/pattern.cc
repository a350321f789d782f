#include "cel/functions/pattern.h"

#include <fmt/format.h>

namespace leadline::cel {

namespace {

// Past the class [...] that begins at `at`.
size_t ClassEnd(std::string_view p, size_t at) {
  ++at;
  if (at < p.size() && p[at] == '^') ++at;
  if (at < p.size() && p[at] == ']') ++at;
  while (at < p.size() && p[at] != ']') {
    const size_t name = p.substr(at).starts_with("[:") ? p.find(":]", at + 2) : std::string_view::npos;
    at = name != std::string_view::npos ? name + 2 : at + (p[at] == '\\' ? 2 : 1);
  }
  return at + 1;
}

// Calls `visit` with each position where syntax may begin: not inside a class or between \Q and \E, an escape as one.
template <typename F>
void VisitSyntax(std::string_view p, F&& visit) {
  for (size_t at = 0; at < p.size();) {
    if (p[at] == '[') {
      at = ClassEnd(p, at);
    } else if (p.substr(at).starts_with("\\Q")) {
      const size_t end = p.find("\\E", at);
      at = end == std::string_view::npos ? p.size() : end + 2;
    } else {
      visit(at);
      at += p[at] == '\\' ? 2 : 1;
    }
  }
}

bool IsNamedGroup(std::string_view rest) {
  return rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
}

struct Lacking {
  std::string_view syntax;
  std::string_view name;
  std::string_view hint;
};
constexpr std::string_view kTwoConditions =
    "write two conditions, such as  text.matches(\"a\") && !text.matches(\"b\")";
constexpr Lacking kLacking[] = {
    {"(?=", "look-ahead", kTwoConditions},
    {"(?!", "look-ahead", kTwoConditions},
    {"(?<=", "look-behind", kTwoConditions},
    {"(?<!", "look-behind", kTwoConditions},
    {"(?>", "atomic groups", "write (?:...); a pattern is matched in time linear in the text without them"},
    {"\\k", "back-references", "compare the parts by themselves, for example of text.split(\"-\")"},
};

}  // namespace

std::string WithNamedGroups(std::string_view pattern) {
  std::string out;
  if (pattern.find("(?<") == std::string_view::npos) return std::string(pattern);
  size_t copied = 0;
  VisitSyntax(pattern, [&](size_t at) {
    if (!IsNamedGroup(pattern.substr(at))) return;
    out += pattern.substr(copied, at - copied);
    out += "(?P<";
    copied = at + 3;
  });
  return out += pattern.substr(copied);
}

PatternFault ExplainPattern(std::string_view pattern, std::string_view error) {
  const Lacking* found = nullptr;
  VisitSyntax(pattern, [&](size_t at) {
    const std::string_view rest = pattern.substr(at);
    for (const Lacking& lacking : kLacking) {
      if (found == nullptr && rest.starts_with(lacking.syntax)) found = &lacking;
    }
    const bool reference = rest.size() > 1 && rest[0] == '\\' && rest[1] >= '1' && rest[1] <= '9';
    if (found == nullptr && reference) found = &kLacking[std::size(kLacking) - 1];
  });
  if (found != nullptr) {
    return {fmt::format("regular expressions have no {} here", found->name), std::string(found->hint)};
  }
  std::string shown(error);
  // Groups that were rewritten are told as they were written.
  const size_t group = pattern.find("(?P<") == std::string_view::npos ? shown.find("(?P<") : std::string::npos;
  if (group != std::string::npos) shown.erase(group + 2, 1);
  return {fmt::format("this is not a regular expression: {}", shown), ""};
}

}  // namespace leadline::cel
