#include "packs/cases/given.h"

#include <algorithm>

#include "domain/history/record_limits.h"
#include "fmt/format.h"
#include "packs/cases/values.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

using domain::AttributeValue;

// A field that is not given but worked out from others.
std::string HowToGive(std::string_view field) {
  if (field.starts_with("contact.email_domain") || field.starts_with("contact.has_public")) return "give contact.email";
  return "it follows from other fields";
}

class GivenReader {
 public:
  GivenReader(Problems& problems, const TestOwner& owner, Time now, TestInput& input)
      : problems_(problems), owner_(owner), rules_(owner.rules()), now_(now), in_(input) {}

  void Read(const YamlNode& given) {
    MapReader reader(problems_, given, "what a test gives");
    for (const char* record : {"contact", "account", "lead"}) {
      if (const YamlNode* fields = reader.Get(record)) ReadRecord(record, *fields);
    }
    for (const YamlNode* activity : reader.List("activities")) {
      if (in_.activities.size() >= domain::kMostAtOnce) {
        problems_.Add(*activity, "LL3111", fmt::format("a case has at most {} activities", domain::kMostAtOnce),
                      "give fewer; lead.activity_count can be given as a number");
        break;
      }
      ReadActivity(*activity);
    }
    if (const YamlNode* score = reader.Get("score")) ReadScore(*score);
    if (const YamlNode* reps = reader.Get("reps")) ReadReps(*reps);
    if (const YamlNode* pools = reader.Get("pools")) ReadPools(*pools);
    if (const YamlNode* owners = reader.Get("open_lead_owner")) ReadOpenLeadOwners(*owners);
    reader.Finish();
  }

 private:
  bool IsMap(const YamlNode& node, std::string_view what) {
    if (node.is_map()) return true;
    problems_.Add(node, "LL1102", fmt::format("{} must be a map (key: value)", what));
    return false;
  }

  void ReadRecord(const std::string& record, const YamlNode& fields) {
    if (!IsMap(fields, fmt::format("\"{}\"", record))) return;
    if (record == "contact") in_.has_contact = true;
    if (record == "account") in_.has_account = true;
    for (size_t i = 0; i < fields.keys.size(); ++i) {
      const std::string name = record + "." + fields.keys[i].text;
      if (fields.items[i].is_null()) {
        problems_.Add(fields.keys[i], "LL1102", fmt::format("\"{}\" has no value", fields.keys[i].text),
                      "write `absent` for a field without a value");
      } else if (const FieldDef* field = FieldAt(fields.keys[i], name)) {
        SetField(record, *field, fields.keys[i], fields.items[i]);
      }
    }
  }

  // Null when there is none (reported).
  const FieldDef* FieldAt(const YamlNode& key, const std::string& name) {
    const FieldDef* field = rules_.FindField(name);
    if (field == nullptr) {
      std::vector<std::string> names;
      for (const FieldDef& known : rules_.fields()) names.push_back(known.name);
      problems_.Add(key, "LL3102", fmt::format("there is no field {}", name), DidYouMean(name, names));
    }
    return field;
  }

  void SetField(const std::string& record, const FieldDef& field, const YamlNode& key, const YamlNode& node) {
    const FieldSetter set = field.standard ? FindFieldSetter(field.name) : nullptr;
    if (field.standard && set == nullptr) {
      problems_.Add(key, "LL3102", fmt::format("{} cannot be given", field.name), HowToGive(field.name));
      return;
    }
    std::optional<AttributeValue> value = ReadFieldValue(problems_, field, node, now_);
    if (!value) return;
    if (field.name == "lead.region" && std::holds_alternative<std::string>(*value) &&
        !owner_.MayName(problems_, node, std::get<std::string>(*value))) {
      return;
    }
    if (set != nullptr) {
      set({in_, now_}, *value);
    } else if (std::holds_alternative<std::monostate>(*value)) {
      AttributesOf(in_, record).erase(field.name.substr(record.size() + 1));
    } else {
      AttributesOf(in_, record)[field.name.substr(record.size() + 1)] = *std::move(value);
    }
  }

  void ReadActivity(const YamlNode& node) {
    MapReader reader(problems_, node, "an activity");
    if (!reader.ok()) return;
    domain::Activity activity;
    activity.channel = ActivityField(reader, "channel");
    activity.investment = ActivityField(reader, "investment");
    activity.response = ActivityField(reader, "response");
    activity.product = ActivityField(reader, "product");
    activity.subject = ActivityField(reader, "subject");
    activity.time = now_;
    const std::optional<Duration> ago = ReadAgo(problems_, reader, "ago");
    const YamlNode* time = reader.Get("time");
    if (ago && time != nullptr) {
      problems_.Add(*time, "LL3105", "an activity has either `ago` or `time`", "remove one of the two");
    }
    if (ago) activity.time = now_ - *ago;
    if (time != nullptr) activity.time = ReadMoment(problems_, *time, now_).value_or(now_);
    activity.id = reader.Text("id", fmt::format("activity-{}", in_.activities.size() + 1));
    reader.Finish();
    in_.activities.push_back(std::move(activity));
  }

  std::string ActivityField(MapReader& reader, const std::string& name) {
    const YamlNode* node = reader.Get(name);
    if (node == nullptr) return "";
    const FieldDef* field = rules_.FindField("activity." + name);
    if (field == nullptr) return ReadText(problems_, *node, name).value_or("");
    const std::optional<AttributeValue> value = ReadFieldValue(problems_, *field, *node, now_);
    return value ? TextOf(*value) : "";
  }

  void ReadScore(const YamlNode& node) {
    MapReader reader(problems_, node, "a given score");
    if (!in_.score) in_.score.emplace();
    domain::Score& score = *in_.score;
    const domain::ScoreBars& bars = rules_.ForRegion("").scoring.bars;
    score.threshold = bars.mql;
    constexpr double kMost = 1'000'000;  // points
    score.central = ReadBounded(problems_, reader, "central", -kMost, kMost).value_or(score.central);
    score.adjustment = ReadBounded(problems_, reader, "adjustment", -kMost, kMost).value_or(score.adjustment);
    score.total = score.central + score.adjustment;
    score.qualified = reader.Flag("qualified", score.central >= bars.mql);
    score.warm = reader.Flag("warm", score.central >= bars.maql);
    in_.score_says_side = in_.score_says_side || reader.Get("qualified") != nullptr || reader.Get("warm") != nullptr;
    reader.Finish();
  }

  void ReadReps(const YamlNode& node) {
    if (!IsMap(node, "\"reps\"")) return;
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!problems_.budget().Spend(rules_.reps().size()) || !owner_.KnowsRep(problems_, node.keys[i])) continue;
      MapReader reader(problems_, node.items[i], "a rep's state");
      domain::RepState& state = in_.reps[node.keys[i].text];
      state.rep_id = node.keys[i].text;
      state.available = reader.Flag("available", state.available);
      if (const YamlNode* until = reader.Get("until")) {
        state.available = false;
        state.unavailable_until = ReadMoment(problems_, *until, now_).value_or(0);
      }
      state.open_leads = reader.Integer("open").value_or(state.open_leads);
      ReadGiven(reader, "given_in_day", kDay, state);
      ReadGiven(reader, "given_in_hour", kHour, state);
      reader.Finish();
    }
  }

  // So many of the leads, those of other lists among them, were given within the window.
  void ReadGiven(MapReader& reader, const char* key, Duration window, domain::RepState& state) {
    constexpr auto kMost = static_cast<double>(domain::kMostGivenKept);
    const auto count = static_cast<size_t>(ReadBounded(problems_, reader, key, 0, kMost).value_or(0));
    const auto within = [&] {
      return std::count_if(state.given.begin(), state.given.end(), [&](Time at) { return at > now_ - window; });
    };
    while (static_cast<size_t>(within()) < count) domain::NoteGiven(now_ - window + kMinute, state);
  }

  void ReadOpenLeadOwners(const YamlNode& node) {
    MapReader reader(problems_, node, "who works another open lead");
    if (!reader.ok()) return;
    const auto read = [&](const char* key, std::string& owner) {
      const YamlNode* rep = reader.Get(key);
      if (rep != nullptr && owner_.KnowsRep(problems_, *rep)) owner = rep->text;
    };
    read("person", in_.person_open_lead_owner);
    read("company", in_.company_open_lead_owner);
    reader.Finish();
  }

  void ReadPools(const YamlNode& node) {
    if (!IsMap(node, "\"pools\"")) return;
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!IsMap(node.items[i], "a pool")) continue;
      std::vector<domain::PoolState>& pool = in_.pools[node.keys[i].text];
      for (size_t r = 0; r < node.items[i].keys.size(); ++r) {
        const YamlNode& rep = node.items[i].keys[r];
        if (owner_.KnowsRep(problems_, rep)) pool.push_back(ReadTurns(rep.text, node.items[i].items[r]));
      }
    }
  }

  domain::PoolState ReadTurns(const std::string& rep, const YamlNode& node) {
    MapReader reader(problems_, node, "a rep's turns");
    domain::PoolState state;
    state.rep_id = rep;
    constexpr double kMost = domain::kMostTurnsOwed;
    state.turns_owed = ReadBounded(problems_, reader, "turns_owed", -kMost, kMost).value_or(0);
    state.assigned = reader.Integer("assigned").value_or(0);
    if (const YamlNode* last = reader.Get("last_assigned")) {
      state.last_assigned = ReadMoment(problems_, *last, now_).value_or(0);
    }
    reader.Finish();
    return state;
  }

  Problems& problems_;
  const TestOwner& owner_;
  const RuleSet& rules_;
  Time now_;
  TestInput& in_;
};

}  // namespace

void ApplyGiven(Problems& problems, const TestOwner& owner, const YamlNode& given, Time now, TestInput& input) {
  GivenReader(problems, owner, now, input).Read(given);
}

void CompleteInput(const RuleSet& rules, const std::string& region, Time now, TestInput& input) {
  std::stable_sort(input.activities.begin(), input.activities.end(),
                   [](const domain::Activity& a, const domain::Activity& b) { return a.time < b.time; });
  domain::Lead& lead = input.lead;
  lead.id = "test";
  input.contact.id = "contact-1";
  if (input.has_account) lead.account_id = input.account.id = "account-1";
  if (lead.contacts.empty() && input.has_contact) lead.contacts.push_back({"contact-1", "enquirer"});
  if (lead.activity_count == 0) lead.activity_count = static_cast<int64_t>(input.activities.size());
  if (lead.last_activity_at == 0 && !input.activities.empty()) lead.last_activity_at = input.activities.back().time;
  if (lead.created_at == 0) lead.created_at = now;
  if (lead.status_since == 0) lead.status_since = now;
  if (lead.region.empty()) lead.region = region;
  if (!lead.region.empty()) return;
  // The central pack's tests are about the centre: no region's pack decides in them.
  const std::string of_country = rules.RegionOfCountry(lead.country);
  const auto& packed = rules.regions();
  if (std::find(packed.begin(), packed.end(), of_country) == packed.end()) lead.region = of_country;
}

}  // namespace leadline::packs
