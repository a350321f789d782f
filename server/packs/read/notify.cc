// notify.yaml: who is told of what.
#include <algorithm>
#include <array>

#include "base/ids.h"
#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using On = NotifyRule::On;

// By their number.
constexpr std::array<std::string_view, 6> kOnNames = {"assigned",  "sla_warned", "sla_breached",
                                                      "qualified", "queue_long", "calendar_ending"};
constexpr const char* kNotifyKind = "notification rule";
constexpr Duration kUsualNotice = 60 * kDay;

bool IsOfLead(On on) { return on != On::kQueueLong && on != On::kCalendarEnding; }

class NotifyReader : FileReader {
 public:
  explicit NotifyReader(const Reading& reading) : FileReader(reading) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "notify.yaml");
    const std::vector<const YamlNode*> rules = top.RequiredList("rules");
    top.Finish();
    if (rules.empty()) return;
    if (!layer_.is_central() && !layer_.CheckOpened(*rules[0], layer_.points().notifications, "notifications")) return;
    if (rules.size() > kMostNotifyRules) {
      problems_.Add(*rules[kMostNotifyRules], "LL1105",
                    fmt::format("a pack has at most {} rules of whom to tell", kMostNotifyRules),
                    "let one rule name several endpoints, or one condition stand for several rules");
    }
    for (size_t i = 0; i < rules.size() && i < kMostNotifyRules; ++i) ReadRule(*rules[i]);
    problems_.SetRule("");
  }

 private:
  void ReadRule(const YamlNode& node) {
    MapReader reader(problems_, node, "a rule of notify.yaml");
    if (!reader.ok()) return;
    NotifyRule rule;
    const std::optional<std::string> id = ReadId(problems_, reader, "a rule of notify.yaml");
    problems_.SetRule(id.value_or(""));
    rule.layer = layer_.name();
    rule.source = SourceOf(node);
    reader.Text("description");
    reader.Require("on");
    const int on = reader.Choice("on", {kOnNames.begin(), kOnNames.end()});
    rule.on = static_cast<On>(std::max(on, 0));
    ReadEndpoints(reader, rule);
    if (on >= 0) ReadDetails(reader, rule);
    Seal seal = Seal::kFinal;
    if (layer_.is_central()) {
      seal = ReadSeal(problems_, reader, {Seal::kFinal, Seal::kOpen});
    } else {
      RefuseSeal(problems_, reader);
    }
    if (on >= 0) reader.Finish();
    if (!id) return;
    rule.id = *id;
    Add(std::move(rule), *reader.Get("id"), seal, reader.Get("seal"));
  }

  void ReadEndpoints(MapReader& reader, NotifyRule& rule) {
    const std::vector<const YamlNode*> names = reader.RequiredList("to");
    for (const YamlNode* name : names) {
      const std::optional<std::string> text = ReadText(problems_, *name, "the name of an endpoint");
      if (!text) continue;
      if (!IsValidId(*text)) {
        problems_.Add(*name, "LL2911", fmt::format("\"{}\" is not the name of an endpoint", *text),
                      "use small letters, digits, _ and -; the server's settings say where the endpoint is");
      } else if (std::find(rule.to.begin(), rule.to.end(), *text) != rule.to.end()) {
        problems_.Add(*name, "LL1106", fmt::format("\"{}\" stands here already", *text), "remove one of the two");
      } else {
        rule.to.push_back(*text);
      }
    }
    if (names.size() <= kMostNotifyEndpoints) return;
    problems_.Add(*names[kMostNotifyEndpoints], "LL1105",
                  fmt::format("a rule tells at most {} endpoints", kMostNotifyEndpoints),
                  "let one endpoint hand on what it is told");
  }

  void ReadDetails(MapReader& reader, NotifyRule& rule) {
    Take(reader, "when", IsOfLead(rule.on), rule.on,
         [&](const YamlNode& at) { rule.condition = conditions_.Compile(at, {}, rules_); });
    const bool of_queue = rule.on == On::kQueueLong;
    if (of_queue) reader.Require("queue"), reader.Require("longer_than");
    Take(reader, "queue", of_queue, rule.on, [&](const YamlNode& at) { rule.queue = ReadQueueName(layer_, at); });
    Take(reader, "longer_than", of_queue, rule.on, [&](const YamlNode& at) {
      rule.longer_than = reader.Integer("longer_than").value_or(1);
      if (rule.longer_than >= 1 && rule.longer_than <= kMostQueueLength) return;
      problems_.Add(at, "LL1105", fmt::format("\"longer_than\" is a number of leads from 1 to {}", kMostQueueLength));
    });
    const bool of_calendar = rule.on == On::kCalendarEnding;
    if (of_calendar) rule.within = kUsualNotice;
    Take(reader, "calendar", of_calendar, rule.on, [&](const YamlNode& at) {
      rule.calendar = reader.Text("calendar");
      if (rules_.sla.FindCalendar(rule.calendar) != nullptr) return;
      problems_.Add(at, "LL2704", fmt::format("there is no calendar \"{}\"", rule.calendar),
                    DidYouMean(rule.calendar, layer_.IdsOf("calendar")));
    });
    Take(reader, "within", of_calendar, rule.on, [&](const YamlNode& at) {
      rule.within = reader.Length("within").value_or(kUsualNotice);
      if (rule.within >= kDay && rule.within <= kMostCalendarNotice) return;
      problems_.Add(at, "LL1105", fmt::format("\"within\" is from 1d to {}", FormatDuration(kMostCalendarNotice)));
    });
  }

  // Reads the key where it goes with what the rule is about, and reports it where it does not.
  template <typename ReadIt>
  void Take(MapReader& reader, const char* key, bool fits, On on, ReadIt read) {
    const YamlNode* at = reader.Get(key);
    if (at == nullptr) return;
    if (fits) return read(*at);
    problems_.Add(*at, "LL2912", fmt::format("a rule on {} has no \"{}\"", NotifyOnName(on), key),
                  std::string_view(key) == "when" ? "a condition reads a lead, and here is none; remove it"
                                                  : "remove it, or let the rule be about something else");
  }

  void Add(NotifyRule rule, const YamlNode& at, Seal seal, const YamlNode* seal_at) {
    bool replaces = false;
    const bool own = layer_.is_central() || rule.id.starts_with(layer_.name() + ".");
    if (!own && definitions_.Find(kNotifyKind, rule.id) == nullptr) {
      problems_.Add(at, "LL2305", fmt::format("the id of a region's rule begins with \"{}.\"", layer_.name()),
                    fmt::format("call it \"{}.{}\"", layer_.name(), rule.id));
    }
    if (!layer_.Define(kNotifyKind, rule.id, at, seal, seal_at, &replaces)) return;
    if (replaces) std::erase_if(rules_.notify, [&](const NotifyRule& central) { return central.id == rule.id; });
    rules_.notify.push_back(std::move(rule));
  }
};

}  // namespace

std::string_view NotifyOnName(NotifyRule::On on) { return kOnNames[static_cast<size_t>(on)]; }

void ReadNotify(const Reading& reading, const YamlNode& root) { NotifyReader(reading).Read(root); }

}  // namespace leadline::packs
