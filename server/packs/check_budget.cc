#include "packs/check_budget.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

struct StageText {
  const char* doing;      // "the check stopped while it ..."
  const char* looks_for;  // "not looked for: ..."
  bool of_region;         // whether it is looked for in regions' packs too
};

const StageText& TextOf(CheckStage stage) {
  static constexpr StageText kTexts[] = {
      {"read the files", "other faults in the files", true},
      {"looked for statuses that overlap or are never reached", "statuses that overlap or are never reached", false},
      {"looked for table rows that never decide", "table rows that never decide", true},
      {"looked for points that never count", "points that never count", true},
      {"looked for routes that get no lead", "routes that get no lead", true},
      {"looked for service levels that never begin", "service levels that never begin", false},
      {"looked for values that no table gives", "values that no table gives", true},
      {"ran the tests", "whether the tests pass", true},
  };
  return kTexts[static_cast<size_t>(stage)];
}

std::string NotLookedFor(CheckStage from, bool central) {
  std::string out;
  for (size_t i = static_cast<size_t>(from); i <= static_cast<size_t>(CheckStage::kTests); ++i) {
    const StageText& text = TextOf(static_cast<CheckStage>(i));
    if (central || text.of_region) out += fmt::format("{}{}", out.empty() ? "" : "; ", text.looks_for);
  }
  return out;
}

// "1,234,567".
std::string Grouped(uint64_t number) {
  std::string out = fmt::format("{}", number);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string MiB(uint64_t bytes) { return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / (1 << 20)); }

const char* WhatToDo(CheckStage stage) {
  switch (stage) {
    case CheckStage::kReading:
      return "make the files smaller: fewer or shorter conditions, patterns and lists";
    case CheckStage::kTests:
      return "give the tests fewer cases, fewer activities or shorter `for_each` lists";
    default:
      return "let rules ask for one value of one field (lead.country == \"DE\") where they can, or use fewer of them";
  }
}

}  // namespace

CheckBudget::CheckBudget(const CheckLimits& limits) : limits_(limits) { BeginPack(""); }

void CheckBudget::BeginPack(std::string_view pack) {
  auto it = packs_.find(pack);
  if (it == packs_.end()) it = packs_.emplace(std::string(pack), Usage()).first;
  now_ = &it->second;
}

bool CheckBudget::Stop(Limit limit) {
  if (!stopped()) now_->reached = limit;
  return false;
}

bool CheckBudget::Hold(uint64_t bytes) {
  now_->bytes += bytes;
  now_->most_bytes = std::max(now_->most_bytes, now_->bytes);
  if (stopped()) return false;
  return now_->bytes <= limits_.bytes || Stop(Limit::kBytes);
}

CheckBudget::Usage CheckBudget::Of(std::string_view pack) const {
  const auto it = packs_.find(pack);
  return it == packs_.end() ? Usage() : it->second;
}

Diagnostic StoppedCheck(std::string_view pack, const CheckBudget::Usage& usage, const CheckLimits& limits,
                        std::string_view place) {
  const char* doing = TextOf(usage.stage).doing;
  Diagnostic d;
  d.code = "LL1301";
  d.layer = std::string(pack);
  d.position = usage.at;
  if (!d.position.known() && d.position.file.empty()) d.position.file = std::string(place);
  d.message = usage.reached == CheckBudget::Limit::kSteps
                  ? fmt::format("the check of this pack stopped at its limit of {} steps while it {}",
                                Grouped(limits.steps), doing)
                  : fmt::format("the check of this pack stopped at its limit of {} of memory ({} needed) while it {}",
                                MiB(limits.bytes), MiB(usage.most_bytes), doing);
  d.hint = fmt::format("{}; not looked for: {}", WhatToDo(usage.stage), NotLookedFor(usage.stage, pack == "central"));
  return d;
}

}  // namespace leadline::packs
