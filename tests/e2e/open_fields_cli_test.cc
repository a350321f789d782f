// Values that schema.yaml does not list, of a field that it leaves open: taken, and told to who sent them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A server whose central pack leaves lead.budget open, and a CSV file with slips in it.
class OpenFieldsTest : public ::testing::Test {
 protected:
  OpenFieldsTest() : server_(Setup(folder_.path() + "/rules")) {}
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.output(); }

  static ServerSetup Setup(const std::string& rules) {
    std::filesystem::copy(LEADLINE_SOURCE_DIR "/rules", rules, std::filesystem::copy_options::recursive);
    const std::string path = rules + "/central/schema.yaml";
    std::ifstream in(path);
    std::string schema(std::istreambuf_iterator<char>(in), {});
    constexpr std::string_view kBudget = "budget: {type: string,";
    const size_t at = schema.find(kBudget);
    EXPECT_NE(at, std::string::npos);
    std::ofstream(path) << schema.replace(at, kBudget.size(), "budget: {type: string, open: true,");
    ServerSetup setup;
    setup.rules = rules;
    return setup;
  }
  Ended Run(std::vector<std::string> arguments) {
    std::vector<std::string> command = {kClient, "--server", server_.address()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command);
  }
  // Rows with these budgets, and then one without an email address.
  std::string WriteRows(const std::vector<std::string>& budgets) {
    const std::string csv = folder_.path() + "/rows.csv", map = folder_.path() + "/rows.yaml";
    std::ofstream file(csv);
    file << "name,email,budget\n";
    for (size_t i = 0; i < budgets.size(); ++i) file << fmt::format("N{0},n{0}@fair.example.com,{1}\n", i, budgets[i]);
    file << "Last,nobody,aproved\n";
    std::ofstream(map) << "enquiry:\n"
                          "  source: '\"fair\"'\n"
                          "  contact: {family_name: name, email: email}\n"
                          "  attributes: {budget: budget}\n";
    return csv;
  }
  Ended Import(std::vector<std::string> more, const std::string& format = "table") {
    std::vector<std::string> words = {"-o",
                                      format,
                                      "import",
                                      folder_.path() + "/rows.csv",
                                      "--map",
                                      folder_.path() + "/rows.yaml",
                                      "-q",
                                      "--checkpoint",
                                      folder_.path() + "/checkpoint"};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words);
  }
  int Stored() {
    v1::ListLeadsResponse leads;
    EXPECT_TRUE(v1::LeadService::NewStub(server_.channel())->ListLeads(NewContext().get(), {}, &leads).ok());
    return leads.leads_size();
  }

  TempFolder folder_;
  ServerProcess server_;
};

TEST_F(OpenFieldsTest, WhoSubmitsOrUpdatesIsTold) {
  const std::vector<std::string> words = {"submit",   "--email",     "ana@acme.example", "--source",
                                          "web_form", "--attribute", "budget=aproved"};
  const Ended taken = Run(words);
  EXPECT_EQ(taken.exit_code, 0) << taken.output;
  EXPECT_THAT(taken.output, HasSubstr("warning: enquiry.attributes[\"budget\"]: \"aproved\" was taken"));
  EXPECT_THAT(taken.output, HasSubstr("did you mean \"approved\"?"));

  v1::ListLeadsResponse leads;
  ASSERT_TRUE(v1::LeadService::NewStub(server_.channel())->ListLeads(NewContext().get(), {}, &leads).ok());
  ASSERT_EQ(leads.leads_size(), 1);
  EXPECT_EQ(leads.leads(0).warnings_size(), 0);
  const std::string name = leads.leads(0).name();
  const Ended updated = Run({"lead", "update", name, "--set", "attributes.budget=plannd"});
  EXPECT_EQ(updated.exit_code, 0) << updated.output;
  EXPECT_THAT(updated.output, AllOf(HasSubstr("warning: lead.attributes[\"budget\"]: \"plannd\" was taken"),
                                    HasSubstr("did you mean \"planned\"?")));
  const Ended json = Run({"-o", "json", "lead", "update", name, "--set", "attributes.budget=plannd"});
  EXPECT_THAT(json.output, AllOf(HasSubstr("\"nearest\": \"planned\""), HasSubstr("\nwarning: lead.attributes")));
  const Ended good = Run({"lead", "update", name, "--set", "attributes.budget=planned"});
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_THAT(good.output, Not(HasSubstr("warning")));
}

TEST_F(OpenFieldsTest, AnImportSumsThemUp) {
  WriteRows({"aproved", "approved", "aproved", "zzz"});
  const Ended ended = Import({});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("5 read = 4 created + 1 rejected"));
  EXPECT_THAT(ended.output, HasSubstr("warning: lead.budget: \"aproved\" in 2 rows, the first in line 2; did you mean "
                                      "\"approved\"?\nwarning: lead.budget: \"zzz\" in line 5\n"));
  EXPECT_THAT(ended.output, HasSubstr("schema.yaml does not list these values"));
  EXPECT_EQ(Stored(), 4);
}

TEST_F(OpenFieldsTest, AnImportAsJsonHasThem) {
  WriteRows({"aproved"});
  const Ended ended = RunProgram(
      {"/bin/sh", "-c",
       fmt::format("'{}' --server {} -o json import '{}/rows.csv' --map '{}/rows.yaml' -q --no-checkpoint 2>/dev/null",
                   kClient, server_.address(), folder_.path(), folder_.path())});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  const auto json = nlohmann::json::parse(ended.output);
  EXPECT_EQ(json["warnings"][0]["field"], "lead.budget");
  EXPECT_EQ(json["warnings"][0]["nearest"], "approved");
  EXPECT_EQ(json["warnings"][0]["rows"], 1);
}

TEST_F(OpenFieldsTest, ACheckSaysTheSameAndStoresNothing) {
  WriteRows({"aproved", "approved", "aproved"});
  const Ended checked = Import({"--check", "--rejects", folder_.path() + "/bad.csv"});
  EXPECT_EQ(checked.exit_code, 3) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("4 read = 3 can be imported + 1 rejected; checked by "));
  EXPECT_THAT(checked.output, HasSubstr("line 5: "));
  EXPECT_THAT(checked.output, HasSubstr("\"aproved\" in 2 rows, the first in line 2; did you mean \"approved\"?"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() + "/bad.csv"));
  EXPECT_EQ(Stored(), 0);
  ASSERT_EQ(Import({}).exit_code, 3);
  const Ended again = Import({"--check"});
  EXPECT_THAT(again.output, HasSubstr("4 read = 0 can be imported + 3 already imported + 1 rejected"));
  EXPECT_EQ(Stored(), 3);
}

}  // namespace
}  // namespace leadline::e2e
