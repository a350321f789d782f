// sla.yaml: calendars and levels, of the centre; calendars and stricter levels, of a region.
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/zones/time_zones.h"
#include "fmt/format.h"
#include "packs/read/holidays.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::BusinessCalendar;
using domain::SlaDef;

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

class SlaReader : FileReader {
 public:
  explicit SlaReader(const Reading& reading)
      : FileReader(reading), zones_(conditions_.schema().time_zones()), sla_(rules_.sla), holidays_(layer_) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "sla.yaml");
    const auto calendars = layer_.is_central() ? top.RequiredList("calendars") : top.List("calendars");
    const auto levels = layer_.is_central() ? top.RequiredList("levels") : top.List("levels");
    const auto tighten = layer_.is_central() ? std::vector<const YamlNode*>() : top.List("tighten");
    top.Finish();
    if (layer_.is_central() || calendars.empty() ||
        layer_.CheckOpened(*calendars[0], layer_.points().calendars, "calendars")) {
      for (const YamlNode* node : calendars) ReadCalendar(*node);
    }
    for (const YamlNode* node : levels) ReadLevel(*node);
    for (const YamlNode* node : tighten) ReadTighten(*node);
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
      CheckFloor(calendar, *reader.Get("hours"), holidays != nullptr ? *holidays : node);
    }
    sla_.calendars.push_back(std::move(calendar));
  }

  // Reports a calendar that works less than the centre lets a region count on.
  void CheckFloor(const BusinessCalendar& calendar, const YamlNode& hours_at, const YamlNode& holidays_at,
                  const std::string& remedy = "") {
    const domain::CalendarFloor& floor = layer_.points().floor;
    const auto report = [&](const YamlNode& at, const YamlNode* central, std::string message, std::string hint) {
      Diagnostic& d = problems_.Add(at, "LL2308", std::move(message),
                                    std::move(hint) + ", or ask the owners of the central pack for another floor");
      if (central == nullptr) return;
      d.related = central->file->PositionOf(central->offset);
      d.related_message = central->is_map() || central->text == "true" || central->text == "false"
                              ? "the centre says no number here, so the usual one counts"
                              : "the centre's floor";
    };
    const Duration work = domain::WorkPerWeek(calendar);
    if (work < floor.work_per_week) {
      report(hours_at, layer_.points().hours_at,
             fmt::format("the calendar \"{}\" works {:g} hours a week, and a region counts on {:g} or more",
                         calendar.id, InHours(work), InHours(floor.work_per_week)),
             remedy.empty() ? "give it more hours" : remedy);
    }
    const domain::HolidayYear year = domain::FullestHolidayYear(calendar);
    if (year.holidays > floor.holidays_per_year) {
      report(holidays_at, layer_.points().holidays_at,
             fmt::format("the calendar \"{}\" has {} holidays on working days in the year from {}, and a region has {} "
                         "or fewer",
                         calendar.id, year.holidays, year.from, floor.holidays_per_year),
             remedy.empty() ? "take some out" : remedy);
    }
  }

  static double InHours(Duration length) { return static_cast<double>(length) / static_cast<double>(kHour); }

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

  std::vector<std::string> Statuses(MapReader& reader, const char* key) {
    std::vector<std::string> out;
    for (const YamlNode* node : reader.RequiredList(key)) {
      if (rules_.lifecycle.Find(node->text) == nullptr) {
        problems_.Add(*node, "LL2402", fmt::format("there is no status \"{}\"", node->text),
                      DidYouMean(node->text, layer_.IdsOf("status")));
        continue;
      }
      out.push_back(node->text);
    }
    return out;
  }

  void ReadLevel(const YamlNode& node) {
    MapReader reader(problems_, node, "a service level");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a service level");
    problems_.SetRule(id.value_or(""));
    SlaDef level;
    level.layer = layer_.name();
    level.source = SourceOf(node);
    reader.Text("description");
    ReadStarts(reader, level);
    level.stop_on_disposition = reader.Flag("stop_on_disposition", false);
    if (const YamlNode* when = reader.Get("when")) level.condition = conditions_.Compile(*when, {}, rules_);
    reader.Require("due_after");
    level.due_after = reader.Length("due_after").value_or(kDay);
    level.warn_after = reader.Length("warn_after").value_or(level.due_after);
    CheckWarnBeforeDue(reader, level);
    level.due_at_latest = reader.Length("due_at_latest").value_or(0);
    CheckLatest(reader.Get("due_at_latest"), level);
    level.calendar = reader.RequiredText("calendar");
    CheckCalendar(reader.Get("calendar"));
    level.reassign_on_breach = reader.Flag("reassign_on_breach", false);
    CheckFitsStarts(reader, level);
    Seal seal = Seal::kFinal;
    if (layer_.is_central()) seal = ReadSeal(problems_, reader, {Seal::kFinal, Seal::kTighten});
    reader.Finish();
    if (!id) return;
    if (!layer_.is_central() && definitions_.Find("service level", *id) == nullptr) {
      layer_.CheckOpened(node, false, "new service levels");
      return;
    }
    if (!layer_.Define("service level", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    level.id = *id;
    sla_.levels.push_back(std::move(level));
  }

  // A status, a queue, or both; what a status starts says when it is met.
  void ReadStarts(MapReader& reader, SlaDef& level) {
    const YamlNode* hold = reader.Get("start_on_hold");
    const YamlNode* activity = reader.Get("start_on_activity");
    if (activity != nullptr) ReadStartOnActivity(*activity, level);
    if (hold != nullptr) {
      for (const YamlNode* node : reader.RequiredList("start_on_hold")) {
        if (std::string queue = ReadQueueName(layer_, *node); !queue.empty()) {
          level.start_on_hold.push_back(std::move(queue));
        }
      }
    }
    const bool enters = (hold == nullptr && activity == nullptr) || reader.Get("start_on_enter") != nullptr;
    if (enters) level.start_on_enter = Statuses(reader, "start_on_enter");
    if (enters || activity != nullptr) level.stop_on_leave = Statuses(reader, "stop_on_leave");
  }

  // In which statuses, and by which responses; without any, by those that ask to be contacted.
  void ReadStartOnActivity(const YamlNode& node, SlaDef& level) {
    MapReader reader(problems_, node, "\"start_on_activity\"");
    if (!reader.ok()) return;
    const ResponseKinds& known = conditions_.schema().responses();
    level.start_on_activity = Statuses(reader, "in");
    if (reader.Get("responses") == nullptr) {
      level.responses = known.contact_requests;
    } else {
      for (const YamlNode* response : reader.RequiredList("responses")) {
        if (CheckResponse(*response, known)) level.responses.push_back(response->text);
      }
    }
    reader.Finish();
    if (level.responses.empty() && reader.Get("responses") == nullptr) {
      problems_.Add(node, "LL1103", "nothing says which responses start the level",
                    "add  responses: [contact_me], or contact_requests to schema.yaml");
    }
  }

  bool CheckResponse(const YamlNode& node, const ResponseKinds& known) {
    if (std::find(known.touches.begin(), known.touches.end(), node.text) != known.touches.end()) {
      problems_.Add(node, "LL1104",
                    fmt::format("\"{}\" is a touch of ours, so nobody asks for anything by it", node.text),
                    "name responses of theirs");
      return false;
    }
    const int slot = conditions_.schema().SlotOf("activity.response");
    const std::vector<std::string> none;
    const std::vector<std::string>& values =
        slot < 0 ? none : conditions_.schema().fields()[static_cast<size_t>(slot)].values;
    if (values.empty() || std::find(values.begin(), values.end(), node.text) != values.end()) return true;
    problems_.Add(node, "LL1104", fmt::format("activity.response is never \"{}\"", node.text),
                  DidYouMean(node.text, values));
    return false;
  }

  // What means nothing where only queues start the level.
  void CheckFitsStarts(MapReader& reader, const SlaDef& level) {
    const bool works = reader.Get("start_on_enter") != nullptr || reader.Get("start_on_activity") != nullptr;
    if (reader.Get("start_on_hold") == nullptr || works) return;
    if (level.reassign_on_breach) {
      problems_.Add(*reader.Get("reassign_on_breach"), "LL2710",
                    "nobody works a lead that waits in a queue, so that there is nobody to take it from",
                    "remove it: a breach is told to whoever watches the queue");
    }
    if (const YamlNode* leave = reader.Get("stop_on_leave")) {
      problems_.Add(*leave, "LL2710",
                    "a clock that a queue started is met when the lead leaves the queue, in any status",
                    "remove it, or add  start_on_enter: [STATUS]");
    }
  }

  void CheckWarnBeforeDue(MapReader& reader, const SlaDef& level) {
    if (level.warn_after <= level.due_after) return;
    const YamlNode* at = reader.Get("warn_after");
    problems_.Add(at != nullptr ? *at : reader.node(), "LL2703", "the warning comes after the breach",
                  "warn_after must not be longer than due_after");
  }

  // Working time never passes faster than the clock: a bound before it would make it say nothing.
  void CheckLatest(const YamlNode* at, const SlaDef& level) {
    if (at == nullptr || level.due_at_latest == 0) return;
    if (level.due_at_latest > SlaDef::kMostLatest) {
      problems_.Add(*at, "LL1105", fmt::format("due_at_latest is at most {}", FormatDuration(SlaDef::kMostLatest)));
    }
    if (level.due_at_latest >= level.due_after) return;
    problems_.Add(*at, "LL2709",
                  fmt::format("{} is before the {} of working time have passed", FormatDuration(level.due_at_latest),
                              FormatDuration(level.due_after)),
                  "due_at_latest is counted by the clock: make it longer than due_after");
  }

  void CheckCalendar(const YamlNode* node) {
    if (node == nullptr || sla_.FindCalendar(node->text) != nullptr) return;
    problems_.Add(*node, "LL2704", fmt::format("there is no calendar \"{}\"", node->text),
                  DidYouMean(node->text, layer_.IdsOf("calendar")));
  }

  // A region may shorten the times of a level, and count them on a calendar of its own.
  void ReadTighten(const YamlNode& node) {
    problems_.SetRule("");
    MapReader reader(problems_, node, "an entry of \"tighten\"");
    if (!reader.ok()) return;
    const YamlNode* name = reader.Require("level");
    if (name != nullptr) problems_.SetRule(name->text);
    const std::optional<Duration> warn = reader.Length("warn_after");
    const std::optional<Duration> due = reader.Length("due_after");
    const std::optional<Duration> latest = reader.Length("due_at_latest");
    const YamlNode* calendar = reader.Get("calendar");
    reader.Finish();
    if (name == nullptr) return;
    problems_.SetRule(name->text);
    const Definition* central = definitions_.Find("service level", name->text);
    if (central == nullptr) {
      problems_.Add(*name, "LL2304", fmt::format("the central pack has no service level \"{}\"", name->text),
                    DidYouMean(name->text, definitions_.IdsOf("service level", "central")));
      return;
    }
    if (central->seal != Seal::kTighten) {
      ReportSealed(problems_, *name, "service level \"" + name->text + "\"", *central, "tighten");
      return;
    }
    CheckCalendar(calendar);
    for (SlaDef& level : sla_.levels) {
      if (level.id != name->text) continue;
      Shorten(reader.Get("due_after"), due, *central, level.due_after);
      Shorten(reader.Get("warn_after"), warn, *central, level.warn_after);
      level.warn_after = std::min(level.warn_after, level.due_after);
      if (latest && level.due_at_latest == 0) level.due_at_latest = *latest;
      Shorten(reader.Get("due_at_latest"), latest, *central, level.due_at_latest);
      CheckLatest(reader.Get("due_at_latest"), level);
      if (calendar != nullptr) CountOn(*calendar, level);
      level.layer = layer_.name();
    }
  }

  // A region's own calendars keep to the floor by their definition; a central one need not, and may have been chosen
  // for other levels alone.
  void CountOn(const YamlNode& node, SlaDef& level) {
    const BusinessCalendar* calendar = sla_.FindCalendar(node.text);
    const Definition* definition = definitions_.Find("calendar", node.text);
    if (calendar != nullptr && definition != nullptr && definition->layer == "central" && node.text != level.calendar) {
      CheckFloor(*calendar, node, node, "count the level on another calendar");
    }
    level.calendar = node.text;
  }

  void Shorten(const YamlNode* at, const std::optional<Duration>& value, const Definition& central, Duration& out) {
    if (at == nullptr || !value) return;
    if (*value <= out) {
      out = *value;
      return;
    }
    Diagnostic& d = problems_.Add(
        *at, "LL2303", fmt::format("{} is longer than the central {}", FormatDuration(*value), FormatDuration(out)),
        "a region may only shorten the times");
    d.related = central.at->file->PositionOf(central.at->offset);
    d.related_message = "the central level";
  }

  const std::shared_ptr<const TimeZones>& zones_;
  domain::SlaPolicy& sla_;
  HolidayReader holidays_;
};

}  // namespace

void ReadSla(const Reading& reading, const YamlNode& root) { SlaReader(reading).Read(root); }

}  // namespace leadline::packs
