// The `holidays:` of calendars: dates, or a file of them.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "domain/sla.h"
#include "packs/read/layer.h"
#include "packs/values/icalendar.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {

// Reads a file once, however many calendars of the pack name it. Not thread-safe.
class HolidayReader {
 public:
  // `layer` must outlive it.
  explicit HolidayReader(Layer& layer) : layer_(layer) {}

  // Puts the days into the calendar. Warns when a calendar that has days off is about to run out of them.
  void Read(MapReader& calendar, domain::BusinessCalendar& out);

 private:
  void AddDate(const YamlNode& node, domain::BusinessCalendar& out);
  void AddFile(const YamlNode& node, domain::BusinessCalendar& out);
  void WarnWhenItRunsOut(const YamlNode& node, const domain::BusinessCalendar& calendar);

  Layer& layer_;
  std::map<std::string, absl::StatusOr<CalendarDays>> files_;  // by name
};

}  // namespace leadline::packs
