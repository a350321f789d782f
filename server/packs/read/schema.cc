#include "packs/read/schema.h"

#include <algorithm>
#include <array>

#include "fmt/format.h"
#include "packs/condition/text_functions.h"
#include "packs/run/fields.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

constexpr int64_t kMostRequestDays = 366;

using cel::Type;

const std::vector<std::string>& TypeNames() {
  static const auto* const names = new std::vector<std::string>{"string", "int", "double", "bool", "timestamp", "list"};
  return *names;
}

Type TypeOf(int number) {
  switch (number) {
    case 0:
      return Type::String();
    case 1:
      return Type::Int();
    case 2:
      return Type::Double();
    case 3:
      return Type::Bool();
    case 4:
      return Type::Timestamp();
    default:
      return Type::List(Type::String());
  }
}

const std::vector<std::string>& RecordNames() {
  static const auto* const names =
      new std::vector<std::string>{"lead", "contact", "account", "activity", "record", "score"};
  return *names;
}

// Words of small letters and digits, joined by `_`; each begins with a letter. Update masks name attributes, and a mask
// in JSON holds "budget_fy" as "budgetFy": a `_` before anything but a small letter would not come back as it was.
bool IsFieldName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.back() == '_') return false;
  char before = '_';
  for (const char c : name) {
    const bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    if (!letter && (before == '_' || !(digit || c == '_'))) return false;
    before = c;
  }
  return true;
}

// What the names of a region's attributes begin with: "emea_" for emea, "dach_north_" for dach-north, "emea2_" for
// emea-2.
std::string PrefixOf(std::string_view region) {
  std::string prefix;
  for (size_t i = 0; i < region.size(); ++i) {
    const char c = region[i];
    const bool joins = c == '-' || c == '.' || c == '_';
    const bool letter_follows = i + 1 < region.size() && region[i + 1] >= 'a' && region[i + 1] <= 'z';
    if (!joins) {
      prefix += c;
    } else if (letter_follows) {
      prefix += '_';
    }
  }
  return prefix + "_";
}

// Reports a key that cannot name a field. True when it can.
bool CheckFieldName(Problems& problems, const YamlNode& key) {
  if (IsFieldName(key.text)) return true;
  problems.Add(key, "LL1107", fmt::format("\"{}\" is not a field name", key.text),
               "use small letters, digits and _; begin with a small letter, and write one after each _");
  return false;
}

// Plain words of a type: "int" for a number that may be absent too.
std::string TypeWord(const Type& type) {
  return type.Unwrapped().is(cel::TypeKind::kList) ? "list" : type.Unwrapped().ToString();
}

// Why a standard field is not declared the way it is; empty when it is.
std::vector<std::string> StandardNamesOf(const std::string& record) {
  std::vector<std::string> names;
  for (const StandardField& field : StandardFields()) {
    if (field.name.starts_with(record + ".")) names.emplace_back(field.name.substr(record.size() + 1));
  }
  return names;
}

}  // namespace

void Schema::Read(Problems& problems, const YamlNode& root) {
  MapReader top(problems, root, "schema.yaml");
  const YamlNode* records = top.Require("records");
  responses_.touches = top.TextList("touches");
  top.Get("contact_requests");
  top.Finish();
  FieldDef now;
  now.name = "now";
  now.type = Type::Timestamp();
  now.standard = true;
  now.accessor = FindStandardField("now")->accessor;
  Add(std::move(now), root);
  if (records == nullptr || !records->is_map()) {
    if (records != nullptr) problems.Add(*records, "LL1102", "\"records\" must be a map of records");
    return;
  }
  for (size_t i = 0; i < records->keys.size(); ++i) {
    const std::string& record = records->keys[i].text;
    const auto& names = RecordNames();
    if (std::find(names.begin(), names.end(), record) == names.end()) {
      problems.Add(records->keys[i], "LL1202", fmt::format("there is no record \"{}\"", record),
                   DidYouMean(record, names));
      continue;
    }
    ReadRecord(problems, record, records->items[i]);
  }
  FollowActivities();
  ReadResponses(problems, top);
}

void Schema::ReadResponses(Problems& problems, MapReader& top) {
  const int slot = SlotOf("activity.response");
  const FieldDef* response = slot < 0 ? nullptr : &fields_[static_cast<size_t>(slot)];
  const auto check = [&](const YamlNode& item) {
    if (response == nullptr || !item.is_scalar() || response->values.empty()) return;
    const auto& values = response->values;
    if (std::find(values.begin(), values.end(), item.text) != values.end()) return;
    problems.Add(item, "LL1104", fmt::format("activity.response is never \"{}\"", item.text),
                 DidYouMean(item.text, values));
  };
  for (const YamlNode* item : top.List("touches")) check(*item);
  const int flag = SlotOf("record.contact_requested");
  const YamlNode* requests = top.Get("contact_requests");
  if (requests == nullptr) {
    if (flag < 0) return;
    problems.Add(top.node(), "LL1103", "record.contact_requested is declared, but nothing says what a request is",
                 "add  contact_requests: {responses: [contact_me], within: 30d}");
    return;
  }
  MapReader reader(problems, *requests, "\"contact_requests\"");
  responses_.contact_requests = reader.TextList("responses");
  const auto items = reader.RequiredList("responses");
  reader.Require("within");
  const Duration within = reader.Length("within").value_or(kDay);
  reader.Finish();
  for (const YamlNode* item : items) {
    check(*item);
    if (std::find(responses_.touches.begin(), responses_.touches.end(), item->text) == responses_.touches.end())
      continue;
    problems.Add(*item, "LL1104",
                 fmt::format("\"{}\" is a touch of ours, so nobody asks for anything by it", item->text),
                 "take it out of one of the two lists");
  }
  responses_.request_days = within / kDay;
  if (within % kDay != 0 || responses_.request_days < 1 || responses_.request_days > kMostRequestDays) {
    problems.Add(*reader.Get("within"), "LL1105",
                 fmt::format("`within` is whole days, from 1d to {}d", kMostRequestDays));
  }
  if (flag >= 0) fields_[static_cast<size_t>(flag)].flag_days = responses_.request_days;
}

// record.last_response is what some activity.response was.
void Schema::FollowActivities() {
  for (const std::string part : {"channel", "investment", "response"}) {
    const int given = SlotOf("activity." + part), seen = SlotOf("record.last_" + part);
    if (given >= 0 && seen >= 0 && !fields_[static_cast<size_t>(given)].closed()) {
      fields_[static_cast<size_t>(seen)].open = true;
    }
  }
}

void Schema::ReadRecord(Problems& problems, const std::string& record, const YamlNode& node) {
  if (!node.is_map()) {
    problems.Add(node, "LL1102", fmt::format("\"{}\" must be a map of fields", record));
    return;
  }
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    if (CheckFieldName(problems, key)) ReadField(problems, record + "." + key.text, key, node.items[i], "");
  }
}

void Schema::ReadRegion(Layer& region, const YamlNode& root, const std::vector<std::string>& regions) {
  Problems& problems = region.problems();
  MapReader top(problems, root, "a region's schema.yaml");
  const YamlNode* records = top.Require("records");
  top.Finish();
  if (records == nullptr) return;
  if (!records->is_map()) {
    problems.Add(*records, "LL1102", "\"records\" must be a map of records");
    return;
  }
  const std::vector<std::string>& open = region.points().attributes;
  for (size_t i = 0; i < records->keys.size(); ++i) {
    const YamlNode& record = records->keys[i];
    const YamlNode& fields = records->items[i];
    const bool opened = std::find(open.begin(), open.end(), record.text) != open.end();
    if (!region.CheckOpened(record, opened, fmt::format("attributes of \"{}\"", record.text))) continue;
    if (!fields.is_map()) {
      problems.Add(fields, "LL1102", fmt::format("\"{}\" must be a map of fields", record.text));
      continue;
    }
    for (size_t f = 0; f < fields.keys.size(); ++f) {
      const YamlNode& key = fields.keys[f];
      const std::string name = record.text + "." + key.text;
      if (!CheckFieldName(problems, key) || !CheckRegional(region, name, key, regions)) continue;
      ReadField(problems, name, key, fields.items[f], region.name());
    }
  }
}

bool Schema::CheckRegional(Layer& region, const std::string& name, const YamlNode& key,
                           const std::vector<std::string>& regions) {
  Problems& problems = region.problems();
  const int slot = SlotOf(name);
  if (slot >= 0 && fields_[static_cast<size_t>(slot)].layer == region.name())
    return false;  // a duplicate key, reported
  if (slot >= 0 || FindStandardField(name) != nullptr) {
    const bool other = slot >= 0 && !fields_[static_cast<size_t>(slot)].layer.empty();
    Diagnostic& d =
        problems.Add(key, other ? "LL1106" : "LL2301",
                     other ? fmt::format("the attribute {} is defined twice", name)
                           : fmt::format("a region cannot redefine the central field {}", name),
                     other ? "give one of the two another name" : "remove it; every region reads the centre's fields");
    if (slot >= 0) {
      const YamlNode& first = *places_[static_cast<size_t>(slot)];
      d.related = first.file->PositionOf(first.offset);
      d.related_message = other ? "the first one" : "the centre's";
    }
    return false;
  }
  return CheckPrefix(region, key, regions);
}

bool Schema::CheckPrefix(Layer& region, const YamlNode& key, const std::vector<std::string>& regions) {
  const std::string prefix = PrefixOf(region.name());
  if (!key.text.starts_with(prefix)) {
    region.problems().Add(key, "LL2305", fmt::format("the name of a region's attribute begins with \"{}\"", prefix),
                          fmt::format("call it \"{}{}\"", prefix, key.text));
    return false;
  }
  for (const std::string& other : regions) {
    const std::string longer = PrefixOf(other);
    if (longer.size() <= prefix.size() || !key.text.starts_with(longer)) continue;
    region.problems().Add(key, "LL2305", fmt::format("\"{}\" is a name of the region {}", key.text, other),
                          fmt::format("names that begin with \"{}\" are left to it: call this one otherwise", longer));
    return false;
  }
  return true;
}

void Schema::ReadField(Problems& problems, const std::string& name, const YamlNode& key, const YamlNode& node,
                       const std::string& layer) {
  MapReader entry(problems, node, fmt::format("the field {}", name));
  if (!entry.ok()) return;
  FieldDef field;
  field.name = name;
  field.layer = layer;
  entry.Require("type");
  const int type = entry.Choice("type", TypeNames());
  field.values = entry.TextList("values");
  field.open = entry.Flag("open", false);
  const std::optional<int64_t> max_len = entry.Integer("max_len");
  const std::optional<int64_t> max_items = entry.Integer("max_items");
  field.description = entry.Text("description");
  entry.Finish();
  if (type < 0) return;
  field.type = TypeOf(type);
  const bool text = type == 0, list = type == 5;
  const auto check = [&](const std::optional<int64_t>& value, const char* what, int64_t most, bool fits,
                         uint32_t& out) {
    if (!value) return;
    if (fits && *value >= 1 && *value <= most) {
      out = static_cast<uint32_t>(*value);
    } else {
      problems.Add(*entry.Get(what), "LL1105",
                   fits ? fmt::format("\"{}\" must be between 1 and {}", what, most)
                        : fmt::format("a field of type {} has no \"{}\"", TypeWord(field.type), what));
    }
  };
  check(max_len, "max_len", 65536, text || list, field.max_len);
  check(max_items, "max_items", 1000, list, field.max_items);
  if (!field.values.empty() && !text) {
    problems.Add(*entry.Get("values"), "LL1105", "only a field of type string has \"values\"");
  }
  if (field.open && field.values.empty()) {
    problems.Add(*entry.Get("open"), "LL1105", "only a field with \"values\" is \"open\"",
                 "a field without them takes every value");
  }
  const std::string record = name.substr(0, name.find('.'));
  if (const StandardField* standard = FindStandardField(name)) {
    if (!(standard->type.Unwrapped() == field.type)) {
      problems.Add(*entry.Get("type"), "LL1201", fmt::format("{} is a {}", name, TypeWord(standard->type)),
                   "standard fields keep their type");
    }
    field.type = standard->type;
    field.standard = true;
    field.not_negative = field.type.Unwrapped().is(cel::TypeKind::kInt);  // all of these count something
    field.accessor = standard->accessor;
  } else if (const FieldAccessor accessor = AttributeAccessor(record)) {
    field.type = Type::Wrapper(field.type);
    const FieldAccessor meant = text ? MeantAttributeAccessor(name) : nullptr;
    field.meant = meant != nullptr;
    field.accessor = field.meant ? meant : accessor;
  } else {
    const std::vector<std::string> names = StandardNamesOf(record);
    problems.Add(key, "LL1203", fmt::format("{} has no \"{}\" and takes no fields of its own", record, key.text),
                 DidYouMean(key.text, names));
    return;
  }
  Add(std::move(field), key);
}

void Schema::Add(FieldDef field, const YamlNode& at) {
  if (slots_.contains(field.name)) return;  // the duplicate key has been reported
  field.kind = field.type.Unwrapped().kind();
  slots_.emplace(field.name, static_cast<int>(fields_.size()));
  fields_.push_back(std::move(field));
  places_.push_back(&at);
}

int Schema::SlotOf(std::string_view name) const {
  const auto it = slots_.find(name);
  return it == slots_.end() ? -1 : it->second;
}

std::vector<std::string> Schema::FieldNames() const {
  std::vector<std::string> names;
  for (const FieldDef& field : fields_) names.push_back(field.name);
  return names;
}

const cel::Env& Schema::EnvFor(const std::string& container) {
  std::unique_ptr<cel::Env>& env = envs_[container];
  if (env != nullptr) return *env;
  env = std::make_unique<cel::Env>(container);
  AddTextFunctions(*env);
  env->UseTimeZones(time_zones_);
  for (const FieldDef& field : fields_) {
    const cel::Bounds bounds{.max_items = field.max_items, .max_len = field.max_len};
    // Field names have been checked; a refusal would only leave the name unknown to conditions, which say so.
    env->AddVariable(field.name, field.type, bounds).IgnoreError();
  }
  return *env;
}

}  // namespace leadline::packs
