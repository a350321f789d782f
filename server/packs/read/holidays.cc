#include "packs/read/holidays.h"

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

constexpr Duration kSoon = 60 * kDay;

}  // namespace

void HolidayReader::AddDate(const YamlNode& node, domain::BusinessCalendar& out) {
  if (ReadDate(layer_.problems(), node)) out.holidays.push_back(node.text);
}

void HolidayReader::AddFile(const YamlNode& node, domain::BusinessCalendar& out) {
  Problems& problems = layer_.problems();
  const auto file = layer_.files().find(node.text);
  if (file == layer_.files().end() || !node.text.ends_with(".ics")) {
    std::vector<std::string> names;
    for (const auto& [name, text] : layer_.files()) {
      if (name.ends_with(".ics")) names.push_back(name);
    }
    problems.Add(
        node, "LL2706", fmt::format("the pack has no calendar file \"{}\"", node.text),
        names.empty() ? "put it into the pack's folder, with a name that ends in .ics" : DidYouMean(node.text, names));
    return;
  }
  auto read = files_.find(node.text);
  if (read == files_.end()) {
    read = files_.emplace(node.text, ReadCalendarDays(file->second, &problems.budget())).first;
  }
  const absl::StatusOr<CalendarDays>& days = read->second;
  if (!days.ok()) {
    problems.Add(node, "LL2706", fmt::format("{}: {}", node.text, std::string(days.status().message())));
    return;
  }
  if (!problems.budget().Spend(days->days.size())) return;
  out.holidays.insert(out.holidays.end(), days->days.begin(), days->days.end());
  if (days->days.empty()) {
    problems.Add(node, "LL2708", fmt::format("{} holds no day off", node.text), "add days off, or take the file out")
        .severity = Severity::kWarning;
  }
  if (days->timed == 0) return;
  problems
      .Add(node, "LL2707",
           fmt::format("{} event{} of {} begin{} at a time of day: left out", days->timed, days->timed == 1 ? "" : "s",
                       node.text, days->timed == 1 ? "s" : ""),
           "days off are events of whole days; take the others out")
      .severity = Severity::kWarning;
}

void HolidayReader::WarnWhenItRunsOut(const YamlNode& node, const domain::BusinessCalendar& calendar) {
  if (layer_.now() == 0 || calendar.holidays.empty()) return;
  const std::string& last = calendar.holidays.back();
  const absl::StatusOr<Time> day = ParseDate(last);
  if (!day.ok() || *day >= layer_.now() + kSoon) return;
  layer_.problems()
      .Add(node, "LL2708", fmt::format("the last day off of this calendar is {}", last),
           "add those that follow: without them, service levels run on days on which nobody works")
      .severity = Severity::kWarning;
}

void HolidayReader::Read(MapReader& calendar, domain::BusinessCalendar& out) {
  const YamlNode* node = calendar.Get("holidays");
  if (node == nullptr) return;
  if (node->is_map()) {
    MapReader reader(layer_.problems(), *node, "\"holidays\"");
    const YamlNode* file = reader.Require("file");
    for (const YamlNode* date : reader.List("dates")) AddDate(*date, out);
    reader.Finish();
    if (file != nullptr && file->is_scalar()) AddFile(*file, out);
  } else {
    for (const YamlNode* date : calendar.List("holidays")) AddDate(*date, out);
  }
  std::sort(out.holidays.begin(), out.holidays.end());
  out.holidays.erase(std::unique(out.holidays.begin(), out.holidays.end()), out.holidays.end());
  WarnWhenItRunsOut(*node, out);
}

}  // namespace leadline::packs
