// The `holidays:` of a calendar: dates, or a file of them.
#pragma once

#include "domain/sla.h"
#include "packs/read/layer.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {

// Puts the days into the calendar. Warns when a calendar that has days off is about to run out of them.
void ReadHolidays(Layer& layer, MapReader& calendar, domain::BusinessCalendar& out);

}  // namespace leadline::packs
