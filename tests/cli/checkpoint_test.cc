#include "cli/import/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/import/rejects_file.h"

namespace leadline::cli {
namespace {

class InFolder : public testing::Test {
 protected:
  InFolder() : folder_(testing::TempDir() + "/cli_checkpoint_test-" + std::to_string(getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~InFolder() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  std::string folder_;
};
using CheckpointTest = InFolder;
using RejectsFileTest = InFolder;

TEST_F(CheckpointTest, ComesBackAsItWas) {
  Checkpoint checkpoint{.import_id = "import-1",
                        .content = "abc",
                        .rejects_path = "/r.csv",
                        .rejects_size = 17,
                        .position = {.offset = 1000, .line = 12},
                        .probe = {.offset = 800, .line = 9},
                        .probe_rows = 3,
                        .totals = {.read = 11, .created = 8, .already_imported = 2, .rejected = 1}};
  std::string path = Path("deep/er/checkpoint.json");
  ASSERT_TRUE(SaveCheckpoint(path, checkpoint).ok());
  EXPECT_EQ(LoadCheckpoint(path), checkpoint);
}

TEST_F(CheckpointTest, WhatIsNoCheckpointIsNone) {
  EXPECT_FALSE(LoadCheckpoint(Path("missing")).has_value());
  for (const char* text : {"", "{", "{}", "[]", "{\"version\": 99}", "{\"version\": 1, \"import_id\": 5}"}) {
    std::ofstream(Path("bad")) << text;
    EXPECT_FALSE(LoadCheckpoint(Path("bad")).has_value()) << text;
  }
}

TEST_F(RejectsFileTest, IsMadeWithTheFirstRejectAndQuotesWhatMustBe) {
  RejectsFile rejects(Path("r.csv"));
  rejects.ComeFrom("fair.csv", ',', "name,email");
  ASSERT_TRUE(rejects.StartOver().ok());
  ASSERT_TRUE(rejects.Flush().ok());
  EXPECT_FALSE(std::filesystem::exists(Path("r.csv")));
  ASSERT_TRUE(rejects.Add({5, "says \"no\", twice", "contact.email", "\"Silva, Ana\",nobody"}).ok());
  ASSERT_TRUE(rejects.Flush().ok());
  EXPECT_EQ(Read(Path("r.csv")),
            "leadline_import,leadline_line,leadline_reason,leadline_field,name,email\n"
            "fair.csv,5,\"says \"\"no\"\", twice\",contact.email,\"Silva, Ana\",nobody\n");
  EXPECT_EQ(rejects.size(), Read(Path("r.csv")).size());
}

TEST_F(RejectsFileTest, GoesOnBehindWhatIsSettled) {
  uint64_t settled = 0;
  {
    RejectsFile rejects(Path("r.csv"));
    rejects.ComeFrom("x", ',', "");
    ASSERT_TRUE(rejects.Add({5, "a", ""}).ok());
    settled = rejects.size();
    ASSERT_TRUE(rejects.Add({6, "not settled", ""}).ok());
    ASSERT_TRUE(rejects.Flush().ok());
  }
  RejectsFile again(Path("r.csv"));
  again.ComeFrom("x", ',', "");
  ASSERT_TRUE(*again.GoOn(settled));
  ASSERT_TRUE(again.Add({6, "b", ""}).ok());
  ASSERT_TRUE(again.Flush().ok());
  EXPECT_EQ(Read(Path("r.csv")), "leadline_import,leadline_line,leadline_reason,leadline_field\nx,5,a,\nx,6,b,\n");
  EXPECT_FALSE(*RejectsFile(Path("r.csv")).GoOn(10'000));
  EXPECT_FALSE(*RejectsFile(Path("other.csv")).GoOn(1));
}

TEST_F(RejectsFileTest, WithoutAPathThereIsNoFile) {
  std::filesystem::current_path(folder_);
  RejectsFile rejects("");
  ASSERT_TRUE(rejects.StartOver().ok());
  ASSERT_TRUE(rejects.Add({5, "a", ""}).ok());
  ASSERT_TRUE(rejects.Flush().ok());
  EXPECT_EQ(rejects.size(), 0u);
  EXPECT_TRUE(*RejectsFile("").GoOn(0));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  std::filesystem::current_path("/");
}

TEST(DescribeRejectTest, SaysLineReasonAndField) {
  EXPECT_EQ(DescribeReject({7, "no address", "contact.email"}), "line 7: no address [contact.email]");
  EXPECT_EQ(DescribeReject({7, "too few columns", ""}), "line 7: too few columns");
}

// Before the first row is imported, and without leaving a file.
TEST_F(RejectsFileTest, AFileThatCannotBeWrittenIsKnownBefore) {
  EXPECT_TRUE(RejectsFile("").CheckWritable().ok());
  EXPECT_TRUE(RejectsFile(Path("r.csv")).CheckWritable().ok());
  EXPECT_FALSE(std::filesystem::exists(Path("r.csv")));
  const absl::Status status = RejectsFile(Path("none/r.csv")).CheckWritable();
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("name another with --rejects"));
}

}  // namespace
}  // namespace leadline::cli
