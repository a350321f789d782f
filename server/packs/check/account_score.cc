#include "packs/check/account_score.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "packs/run/fields.h"

namespace leadline::packs {
namespace {

// What follows from the status of a person, or of the lead that stands in for one.
bool IsStatusField(std::string_view name) {
  for (const std::string_view field :
       {"record.status", "lead.status", "contact.status", "record.days_in_status", "lead.days_in_status"}) {
    if (name == field) return true;
  }
  return false;
}

// The first field of a kind that the condition reads; empty: it reads none.
std::string ReadOf(const WrittenRules& written, int condition, bool (*is)(std::string_view)) {
  const auto program = written.ProgramOf(condition);
  if (program == nullptr) return "";
  for (const int slot : program->used_slots()) {
    const std::string& name = written.fields[static_cast<size_t>(slot)].name;
    if (is(name)) return name;
  }
  return "";
}

// The id of a transition that goes by an account's score; empty: none does.
std::string TransitionByScore(const WrittenRules& written) {
  for (const domain::TransitionDef& transition : written.rules.lifecycle.transitions) {
    if (!ReadOf(written, transition.condition, IsAccountScoreField).empty()) return transition.id;
  }
  return "";
}

}  // namespace

void CheckAccountScore(const WrittenRules& written) {
  const domain::ScoringPolicy& scoring = written.rules.scoring;
  if (!scoring.account_score.has_value()) return;
  const std::string transition = TransitionByScore(written);
  for (const domain::ScoringRule& rule : scoring.rules) {
    if (rule.regional || !scoring.account_score->Counts(rule.dimension)) continue;
    const std::string read = ReadOf(written, rule.condition, IsAccountScoreField);
    const std::string status = transition.empty() ? "" : ReadOf(written, rule.condition, IsStatusField);
    if (read.empty() && status.empty()) continue;
    written.problems.SetRule(rule.id);
    written.problems.Add(
        *written.PlaceOf(rule.condition).at, "LL2214",
        read.empty() ? fmt::format("{} follows from accounts' scores by the transition {}, and the dimension \"{}\" "
                                   "counts towards them",
                                   status, transition, rule.dimension)
                     : fmt::format("{} would raise itself: the dimension \"{}\" counts towards accounts' scores", read,
                                   rule.dimension),
        "let the rule count into a dimension that account_score does not name");
  }
  written.problems.SetRule("");
}

}  // namespace leadline::packs
