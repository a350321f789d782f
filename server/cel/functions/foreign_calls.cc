#include "cel/functions/foreign_calls.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace leadline::cel {

namespace {

struct Row {
  std::string_view name;  // in small letters
  std::string_view hint;
};

constexpr Row kForeign[] = {
    {"any", "write list.exists(x, condition)"},
    {"anyof", "write  x in [a, b]"},
    {"append", "write list + [x]"},
    {"avg", "an average is not computed in conditions; give the record a field for it"},
    {"ceil", "write math.ceil(x)"},
    {"coalesce", "write has(a) ? a : b"},
    {"concat", "write a + b"},
    {"containsall", "write sets.contains(list, [a, b])"},
    {"containsany", "write sets.intersects(list, [a, b])"},
    {"containskey", "write  \"key\" in map"},
    {"count", "write size(x), or size(list.filter(x, condition))"},
    {"dedupe", "write list.distinct()"},
    {"difference", "write a.filter(x, !(x in b))"},
    {"every", "write list.all(x, condition)"},
    {"find", "write list.filter(x, condition).first()"},
    {"float", "write double(x)"},
    {"floor", "write math.floor(x)"},
    {"foreach", "write list.all(x, condition) or list.map(x, value)"},
    {"hasall", "write sets.contains(list, [a, b])"},
    {"hasany", "write sets.intersects(list, [a, b])"},
    {"haskey", "write  \"key\" in map"},
    {"head", "write list.first()"},
    {"if", "write  condition ? a : b"},
    {"ifnull", "write has(a) ? a : b"},
    {"iif", "write  condition ? a : b"},
    {"includes", "write  x in list, or text.contains(part)"},
    {"intersect", "write sets.intersects(a, b), or a.filter(x, x in b) for what both have"},
    {"intersection", "write a.filter(x, x in b), or sets.intersects(a, b) to ask whether there is any"},
    {"intersects", "write sets.intersects(a, b)"},
    {"isempty", "write  size(x) == 0"},
    {"isin", "write  x in [a, b]"},
    {"isnull", "write  x == null"},
    {"issubset", "write sets.contains(larger, smaller)"},
    {"keys", "write map.map(k, k)"},
    {"len", "write size(x)"},
    {"length", "write size(x)"},
    {"lower", "write text.lowerAscii()"},
    {"lowercase", "write text.lowerAscii()"},
    {"match", "write text.matches(pattern)"},
    {"max", "write math.greatest(a, b) or math.greatest(list)"},
    {"math.max", "write math.greatest(a, b) or math.greatest(list)"},
    {"math.min", "write math.least(a, b) or math.least(list)"},
    {"min", "write math.least(a, b) or math.least(list)"},
    {"notnull", "write  x != null"},
    {"number", "write double(x)"},
    {"oneof", "write  x in [a, b]"},
    {"orderby", "write list.sortBy(x, x.field)"},
    {"parsefloat", "write double(text)"},
    {"parseint", "write int(text)"},
    {"pow", "there are no powers; write x * x"},
    {"push", "write list + [x]"},
    {"range", "write lists.range(n)"},
    {"re.match", "write text.matches(pattern)"},
    {"reduce", "a list is not folded to one value; all(), exists(), size() and math.greatest() are there"},
    {"regex", "write text.matches(pattern)"},
    {"regex.extract", "parts of a match are not given out; write text.matches(pattern), or split() and substring()"},
    {"regex.extractall", "parts of a match are not given out; write text.matches(pattern), or split() and substring()"},
    {"regex.replace", "write text.replace(old, new), which takes no pattern"},
    {"replaceall", "write text.replace(old, new)"},
    {"reversed", "write list.reverse()"},
    {"round", "write math.round(x)"},
    {"search", "write text.matches(pattern)"},
    {"select", "write list.map(x, value)"},
    {"some", "write list.exists(x, condition)"},
    {"sort_by", "write list.sortBy(x, x.field)"},
    {"sorted", "write list.sort()"},
    {"str", "write string(x)"},
    {"strlen", "write size(x)"},
    {"substr", "write text.substring(begin, end)"},
    {"sum", "a sum is not computed in conditions; give the record a field for it"},
    {"test", "write text.matches(pattern)"},
    {"tolower", "write text.lowerAscii()"},
    {"tolowercase", "write text.lowerAscii()"},
    {"toset", "write list.distinct()"},
    {"tostring", "write string(x)"},
    {"toupper", "write text.upperAscii()"},
    {"touppercase", "write text.upperAscii()"},
    {"union", "write (a + b).distinct()"},
    {"uniq", "write list.distinct()"},
    {"unique", "write list.distinct()"},
    {"upper", "write text.upperAscii()"},
    {"uppercase", "write text.upperAscii()"},
    {"values", "write map.map(k, map[k])"},
    {"where", "write list.filter(x, condition)"},
};

constexpr Row kMacros[] = {
    {"all", "list.all(x, condition)"},
    {"exists", "list.exists(x, condition)"},
    {"exists_one", "list.exists_one(x, condition)"},
    {"existsOne", "list.existsOne(x, condition)"},
    {"filter", "list.filter(x, condition)"},
    {"map", "list.map(x, value)"},
    {"has", "has(record.field)"},
    {"sortBy", "list.sortBy(x, x.field)"},
    {"optMap", "optional.optMap(x, value)"},
    {"optFlatMap", "optional.optFlatMap(x, optional)"},
    {"transformList", "list.transformList(i, x, value)"},
    {"transformMap", "map.transformMap(k, v, value)"},
    {"transformMapEntry", "map.transformMapEntry(k, v, {key: value})"},
};

constexpr auto kMacroNames = [] {
  std::array<std::string_view, std::size(kMacros)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kMacros[i].name;
  return names;
}();

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool SameInSmall(std::string_view name, std::string_view small) {
  return std::equal(name.begin(), name.end(), small.begin(), small.end(), [](char a, char b) { return Small(a) == b; });
}

}  // namespace

std::string_view ForeignCallHint(std::string_view name) {
  for (const Row& row : kForeign) {
    if (SameInSmall(name, row.name)) return row.hint;
  }
  return "";
}

std::string_view MacroUsage(std::string_view name) {
  for (const Row& row : kMacros) {
    if (row.name == name) return row.hint;
  }
  return "";
}

std::span<const std::string_view> MacroNames() { return kMacroNames; }

}  // namespace leadline::cel
