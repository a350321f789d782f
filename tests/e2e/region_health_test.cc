// A plugin that one region needs and that is not there: that region's calls fail, under its own name in health; the
// server starts and serves everybody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/health_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
using grpc::health::v1::HealthCheckResponse;
using testing::HasSubstr;

// The first look at plugins comes soon after the start.
bool Becomes(const ServerProcess& server, const std::string& name, HealthCheckResponse::ServingStatus status) {
  for (int i = 0; i < 500; ++i) {
    if (HealthOf(server, name) == status) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

// The project's packs, where EMEA cannot do without a plugin that nobody has.
void CopyRules(const fs::path& to) {
  fs::copy(LEADLINE_SOURCE_DIR "/rules", to, fs::copy_options::recursive);
  const fs::path path = to / "regions" / "emea" / "normalize.yaml";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  std::string text = read.str();
  const std::string named = "plugin: org.leadline.title_seniority\n      optional: true\n";
  const size_t at = text.find(named);
  ASSERT_NE(at, std::string::npos);
  std::ofstream(path) << text.replace(at, named.size(), "plugin: org.example.nowhere\n");
}

grpc::Status SubmitFrom(const ServerProcess& server, int number, const std::string& country) {
  v1::SubmitEnquiryRequest request = EnquiryNumber(number);
  request.mutable_enquiry()->mutable_account()->set_country(country);
  v1::SubmitEnquiryResponse response;
  return v1::LeadService::NewStub(server.channel())->SubmitEnquiry(NewContext().get(), request, &response);
}

TEST(RegionHealthTest, WhatOneRegionLacksIsItsOutageAlone) {
  TempFolder folder;
  const std::string rules = folder.path() + "/rules";
  ASSERT_NO_FATAL_FAILURE(CopyRules(rules));
  ServerProcess server({.rules = rules});
  ASSERT_TRUE(server.Start()) << server.output();
  const std::string lead = "leadline.v1.LeadService";
  EXPECT_TRUE(Becomes(server, lead + "/regions/emea", HealthCheckResponse::NOT_SERVING)) << server.output();
  EXPECT_EQ(HealthOf(server, lead + "/regions/latam"), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(server, lead + "/regions/atlantis"), HealthCheckResponse::SERVICE_UNKNOWN);
  EXPECT_EQ(HealthOf(server, lead), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(server, lead + "/write"), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(server, ""), HealthCheckResponse::SERVING);
  // Its table would be asked; routes and duplicates need none of it.
  EXPECT_EQ(HealthOf(server, "leadline.v1.ScoringService/regions/emea"), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(HealthOf(server, "leadline.v1.MergeService/regions/emea"), HealthCheckResponse::SERVING);
  EXPECT_THAT(server.output(), HasSubstr("a plugin that a region needs is down"));

  const grpc::Status refused = SubmitFrom(server, 1, "DE");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE) << refused.error_message();
  EXPECT_THAT(refused.error_message(), HasSubstr("its pack needs the plugin org.example.nowhere"));
  int number = 2;
  for (const char* country : {"BR", "US", "IN", "AQ"}) {
    const grpc::Status status = SubmitFrom(server, number++, country);
    EXPECT_TRUE(status.ok()) << country << ": " << status.error_message();
  }
}

}  // namespace
}  // namespace leadline::e2e
