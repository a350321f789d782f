// sla.yaml: levels, of the centre; stricter ones, of a region. Its calendars: calendars.cc.
#include <algorithm>

#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::BusinessCalendar;
using domain::LadderAction;
using domain::LadderStep;
using domain::SlaDef;

class SlaReader : FileReader {
 public:
  explicit SlaReader(const Reading& reading) : FileReader(reading), sla_(rules_.sla) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "sla.yaml");
    layer_.is_central() ? top.RequiredList("calendars") : top.List("calendars");  // read before (ReadCalendars)
    const auto levels = layer_.is_central() ? top.RequiredList("levels") : top.List("levels");
    const auto tighten = layer_.is_central() ? std::vector<const YamlNode*>() : top.List("tighten");
    top.Finish();
    for (const YamlNode* node : levels) ReadLevel(*node);
    for (const YamlNode* node : tighten) ReadTighten(*node);
    problems_.SetRule("");
  }

 private:
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
    if (const YamlNode* calendar = reader.Require("calendar")) {
      if (const YamlNode* named = CalendarNode(*calendar, level.of_assignee)) level.calendar = named->text;
    }
    ReadLadder(reader, level);
    ReadPause(reader, level);
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
    const YamlNode* ladder = reader.Get("reassign_on_breach");
    if (ladder == nullptr) ladder = reader.Get("on_breach");
    const bool takes = std::any_of(level.on_breach.begin(), level.on_breach.end(), [](const LadderStep& step) {
      return step.action == LadderAction::kReassign || step.action == LadderAction::kEscalate;
    });
    if (takes) {
      problems_.Add(*ladder, "LL2710",
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

  // The node that names the calendar in `berlin` or {of_assignee: berlin}; null, reported, when there is no such one.
  const YamlNode* CalendarNode(const YamlNode& node, bool& of_assignee) {
    const YamlNode* named = &node;
    of_assignee = node.is_map();
    if (of_assignee) {
      MapReader reader(problems_, node, "\"calendar\"");
      named = reader.Require("of_assignee");
      reader.Finish();
      if (named == nullptr) return nullptr;
    }
    if (named->is_scalar() && named->text == "of_assignee") {
      problems_.Add(*named, "LL2704", "nothing says on which calendar a lead counts that nobody has",
                    "write  {of_assignee: CALENDAR}");
      return nullptr;
    }
    if (sla_.FindCalendar(named->text) != nullptr) return named;
    problems_.Add(*named, "LL2704", fmt::format("there is no calendar \"{}\"", named->text),
                  DidYouMean(named->text, layer_.IdsOf("calendar")));
    return nullptr;
  }

  void ReadLadder(MapReader& reader, SlaDef& level) {
    const YamlNode* brief = reader.Get("reassign_on_breach");
    if (reader.Flag("reassign_on_breach", false))
      level.on_breach.assign(SlaDef::kMostHandedOn, {LadderAction::kReassign, 0, ""});
    if (reader.Get("on_breach") == nullptr) return;
    if (brief != nullptr) {
      problems_.Add(*brief, "LL2712", "the level says twice what is done when it is breached",
                    "remove this: it is short for  on_breach: [{do: reassign}, {do: reassign}, {do: reassign}]");
    }
    level.on_breach.clear();
    const auto steps = reader.RequiredList("on_breach");
    if (steps.size() > SlaDef::kMostSteps) {
      problems_.Add(*steps[SlaDef::kMostSteps], "LL1105",
                    fmt::format("a level has at most {} steps", SlaDef::kMostSteps));
    }
    for (const YamlNode* node : steps) {
      const std::optional<LadderStep> step = ReadStep(*node);
      if (!step) continue;
      CheckStep(*node, *step, level);
      level.on_breach.push_back(*step);
    }
  }

  std::optional<LadderStep> ReadStep(const YamlNode& node) {
    MapReader reader(problems_, node, "a step of \"on_breach\"");
    if (!reader.ok()) return std::nullopt;
    LadderStep step;
    reader.Require("do");
    const int action = reader.Choice("do", {"warn", "reassign", "escalate", "hold"});
    step.action = static_cast<LadderAction>(std::max(action, 0));
    step.after = reader.Length("after").value_or(0);
    if (step.action == LadderAction::kHold) {
      if (const YamlNode* queue = reader.Require("queue")) step.queue = ReadQueueName(layer_, *queue);
    }
    reader.Finish();
    if (action < 0) return std::nullopt;
    return step;
  }

  // Where a step leaves the clock that is breached as it is, the next one is counted from the same breach.
  void CheckStep(const YamlNode& node, const LadderStep& step, const SlaDef& level) {
    if (step.action == LadderAction::kHold &&
        std::find(level.start_on_hold.begin(), level.start_on_hold.end(), step.queue) != level.start_on_hold.end()) {
      problems_.Add(node, "LL2712", fmt::format("the lead waits in {} already", step.queue), "name another queue");
    }
    if (level.on_breach.empty()) return;
    const LadderStep& before = level.on_breach.back();
    if (before.action == LadderAction::kHold) {
      problems_.Add(node, "LL2712", "nothing comes after the step that puts the lead into a queue",
                    "its queue has a level of its own (start_on_hold): say there what comes next");
    } else if (before.action == LadderAction::kWarn && step.after < before.after) {
      problems_.Add(node, "LL2712",
                    fmt::format("\"{}\" comes before the step above it, {} past the breach", domain::DescribeStep(step),
                                FormatDuration(before.after)),
                    "put the steps in the order in which they come");
    }
  }

  void ReadPause(MapReader& reader, SlaDef& level) {
    level.regions_may_pause = reader.Flag("regions_may_pause", false);
    const YamlNode* when = reader.Get("pause_when");
    if (when != nullptr) level.pause_condition = conditions_.Compile(*when, {.may_read_adjustment = false}, rules_);
    const YamlNode* at = when != nullptr ? when : reader.Get("regions_may_pause");
    if ((when != nullptr || level.regions_may_pause) && level.due_at_latest == 0) {
      problems_.Add(*at, "LL2713", "nothing bounds how long the level stands", "add  due_at_latest: 30d");
    }
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
    const YamlNode* ladder = reader.Get("on_breach");
    const auto steps = reader.List("on_breach");
    const YamlNode* pause = reader.Get("pause_when");
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
    for (SlaDef& level : sla_.levels) {
      if (level.id != name->text) continue;
      Shorten(reader.Get("due_after"), due, *central, level.due_after);
      Shorten(reader.Get("warn_after"), warn, *central, level.warn_after);
      level.warn_after = std::min(level.warn_after, level.due_after);
      if (latest && level.due_at_latest == 0) level.due_at_latest = *latest;
      Shorten(reader.Get("due_at_latest"), latest, *central, level.due_at_latest);
      CheckLatest(reader.Get("due_at_latest"), level);
      if (calendar != nullptr) CountOn(*calendar, level);
      if (ladder != nullptr) ShortenLadder(*ladder, steps, *central, level);
      if (pause != nullptr) AlsoPause(*pause, *central, level);
      level.layer = layer_.name();
    }
  }

  // A region's own calendars keep to the floor by their definition; a central one need not, and may have been chosen
  // for other levels alone, or for leads that nobody has.
  void CountOn(const YamlNode& node, SlaDef& level) {
    bool of_assignee = false;
    const YamlNode* named = CalendarNode(node, of_assignee);
    if (named == nullptr) return;
    const BusinessCalendar* calendar = sla_.FindCalendar(named->text);
    const Definition* definition = definitions_.Find("calendar", named->text);
    const bool as_before = named->text == level.calendar && (of_assignee || !level.of_assignee);
    if (calendar != nullptr && definition != nullptr && definition->layer == "central" && !as_before) {
      CheckCalendarFloor(layer_, *calendar, *named, *named, "count the level on another calendar");
    }
    level.calendar = named->text;
    level.of_assignee = of_assignee;
  }

  // The centre's steps, each as late or sooner.
  void ShortenLadder(const YamlNode& at, const std::vector<const YamlNode*>& steps, const Definition& central,
                     SlaDef& level) {
    const auto refuse = [&](const YamlNode& where, std::string what) {
      Diagnostic& d = problems_.Add(where, "LL2714", std::move(what),
                                    "write all steps of the centre in their order; a region may only shorten `after`");
      d.related = central.at->file->PositionOf(central.at->offset);
      d.related_message = "the central level";
    };
    if (steps.size() != level.on_breach.size()) {
      return refuse(
          at, fmt::format("the central level has {} steps, and here are {}", level.on_breach.size(), steps.size()));
    }
    for (size_t i = 0; i < steps.size(); ++i) {
      const std::optional<LadderStep> step = ReadStep(*steps[i]);
      if (!step) continue;
      LadderStep& own = level.on_breach[i];
      if (step->action != own.action || step->queue != own.queue || step->after > own.after) {
        refuse(*steps[i], fmt::format("step {} is \"{}\", and the centre's \"{}\"", i + 1, domain::DescribeStep(*step),
                                      domain::DescribeStep(own)));
      } else {
        own.after = step->after;
      }
    }
  }

  void AlsoPause(const YamlNode& node, const Definition& central, SlaDef& level) {
    if (!level.regions_may_pause) {
      Diagnostic& d = problems_.Add(node, "LL2715", fmt::format("no region may let the level \"{}\" stand", level.id),
                                    "ask the owners of the central pack for  regions_may_pause: true");
      d.related = central.at->file->PositionOf(central.at->offset);
      d.related_message = "the central level";
      return;
    }
    const int own = conditions_.Compile(node, {}, rules_);
    if (own < 0) return;
    if (level.pause_condition < 0) {
      level.pause_condition = own;
      return;
    }
    const auto source = [&](int condition) {
      return rules_.conditions[static_cast<size_t>(condition)].program->source();
    };
    // On lines of their own, since either may end with a comment (//), which would swallow what follows.
    const std::string both = fmt::format("(\n{}\n) || (\n{}\n)", source(level.pause_condition), source(own));
    const int either = conditions_.CompileGenerated(both, node, rules_);
    if (either >= 0) level.pause_condition = either;
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

  domain::SlaPolicy& sla_;
};

}  // namespace

void ReadSla(const Reading& reading, const YamlNode& root) { SlaReader(reading).Read(root); }

}  // namespace leadline::packs
