// status.yaml: the lifecycle. Only the central pack has one.
#include <algorithm>
#include <array>
#include <set>

#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::GateDef;
using domain::StatusDef;
using domain::TransitionDef;
using domain::Trigger;

constexpr std::array<const char*, 10> kStandardStatuses = {"raw", "inquiry", "maql",     "lal",       "mql",
                                                           "sal", "sql",     "customer", "re_market", "disqualified"};

const std::vector<std::string>& TriggerNames() {
  static const auto* const names =
      new std::vector<std::string>{"activity", "rescore", "transition", "accept", "reject", "merge"};
  return *names;
}
Trigger TriggerOf(size_t number) {
  constexpr std::array<Trigger, 6> kTriggers = {Trigger::kActivity, Trigger::kRescore, Trigger::kTransition,
                                                Trigger::kAccept,   Trigger::kReject,  Trigger::kMerge};
  return kTriggers[number];
}

class StatusReader : FileReader {
 public:
  explicit StatusReader(const Reading& reading) : FileReader(reading), lifecycle_(rules_.lifecycle) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "status.yaml");
    const auto statuses = top.RequiredList("statuses");
    const auto entry = top.RequiredList("entry");
    const auto transitions = top.RequiredList("transitions");
    for (const YamlNode* node : top.List("dispositions")) ReadDisposition(*node);
    lifecycle_.reject_reasons = top.TextList("reject_reasons");
    CheckRejectReasons(top);
    const auto gates = top.List("gates");
    const YamlNode* remaps = top.Get("remaps");
    top.Choice("otherwise", {"stay"});
    top.Require("otherwise");
    top.Finish();
    for (const YamlNode* node : statuses) ReadStatusEntry(*node);
    CheckStandard(root);
    CheckDispositions(top);
    for (const YamlNode* node : entry) ReadEntry(*node);
    for (const YamlNode* node : transitions) ReadTransition(*node);
    for (const YamlNode* node : gates) ReadGate(*node);
    for (const YamlNode* node : gates) CheckGate(*node);
    problems_.SetRule("");
    if (remaps != nullptr) ReadRemaps(*remaps);
    if (!unknown_status_) CheckReachable();
  }

 private:
  void ReadStatusEntry(const YamlNode& node) {
    MapReader reader(problems_, node, "a status");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a status");
    StatusDef status;
    status.description = reader.Text("description");
    const std::optional<int64_t> order = reader.Integer("order");
    status.order = static_cast<int>(order.value_or(-1));
    status.terminal = reader.Flag("terminal", false);
    status.open = reader.Flag("open", true);
    status.won = reader.Flag("won", false);
    status.marketable = reader.Flag("marketable", true);
    status.win_probability = ReadWinProbability(reader, status);
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Finish();
    if (!id || !layer_.Define("status", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    status.id = *id;
    lifecycle_.statuses.push_back(std::move(status));
  }

  // What is won or lost for good needs no estimate, and has no other.
  std::optional<double> ReadWinProbability(MapReader& reader, const StatusDef& status) {
    const std::optional<double> given = reader.Number("win_probability");
    const bool lost = status.terminal && !status.won;
    if (status.won || lost) {
      if (given && *given != (status.won ? 1 : 0)) {
        problems_.Add(*reader.Get("win_probability"), "LL2653",
                      fmt::format("a lead in this status is {}, so its probability of winning is {}",
                                  status.won ? "won" : "lost", status.won ? 1 : 0),
                      "remove it");
      }
      return status.won ? 1 : 0;
    }
    if (given && !(*given >= 0 && *given <= 1)) {
      problems_.Add(*reader.Get("win_probability"), "LL1105", "a probability lies between 0 and 1",
                    "write 0.2 for 20 %");
      return std::nullopt;
    }
    return given;
  }

  void CheckStandard(const YamlNode& root) {
    if (lifecycle_.statuses.empty()) return;
    for (const char* name : kStandardStatuses) {
      if (lifecycle_.Find(name) != nullptr) continue;
      problems_.Add(root, "LL2401", fmt::format("the standard status \"{}\" is missing", name),
                    "every pack has the ten standard statuses, so that reports mean the same everywhere");
    }
  }

  // A name alone, or with whether it counts as a first touch.
  void ReadDisposition(const YamlNode& node) {
    if (node.is_scalar()) return AddDisposition(node, node.text, true);
    MapReader reader(problems_, node, "a disposition");
    if (!reader.ok()) return;
    const std::string id = reader.RequiredText("id");
    const bool touch = reader.Flag("first_touch", true);
    reader.Text("description");
    reader.Finish();
    const YamlNode* at = reader.Get("id");
    if (at != nullptr && at->is_scalar()) AddDisposition(*at, id, touch);
  }

  void AddDisposition(const YamlNode& at, const std::string& id, bool touch) {
    if (id.empty()) {
      problems_.Add(at, "LL1104", "a disposition has a name", "write its name, or remove the line");
    } else if (!named_dispositions_.insert(id).second) {
      problems_.Add(at, "LL1106", fmt::format("\"{}\" is there twice in \"dispositions\"", id),
                    "remove one of the two");
    } else {
      lifecycle_.dispositions.push_back(id);
      if (!touch) lifecycle_.attempts.push_back(id);
    }
  }

  void CheckDispositions(MapReader& top) {
    for (const YamlNode* item : top.List("dispositions")) {
      const YamlNode* node = item->is_map() ? item->Find("id") : item;
      if (node == nullptr || !node->is_scalar()) continue;
      const Definition* status = definitions_.Find("status", node->text);
      if (status == nullptr) continue;
      Diagnostic& d =
          problems_.Add(*status->at, "LL2403", fmt::format("\"{}\" is a disposition, not a status", node->text),
                        "what came of a call is recorded beside the status; remove it from one of the two lists");
      d.related = node->file->PositionOf(node->offset);
      d.related_message = "listed as a disposition here";
    }
  }

  // A history keeps a reason and the note to it as one text, with a colon between them.
  void CheckRejectReasons(MapReader& top) {
    const YamlNode* reasons = top.Get("reject_reasons");
    if (reasons == nullptr || !reasons->is_sequence()) return;
    for (const YamlNode& node : reasons->items) {
      if (!node.is_scalar() || node.text.find(':') == std::string::npos) continue;
      problems_.Add(node, "LL1107", fmt::format("\"{}\" is not a possible reject reason", node.text),
                    "leave out the colon: it stands between a reason and the note of whoever rejects");
    }
  }

  // The status that a node names; empty, reported, when there is none.
  std::string StatusName(const YamlNode* node) {
    if (node == nullptr || !node->is_scalar()) {
      if (node != nullptr) problems_.Add(*node, "LL1102", "a status must be text");
      return "";
    }
    if (lifecycle_.Find(node->text) != nullptr) return node->text;
    unknown_status_ = true;
    const auto& dispositions = lifecycle_.dispositions;
    if (std::find(dispositions.begin(), dispositions.end(), node->text) != dispositions.end()) {
      problems_.Add(*node, "LL2403", fmt::format("\"{}\" is a disposition, not a status", node->text),
                    "what came of a call is recorded beside the status; name the status it leads to");
    } else {
      problems_.Add(*node, "LL2402", fmt::format("there is no status \"{}\"", node->text),
                    DidYouMean(node->text, layer_.IdsOf("status")));
    }
    return "";
  }

  int When(MapReader& reader) {
    const YamlNode* when = reader.Get("when");
    ConditionUse use;
    use.may_read_adjustment = false;
    return when == nullptr ? -1 : conditions_.Compile(*when, use, rules_);
  }

  void ReadEntry(const YamlNode& node) {
    MapReader reader(problems_, node, "an entry rule");
    if (!reader.ok()) return;
    TransitionDef def;
    const std::optional<std::string> id = ReadId(problems_, reader, "an entry rule");
    problems_.SetRule(id.value_or(""));
    def.to = StatusName(reader.Require("to"));
    def.condition = When(reader);
    Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    if (!id || !layer_.Define("transition", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    def.id = *id;
    def.trigger = Trigger::kEntry;
    Push(std::move(def), node);
  }

  void ReadTransition(const YamlNode& node) {
    MapReader reader(problems_, node, "a transition");
    if (!reader.ok()) return;
    TransitionDef def;
    const std::optional<std::string> id = ReadId(problems_, reader, "a transition");
    problems_.SetRule(id.value_or(""));
    def.from = ReadFrom(reader);
    def.to = StatusName(reader.Require("to"));
    const std::vector<Trigger> triggers = ReadTriggers(reader);
    def.condition = When(reader);
    def.reason_required = reader.Flag("reason_required", false);
    def.reasons = ReadReasons(reader, triggers);
    if (const YamlNode* hold = reader.Get("hold")) def.hold = ReadQueueName(layer_, *hold);
    def.lead_alone = ReadLeadAlone(reader, triggers);
    Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    CheckBackToInquiry(reader, def);
    if (!id || !layer_.Define("transition", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    def.id = *id;
    for (const Trigger trigger : triggers) {
      def.trigger = trigger;
      Push(def, node);
    }
  }

  bool ReadLeadAlone(MapReader& reader, const std::vector<Trigger>& triggers) {
    if (!reader.Flag("lead_alone", false)) return false;
    const bool by_people = std::all_of(triggers.begin(), triggers.end(), [](Trigger t) {
      return t == Trigger::kTransition || t == Trigger::kAccept || t == Trigger::kReject;
    });
    if (!by_people) {
      problems_.Add(*reader.Get("lead_alone"), "LL2417",
                    "rules move leads and people apart; a person follows people's steps only",
                    "write it where  on: is transition, accept or reject, or remove it");
    }
    return by_people;
  }

  std::vector<std::string> ReadReasons(MapReader& reader, const std::vector<Trigger>& triggers) {
    std::vector<std::string> reasons;
    const YamlNode* at = reader.Get("reasons");
    if (at == nullptr) return reasons;
    if (std::any_of(triggers.begin(), triggers.end(), [](Trigger t) { return t != Trigger::kReject; })) {
      problems_.Add(*at, "LL2416", "only a rejection has reasons", "write  on: reject  alone, or remove the reasons");
      return reasons;
    }
    for (const YamlNode* node : reader.RequiredList("reasons")) {
      const auto& known = lifecycle_.reject_reasons;
      if (node->is_scalar() && std::find(known.begin(), known.end(), node->text) != known.end()) {
        reasons.push_back(node->text);
        continue;
      }
      problems_.Add(*node, "LL2416",
                    fmt::format("\"{}\" is none of the reject_reasons", node->is_scalar() ? node->text : "this"),
                    node->is_scalar() ? DidYouMean(node->text, known) : "");
    }
    return reasons;
  }

  std::vector<std::string> ReadFrom(MapReader& reader) {
    const YamlNode* from = reader.Require("from");
    std::vector<std::string> out;
    if (from == nullptr) return out;
    if (from->is_scalar() && from->text == "*") return {"*"};
    if (from->is_scalar()) return {StatusName(from)};
    for (const YamlNode* item : reader.List("from")) {
      if (std::string status = StatusName(item); !status.empty()) out.push_back(std::move(status));
    }
    return out;
  }

  // A gate's events have the entry among them; without `on` it is asked on all.
  std::vector<Trigger> ReadTriggers(MapReader& reader, bool of_gate = false) {
    std::vector<std::string> names = TriggerNames();
    if (of_gate) names.push_back("entry");
    const auto trigger_of = [](size_t number) {
      return number < TriggerNames().size() ? TriggerOf(number) : Trigger::kEntry;
    };
    std::vector<Trigger> out;
    const YamlNode* on = of_gate ? reader.Get("on") : reader.Require("on");
    if (on == nullptr) {
      for (size_t i = 0; of_gate && i < names.size(); ++i) out.push_back(trigger_of(i));
      return out;
    }
    std::vector<const YamlNode*> nodes{on};
    if (on->is_sequence()) nodes = reader.List("on");
    for (const YamlNode* node : nodes) {
      const auto it = std::find(names.begin(), names.end(), node->text);
      if (node->is_scalar() && it != names.end()) {
        out.push_back(trigger_of(static_cast<size_t>(it - names.begin())));
      } else {
        problems_.Add(*node, "LL1104", fmt::format("\"on\" cannot be \"{}\"", node->text),
                      DidYouMean(node->text, names));
      }
    }
    return out;
  }

  void CheckBackToInquiry(MapReader& reader, const TransitionDef& def) {
    if (def.to != "inquiry") return;
    for (const std::string& from : def.from) {
      if (from == "raw" || from.empty()) continue;
      problems_.Add(*reader.Get("to"), "LL2409", fmt::format("a record cannot go back from \"{}\" to inquiry", from),
                    "what has been looked at goes to re_market");
      return;
    }
  }

  void ReadGate(const YamlNode& node) {
    MapReader reader(problems_, node, "a gate");
    if (!reader.ok()) return;
    GateDef def;
    const std::optional<std::string> id = ReadId(problems_, reader, "a gate");
    problems_.SetRule(id.value_or(""));
    const YamlNode* to = reader.Require("to");
    const std::vector<const YamlNode*> nodes =
        to != nullptr && to->is_scalar() ? std::vector<const YamlNode*>{to} : reader.RequiredList("to");
    for (const YamlNode* item : nodes) {
      if (std::string status = StatusName(item); !status.empty()) def.to.push_back(std::move(status));
    }
    def.on = ReadTriggers(reader, /*of_gate=*/true);
    if (reader.Get("otherwise") != nullptr) def.denied_entry = StatusName(reader.Get("otherwise"));
    if (const YamlNode* hold = reader.Get("hold")) def.hold = ReadQueueName(layer_, *hold);
    def.plugin = plugins_.Read(layer_, reader, {"status", "leadline.status/1", {}, {"allow", "deny"}});
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    // Gates share their names with transitions: tests and explanations know both by them.
    if (!id || !layer_.Define("transition", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    if (def.plugin < 0) return;
    def.id = *id;
    def.layer = layer_.name();
    def.source = SourceOf(node);
    lifecycle_.gates.push_back(std::move(def));
  }

  const GateDef* GateAt(const YamlNode& node) const {
    const std::string source = SourceOf(node);
    const auto& gates = lifecycle_.gates;
    const auto it = std::find_if(gates.begin(), gates.end(), [&](const GateDef& g) { return g.source == source; });
    return it == gates.end() ? nullptr : &*it;
  }

  // Nothing passes some gates, and a new record that one denies must become something.
  void CheckGate(const YamlNode& node) {
    const GateDef* gate = node.is_map() ? GateAt(node) : nullptr;
    if (gate == nullptr || unknown_status_) return;
    problems_.SetRule(gate->id);
    bool entered = false, passed = false;
    for (const TransitionDef& t : lifecycle_.transitions) {
      if (!gate->Guards(t.to, t.trigger)) continue;
      passed = true;
      entered = entered || t.trigger == Trigger::kEntry;
    }
    const YamlNode* otherwise = node.Find("otherwise");
    if (!passed) {
      problems_.Add(node, "LL2415", "no rule leads through this gate, so it is never asked",
                    "name statuses in `to` that rules lead to on these events, or remove the gate");
    } else if (entered && otherwise == nullptr) {
      problems_.Add(*node.Find("to"), "LL2414",
                    "new records enter here, and nothing says what those become that the gate denies",
                    "add  otherwise: STATUS  or leave entry out of `on`");
    } else if (!entered && otherwise != nullptr) {
      problems_.Add(*otherwise, "LL2414", "no new record comes to this gate, so `otherwise` has no use", "remove it");
    } else if (otherwise != nullptr && IsGuardedOnEntry(gate->denied_entry)) {
      problems_.Add(*otherwise, "LL2414", fmt::format("\"{}\" is guarded too", gate->denied_entry),
                    "name a status that every new record may have");
    }
  }

  bool IsGuardedOnEntry(const std::string& status) const {
    return std::any_of(lifecycle_.gates.begin(), lifecycle_.gates.end(),
                       [&](const GateDef& g) { return g.Guards(status, Trigger::kEntry); });
  }

  void Push(TransitionDef def, const YamlNode& node) {
    def.layer = layer_.name();
    def.source = SourceOf(node);
    lifecycle_.transitions.push_back(std::move(def));
  }

  void ReadRemaps(const YamlNode& node) {
    if (!node.is_map()) {
      problems_.Add(node, "LL1102", "\"remaps\" must be a map of old status: status of today");
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& from = node.keys[i].text;
      if (lifecycle_.Find(from) != nullptr) {
        problems_.Add(node.keys[i], "LL2408", fmt::format("\"{}\" is a status of today and cannot be remapped", from));
      }
      const std::string to = StatusName(&node.items[i]);
      if (!to.empty()) lifecycle_.remaps.push_back({from, to});
    }
  }

  void CheckReachable() {
    std::set<std::string> reached;
    for (bool changed = true; changed;) {
      changed = false;
      for (const TransitionDef& t : lifecycle_.transitions) {
        if (t.to.empty() || reached.contains(t.to)) continue;
        const bool from_reached =
            t.trigger == Trigger::kEntry || std::any_of(t.from.begin(), t.from.end(), [&](const std::string& from) {
              return (from == "*" && !reached.empty()) || reached.contains(from);
            });
        if (from_reached) changed = reached.insert(t.to).second || changed;
      }
    }
    for (const StatusDef& status : lifecycle_.statuses) {
      if (reached.contains(status.id) || reached.empty()) continue;
      problems_.Add(*definitions_.Find("status", status.id)->at, "LL2407",
                    fmt::format("no way leads to the status \"{}\"", status.id),
                    "add an entry rule or a transition to it");
    }
  }

  domain::Lifecycle& lifecycle_;
  std::set<std::string> named_dispositions_;
  bool unknown_status_ = false;  // some rule names none: what it would have reached is not known
};

}  // namespace

void ReadStatus(const Reading& reading, const YamlNode& root) { StatusReader(reading).Read(root); }

}  // namespace leadline::packs
