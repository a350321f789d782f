// The process itself: what it serves, what it refuses, how it starts and stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using grpc::health::v1::HealthCheckResponse;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

grpc::Status CheckHealth(const ServerProcess& server, const std::string& service, HealthCheckResponse* response) {
  auto stub = grpc::health::v1::Health::NewStub(server.channel());
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  return stub->Check(NewContext().get(), request, response);
}

TEST(ServerTest, TellsItsHealth) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  for (const char* service : {"", "leadline.v1.LeadService", "leadline.v1.AdminService"}) {
    HealthCheckResponse response;
    ASSERT_TRUE(CheckHealth(server, service, &response).ok()) << service;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  }
  HealthCheckResponse response;
  EXPECT_EQ(CheckHealth(server, "no.such.Service", &response).error_code(), grpc::StatusCode::NOT_FOUND);
}

// Reflection's own messages come in no package of ours, so they are written by hand: list_services is field 7,
// file_containing_symbol field 4.
TEST(ServerTest, DescribesItself) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  std::string services;
  ASSERT_TRUE(CallRaw(server.channel(), method, std::string("\x3a\x01*", 3), &services).ok());
  for (const char* name : {"LeadService", "StatusService", "ScoringService", "RoutingService", "MergeService",
                           "ReportService", "AdminService"}) {
    EXPECT_THAT(services, HasSubstr(std::string("leadline.v1.") + name));
  }
  std::string symbol = "grpc.health.v1.Health";
  std::string file;
  ASSERT_TRUE(
      CallRaw(server.channel(), method, std::string("\x22") + static_cast<char>(symbol.size()) + symbol, &file).ok());
  EXPECT_THAT(file, HasSubstr("HealthCheckRequest"));
}

TEST(ServerTest, RefusesAPortInUse) {
  ServerSetup tcp;
  tcp.listen = "127.0.0.1:0";
  ServerProcess first(tcp);
  ASSERT_TRUE(first.Start()) << first.output();
  EXPECT_THAT(first.address(), Not(HasSubstr(":0")));
  ServerSetup same;
  same.listen = first.address();
  Ended second = RunProgram(ServerProcess(same).Command());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("cannot listen on " + first.address() + ": it is in use already"));
  HealthCheckResponse response;
  EXPECT_TRUE(CheckHealth(first, "", &response).ok());
}

// gRPC would remove the socket of the running server and take its place.
TEST(ServerTest, RefusesASocketInUse) {
  ServerProcess first;
  ASSERT_TRUE(first.Start()) << first.output();
  ServerSetup same;
  same.listen = first.address();
  Ended second = RunProgram(ServerProcess(same).Command());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("it is in use already"));
  HealthCheckResponse response;
  EXPECT_TRUE(CheckHealth(first, "", &response).ok());
}

TEST(ServerTest, RefusesOtherMachines) {
  for (const char* address : {"0.0.0.0:0", "[::]:0"}) {
    ServerSetup setup;
    setup.listen = address;
    Ended ended = RunProgram(ServerProcess(setup).Command());
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.output, HasSubstr("--allow-remote"));
  }
  ServerSetup allowed;
  allowed.listen = "0.0.0.0:0";
  allowed.flags = {"--allow-remote"};
  EXPECT_TRUE(ServerProcess(allowed).Start());
}

TEST(ServerTest, ExplainsBadConfiguration) {
  TempFolder folder;
  const std::string file = folder.path() + "/leadline.yaml";
  std::ofstream(file)
      << "listen: 127.0.0.1:0\nlog_levle: debug\nthreads: many\nthreads: 2\nservices: [scoring, routing]\n";
  const std::string program = ServerProcess().Command()[0];
  Ended ended = RunProgram({program, "--config", file, "--max-message-mib", "0"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.output, HasSubstr(file + ":2:1: log_levle: is not a setting; did you mean \"log_level\"?"));
  EXPECT_THAT(ended.output, HasSubstr(file + ":3:1: threads: \"many\" is not a whole number"));
  EXPECT_THAT(ended.output, HasSubstr(file + ":4:1: threads: is there twice"));
  EXPECT_THAT(ended.output, HasSubstr("--max-message-mib: \"0\" is not a whole number from 1 to 1024"));
  EXPECT_EQ(RunProgram({program, "--no-such-flag"}).exit_code, 2);
  Ended version = RunProgram({program, "--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(std::regex_match(version.output, std::regex("leadlined \\d+\\.\\d+\\.\\d+\n"))) << version.output;
}

TEST(ServerTest, ReadsItsConfigurationFile) {
  TempFolder folder;
  const std::string file = folder.path() + "/leadline.yaml";
  std::ofstream(file) << "services: [scoring, admin]\nlog_level: debug\n";
  ServerSetup setup;
  setup.flags = {"--config", file, "--services", "scoring"};  // the flag comes before the file
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  HealthCheckResponse response;
  EXPECT_TRUE(CheckHealth(server, "leadline.v1.ScoringService", &response).ok());
  EXPECT_FALSE(CheckHealth(server, "leadline.v1.AdminService", &response).ok());
}

TEST(ServerTest, TellsOfNamesInItsNotificationsThatNobodyHas) {
  const TempFolder folder;
  std::ofstream(folder.path() + "/secret") << "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  const std::string file = folder.path() + "/notify.yaml";
  std::ofstream(file) << "endpoints:\n"
                         "  - {id: crmm, url: https://crm.example/, secrets: [secret]}\n"
                         "  - {id: sales_chat, url: https://chat.example/, secrets: [secret], regions: [emeaa]}\n";
  ServerProcess server({.flags = {"--notify", file}});
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(server.output(),
              HasSubstr(R"(no rule of notify.yaml tells the endpoint \"crmm\"; did you mean \"crm\"?)"));
  EXPECT_THAT(server.output(), HasSubstr(R"(no pack has the region \"emeaa\" of the endpoint \"sales_chat\")"));
}

TEST(ServerTest, ServesASubset) {
  ServerSetup setup;
  setup.flags = {"--services=scoring,admin"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  v1::GetSnapshotResponse snapshot;
  EXPECT_TRUE(v1::AdminService::NewStub(server.channel())->GetSnapshot(NewContext().get(), {}, &snapshot).ok());
  EXPECT_EQ(snapshot.snapshot().generation(), 1);
  EXPECT_EQ(snapshot.snapshot().packs(0).pack(), "packs/central");
  EXPECT_EQ(CallByName(server.channel(), "LeadService", "GetLead", "name: 'leads/a'").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  // Whoever starts long work says what becomes of it.
  google::longrunning::ListOperationsResponse listed;
  const auto operations = google::longrunning::Operations::NewStub(server.channel());
  EXPECT_TRUE(operations->ListOperations(NewContext().get(), {}, &listed).ok());
  HealthCheckResponse health;
  EXPECT_TRUE(CheckHealth(server, "google.longrunning.Operations", &health).ok());
  setup.flags = {"--services=scorign"};
  Ended ended = RunProgram(ServerProcess(setup).Command());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("did you mean \\\"scoring\\\"?"));
}

TEST(ServerTest, ListsPacksAndPlugins) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::AdminService::NewStub(server.channel());
  v1::ListPacksResponse packs;
  ASSERT_TRUE(stub->ListPacks(NewContext().get(), {}, &packs).ok());
  ASSERT_GE(packs.packs_size(), 3);
  EXPECT_EQ(packs.packs(0).ref().pack(), "packs/central");
  EXPECT_EQ(packs.packs(0).ref().sha256().size(), 64u);
  EXPECT_GE(packs.packs(0).scoring_rule_count(), 40);
  EXPECT_EQ(packs.packs(1).extends_pack(), "packs/central");
  v1::ListPluginsResponse plugins;
  ASSERT_TRUE(stub->ListPlugins(NewContext().get(), {}, &plugins).ok());
  // Some of those that the packs name are built only where their languages are installed.
  std::set<std::string> loaded;
  for (const v1::PluginInfo& plugin : plugins.plugins()) {
    if (plugin.loaded()) loaded.insert(plugin.ref().plugin());
    EXPECT_TRUE(plugin.loaded() || (plugin.optional() && !plugin.error().empty())) << plugin.DebugString();
  }
  EXPECT_TRUE(loaded.contains("plugins/org.leadline.title_seniority"));
  EXPECT_TRUE(loaded.contains("plugins/org.leadline.territory_balance"));
}

TEST(ServerTest, MapsErrors) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  grpc::Status missing = CallByName(server.channel(), "LeadService", "GetLead", "name: 'leads/0198-none'");
  EXPECT_EQ(missing.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ErrorInfoOf(missing), "NOT_FOUND@leadline.dev");
  EXPECT_THAT(FieldsOf(missing), IsEmpty());
  EXPECT_THAT(missing.error_message(), HasSubstr("0198-none"));
}

TEST(ServerTest, LimitsMessages) {
  ServerSetup setup;
  setup.flags = {"--max-message-mib", "1"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryRequest request = EnquiryNumber(1);
  request.mutable_enquiry()->mutable_activities(0)->set_subject(std::string(2 << 20, 'x'));
  v1::SubmitEnquiryResponse response;
  EXPECT_EQ(stub->SubmitEnquiry(NewContext().get(), request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &response).ok());
}

// A call whose time is over gets DEADLINE_EXCEEDED and stores nothing; a stream ends when its own is over.
TEST(ServerTest, HonoursDeadlines) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  auto context = NewContext(1);
  auto events = stub->WatchEvents(context.get(), {});
  v1::WatchEventsResponse event;
  // The packs and plugins of the first start are all that happened.
  while (events->Read(&event)) {
    const v1::Event& happened = event.event();
    EXPECT_TRUE(!event.has_event() || happened.has_pack_changed() || happened.has_plugin_changed());
  }
  EXPECT_EQ(events->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  grpc::ClientContext late;
  late.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
  v1::SubmitEnquiryResponse response;
  EXPECT_EQ(stub->SubmitEnquiry(&late, EnquiryNumber(1), &response).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  v1::ListLeadsResponse leads;
  ASSERT_TRUE(stub->ListLeads(NewContext().get(), {}, &leads).ok());
  EXPECT_EQ(leads.leads_size(), 0);
  // The ended stream holds the stop up no more.
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(server.Stop().exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(ServerTest, StopsGracefully) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  auto watch_context = NewContext();
  v1::WatchEventsRequest only_new;
  only_new.set_only_new(true);
  auto events = stub->WatchEvents(watch_context.get(), only_new);
  auto import_context = NewContext();
  auto import = stub->ImportLeads(import_context.get());
  v1::WatchEventsResponse event;
  ASSERT_TRUE(events->Read(&event));

  std::atomic<bool> stopping{false};
  std::atomic<int> acknowledged{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&, c] {
      for (int i = 0; i < 100'000; ++i) {
        v1::SubmitEnquiryResponse response;
        grpc::Status status = stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(c * 100'000 + i), &response);
        if (status.ok()) {
          ++acknowledged;
        } else {
          EXPECT_TRUE(stopping) << status.error_message();
          // gRPC itself cancels a call that arrives in the moment of the shutdown.
          EXPECT_THAT(status.error_code(), AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED))
              << status.error_message();
          return;
        }
      }
    });
  }
  while (acknowledged < 20) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  stopping = true;
  server.Signal(SIGTERM);
  while (events->Read(&event)) {
  }
  grpc::Status watched = events->Finish();
  EXPECT_EQ(watched.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ErrorInfoOf(watched), "SHUTTING_DOWN@leadline.dev");
  EXPECT_EQ(import->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  for (std::thread& caller : callers) caller.join();
  std::optional<Ended> ended = server.WaitForEnd(std::chrono::seconds(15));
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->exit_code, 0) << ended->output;
  EXPECT_THAT(ended->output, HasSubstr("\"message\":\"stopped\""));

  ASSERT_TRUE(server.Start()) << server.output();
  stub = v1::LeadService::NewStub(server.channel());
  int stored = 0;
  v1::ListLeadsRequest list;
  list.set_page_size(1000);
  do {
    v1::ListLeadsResponse page;
    ASSERT_TRUE(stub->ListLeads(NewContext().get(), list, &page).ok());
    stored += page.leads_size();
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_GE(stored, acknowledged);
  EXPECT_LE(stored, acknowledged + 4);  // those whose answer the stop cut off
}

TEST(ServerTest, BadPackStopsTheStart) {
  TempFolder folder;
  const std::string rules = folder.path() + "/rules";
  std::filesystem::copy(std::string(LEADLINE_SOURCE_DIR) + "/rules", rules, std::filesystem::copy_options::recursive);
  const std::string file = rules + "/central/pack.yaml";
  int line = 1;
  {
    std::ifstream in(file);
    for (std::string text; std::getline(in, text);) ++line;
  }
  std::ofstream(file, std::ios::app) << "no_such_key: 1\n";
  std::ofstream(rules + "/regions/emea/pack.yaml", std::ios::app) << "neither_this: 1\n";
  ServerSetup setup;
  setup.rules = rules;
  Ended ended = RunProgram(ServerProcess(setup).Command());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr(file + ":" + std::to_string(line) + ":1: error"));
  EXPECT_THAT(ended.output, HasSubstr("neither_this"));
  EXPECT_THAT(ended.output, Not(HasSubstr("\"listening\"")));
}

}  // namespace
}  // namespace leadline::e2e
