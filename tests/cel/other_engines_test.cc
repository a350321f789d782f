// Every row of rules/CEL.md is true: the column "here" is what its expression gives.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cel/functions.h"
#include "cel/hints/foreign_calls.h"
#include "cel/program.h"

namespace leadline::cel {
namespace {

std::string ReadPage() {
  std::ifstream in(std::filesystem::path(LEADLINE_SOURCE_DIR) / "rules" / "CEL.md", std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The cells of a line of a table, \| read as |.
std::vector<std::string> CellsOf(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|') {
      cells.push_back(std::exchange(cell, ""));
    } else {
      if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') ++i;
      cell += line[i];
    }
  }
  return cells;
}

// What stands in a cell between its backticks.
std::string CodeOf(std::string_view cell) {
  const size_t begin = cell.find('`');
  size_t ticks = 0;
  while (begin != std::string_view::npos && begin + ticks < cell.size() && cell[begin + ticks] == '`') ++ticks;
  const size_t end = ticks == 0 ? std::string_view::npos : cell.rfind(std::string(ticks, '`'));
  if (end == std::string_view::npos || end < begin + ticks) return std::string(cell);
  cell = cell.substr(begin + ticks, end - begin - ticks);
  if (ticks > 1) cell = cell.substr(1, cell.size() - 2);
  return std::string(cell);
}

struct Row {
  std::string expression;
  std::string here;
  size_t cells = 0;
};

// The rows that compare engines stand before the forms of other languages, which packs_test reads.
std::vector<Row> RowsOf(const std::string& page) {
  std::vector<Row> rows;
  std::istringstream lines(page.substr(0, page.find("## Forms of other languages")));
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> cells = CellsOf(line);
    if (!line.starts_with("| `") || cells.size() < 2) continue;
    rows.push_back({CodeOf(cells[0]), CodeOf(cells[1]), cells.size()});
  }
  return rows;
}

// The lead that the page describes.
class Lead {
 public:
  Lead() {
    EXPECT_TRUE(
        env_.AddVariable("lead", Type::Map(Type::String(), Type::Dyn()), {.max_items = 20, .max_len = 64}).ok());
  }

  // As the page shows it: a value, "refused: ..." or "error: ...".
  std::string Evaluate(std::string_view expression) const {
    const CompileResult compiled = Compile(env_, expression);
    if (compiled.program == nullptr) return "refused: " + compiled.issues.front().message;
    Arena arena;
    const Value value = compiled.program->Evaluate(slots_, arena);
    return value.is_error() ? fmt::format("error: {}", value.error_message()) : ToDisplayString(value);
  }

 private:
  Env env_;
  const MapEntry attributes_[2] = {{Value::String("budget"), Value::Int(50000)},
                                   {Value::String("tier"), Value::Null()}};
  const Value tags_[2] = {Value::String("vip"), Value::String("partner")};
  const MapEntry fields_[5] = {{Value::String("company"), Value::String("Ærøskøbing Værft")},
                               {Value::String("employees"), Value::Int(1200)},
                               {Value::String("score"), Value::Double(7.5)},
                               {Value::String("attributes"), Value::Map(attributes_)},
                               {Value::String("tags"), Value::List(tags_)}};
  const std::vector<Value> slots_ = {Value::Map(fields_)};
};

TEST(OtherEnginesTest, EachRowIsWhatWeGive) {
  const std::vector<Row> rows = RowsOf(ReadPage());
  EXPECT_GT(rows.size(), 80u);
  const Lead lead;
  for (const Row& row : rows) {
    EXPECT_EQ(row.cells, 7u) << row.expression;
    EXPECT_EQ(lead.Evaluate(row.expression), row.here) << row.expression;
  }
}

// What the page lists are the functions that there are, no more and no fewer.
TEST(OtherEnginesTest, EveryFunctionIsListed) {
  const std::string page = ReadPage();
  const size_t begin = page.find("## The functions that there are");
  ASSERT_NE(begin, std::string::npos);
  const size_t end = page.find("Not there:", begin);
  ASSERT_NE(end, std::string::npos);
  const std::string list = page.substr(begin, end - begin);
  std::vector<std::string> known = BuiltinNames();
  std::erase_if(known, [](const std::string& name) { return name.starts_with('@'); });
  for (const std::string& name : known) EXPECT_NE(list.find("`" + name + "`"), std::string::npos) << name;
  for (size_t at = list.find('`'); at != std::string::npos; at = list.find('`', at)) {
    const size_t close = list.find('`', at + 1);
    ASSERT_NE(close, std::string::npos);
    const std::string name = list.substr(at + 1, close - at - 1);
    const bool macro = !MacroUsage(name).empty() || name == "cel.bind";
    EXPECT_TRUE(macro || std::find(known.begin(), known.end(), name) != known.end()) << name;
    at = close + 1;
  }
}

}  // namespace
}  // namespace leadline::cel
