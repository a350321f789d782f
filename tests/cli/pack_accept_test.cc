// leadline pack accept: the line that lets a region's list count, written into the central pack.yaml and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"
#include "cli/session/exit_codes.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class PackAcceptTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "leadline-accept-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::copy(fs::path(LEADLINE_SOURCE_DIR) / "tests" / "packs" / "base", root_, fs::copy_options::recursive);
    central_ = root_ / "central" / "pack.yaml";
    before_ = ReadFile(central_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& file, const std::string& text) {
    std::ofstream(root_ / file, std::ios::binary) << text;
  }

  int Accept(const std::string& region) {
    const std::string folder = root_.string();
    const std::vector<const char*> words = {"leadline", "pack", "accept", region.c_str(), "--rules", folder.c_str()};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Program program;
    const int code = program.Run(static_cast<int>(words.size()), words.data());
    said_ = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    return code;
  }

  fs::path root_, central_;
  std::string before_, said_;
};

TEST_F(PackAcceptTest, WritesTheHashOfTheFileAsItIs) {
  Write("regions/emea/mail_providers.yaml", "domains: [correo.es]\n");
  // sha256sum of the line above.
  const std::string hash = "002ce8340b9c0e478ed975293994c6c7ab0f10490843368d46890e6c1351b694";
  EXPECT_EQ(Accept("emea"), kExitOk);
  EXPECT_THAT(said_, HasSubstr("emea: mail_providers.yaml (" + hash.substr(0, 16) + ") is accepted in "));
  const auto with = [&](const std::string& accepted) {
    std::string text = before_;
    return text.insert(text.find("  - {pack: emea, normalize"), "  - {pack: emea, mail_providers: " + accepted + "}\n");
  };
  EXPECT_EQ(ReadFile(central_), with(hash));
  EXPECT_EQ(Accept("emea"), kExitOk);
  EXPECT_THAT(said_, HasSubstr("is accepted already"));
  Write("regions/emea/mail_providers.yaml", "domains: [buzon.es]\n");
  EXPECT_EQ(Accept("emea"), kExitOk);
  EXPECT_EQ(ReadFile(central_), with("33a8bdcd6e177de86fa51edcabb39b8d370aa5d7d9f77b7d2fc281f7e4979394"));
}

TEST_F(PackAcceptTest, KeepsACopyOfTheTable) {
  const std::string table = "normalize:\n  contact.seniority:\n    - {when: title.hasWord(\"jefe\"), value: manager}\n";
  Write("regions/emea/normalize.yaml", table);
  EXPECT_EQ(Accept("emea"), kExitOk);
  EXPECT_THAT(said_, HasSubstr("emea: normalize.yaml ("));
  EXPECT_EQ(ReadFile(root_ / "central/accepted/emea/normalize.yaml"), table);
  EXPECT_NE(ReadFile(central_), before_);
}

TEST_F(PackAcceptTest, ChangesNothingWhereThereIsNothingToAccept) {
  EXPECT_EQ(Accept("emea"), kExitOk);
  EXPECT_THAT(said_, HasSubstr("is accepted already"));
  fs::remove(root_ / "regions/emea/normalize.yaml");
  EXPECT_EQ(Accept("emea"), kExitRefused);
  EXPECT_THAT(said_, HasSubstr("normalize.yaml or mail_providers.yaml"));
  EXPECT_EQ(Accept("emae"), kExitUsage);
  EXPECT_EQ(Accept("central"), kExitUsage);
  Write("regions/emea/mail_providers.yaml", "domains: [co.uk]\n");
  EXPECT_EQ(Accept("emea"), kExitRefused);
  EXPECT_THAT(said_, HasSubstr("LL2902"));
  EXPECT_EQ(ReadFile(central_), before_);
}

}  // namespace
}  // namespace leadline::cli
