// leadline erase: on a database itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/program.h"
#include "cli/session/exit_codes.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/person.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class EraseTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "leadline-erase-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    db_ = folder_ / "leadline.db";
    const absl::Status status =
        store::WriteAndWait(*Open(), "default", [](store::Transaction& t) { return store::PutPerson(t, "ana"); });
    ASSERT_TRUE(status.ok()) << status;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<store::Store> Open() {
    auto opened = store::OpenSqliteStore({.path = db_});
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  int Run(const std::string& contact, const std::string& db, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"leadline", "erase", contact, "--reason", "asked", "--db", db};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Program program;
    const int code = program.Run(static_cast<int>(arguments.size()), arguments.data());
    out_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return code;
  }

  fs::path folder_, db_;
  std::string out_, errors_;
};

TEST_F(EraseTest, ErasesAPersonForGood) {
  EXPECT_EQ(Run("contacts/c-ana", db_), kExitOk) << errors_;
  EXPECT_THAT(out_, AllOf(HasSubstr("erased contacts/c-ana\nerased leads/l-ana\n"),
                          HasSubstr("forgot the content of 1 requests")));
  EXPECT_TRUE(Open()
                  ->Read("default",
                         [](store::Reader& reader) -> absl::Status {
                           ASSIGN_OR_RETURN(const domain::Contact contact, reader.GetContact("c-ana"));
                           EXPECT_EQ(contact.email, "");
                           ASSIGN_OR_RETURN(const bool erased, reader.IsErased(domain::RecordKind::kContact, "c-ana"));
                           EXPECT_TRUE(erased);
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(Run("contacts/c-ana", db_), kExitOk);
  EXPECT_EQ(out_, "contacts/c-ana was erased before; nothing was changed\n");
  EXPECT_EQ(Run("contacts/c-ana", db_, {"-o", "json"}), kExitOk);
  EXPECT_THAT(out_, AllOf(HasSubstr("\"contact\": \"contacts/c-ana\""), HasSubstr("\"erased\": []")));
}

TEST_F(EraseTest, RefusesInWords) {
  {
    const auto server = Open();
    EXPECT_EQ(Run("contacts/c-ana", db_), kExitUsage);
    EXPECT_THAT(errors_, HasSubstr("another server"));
  }
  EXPECT_EQ(Run("leads/l-ana", db_), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr("write contacts/ID"));
  EXPECT_EQ(Run("contacts/nobody", db_), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr("contacts/nobody does not exist"));
  EXPECT_EQ(Run("contacts/c-ana", folder_ / "other.db"), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr("there is no database"));
  EXPECT_FALSE(fs::exists(folder_ / "other.db")) << "and none is made";
}

}  // namespace
}  // namespace leadline::cli
