#include "packs/cases/tables.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "fmt/format.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

constexpr uint64_t kStepsOfCopy = 20;  // of one value

YamlNode NewNode(YamlNode::Kind kind, const YamlNode& at) {
  YamlNode node;
  node.kind = kind;
  node.file = at.file;
  node.offset = at.offset;
  return node;
}

YamlNode NewKey(std::string_view text, const YamlNode& at) {
  YamlNode key = NewNode(YamlNode::Kind::kScalar, at);
  key.text = std::string(text);
  key.style = at.style;
  return key;
}

YamlNode* Entry(YamlNode& map, std::string_view key) {
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.items[i];
  }
  return nullptr;
}

// The map under `key`, made when it is not there. It stands where `value` does, so that findings about it name the row.
YamlNode& MapUnder(YamlNode& map, std::string_view key, const YamlNode& at, const YamlNode& value) {
  YamlNode* found = Entry(map, key);
  if (found == nullptr) {
    map.keys.push_back(NewKey(key, at));
    map.items.push_back(NewNode(YamlNode::Kind::kMap, value));
    return map.items.back();
  }
  if (!found->is_map()) *found = NewNode(YamlNode::Kind::kMap, value);
  found->offset = value.offset;
  return *found;
}

void Put(YamlNode& map, std::string_view key, const YamlNode& at, const YamlNode& value) {
  if (YamlNode* found = Entry(map, key)) {
    *found = value;
    return;
  }
  map.keys.push_back(NewKey(key, at));
  map.items.push_back(value);
}

// The columns' one activity.
YamlNode& ActivityOf(YamlNode& with, const YamlNode& at) {
  YamlNode* list = Entry(with, "activities");
  if (list == nullptr) {
    with.keys.push_back(NewKey("activities", at));
    with.items.push_back(NewNode(YamlNode::Kind::kSequence, at));
    list = &with.items.back();
    list->items.push_back(NewNode(YamlNode::Kind::kMap, at));
  }
  return list->items.front();
}

// Takes the first part of a path off; the whole when there is no dot.
std::string_view TakePart(std::string_view& path) {
  const size_t dot = path.find('.');
  const std::string_view part = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  return part;
}

bool IsEmptyCell(const YamlNode& cell) { return cell.is_null() || (cell.is_plain() && cell.text.empty()); }

// Whether a column says what happens, so that it tells rows apart.
bool IsInput(std::string_view column) {
  return !column.starts_with("expect.") || column == "expect.transition.on" || column == "expect.transition.from" ||
         column == "expect.transition.wanted" || column == "expect.transition.reason" ||
         column == "expect.route.without";
}

std::string CellText(const YamlNode& cell) {
  if (IsEmptyCell(cell)) return "-";
  std::string out = cell.text;
  for (const YamlNode& item : cell.items) out += (out.empty() ? "" : " + ") + item.text;
  return out;
}

class TableReader {
 public:
  TableReader(Problems& problems, const YamlNode& table) : problems_(problems), table_(table) {}

  void Read(const std::function<void(const YamlNode&)>& take) {
    MapReader reader(problems_, table_, "a table");
    if (!reader.ok()) return;
    name_ = reader.RequiredText("name");
    for (const char* key : {"given", "with", "needs_plugin", "region", "now"}) reader.Get(key);
    const YamlNode* expect = reader.Get("expect");
    columns_ = reader.RequiredList("columns");
    const std::vector<const YamlNode*> rows = reader.RequiredList("rows");
    reader.Finish();
    // What all rows share is written into each.
    uint64_t shared = 0;
    for (const char* key : {"given", "with", "expect"}) {
      if (const YamlNode* node = table_.Find(key)) shared += CountNodes(*node);
    }
    for (const YamlNode* row : rows) {
      if (!problems_.budget().Spend(kStepsOfCopy * (shared + CountNodes(*row)))) return;
      if (const std::optional<YamlNode> made = CaseOf(*row, expect)) take(*made);
    }
  }

 private:
  std::optional<YamlNode> CaseOf(const YamlNode& row, const YamlNode* expect) {
    if (!row.is_sequence() || row.items.size() > columns_.size()) {
      problems_.Add(row, "LL3107",
                    row.is_sequence()
                        ? fmt::format("the row has {} cells, the table {} columns", row.items.size(), columns_.size())
                        : std::string("a row is a list of cells"),
                    "write one cell for each column: [a, b, c]");
      return std::nullopt;
    }
    YamlNode made = NewNode(YamlNode::Kind::kMap, row);
    for (const char* key : {"given", "needs_plugin", "region", "now"}) {
      if (const YamlNode* node = table_.Find(key)) Put(made, key, *node, *node);
    }
    if (expect != nullptr) Put(made, "expect", *expect, *expect);
    std::string cells;
    for (size_t i = 0; i < row.items.size(); ++i) {
      const YamlNode& cell = row.items[i];
      if (IsInput(columns_[i]->text)) cells += (cells.empty() ? "" : ", ") + CellText(cell);
      if (IsEmptyCell(cell)) continue;
      if (!PutAtPath(problems_, made, *columns_[i], cell)) return std::nullopt;
    }
    YamlNode name = NewKey(cells.empty() ? name_ : fmt::format("{}: {}", name_, cells), row);
    if (const YamlNode* own = made.Find("name")) name.text = fmt::format("{}: {}", name_, own->text);
    Put(made, "name", row, name);
    AddTableWith(made);
    return made;
  }

  // The table's `with` comes before the row's.
  void AddTableWith(YamlNode& made) {
    const YamlNode* own = made.Find("with");
    const YamlNode* of_table = table_.Find("with");
    if (of_table == nullptr) return;
    YamlNode both = NewNode(YamlNode::Kind::kSequence, *of_table);
    both.items.push_back(*of_table);
    if (own != nullptr) both.items.push_back(*own);
    Put(made, "with", *of_table, both);
  }

  Problems& problems_;
  const YamlNode& table_;
  std::string name_;
  std::vector<const YamlNode*> columns_;
};

}  // namespace

bool PutAtPath(Problems& problems, YamlNode& test_case, const YamlNode& at, const YamlNode& value) {
  static const std::vector<std::string> tops = {"name", "given",   "needs_plugin", "now",   "contact",
                                                "lead", "account", "activity",     "score", "expect"};
  std::string_view path = at.text;
  const std::string first(TakePart(path));
  const bool whole = first == "name" || first == "given" || first == "needs_plugin" || first == "now";
  if (!at.is_scalar() || std::find(tops.begin(), tops.end(), first) == tops.end() || whole != path.empty()) {
    problems.Add(at, "LL3107", fmt::format("\"{}\" is not a column", at.text),
                 "use given, contact.FIELD, lead.FIELD, account.FIELD, activity.FIELD, score.central or expect.PART");
    return false;
  }
  if (whole) {
    Put(test_case, first, at, value);
  } else if (first == "expect") {
    YamlNode& expect = MapUnder(test_case, "expect", at, value);
    const std::string section(TakePart(path));
    YamlNode& under = path.empty() ? expect : MapUnder(expect, section, at, value);
    const std::string_view key = path.empty() ? std::string_view(section) : path;
    // A table that says `{by: emea}` for a whole column leaves the value to its rows.
    YamlNode* common = Entry(under, key);
    if (common != nullptr && common->is_map() && value.is_scalar() && common->Find("value") == nullptr) {
      common->offset = value.offset;
      Put(*common, "value", at, value);
    } else {
      Put(under, key, at, value);
    }
  } else {
    YamlNode& with = MapUnder(test_case, "with", at, value);
    Put(first == "activity" ? ActivityOf(with, at) : MapUnder(with, first, at, value), path, at, value);
  }
  return true;
}

void ReadCasesOfTable(Problems& problems, const YamlNode& table, const std::function<void(const YamlNode&)>& take) {
  TableReader(problems, table).Read(take);
}

size_t CountNodes(const YamlNode& tree) {
  size_t count = 1;
  for (const YamlNode& key : tree.keys) count += CountNodes(key);
  for (const YamlNode& item : tree.items) count += CountNodes(item);
  return count;
}

}  // namespace leadline::packs
