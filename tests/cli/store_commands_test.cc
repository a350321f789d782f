// leadline store verify and leadline ledger dump: on databases themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/program.h"
#include "cli/session/exit_codes.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/told_store.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class StoreCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "leadline-verify-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    db_ = folder_ / "leadline.db";
    Write("default", store::PutToldStore);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<store::Store> Open() {
    auto opened = store::OpenSqliteStore({.path = db_});
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  void Write(const std::string& tenant, store::WriteFunction write) {
    const absl::Status status = store::WriteAndWait(*Open(), tenant, std::move(write));
    ASSERT_TRUE(status.ok()) << status;
  }
  // Two values that no event tells.
  void Tamper(const std::string& tenant = "default") {
    Write(tenant, [](store::Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(domain::Lead lead, t.GetLead("l1"));
      lead.source = "fair";
      lead.country = "ES";
      return t.Put(lead);
    });
  }

  int Run(std::vector<std::string> words) {
    words.insert(words.begin(), "leadline");
    words.insert(words.end(), {"--db", db_.string()});
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
  std::vector<json> Lines() const {
    std::vector<json> lines;
    std::istringstream in(out_);
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
  }

  fs::path folder_, db_;
  std::string out_, errors_;
};

TEST_F(StoreCommandsTest, AStoreThatIsWhatItsLedgerTells) {
  EXPECT_EQ(Run({"store", "verify"}), kExitOk) << errors_;
  EXPECT_THAT(out_, HasSubstr("no differences"));
  EXPECT_THAT(out_, HasSubstr("looked at: 1 tenants, 27 events, 1 accounts, 2 contacts, 2 leads, 2 activities"));
}

TEST_F(StoreCommandsTest, DifferencesAreListedAndCounted) {
  Tamper();
  EXPECT_EQ(Run({"store", "verify"}), kExitRefused);
  EXPECT_THAT(out_, HasSubstr("leads/l1: source is \"fair\", but the ledger tells \"website\"\n"
                              "leads/l1: country is \"ES\", but the ledger tells of none\n"));
  EXPECT_THAT(out_, HasSubstr("2 differences"));
  EXPECT_EQ(Run({"store", "verify", "--limit", "1"}), kExitRefused);
  EXPECT_THAT(out_, Not(HasSubstr("country")));
  EXPECT_THAT(out_, HasSubstr("and 1 more"));
  EXPECT_EQ(Run({"store", "verify"}), kExitRefused) << "nothing is repaired";
}

TEST_F(StoreCommandsTest, DifferencesForPrograms) {
  Tamper();
  for (const std::vector<std::string>& flag : {std::vector<std::string>{"--json"}, {"-o", "json"}}) {
    std::vector<std::string> words = {"store", "verify", "--limit", "1"};
    words.insert(words.end(), flag.begin(), flag.end());
    EXPECT_EQ(Run(words), kExitRefused);
    const json report = json::parse(out_);
    EXPECT_EQ(report["differences"], json::parse(R"([{"tenant": "default", "what": "leads/l1", "field": "source",
                                                      "stored": "fair", "told": "website"}])"));
    EXPECT_EQ(report["left_out"], 1);
    EXPECT_EQ(report["looked_at"]["leads"], 2);
  }
}

TEST_F(StoreCommandsTest, EveryTenantIsLookedAtAndNamed) {
  Write("other", store::PutToldStore);
  Tamper("other");
  EXPECT_EQ(Run({"store", "verify"}), kExitRefused);
  EXPECT_THAT(out_, HasSubstr("[other] leads/l1: source is"));
  EXPECT_THAT(out_, HasSubstr("looked at: 2 tenants, 54 events"));
}

TEST_F(StoreCommandsTest, BesideAServerOnlyWhenAsked) {
  const auto server = Open();
  EXPECT_EQ(Run({"store", "verify"}), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr("has the database open"));
  EXPECT_THAT(errors_, HasSubstr("--live"));
  EXPECT_EQ(Run({"store", "verify", "--live"}), kExitOk) << errors_;
}

TEST_F(StoreCommandsTest, AFileThatIsNotThereIsNotMade) {
  db_ = folder_ / "leadline-data" / "leadline.db";
  EXPECT_EQ(Run({"store", "verify"}), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr(db_.string()));
  EXPECT_EQ(Run({"ledger", "dump"}), kExitUsage);
  EXPECT_FALSE(fs::exists(db_));
}

TEST_F(StoreCommandsTest, TheLedgerIsDumpedInItsOrder) {
  EXPECT_EQ(Run({"ledger", "dump"}), kExitOk) << errors_;
  const std::vector<json> events = Lines();
  ASSERT_EQ(events.size(), 27U);
  EXPECT_EQ(events[0]["type"], "record_created");
  EXPECT_EQ(events[0]["record"]["id"], "a1");
  EXPECT_EQ(events[0]["actor"], "maria");
  for (size_t i = 1; i < events.size(); ++i) EXPECT_GT(events[i]["position"], events[i - 1]["position"]);
  EXPECT_EQ(events.back()["type"], "pack_changed");
}

TEST_F(StoreCommandsTest, TheLedgerIsDumpedInParts) {
  EXPECT_EQ(Run({"ledger", "dump", "--record", "leads/l2"}), kExitOk) << errors_;
  const std::vector<json> events = Lines();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[1]["payload"]["to"], "inquiry");
  EXPECT_EQ(Run({"ledger", "dump", "--record", "leads/l2", "--limit", "2", "--after",
                 std::to_string(events[0]["position"].get<int64_t>())}),
            kExitOk);
  EXPECT_EQ(Lines(), (std::vector<json>{events[1], events[2]}));
  EXPECT_EQ(Run({"ledger", "dump", "--limit", "3"}), kExitOk);
  EXPECT_EQ(Lines().size(), 3U);
  EXPECT_EQ(Run({"ledger", "dump", "--tenant", "nobody"}), kExitOk);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(Run({"ledger", "dump", "--record", "l2"}), kExitUsage);
  EXPECT_THAT(errors_, HasSubstr("leads/ID"));
}

}  // namespace
}  // namespace leadline::cli
