// Real history: the leads and deals of Olist, imported with their map, give the figures that their files give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "base/clock.h"
#include "tests/e2e/cli_fixture.h"

namespace leadline::e2e {
namespace {

const std::string& Olist() {
  static const std::string kFolder = [] {
    const char* set = std::getenv("LEADLINE_DATA");
    return (set != nullptr ? std::string(set) : LEADLINE_SOURCE_DIR "/../shared/data") + "/leads/";
  }();
  return kFolder;
}

// Of a file whose cells have no commas or quotes.
std::vector<std::vector<std::string>> Rows(const std::string& file) {
  std::ifstream in(Olist() + file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);  // titles
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::istringstream cells(line);
    std::vector<std::string>& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    row.resize(std::max<size_t>(row.size(), 5));
  }
  return rows;
}

Time TimeOf(std::string text) {
  if (text.size() > 10) text = text.substr(0, 10) + "T" + text.substr(11) + "Z";
  return ParseTime(text).value();
}

// What the files say of the leads of one origin.
struct Origin {
  int64_t leads = 0;
  std::vector<Duration> won;

  Duration Median() {
    std::sort(won.begin(), won.end());
    return won[(won.size() + 1) / 2 - 1];
  }
};

// `backwards`: leads that were won before they came.
std::map<std::string, Origin> FromFiles(std::vector<std::string>& backwards) {
  std::map<std::string, std::string> deals;
  for (const auto& row : Rows("olist_closed_deals_dataset.csv")) deals.emplace(row[0], row[4]);
  std::map<std::string, Origin> origins;
  for (const auto& row : Rows("olist_marketing_qualified_leads_dataset.csv")) {
    const Time first = TimeOf(row[1]);
    const auto deal = deals.find(row[0]);
    if (deal != deals.end() && TimeOf(deal->second) < first) {
      backwards.push_back(row[0]);
      continue;
    }
    // What the map and the packs mean by these.
    const bool unknown = row[3].empty() || row[3] == "other" || row[3] == "other_publicities";
    const std::string origin = unknown ? "unknown" : row[3];
    for (const std::string& group : {origin, std::string("all")}) {
      ++origins[group].leads;
      if (deal != deals.end()) origins[group].won.push_back(TimeOf(deal->second) - first);
    }
  }
  return origins;
}

// Only the leads that were won before they came, each with that as its reason.
void ExpectSetAside(const std::string& rejects, const std::vector<std::string>& backwards) {
  std::ifstream in(rejects);
  std::string line;
  std::getline(in, line);  // titles
  size_t rows = 0;
  for (; std::getline(in, line); ++rows) {
    EXPECT_THAT(line, testing::HasSubstr("before the first contact"));
    EXPECT_TRUE(std::any_of(backwards.begin(), backwards.end(), [&](const std::string& id) {
      return line.find(id) != std::string::npos;
    })) << line;
  }
  EXPECT_EQ(rows, backwards.size());
}

class OlistReportTest : public testing::Test {
 protected:
  nlohmann::json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kClient, "--server", server_.address(), "-o", "json"});
    const Ended ended = RunProgram(arguments, std::chrono::milliseconds(120'000));
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
    return nlohmann::json::parse(ended.output, nullptr, false);
  }
  ServerProcess server_{{.rules = LEADLINE_SOURCE_DIR "/rules/samples"}};
};

double Days(const std::string& seconds) { return std::stod(seconds) / 86400; }

// Of each group, by its one value; "all" for the only group of a report that is not divided.
std::string GroupOf(const nlohmann::json& group) {
  return group.contains("dimensions") && !group["dimensions"].empty() ? group["dimensions"][0].value("value", "")
                                                                      : "all";
}
int64_t Number(const nlohmann::json& of, const char* name) {
  return of.contains(name) ? std::stoll(of[name].get<std::string>()) : 0;
}

TEST_F(OlistReportTest, FunnelWonRateAndVelocityByOriginAreThoseOfTheFiles) {
  if (!std::ifstream(Olist() + "olist_closed_deals_dataset.csv")) {
    GTEST_SKIP() << "the data of Olist is not in " << Olist() << ": nothing is compared";
  }
  ASSERT_TRUE(server_.Start()) << server_.output();
  const Ended imported = RunProgram(
      {kClient, "--server", server_.address(), "import", Olist() + "olist_marketing_qualified_leads_dataset.csv",
       "--map", LEADLINE_SOURCE_DIR "/rules/samples/imports/olist.yaml", "--rejects", server_.data() + "/rejects.csv"},
      std::chrono::milliseconds(300'000));
  std::vector<std::string> backwards;
  std::map<std::string, Origin> told = FromFiles(backwards);
  ExpectSetAside(server_.data() + "/rejects.csv", backwards);
  EXPECT_EQ(static_cast<int>(told["all"].Median() / kDay), 14) << "whole days from the first contact to the deal";
  for (const std::vector<std::string>& by : {std::vector<std::string>{}, {"--by", "source"}}) {
    std::vector<std::string> velocity = {"report", "velocity"}, funnel = {"report", "funnel"};
    velocity.insert(velocity.end(), by.begin(), by.end());
    funnel.insert(funnel.end(), by.begin(), by.end());
    nlohmann::json velocities = Json(velocity);
    // While the sums are far behind the import, the records are read.
    for (int tries = 0; velocities.value("moment", "").empty() && tries < 240; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      velocities = Json(velocity);
    }
    EXPECT_FALSE(velocities.value("moment", "").empty()) << "it is not answered from sums";
    ASSERT_EQ(velocities["velocities"].size(), by.empty() ? 1U : told.size() - 1) << imported.output;
    for (const nlohmann::json& group : velocities["velocities"]) {
      SCOPED_TRACE(GroupOf(group));
      Origin& origin = told[GroupOf(group)];
      EXPECT_EQ(Number(group, "recordCount"), origin.leads);
      const nlohmann::json& won = group["creationToCustomer"];
      ASSERT_EQ(Number(won, "endedCount"), static_cast<int64_t>(origin.won.size()));
      EXPECT_NEAR(Days(won["medianDuration"].get<std::string>()),
                  static_cast<double>(origin.Median()) / static_cast<double>(kDay),
                  static_cast<double>(origin.Median()) / static_cast<double>(kDay) / 100);
    }
    for (const nlohmann::json& group : Json(funnel)["funnels"]) {
      SCOPED_TRACE(GroupOf(group));
      for (const nlohmann::json& stage : group["stages"]) {
        if (stage["status"] == "customer") {
          EXPECT_EQ(Number(stage, "enteredCount"), static_cast<int64_t>(told[GroupOf(group)].won.size()));
        }
        if (stage["status"] == "mql") {
          EXPECT_EQ(Number(stage, "enteredCount"), told[GroupOf(group)].leads);
        }
      }
    }
  }
}

}  // namespace
}  // namespace leadline::e2e
