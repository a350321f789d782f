// The fields that a test can give, and the values they can have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/records.h"
#include "packs/cases/test_case.h"
#include "packs/rule_set.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// What a value is put into. `now` turns ages into moments.
struct FieldTarget {
  TestInput& in;
  Time now;
};
using FieldSetter = void (*)(FieldTarget, const domain::AttributeValue&);

// For standard fields; null for one that is worked out from others. A value of monostate makes the field absent.
FieldSetter FindFieldSetter(std::string_view name);
// Where the attributes of "lead", "contact" or "account" stand.
domain::Attributes& AttributesOf(TestInput& in, std::string_view record);

// The value that the field's type asks for; `absent` gives monostate. Reported and nothing otherwise, also when no
// record may have it: a text longer than `max_len`, a list longer than `max_items`, a number beyond what records hold.
std::optional<domain::AttributeValue> ReadFieldValue(Problems& problems, const FieldDef& field, const YamlNode& node,
                                                     Time now);
// "" for monostate.
std::string TextOf(const domain::AttributeValue& value);

// A moment: "2026-06-01T09:00:00Z", "2026-06-01", or "3d ago" before `now`. Reported otherwise, also when it is not
// after 1970 and before the year 10000.
std::optional<Time> ReadMoment(Problems& problems, const YamlNode& node, Time now);
// The number of `reader` under `key` when it is `least` to `most`; nothing when it is absent or another (reported).
std::optional<double> ReadBounded(Problems& problems, MapReader& reader, std::string_view key, double least,
                                  double most);
// The length of time under `key`, as long as moments reach; nothing when it is absent or another (reported).
std::optional<Duration> ReadAgo(Problems& problems, MapReader& reader, std::string_view key);

}  // namespace leadline::packs
