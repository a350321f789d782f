// Plugins in the running server: who may load, and a new file that comes to decide under load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "fmt/format.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kTitleSeniority[] = "org.leadline.title_seniority";

// A plugin folder that changes, and its policy.
class PluginFiles {
 public:
  PluginFiles() {
    fs::create_directory(folder());
    for (const char* name : {"territory_balance.so", "territory_balance.plugin.json"}) {
      fs::copy_file(fs::path(LEADLINE_BINARY_DIR "/plugins") / name, fs::path(folder()) / name);
    }
    Put("director");
  }

  std::string folder() const { return work_.path() + "/plugins"; }
  std::string policy() const { return work_.path() + "/trust.json"; }
  std::string so() const { return folder() + "/title_seniority.so"; }
  std::string path(const std::string& name) const { return work_.path() + "/" + name; }
  // As the manifest says.
  std::string sha256() const {
    return nlohmann::json::parse(std::ifstream(folder() + "/title_seniority.plugin.json"))["sha256"];
  }

  void Put(const std::string& version) {
    for (const char* name : {"title_seniority.so", "title_seniority.plugin.json"}) {
      const fs::path next = fs::path(folder()) / (std::string(name) + ".next");
      fs::copy_file(fs::path(LEADLINE_BINARY_DIR "/reload_fixtures") / version / name, next,
                    fs::copy_options::overwrite_existing);
      fs::rename(next, fs::path(folder()) / name);
    }
  }
  void PutAndTrust(const std::string& version) {
    Put(version);
    const Ended listed = TrustPlugins(folder(), policy());
    EXPECT_EQ(listed.exit_code, 0) << listed.output;
  }

  ServerSetup Setup() const {
    ServerSetup setup;
    setup.plugins = folder();
    setup.trust = policy();
    return setup;
  }

 private:
  TempFolder work_;
};

Ended Command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {kClient};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command);
}

v1::PluginInfo Info(const ServerProcess& server) {
  v1::ListPluginsResponse response;
  EXPECT_TRUE(v1::AdminService::NewStub(server.channel())->ListPlugins(NewContext().get(), {}, &response).ok());
  for (const v1::PluginInfo& plugin : response.plugins()) {
    if (plugin.ref().plugin() == "plugins/" + std::string(kTitleSeniority)) return plugin;
  }
  return {};
}

grpc::Status Reload(const ServerProcess& server, v1::PluginInfo* plugin = nullptr) {
  v1::ReloadPluginRequest request;
  request.set_name("plugins/" + std::string(kTitleSeniority));
  request.set_reason("because");
  request.set_skip_rescoring(true);
  google::longrunning::Operation operation;
  grpc::Status status =
      v1::AdminService::NewStub(server.channel())->ReloadPlugin(NewContext().get(), request, &operation);
  v1::ReloadPluginResponse response;
  const auto operations = google::longrunning::Operations::NewStub(server.channel());
  if (status.ok()) status = AwaitOperation(*operations, operation, &response);
  if (plugin != nullptr) *plugin = response.plugin();
  return status;
}

// Somebody in Germany whose title only a plugin can read.
v1::SubmitEnquiryRequest Unknown(int number) {
  v1::SubmitEnquiryRequest request = EnquiryNumber(number);
  v1::Enquiry* enquiry = request.mutable_enquiry();
  enquiry->set_region("emea");
  enquiry->mutable_contact()->set_title("Oberkrawallier");
  enquiry->mutable_contact()->set_language("de");
  request.clear_request_id();
  return request;
}

TEST(PluginTrustTest, NothingLoadsWithoutAPolicyAndTheServerSaysWhatToDo) {
  PluginFiles files;
  ServerSetup setup = files.Setup();
  setup.trust = "-";
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  const v1::PluginInfo info = Info(server);
  EXPECT_FALSE(info.loaded());
  EXPECT_THAT(info.error(), AllOf(HasSubstr("started without a trust policy"),
                                  HasSubstr("leadline plugin trust DIR --out FILE"), HasSubstr("--plugin-trust FILE")));
  EXPECT_THAT(server.output(), HasSubstr("started without a trust policy"));
  const Ended listed = Command({"--server", server.address(), "plugin", "list"});
  EXPECT_THAT(listed.output, AllOf(HasSubstr("not loaded, optional"), HasSubstr("--plugin-trust")));
  EXPECT_EQ(server.Stop().exit_code, 0);
}

TEST(PluginTrustTest, APolicyThatCannotBeReadIsNoPolicy) {
  PluginFiles files;
  std::ofstream(files.policy()) << R"({"plugins": [{"id": "org.leadline.title_seniority"}]})";
  ServerProcess server(files.Setup());
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(Info(server).error(), HasSubstr("trust.json: plugins[0]: \"sha256\" is missing"));
}

TEST(PluginTrustTest, WhatIsInTheFolderIsListedAndUpdated) {
  PluginFiles files;
  Ended ended = Command({"plugin", "trust", files.folder(), "--local", kTitleSeniority, "--out", files.policy()});
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("listed    org.leadline.title_seniority 9.1.0"),
                                  HasSubstr("local     org.leadline.title_seniority"), HasSubstr("Look it through")));
  ended = Command({"plugin", "trust", files.folder(), "--local", kTitleSeniority, "--out", files.policy()});
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("kept      org.leadline.title_seniority"), HasSubstr("Nothing is changed")));
  EXPECT_EQ(Command({"plugin", "verify", files.so(), "--trust", files.policy()}).exit_code, 0);

  files.Put("head");
  ended = Command({"plugin", "verify", files.so(), "--trust", files.policy()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("it is not the file that"));
  ended = Command({"plugin", "trust", files.folder(), "--out", files.policy()});
  EXPECT_THAT(
      ended.output,
      AllOf(HasSubstr("replaced  org.leadline.title_seniority 9.2.0"), HasSubstr("instead of "),
            HasSubstr("worker    org.leadline.title_seniority may not run in the server's own process any more")));
  ended = Command({"plugin", "verify", files.so(), "--trust", files.policy()});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("its hash is listed"), HasSubstr("in a worker only")));
  ended = Command({"plugin", "trust", files.folder(), "--local", kTitleSeniority, "--out", files.policy()});
  EXPECT_THAT(ended.output, HasSubstr("local     org.leadline.title_seniority 9.2.0"));
  EXPECT_THAT(Command({"plugin", "verify", files.so(), "--trust", files.policy()}).output,
              HasSubstr("in the server's own process, or in a worker"));

  std::ofstream(files.so(), std::ios::app) << "x";
  ended = Command({"plugin", "trust", files.folder(), "--out", files.policy()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("left out"));
  ended =
      Command({"plugin", "trust", files.folder(), "--local", "org.leadline.title_seniorty", "--out", files.policy()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.output, HasSubstr("did you mean org.leadline.title_seniority?"));
}

TEST(PluginTrustTest, APolicyThatItsGroupMayWriteIsNoPolicy) {
  PluginFiles files;
  files.PutAndTrust("director");
  fs::permissions(files.policy(), fs::perms::group_write, fs::perm_options::add);
  ServerProcess server(files.Setup());
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_THAT(Info(server).error(), AllOf(HasSubstr("its group may write to it"), HasSubstr("chmod go-w")));
}

TEST(PluginTrustTest, APolicyOfIdsAloneIsRefusedAndSaysWhatToDo) {
  PluginFiles files;
  std::ofstream(files.policy()) << R"({"local": ["org.leadline.title_seniority"]})";
  const Ended ended = Command({"plugin", "trust", files.folder(), "--local", kTitleSeniority, "--out", files.policy()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("names an id alone, which any file can claim"),
                                  HasSubstr("take \"local\" out of the policy"),
                                  HasSubstr("--local " + std::string(kTitleSeniority))));
}

TEST(PluginTrustTest, ARevokedPluginIsShownAndEndsWithTheNextReload) {
  PluginFiles files;
  files.PutAndTrust("director");
  ServerProcess server(files.Setup());
  ASSERT_TRUE(server.Start()) << server.output();
  ASSERT_TRUE(Info(server).loaded()) << Info(server).error();
  EXPECT_EQ(Info(server).revoked(), "");
  nlohmann::json policy = nlohmann::json::parse(std::ifstream(files.policy()));
  policy["revoked"] = nlohmann::json::array({{{"sha256", files.sha256()}, {"why", "it takes interns for directors"}}});
  std::ofstream(files.policy()) << policy.dump();

  EXPECT_TRUE(Info(server).loaded());
  EXPECT_THAT(Info(server).revoked(), HasSubstr("it takes interns for directors"));
  const Ended listed = Command({"--server", server.address(), "--output", "json", "plugin", "list"});
  EXPECT_THAT(listed.output, HasSubstr("it takes interns for directors"));
  EXPECT_THAT(Command({"plugin", "verify", files.so(), "--trust", files.policy()}).output, HasSubstr("is revoked by"));
  const Ended again = Command({"plugin", "trust", files.folder(), "--out", files.policy()});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.output, AllOf(HasSubstr("left out"), HasSubstr("is revoked by")));

  v1::PluginInfo plugin;
  const grpc::Status status = Reload(server, &plugin);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(plugin.loaded());
  EXPECT_THAT(plugin.error(), HasSubstr("is revoked by"));
  EXPECT_THAT(Command({"--server", server.address(), "plugin", "list"}).output, HasSubstr("not loaded, optional"));
}

TEST(PluginSandboxTest, TheListSaysWhatHoldsEachPlugin) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  v1::ListPluginsResponse response;
  ASSERT_TRUE(v1::AdminService::NewStub(server.channel())->ListPlugins(NewContext().get(), {}, &response).ok());
  int apart = 0, local = 0;
  for (const v1::PluginInfo& plugin : response.plugins()) {
    if (!plugin.loaded()) continue;
    const bool worker = plugin.mode() == v1::PLUGIN_MODE_WORKER;
    EXPECT_EQ(plugin.has_sandbox(), worker) << plugin.ref().plugin();
    ++(worker ? apart : local);
    if (!worker) continue;
    EXPECT_EQ(plugin.sandbox().landlock_abi() > 0, KernelHasLandlock());
    EXPECT_TRUE(plugin.sandbox().seccomp());
    EXPECT_TRUE(plugin.sandbox().no_new_privileges());
  }
  EXPECT_GT(local, 0);
  EXPECT_EQ(apart > 0, fs::exists(LEADLINE_BINARY_DIR "/plugins/junk_gate.so") ||
                           fs::exists(LEADLINE_BINARY_DIR "/plugins/language.so"));
  const Ended listed = Command({"--server", server.address(), "plugin", "list"});
  EXPECT_THAT(listed.output, AllOf(HasSubstr("Sandbox"), HasSubstr("none")));
  EXPECT_THAT(server.output(), HasSubstr("no_new_privs"));
}

TEST(PluginTrustTest, ASignedPluginLoadsUntilSomebodyChangesIt) {
  PluginFiles files;
  const std::string key = files.path("example");
  Ended ended = Command({"plugin", "keygen", "--out", key});
  ASSERT_EQ(ended.exit_code, 0) << ended.output;
  EXPECT_EQ(fs::status(key + ".pem").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_NE(Command({"plugin", "keygen", "--out", key}).exit_code, 0) << "a private key is never overwritten";
  std::string public_key;
  std::ifstream(key + ".pub") >> public_key;
  const nlohmann::json policy = {
      {"publishers", {{{"name", "Example GmbH"}, {"key", public_key}, {"ids", {"org.leadline.title_seniority"}}}}},
      {"local", {{{"id", kTitleSeniority}, {"sha256", files.sha256()}}}}};
  std::ofstream(files.policy()) << policy.dump();

  auto verify = [&] { return Command({"plugin", "verify", files.so(), "--trust", files.policy()}); };
  EXPECT_THAT(verify().output, HasSubstr("nothing vouches for it"));
  ended = Command({"plugin", "sign", files.so(), "--key", key + ".pem", "--publisher", "Example GmbH"});
  ASSERT_EQ(ended.exit_code, 0) << ended.output;
  ended = verify();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.output, HasSubstr("Example GmbH signed it"));
  {
    ServerProcess server(files.Setup());
    ASSERT_TRUE(server.Start()) << server.output();
    EXPECT_TRUE(Info(server).loaded()) << Info(server).error();
    // Its manifest says another version: the signature is not that of this plugin any more.
    const std::string manifest_path = files.folder() + "/title_seniority.plugin.json";
    nlohmann::json manifest = nlohmann::json::parse(std::ifstream(manifest_path));
    manifest["version"] = "9.1.1";
    std::ofstream(manifest_path) << manifest.dump();
    const grpc::Status refused = Reload(server);
    EXPECT_EQ(ErrorInfoOf(refused), "PLUGIN_LOAD_FAILED@leadline.dev");
    EXPECT_THAT(refused.error_message(), AllOf(HasSubstr("the signature of \"Example GmbH\" does not verify"),
                                               HasSubstr("9.1.0 goes on deciding")));
    EXPECT_TRUE(Info(server).loaded());
    EXPECT_EQ(Info(server).last_load_error(), refused.error_message());
  }
  ended = verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("does not verify"));

  files.Put("head");
  EXPECT_THAT(verify().output, HasSubstr("nothing vouches for it")) << "a signature goes with its file";
  std::ofstream(files.so(), std::ios::app) << "x";
  ended = Command({"plugin", "sign", files.so(), "--key", key + ".pem", "--publisher", "Example GmbH"});
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, HasSubstr("is not the file its manifest describes"));
}

// Submits all the time; every answer must be whole and from one version.
class Submitter {
 public:
  Submitter(const ServerProcess& server, int number) : channel_(server.NewChannel()), number_(number) {}

  void Run(const std::atomic<bool>& stop) {
    auto stub = v1::LeadService::NewStub(channel_);
    for (int i = 0; !stop; ++i) {
      v1::SubmitEnquiryResponse response;
      const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), Unknown(number_ * 100'000 + i), &response);
      EXPECT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
      if (!status.ok()) continue;
      std::string version;
      for (const v1::PluginRef& plugin : response.snapshot().plugins()) {
        if (plugin.plugin() == "plugins/" + std::string(kTitleSeniority)) version = plugin.version();
      }
      versions_.insert(version);
      generations_[response.snapshot().generation()].insert(version);
      EXPECT_EQ(response.contact().seniority(), version == "9.1.0" ? "director" : "head");
      for (const v1::Decision& decision : response.decisions()) {
        EXPECT_EQ(decision.snapshot().generation(), response.snapshot().generation());
        for (const v1::Reason& reason : decision.reasons()) {
          if (reason.rule_id() != kTitleSeniority) continue;
          EXPECT_EQ(reason.message(), version);
        }
      }
    }
  }
  const std::set<std::string>& versions() const { return versions_; }
  const std::map<int64_t, std::set<std::string>>& generations() const { return generations_; }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  const int number_;
  std::set<std::string> versions_;
  std::map<int64_t, std::set<std::string>> generations_;
};

TEST(PluginReloadTest, ReloadsUnderLoadFailNothingAndAreInTheLedger) {
  PluginFiles files;
  files.PutAndTrust("director");
  ServerProcess server(files.Setup());
  ASSERT_TRUE(server.Start()) << server.output();
  ASSERT_TRUE(Info(server).loaded()) << Info(server).error();

  constexpr int kCallers = 4;
  constexpr int kReloads = 12;
  std::atomic<bool> stop{false};
  std::vector<std::unique_ptr<Submitter>> callers;
  std::vector<std::thread> threads;
  for (int c = 0; c < kCallers; ++c) {
    callers.push_back(std::make_unique<Submitter>(server, c + 1));
    threads.emplace_back([&, caller = callers.back().get()] { caller->Run(stop); });
  }
  for (int i = 0; i < kReloads; ++i) {
    files.PutAndTrust(i % 2 == 0 ? "head" : "director");
    v1::PluginInfo plugin;
    const grpc::Status status = Reload(server, &plugin);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(plugin.ref().version(), i % 2 == 0 ? "9.2.0" : "9.1.0");
    EXPECT_EQ(plugin.health().state(), v1::PLUGIN_STATE_SERVING);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> versions;
  for (const auto& caller : callers) {
    versions.insert(caller->versions().begin(), caller->versions().end());
    for (const auto& [generation, seen] : caller->generations()) {
      EXPECT_THAT(seen, ElementsAre(generation % 2 == 1 ? "9.1.0" : "9.2.0")) << generation;
    }
  }
  EXPECT_THAT(versions, ElementsAre("9.1.0", "9.2.0"));

  v1::GetTimelineRequest request;
  request.set_name(std::string("plugins/") + kTitleSeniority);
  v1::GetTimelineResponse timeline;
  ASSERT_TRUE(v1::LeadService::NewStub(server.channel())->GetTimeline(NewContext().get(), request, &timeline).ok());
  ASSERT_EQ(timeline.events_size(), 1 + kReloads);
  EXPECT_EQ(timeline.events(0).plugin_changed().action(), v1::PLUGIN_ACTION_LOADED);
  EXPECT_EQ(timeline.events(1).plugin_changed().action(), v1::PLUGIN_ACTION_RELOADED);
  EXPECT_EQ(timeline.events(1).plugin_changed().previous_version(), "9.1.0");
  EXPECT_EQ(timeline.events(1).plugin_changed().reason(), "because");
  const Ended shown = Command({"--server", server.address(), "timeline", request.name()});
  EXPECT_THAT(shown.output, HasSubstr("reloaded: 9.2.0"));
  EXPECT_EQ(server.Stop().exit_code, 0);
}

}  // namespace
}  // namespace leadline::e2e
