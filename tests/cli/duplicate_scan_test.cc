// A file's duplicates: the map, what is read, and how well known ones are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/duplicates/scan_file.h"
#include "cli/duplicates/scan_report.h"
#include "domain/linkage/scan.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class DuplicateScanTest : public testing::Test {
 protected:
  DuplicateScanTest() { fs::create_directories(folder_); }
  ~DuplicateScanTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  // What is wrong with a map of a file with the columns id, first, last and born.
  std::string Problems(const std::string& map, const std::string& truth = "") {
    const auto read = ReadScanFile(
        {Write("people.csv", "id,first,last,born\n1,Ana,Silva,1971-06-24\n"), Write("map.yaml", map), truth});
    return read.ok() ? FormatDiagnostics(read->diagnostics) : std::string(read.status().message());
  }

  const fs::path folder_ = fs::temp_directory_path() / ("leadline-scan-test-" + std::to_string(getpid()));
};

TEST_F(DuplicateScanTest, ReadsRowsAsTheMapSays) {
  const std::string file = Write("people.csv",
                                 " id, first, born\n"
                                 "p-1-a, Ana, 1971-06-24\n"
                                 "p-1-b,\"Ana, too\",24.06.1971\n"
                                 "p-2,Rui\n"
                                 "p-3,, \n");
  const std::string map = Write("map.yaml",
                                "id: id\n"
                                "truth: id.split(\"-\")[1]\n"
                                "fields:\n"
                                "  given_name: first\n"
                                "  birth_date: {type: date, value: born}\n");
  const auto read = ReadScanFile({file, map, ""});
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_NE(read->file, nullptr) << FormatDiagnostics(read->diagnostics);
  const ScanFile& scan = *read->file;
  ASSERT_EQ(scan.table.size(), 3U);
  EXPECT_EQ(scan.set_aside, 1);
  EXPECT_THAT(scan.faults, ElementsAre(HasSubstr("line 4")));
  // In the order of what they say: the row without a name first.
  EXPECT_THAT(scan.ids, ElementsAre("p-3", "p-1-a", "p-1-b"));
  EXPECT_THAT(scan.truths, ElementsAre("3", "1", "1"));
  EXPECT_THAT(scan.lines, ElementsAre(5, 2, 3));
  EXPECT_EQ(scan.table.column(1).ValueOf(1), scan.table.column(1).ValueOf(2)) << "one day, written in two ways";
}

TEST_F(DuplicateScanTest, AMapTellsItsMistakesWithTheirPlaces) {
  EXPECT_THAT(Problems("fields: {given_name: frist}\n"), HasSubstr("map.yaml:1"));
  EXPECT_THAT(Problems("fields: {given_name: frist}\n"), HasSubstr("first"));
  EXPECT_THAT(Problems("fields: {birthday: born}\n"), HasSubstr("\"birthday\" is no type of a field"));
  EXPECT_THAT(Problems("fields: {a: {type: dat, value: born}}\n"), HasSubstr("did you mean \"date\"?"));
  EXPECT_THAT(Problems("fields: {a: {type: date}}\n"), HasSubstr("needs `value`"));
  EXPECT_THAT(Problems("fields: {}\n"), HasSubstr("`fields` is empty"));
  EXPECT_THAT(Problems("id: id\n"), HasSubstr("`fields` is missing"));
  EXPECT_THAT(Problems("enquiry: {}\nfields: {given_name: first}\n"), HasSubstr("\"enquiry\" is not known here"));
  EXPECT_THAT(Problems("fields:\n  a: {type: given_name, value: first}\n  b: {type: given_name, value: last}\n"),
              HasSubstr("2 fields are of the type given_name"));
  EXPECT_THAT(Problems("fields: {given_name: first}\n", "Born"), HasSubstr("did you mean \"born\"?"));
  std::string many = "fields:\n";
  for (int i = 0; i < 16; ++i) many += "  f" + std::to_string(i) + ": {type: text, value: first}\n";
  EXPECT_THAT(Problems(many), HasSubstr("16 fields are compared; at most 15 can be"));
}

TEST_F(DuplicateScanTest, AFileThatCannotBeReadSaysWhy) {
  const std::string map = Write("map.yaml", "fields: {given_name: first}\n");
  EXPECT_THAT(ReadScanFile({(folder_ / "none.csv").string(), map, ""}).status().message(), HasSubstr("none.csv"));
  EXPECT_THAT(ReadScanFile({Write("empty.csv", ""), map, ""}).status().message(), HasSubstr("is empty"));
  EXPECT_THAT(ReadScanFile({Write("twice.csv", "first,first\na,b\n"), map, ""}).status().message(),
              HasSubstr("there twice"));
}

TEST_F(DuplicateScanTest, RowsWithoutATruthCountNeitherWay) {
  std::string rows = "who,first,last,born\n";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    const std::string person =
        ",Given" + n + n + ",Family" + n + ",19" + std::to_string(50 + i) + "-01-0" + std::to_string(1 + i % 9) + "\n";
    rows += (i % 2 == 0 ? n : "") + person + (i % 2 == 0 ? n : "") + person;
  }
  const auto read = ReadScanFile(
      {Write("people.csv", rows),
       Write("map.yaml", "fields: {given_name: first, family_name: last, born: {type: date, value: born}}\n"), "who"});
  ASSERT_TRUE(read.ok() && read->file != nullptr);
  const linkage::ScanResult result = linkage::Scan(read->file->table, {});
  const auto quality = QualityOf(*read->file, result, 0.5);
  ASSERT_TRUE(quality.has_value());
  EXPECT_EQ(quality->pairwise.recall, 1);
  EXPECT_EQ(quality->pairwise.precision, 1);
}

struct Known {
  const char* file;
  const char* map;
  const char* truth;
  double pairs, entities;  // F1 that is reached at least
};

class KnownDuplicatesTest : public testing::TestWithParam<Known> {};

// Nothing was trained on the truth, and the probability from which two rows are the same is the program's own.
TEST_P(KnownDuplicatesTest, AreFound) {
  const char* set = std::getenv("LEADLINE_DATA");
  const std::string data = set != nullptr ? set : LEADLINE_SOURCE_DIR "/../shared/data";
  const std::string path = data + "/duplicates/" + GetParam().file;
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not there: nothing is compared";
  const auto read = ReadScanFile(
      {path, std::string(LEADLINE_SOURCE_DIR "/rules/samples/duplicates/") + GetParam().map, GetParam().truth});
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_NE(read->file, nullptr) << FormatDiagnostics(read->diagnostics);
  EXPECT_EQ(read->file->set_aside, 0);
  const linkage::ScanResult result = linkage::Scan(read->file->table, {.threads = 2});
  const auto quality = QualityOf(*read->file, result, 0.5);
  ASSERT_TRUE(quality.has_value());
  EXPECT_GE(quality->pairwise.f1, GetParam().pairs);
  EXPECT_GE(quality->cluster_pairwise.f1, GetParam().entities);
}

INSTANTIATE_TEST_SUITE_P(Files, KnownDuplicatesTest,
                         testing::Values(Known{"fake_1000.csv", "fake_1000.yaml", "cluster", 0.94, 0.98},
                                         Known{"dataset3.csv", "febrl3.yaml", "", 0.998, 0.998},
                                         Known{"dataset2.csv", "febrl3.yaml", "", 0.998, 0.998},
                                         Known{"dataset1.csv", "febrl3.yaml", "", 0.99, 0.99},
                                         Known{"chicago_early_childhood_true_ids.csv", "chicago.yaml", "True Id", 0.94,
                                               0.955}),
                         [](const auto& of) {
                           const std::string file = of.param.file;
                           return file.substr(0, file.find_first_of("_."));
                         });

}  // namespace
}  // namespace leadline::cli
