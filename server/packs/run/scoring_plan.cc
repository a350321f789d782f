#include "packs/run/scoring_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/ids.h"
#include "packs/run/fields.h"

namespace leadline::packs {
namespace {

using Kind = Requirement::Kind;

// A rule under more codes than this is cheaper to test than to list.
constexpr size_t kMostCodes = 512;

struct RuleNeed {
  int rule;
  Requirement need;
};

constexpr std::string_view kAge = "activity.age_days";

// What a requirement reads.
struct Reads {
  bool age = false;
  bool activity = false;  // anything else of it
  bool other = false;
};

void AddReads(const Requirement& need, const RequirementMaker& maker, const std::vector<FieldDef>& fields,
              Reads& reads) {
  const auto add = [&](int slot) {
    const bool of_age = fields[static_cast<size_t>(slot)].name == kAge;
    (of_age ? reads.age : maker.OfActivity(slot) ? reads.activity : reads.other) = true;
  };
  if (need.kind == Kind::kLeaf) {
    for (const int slot : maker.leaves()[static_cast<size_t>(need.leaf)].slots) add(slot);
  } else if (need.slot >= 0) {
    add(need.slot);
  }
  for (const Requirement& part : need.parts) AddReads(part, maker, fields, reads);
}

// Parts that all must hold: those that ask for the age alone, and those that ask for the rest of the activity alone.
// False when it asks for anything else.
bool SplitByAge(const Requirement& need, const RequirementMaker& maker, const std::vector<FieldDef>& fields,
                std::vector<Requirement>& rest, std::vector<Requirement>& age) {
  const std::span<const Requirement> parts =
      need.kind == Kind::kAll ? std::span<const Requirement>(need.parts) : std::span(&need, 1);
  for (const Requirement& part : parts) {
    Reads reads;
    AddReads(part, maker, fields, reads);
    if (reads.other || (reads.age && reads.activity)) return false;
    (reads.age ? age : rest).push_back(part);
  }
  return true;
}

class PlanMaker {
 public:
  PlanMaker(const RegionRules& rules, const std::vector<FieldDef>& fields)
      : rules_(rules), fields_(fields), maker_(fields) {}

  std::shared_ptr<const ScoringPlan> Make(const ResponseKinds& responses, std::string_view time_zones) {
    // All constants are known before anything is made of their codes.
    std::vector<RuleNeed> record, moving, activity, routes;
    for (size_t i = 0; i < rules_.scoring.rules.size(); ++i) {
      const domain::ScoringRule& rule = rules_.scoring.rules[i];
      Add(rule.each_activity ? activity : OfGiven(rule.condition) ? record : moving, i, rule.condition);
    }
    for (size_t i = 0; i < rules_.routing.routes.size(); ++i) Add(routes, i, rules_.routing.routes[i].condition);
    std::vector<std::vector<RuleNeed>> tables(rules_.normalizers.size());
    for (size_t n = 0; n < tables.size(); ++n) {
      const auto& rows = rules_.normalizers[n].rows;
      for (size_t i = 0; i < rows.size(); ++i) Add(tables[n], i, rows[i].condition);
    }
    MakeCounting(activity);
    if (plan_.counting.possible) plan_.counting.name = NameOfCounting(responses, time_zones);
    plan_.record_rules = IndexOf(std::move(record));
    plan_.moving_rules = IndexOf(std::move(moving));
    plan_.activity_rules = IndexOf(std::move(activity));
    plan_.routes = IndexOf(std::move(routes));
    for (auto& table : tables) plan_.normalizers.push_back(IndexOf(std::move(table)));
    Finish();
    return std::make_shared<const ScoringPlan>(std::move(plan_));
  }

 private:
  void Add(std::vector<RuleNeed>& out, size_t number, int condition) {
    RuleNeed need{static_cast<int>(number), {}};
    if (condition >= 0) need.need = maker_.Make(*rules_.conditions[static_cast<size_t>(condition)].program);
    if (need.need.kind != Kind::kNever) out.push_back(std::move(need));
  }

  // Whether all that the condition reads is what was given.
  bool OfGiven(int condition) const {
    if (condition < 0) return true;
    const auto slots = rules_.conditions[static_cast<size_t>(condition)].program->used_slots();
    return std::all_of(slots.begin(), slots.end(),
                       [this](int slot) { return ReadsGivenAlone(fields_[static_cast<size_t>(slot)]); });
  }

  void MakeCounting(const std::vector<RuleNeed>& activity_rules) {
    CountingPlan& out = plan_.counting;
    std::vector<RuleNeed> classes;
    for (const RuleNeed& rule : activity_rules) {
      std::vector<Requirement> rest, age;
      if (!SplitByAge(rule.need, maker_, fields_, rest, age)) return;
      RuleNeed need{static_cast<int>(classes.size()), {}};
      need.need.kind = Kind::kAll;
      need.need.parts = std::move(rest);
      classes.push_back(std::move(need));
      CountingPlan::RuleClass made{rule.rule};
      std::tie(made.first, made.count) = FillAll(age);
      out.rules.push_back(made);
    }
    size_t next = classes.size();
    for (const domain::ScoringMatrix& matrix : rules_.scoring.matrices) {
      out.first_cells.push_back(next);
      next += matrix.cells.size();
    }
    out.classes = next;
    out.index = IndexOf(std::move(classes));
    out.possible = true;
  }

  // Of all that decides which classes an activity belongs to. Points, decay and ages are no part of it.
  std::string NameOfCounting(const ResponseKinds& responses, std::string_view time_zones) const {
    constexpr std::string_view kForm = "2";  // raise it when the same texts come to mean other classes
    std::string all(kForm);
    const auto add = [&all](std::string_view text) { all.append(text).push_back('\0'); };
    for (const CountingPlan::RuleClass& rule : plan_.counting.rules) {
      const int condition = rules_.scoring.rules[static_cast<size_t>(rule.rule)].condition;
      add("rule");
      if (condition >= 0) add(rules_.conditions[static_cast<size_t>(condition)].program->source());
    }
    for (const domain::ScoringMatrix& matrix : rules_.scoring.matrices) {
      add("matrix");
      for (const domain::ScoringMatrix::Cell& cell : matrix.cells) {
        for (const std::string* axis : {&cell.channel, &cell.investment, &cell.response}) add(*axis);
      }
    }
    add("touches");
    for (const std::string& touch : responses.touches) add(touch);
    add("contact_requests");
    for (const std::string& request : responses.contact_requests) add(request);
    for (const Refusal& refusal : responses.refusals) {
      for (const auto* list : {&refusal.channels, &refusal.responses, &refusal.until}) {
        add("refusal");
        for (const std::string& text : *list) add(text);
      }
    }
    add(time_zones);
    return Sha256Hex(all).substr(0, 32);
  }

  void Finish() {
    plan_.sources = std::move(maker_.sources());
    plan_.leaves = std::move(maker_.leaves());
    plan_.plain_source.assign(fields_.size(), -1);
    for (size_t i = 0; i < plan_.sources.size(); ++i) {
      TextSource& source = plan_.sources[i];
      source.codes.Index();
      if (!source.folded) plan_.plain_source[static_cast<size_t>(source.slot)] = static_cast<int>(i);
    }
    plan_.of_activity.assign(fields_.size(), 0);
    for (size_t i = 0; i < fields_.size(); ++i) plan_.of_activity[i] = maker_.OfActivity(static_cast<int>(i));
    AddSlots(plan_.record_rules, plan_.given);
    AddSlots(plan_.moving_rules, plan_.moving);
    AddSlots(plan_.activity_rules, plan_.moving);
    for (RecordSlots* slots : {&plan_.given, &plan_.moving}) {
      for (auto* attributes : {&slots->lead, &slots->contact, &slots->account}) attributes->names.Index();
    }
  }

  // What the index reads, to what is bound of the record; of activities apart.
  void AddSlots(const RuleIndex& index, RecordSlots& out) {
    for (const int slot : index.slots) {
      std::vector<int>& fields = maker_.OfActivity(slot) ? plan_.activity_slots : out.fields;
      const FieldDef& field = fields_[static_cast<size_t>(slot)];
      if (!field.standard && !field.meant) {
        AddAttribute(field.name, slot, out);
      } else if (std::find(fields.begin(), fields.end(), slot) == fields.end()) {
        fields.push_back(slot);
      }
    }
  }

  static void AddAttribute(std::string_view name, int slot, RecordSlots& out) {
    const size_t dot = name.find('.');
    const std::string_view record = name.substr(0, dot);
    auto& attributes = record == "lead" ? out.lead : record == "contact" ? out.contact : out.account;
    if (std::find(attributes.slots.begin(), attributes.slots.end(), slot) != attributes.slots.end()) return;
    attributes.names.Intern(name.substr(dot + 1));
    attributes.slots.push_back(slot);
  }

  using Placed = std::pair<uint32_t, RuleIndex::Entry>;

  RuleIndex IndexOf(std::vector<RuleNeed> needs) {
    RuleIndex out;
    slots_.clear();
    std::map<std::pair<int, bool>, std::vector<Placed>> by_source;  // and whether by words
    std::map<int, TextCodes> tokens;
    for (RuleNeed& need : needs) {
      std::vector<Requirement> parts;
      if (need.need.kind == Kind::kAll) {
        parts = std::move(need.need.parts);
      } else if (need.need.kind != Kind::kAlways) {
        parts.push_back(std::move(need.need));
      }
      const int key = KeyAmong(parts);
      if (key < 0) {
        out.rest.push_back(EntryFor(need.rule, parts));
        continue;
      }
      const auto at = parts.begin() + key;
      const Requirement chosen = *at;
      slots_.insert(chosen.slot);
      const bool words = chosen.kind == Kind::kWords;
      // A word is found by itself; the first of several still asks for the others.
      if (!words || !HasPhrase(chosen.words)) parts.erase(at);
      const std::set<uint32_t> codes = words ? FirstWords(chosen.words, tokens[chosen.source])
                                             : std::set<uint32_t>(chosen.texts.codes.begin(), chosen.texts.codes.end());
      const RuleIndex::Entry entry = EntryFor(need.rule, parts);
      for (const uint32_t code : codes) by_source[{chosen.source, words}].push_back({code, entry});
    }
    for (auto& [source, placed] : by_source) {
      out.keys.push_back(MakeKey(source.first, source.second, std::move(placed), tokens));
    }
    out.slots.assign(slots_.begin(), slots_.end());
    return out;
  }

  RuleIndex::Key MakeKey(int source, bool words, std::vector<Placed> placed, std::map<int, TextCodes>& tokens) {
    RuleIndex::Key key;
    key.source = source;
    key.words = words;
    if (words) {
      key.tokens = std::move(tokens[source]);
      key.tokens.Index();
    }
    const uint32_t codes = words ? key.tokens.size() : maker_.sources()[static_cast<size_t>(source)].codes.size();
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.first < b.first; });
    key.begin.assign(codes + 1, 0);
    for (const Placed& p : placed) ++key.begin[p.first + 1];
    for (uint32_t code = 0; code < codes; ++code) key.begin[code + 1] += key.begin[code];
    for (const Placed& p : placed) key.entries.push_back(p.second);
    return key;
  }

  // The part that the fewest values meet, best of a text that rules compare with many; -1 when there is none.
  int KeyAmong(const std::vector<Requirement>& parts) {
    int best = -1;
    std::pair<size_t, size_t> least;
    for (size_t i = 0; i < parts.size(); ++i) {
      const Requirement& part = parts[i];
      const bool words = part.kind == Kind::kWords && part.wanted;
      if (!words && (part.kind != Kind::kText || part.texts.others)) continue;
      const size_t codes = words ? part.words.size() : part.texts.codes.size();
      if (codes > kMostCodes) continue;
      const std::pair<size_t, size_t> rank{codes,
                                           SIZE_MAX - maker_.sources()[static_cast<size_t>(part.source)].codes.size()};
      if (best >= 0 && rank >= least) continue;
      best = static_cast<int>(i);
      least = rank;
    }
    return best;
  }

  static bool HasPhrase(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& w) { return w.find(' ') != w.npos; });
  }

  static std::set<uint32_t> FirstWords(const std::vector<std::string>& words, TextCodes& tokens) {
    std::set<uint32_t> out;
    for (const std::string& word : words) out.insert(tokens.Intern(std::string_view(word).substr(0, word.find(' '))));
    return out;
  }

  RuleIndex::Entry EntryFor(int rule, const std::vector<Requirement>& parts) {
    RuleIndex::Entry entry{rule};
    std::tie(entry.first, entry.count) = FillAll(parts);
    return entry;
  }

  // Steps side by side; where they begin and how many there are.
  std::pair<uint32_t, uint32_t> FillAll(const std::vector<Requirement>& parts) {
    const size_t first = plan_.steps.size();
    plan_.steps.resize(first + parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      const Step part = Fill(parts[i]);
      plan_.steps[first + i] = part;
    }
    return {static_cast<uint32_t>(first), static_cast<uint32_t>(parts.size())};
  }

  Step Fill(const Requirement& need) {
    Step step;
    step.kind = need.kind;
    step.op = need.op;
    step.wanted = need.wanted;
    step.slot = need.slot;
    step.source = need.kind == Kind::kLeaf ? need.leaf : need.source;
    step.constant = need.constant;
    if (need.slot >= 0 && need.kind != Kind::kLeaf) slots_.insert(need.slot);
    if (need.kind == Kind::kText) FillTexts(need, step);
    if (need.kind == Kind::kWords || need.kind == Kind::kParts) {
      step.first = static_cast<uint32_t>(plan_.words.size());
      step.count = static_cast<uint32_t>(need.words.size());
      plan_.words.insert(plan_.words.end(), need.words.begin(), need.words.end());
    }
    if (need.kind == Kind::kAll || need.kind == Kind::kAny) std::tie(step.first, step.count) = FillAll(need.parts);
    return step;
  }

  void FillTexts(const Requirement& need, Step& step) {
    constexpr uint32_t kMaskBits = 64;
    const CodeSet& texts = need.texts;
    step.folded = maker_.sources()[static_cast<size_t>(need.source)].folded;
    step.others = texts.others;
    if (texts.others) step.mask = ~uint64_t{0};
    step.first = static_cast<uint32_t>(plan_.codes.size());
    for (const uint32_t code : texts.codes) {
      if (code < kMaskBits) {
        step.mask ^= uint64_t{1} << code;
      } else {
        plan_.codes.push_back(code);
      }
    }
    step.count = static_cast<uint32_t>(plan_.codes.size()) - step.first;
  }

  const RegionRules& rules_;
  const std::vector<FieldDef>& fields_;
  RequirementMaker maker_;
  ScoringPlan plan_;
  std::set<int> slots_;  // of the index being made
};

}  // namespace

bool IsCountedByDay(const cel::Program& condition, const std::vector<FieldDef>& fields) {
  RequirementMaker maker(fields);
  const Requirement need = maker.Make(condition);
  std::vector<Requirement> rest, age;
  return need.kind == Kind::kNever || SplitByAge(need, maker, fields, rest, age);
}

std::shared_ptr<const ScoringPlan> MakeScoringPlan(const RegionRules& rules, const std::vector<FieldDef>& fields,
                                                   const ResponseKinds& responses, std::string_view time_zones) {
  return PlanMaker(rules, fields).Make(responses, time_zones);
}

}  // namespace leadline::packs
