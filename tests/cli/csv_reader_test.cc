#include "cli/import/rows/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace leadline::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A file that goes away with the test.
class TempFile {
 public:
  explicit TempFile(const std::string& text) : file_(std::tmpfile()) {
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file_), text.size());
    std::fflush(file_);
    lseek(fileno(file_), 0, SEEK_SET);
  }
  ~TempFile() { std::fclose(file_); }
  int fd() const { return fileno(file_); }

 private:
  std::FILE* file_;
};

std::vector<CsvRecord> ReadAll(const std::string& text, CsvOptions options = {}) {
  TempFile file(text);
  CsvReader reader(file.fd(), options);
  std::vector<CsvRecord> records;
  for (CsvRecord record;;) {
    auto more = reader.Next(record);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) return records;
    records.push_back(record);
  }
}

TEST(CsvReader, ReadsPlainAndQuotedFields) {
  auto records = ReadAll("a,b,c\n1,\"x, \"\"y\"\"\",\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b", "c"));
  EXPECT_THAT(records[1].fields, ElementsAre("1", "x, \"y\"", ""));
  EXPECT_EQ(records[1].line, 2);
}

TEST(CsvReader, CountsLinesThroughQuotedNewlines) {
  auto records = ReadAll("a,b\n1,\"two\nlines\"\n2,x\n");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[1].fields, ElementsAre("1", "two\nlines"));
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[2].line, 4);
}

TEST(CsvReader, AcceptsByteOrderMarkCarriageReturnsBlankLinesAndAMissingLastNewline) {
  auto records = ReadAll(
      "\xef\xbb\xbf"
      "a,b\r\n\r\n1,2\r\n\n3,\"4\"");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(records[1].fields, ElementsAre("1", "2"));
  EXPECT_EQ(records[1].line, 3);
  EXPECT_THAT(records[2].fields, ElementsAre("3", "4"));
  EXPECT_EQ(records[2].line, 5);
}

TEST(CsvReader, KeepsAQuoteInsideAnUnquotedField) {
  auto records = ReadAll("a,b\n5\" pipe,x\n");
  EXPECT_THAT(records[1].fields, ElementsAre("5\" pipe", "x"));
}

TEST(CsvReader, ReadsTheLastEmptyField) {
  auto records = ReadAll("a,b\n1,");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[1].fields, ElementsAre("1", ""));
}

TEST(CsvReader, UsesTheDelimiter) {
  auto records = ReadAll("a;b\n1,5;2\n", {.delimiter = ';'});
  EXPECT_THAT(records[1].fields, ElementsAre("1,5", "2"));
}

TEST(CsvReader, SetsAsideTextBehindAQuoteAndGoesOn) {
  auto records = ReadAll("a,b\n\"x\"y,1\n2,3\n");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[1].fault, HasSubstr("after a closing quote"));
  EXPECT_TRUE(records[1].fields.empty());
  EXPECT_THAT(records[2].fields, ElementsAre("2", "3"));
  EXPECT_EQ(records[2].line, 3);
}

TEST(CsvReader, SetsAsideAQuoteThatIsNeverClosedAndGoesOnWithTheNextLine) {
  auto records = ReadAll("a,b\n1,\"open\n2,x\n3,y\n");
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(records[1].fault, HasSubstr("never closed"));
  EXPECT_EQ(records[1].line, 2);
  EXPECT_THAT(records[2].fields, ElementsAre("2", "x"));
  EXPECT_EQ(records[2].line, 3);
  EXPECT_THAT(records[3].fields, ElementsAre("3", "y"));
}

TEST(CsvReader, SetsAsideARecordThatIsTooLong) {
  auto records = ReadAll("a,b\n" + std::string(200, 'x') + ",1\n2,3\n", {.max_record = 100});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[1].fault, HasSubstr("longer than 100"));
  EXPECT_THAT(records[2].fields, ElementsAre("2", "3"));
}

TEST(CsvReader, SetsAsideAWrongNumberOfFields) {
  auto records = ReadAll("a,b\n1\n2,3,4\n5,6\n");
  EXPECT_EQ(records[1].fault, "1 fields instead of 2");
  EXPECT_EQ(records[2].fault, "3 fields instead of 2");
  EXPECT_EQ(records[3].fault, "");
}

TEST(CsvReader, SetsAsideWhatIsNotUtf8) {
  for (const char* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "M\xfcller", "\xf4\x90\x80\x80"}) {
    auto records = ReadAll(std::string("a,b\n") + bad + ",1\nÜ,€\n");
    ASSERT_EQ(records.size(), 3u);
    EXPECT_THAT(records[1].fault, HasSubstr("UTF-8"));
    EXPECT_THAT(records[2].fields, ElementsAre("Ü", "€"));
  }
  auto records = ReadAll(std::string("a,b\n1,x\0y\n", 10));
  EXPECT_THAT(records[1].fault, HasSubstr("UTF-8"));
}

TEST(CsvReader, GoesOnAtAnyPositionWithTheSameRecords) {
  std::string text =
      "\xef\xbb\xbf"
      "id,text\n";
  for (int i = 0; i < 20000; ++i) {
    text += std::to_string(i) + (i % 7 == 0 ? ",\"multi\nline\"\r\n" : i % 11 == 0 ? ",\"bad\"x\n" : ",plain text\n");
  }
  TempFile file(text);
  CsvReader reader(file.fd());
  std::vector<CsvRecord> records;
  std::vector<CsvPosition> ends;
  CsvRecord record;
  while (*reader.Next(record)) {
    records.push_back(record);
    ends.push_back(reader.position());
  }
  ASSERT_EQ(records.size(), 20001u);
  EXPECT_EQ(ends.back().offset, text.size());
  for (size_t at : {size_t{0}, size_t{1}, size_t{777}, size_t{8000}, size_t{19999}}) {
    ASSERT_TRUE(reader.Seek(ends[at]).ok());
    ASSERT_TRUE(*reader.Next(record));
    EXPECT_EQ(record.line, records[at + 1].line);
    EXPECT_EQ(record.fields, records[at + 1].fields);
    EXPECT_EQ(record.fault, records[at + 1].fault);
  }
}

TEST(CsvReader, HasNothingInAnEmptyFile) {
  EXPECT_TRUE(ReadAll("").empty());
  EXPECT_TRUE(ReadAll("\n\r\n").empty());
}

}  // namespace
}  // namespace leadline::cli
