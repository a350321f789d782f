// What people write who come from other languages, and what they are told: the tables of rules/CEL.md are true, and no
// hint names a form that does not compile.
#include "packs/read/condition_hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/cel/written_forms.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

// The fields of the shipped central pack.
class ShippedSchema {
 public:
  ShippedSchema() : file_("schema.yaml", ReadFile(LEADLINE_SOURCE_DIR "/rules/central/schema.yaml")) {
    std::vector<Diagnostic> faults;
    EXPECT_TRUE(file_.Parse(faults));
    schema_.Read(problems_, file_.root());
  }

  cel::CompileResult Compile(std::string_view condition) {
    cel::CompileOptions options;
    options.expected_type = cel::Type::Bool();
    return cel::Compile(schema_.EnvFor(""), condition, options);
  }
  // What is said of the condition, the first thing first.
  std::vector<std::string> Hints(std::string_view condition) {
    std::vector<std::string> out;
    for (const cel::Issue& issue : Compile(condition).issues) out.push_back(HintFor(issue, condition, schema_));
    return out;
  }
  // Empty when it compiles.
  std::string Fault(const std::string& form) {
    const cel::CompileResult compiled = cel::Compile(schema_.EnvFor(""), cel::Compilable(form));
    return compiled.program != nullptr ? "" : compiled.issues.front().message;
  }

 private:
  YamlFile file_;
  Problems problems_;
  Schema schema_;
};

struct FormRow {
  std::string condition, hint;
};

std::string Trimmed(std::string text) {
  const size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// The two cells of a line, \| read as |, without the backticks around the first.
FormRow RowOf(const std::string& line) {
  std::vector<std::string> cells(1);
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|') {
      cells.emplace_back();
      continue;
    }
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') ++i;
    cells.back() += line[i];
  }
  EXPECT_EQ(cells.size(), 3u) << line;
  const std::string code = Trimmed(cells[0]);
  const size_t ticks = code.starts_with("``") ? 2 : 1;
  return {Trimmed(code.substr(ticks, code.size() - 2 * ticks)), Trimmed(cells[1])};
}

std::vector<FormRow> RowsOfThePage() {
  const std::string page = ReadFile(LEADLINE_SOURCE_DIR "/rules/CEL.md");
  const size_t begin = page.find("## Forms of other languages");
  const size_t end = page.find("## The functions that there are");
  EXPECT_TRUE(begin < end && end != std::string::npos);
  std::vector<FormRow> rows;
  std::istringstream lines(page.substr(begin, end - begin));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) rows.push_back(RowOf(line));
  }
  return rows;
}

TEST(ConditionHints, ThePageSaysWhatTheCheckSays) {
  const std::vector<FormRow> rows = RowsOfThePage();
  EXPECT_GT(rows.size(), 150u);
  ShippedSchema schema;
  for (const FormRow& row : rows) {
    const std::vector<std::string> hints = schema.Hints(row.condition);
    ASSERT_FALSE(hints.empty()) << row.condition << " compiles";
    EXPECT_EQ(hints.front(), row.hint) << row.condition;
    for (const std::string& hint : hints) {
      EXPECT_NE(hint, "") << row.condition;
      for (const std::string& form : cel::FormsIn(hint)) EXPECT_EQ(schema.Fault(form), "") << form;
    }
  }
}

// Whatever is cut off, something is said of it.
TEST(ConditionHints, EveryBeginningAndEndIsHandled) {
  ShippedSchema schema;
  for (const FormRow& row : RowsOfThePage()) {
    for (size_t i = 0; i <= row.condition.size(); ++i) {
      for (const std::string& cut : {row.condition.substr(0, i), row.condition.substr(i)}) {
        for (const std::string& hint : schema.Hints(cut)) {
          EXPECT_EQ(std::count(hint.begin(), hint.end(), '`') % 2, 0) << cut << ": " << hint;
        }
      }
    }
  }
}

// Nobody mends what follows from another fault.
TEST(ConditionHints, OneSlipIsToldOnce) {
  ShippedSchema schema;
  for (const char* condition :
       {"not lead.competitor", "NOT lead.competitor && lead.age_days > 3", "lead.country in (\"DE\", \"AT\")",
        "lead.country in {\"DE\", \"AT\"}", "{{lead.country}} == \"DE\"", "contact?.phone == null",
        "lead.country == (\"DE\" || \"AT\")", "!lead.country in [\"DE\"]", "lead.age_days in 1..10",
        "lead.total_visits > 1,000,000", "case when lead.competitor then true end", "now() > lead.created_at",
        "lead.age_days() > 3", "DATEDIFF(day, lead.created_at, now) > 30", "lead.country !== \"DE\""}) {
    EXPECT_EQ(schema.Hints(condition).size(), 1u) << condition;
  }
}

// Names that a field or a text may have, too, are not taken for words of other languages.
TEST(ConditionHints, FieldsAndTextsKeepTheirs) {
  ShippedSchema schema;
  EXPECT_THAT(schema.Hints("lead.country == manager"),
              testing::ElementsAre("if you mean the text, write \"manager\" in quotes"));
  EXPECT_THAT(schema.Hints("contact.senority == \"staff\""), testing::ElementsAre("did you mean \"seniority\"?"));
  EXPECT_THAT(schema.Hints("lead.competitor == true ?.5 > 0.1 : false"), testing::IsEmpty());
  EXPECT_THAT(schema.Hints("filter contains \"x\""), testing::Contains("write `filter.contains(\"x\")`"));
}

}  // namespace
}  // namespace leadline::packs
