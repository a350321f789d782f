// The calendars of sla.yaml, and the names of them in other files.
#include <array>

#include "base/zones/time_zones.h"
#include "fmt/format.h"
#include "packs/read/holidays.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::BusinessCalendar;

// Minutes of "09:30"; -1 when it is none. "24:00" ends a day.
int MinuteOf(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  for (const size_t i : {0u, 1u, 3u, 4u}) {
    if (text[i] < '0' || text[i] > '9') return -1;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  const int total = hours * 60 + minutes;
  return minutes > 59 || total > 24 * 60 ? -1 : total;
}

double InHours(Duration length) { return static_cast<double>(length) / static_cast<double>(kHour); }

class CalendarReader : FileReader {
 public:
  explicit CalendarReader(const Reading& reading)
      : FileReader(reading), zones_(conditions_.schema().time_zones()), holidays_(layer_) {}

  void Read(const YamlNode& root) {
    const YamlNode* list = root.Find("calendars");
    if (list == nullptr || !list->is_sequence() || list->items.empty()) return;
    if (!layer_.is_central() && !layer_.CheckOpened(list->items[0], layer_.points().calendars, "calendars")) return;
    for (const YamlNode& node : list->items) ReadCalendar(node);
    problems_.SetRule("");
  }

 private:
  void ReadCalendar(const YamlNode& node) {
    MapReader reader(problems_, node, "a calendar");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a calendar");
    problems_.SetRule(id.value_or(""));
    BusinessCalendar calendar;
    calendar.time_zone = reader.RequiredText("time_zone");
    const size_t before = problems_.found();
    if (const YamlNode* hours = reader.Require("hours")) ReadHours(*hours, calendar);
    const bool hours_read = problems_.found() == before;
    holidays_.Read(reader, calendar);
    reader.Text("description");
    reader.Finish();
    if (!id || !layer_.Define("calendar", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    calendar.id = *id;
    calendar.zone = FindZone(zones_, calendar.time_zone);
    BusinessCalendar checked = calendar;
    // Without its hours, which have been reported, the calendar would seem never to be open.
    if (!hours_read) checked.week[0] = {{0, 60}};
    if (const absl::Status status = domain::ValidateCalendar(checked, *zones_); !status.ok()) {
      const YamlNode* zone = reader.Get("time_zone");
      problems_.Add(zone != nullptr ? *zone : node, "LL2701", std::string(status.message()));
    } else if (!layer_.is_central() && hours_read) {
      const YamlNode* holidays = reader.Get("holidays");
      CheckCalendarFloor(layer_, calendar, *reader.Get("hours"), holidays != nullptr ? *holidays : node);
    }
    rules_.sla.calendars.push_back(std::move(calendar));
  }

  void ReadHours(const YamlNode& node, BusinessCalendar& calendar) {
    static constexpr std::array<const char*, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                         "friday", "saturday", "sunday"};
    MapReader reader(problems_, node, "\"hours\"");
    std::array<std::vector<const YamlNode*>, 7> days;
    for (size_t day = 0; day < kDays.size(); ++day) {
      const YamlNode* entry = reader.Get(kDays[day]);
      if (entry == nullptr) continue;
      days[day] = entry->is_sequence() ? reader.List(kDays[day]) : std::vector<const YamlNode*>{entry};
    }
    reader.Finish();
    for (size_t day = 0; day < kDays.size(); ++day) {
      for (const YamlNode* range : days[day]) ReadRange(*range, day, calendar);
    }
  }

  // "09:00-17:30", or "22:00-06:00" into the next day.
  void ReadRange(const YamlNode& node, size_t day, BusinessCalendar& calendar) {
    const std::optional<std::string> text = ReadText(problems_, node, "working hours");
    if (!text) return;
    const std::string_view written = *text;
    const int from = MinuteOf(written.substr(0, 5));
    const int to = written.size() == 11 && written[5] == '-' ? MinuteOf(written.substr(6)) : -1;
    if (from < 0 || to < 0 || from == to || from == 24 * 60) {
      problems_.Add(node, "LL2702", fmt::format("\"{}\" are not working hours", written),
                    "write them as 09:00-17:30, or 22:00-06:00 for a night that ends on the next day");
    } else if (!domain::AddHours(day, {from, to}, calendar.week)) {
      problems_.Add(node, "LL2711", fmt::format("\"{}\" overlap hours that stand here already", written),
                    "an hour is worked once: let them begin where the others end; a night goes on into the next day");
    }
  }

  const std::shared_ptr<const TimeZones>& zones_;
  HolidayReader holidays_;
};

}  // namespace

void ReadCalendars(const Reading& reading, const YamlNode& root) { CalendarReader(reading).Read(root); }

void CheckCalendarFloor(Layer& layer, const BusinessCalendar& calendar, const YamlNode& hours_at,
                        const YamlNode& holidays_at, const std::string& remedy) {
  const domain::CalendarFloor& floor = layer.points().floor;
  const auto report = [&](const YamlNode& at, const YamlNode* central, std::string message, std::string hint) {
    Diagnostic& d = layer.problems().Add(at, "LL2308", std::move(message),
                                         std::move(hint) + ", or ask the owners of the central pack for another floor");
    if (central == nullptr) return;
    d.related = central->file->PositionOf(central->offset);
    d.related_message = central->is_map() || central->text == "true" || central->text == "false"
                            ? "the centre says no number here, so the usual one counts"
                            : "the centre's floor";
  };
  const Duration work = domain::WorkPerWeek(calendar);
  if (work < floor.work_per_week) {
    report(hours_at, layer.points().hours_at,
           fmt::format("the calendar \"{}\" works {:g} hours a week, and a region counts on {:g} or more", calendar.id,
                       InHours(work), InHours(floor.work_per_week)),
           remedy.empty() ? "give it more hours" : remedy);
  }
  const domain::HolidayYear year = domain::FullestHolidayYear(calendar);
  if (year.holidays > floor.holidays_per_year) {
    report(holidays_at, layer.points().holidays_at,
           fmt::format("the calendar \"{}\" has {} holidays on working days in the year from {}, and a region has {} "
                       "or fewer",
                       calendar.id, year.holidays, year.from, floor.holidays_per_year),
           remedy.empty() ? "take some out" : remedy);
  }
}

std::string ReadCalendarName(const Reading& reading, const YamlNode& node) {
  Layer& layer = reading.layer;
  if (!node.is_scalar()) {
    if (!node.reported) layer.problems().Add(node, "LL2704", "the id of a calendar belongs here");
    return "";
  }
  const BusinessCalendar* calendar = reading.rules.sla.FindCalendar(node.text);
  if (calendar == nullptr) {
    layer.problems().Add(node, "LL2704", fmt::format("there is no calendar \"{}\"", node.text),
                         DidYouMean(node.text, layer.IdsOf("calendar")));
    return "";
  }
  const Definition* definition = layer.definitions().Find("calendar", node.text);
  if (!layer.is_central() && definition != nullptr && definition->layer == "central") {
    CheckCalendarFloor(layer, *calendar, node, node, "name another calendar");
  }
  return node.text;
}

}  // namespace leadline::packs
