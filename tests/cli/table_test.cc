#include "cli/output/table.h"

#include <gtest/gtest.h>

namespace leadline::cli {
namespace {

TEST(DisplayWidth, CountsCellsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("Müller"), 6);
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1);  // e and a combining accent
  EXPECT_EQ(DisplayWidth(""), 0);
}

TEST(CutToWidth, EndsInAnEllipsis) {
  EXPECT_EQ(CutToWidth("Müller", 6), "Müller");
  EXPECT_EQ(CutToWidth("Müller", 4), "Mül…");
  EXPECT_EQ(DisplayWidth(CutToWidth("日本語文字", 5)), 5);
}

TEST(Table, AlignsByWidth) {
  Table table({{"Name"}, {"Points", Table::Align::kRight}});
  table.Add({"Müller", "5"});
  table.Add({"日本", "120"});
  table.AddLine();
  table.Add({"sum", "125"});
  EXPECT_EQ(table.ToString(80),
            "Name    Points\n"
            "──────  ──────\n"
            "Müller       5\n"
            "日本       120\n"
            "──────  ──────\n"
            "sum        125\n");
}

TEST(Table, WrapsTheWideColumn) {
  Table table({{"Rule"}, {"Why", Table::Align::kWrap}, {"N", Table::Align::kRight}});
  table.Add({"a.rule", "one two three four five six seven eight nine ten", "1"});
  EXPECT_EQ(table.ToString(40),
            "Rule    Why                            N\n"
            "──────  ─────────────────────────────  ─\n"
            "a.rule  one two three four five six    1\n"
            "        seven eight nine ten\n");
}

TEST(Table, KeepsCellsOnOneLine) {
  Table table({{"A"}, {"B"}});
  table.Add({"x\ny"});
  EXPECT_EQ(table.ToString(80), "A    B\n───  ─\nx y\n");
}

}  // namespace
}  // namespace leadline::cli
