// Calls that are only tried (validate_only): they answer what the real call then answers, refuse what it refuses, and
// leave everything as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/contact_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/merge_service.grpc.pb.h"
#include "leadline/v1/operations.pb.h"
#include "leadline/v1/routing_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
namespace pb = google::protobuf;

constexpr char kTitles[] = "plugins/org.leadline.title_seniority";

// Takes out what differs between two looks, ages, and unless `ages_alone` also what differs between two runs: moments,
// etags, positions, and what points decayed between the two.
void Scrub(pb::Message& message, bool ages_alone) {
  const pb::Reflection& values = *message.GetReflection();
  std::vector<const pb::FieldDescriptor*> set;
  values.ListFields(message, &set);
  for (const pb::FieldDescriptor* field : set) {
    const std::string& name = field->name();
    const bool of_run = name == "etag" || name == "change_position" || name == "dimensions" || name.ends_with("_time");
    if (name.ends_with("_age") || (of_run && !ages_alone)) {
      values.ClearField(&message, field);
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_DOUBLE && !field->is_repeated() && !ages_alone) {
      values.SetDouble(&message, field, std::round(values.GetDouble(message, field) * 10) / 10);
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map()) {
      if (!field->is_repeated()) Scrub(*values.MutableMessage(&message, field), ages_alone);
      for (int i = 0; field->is_repeated() && i < values.FieldSize(message, field); ++i) {
        Scrub(*values.MutableRepeatedMessage(&message, field, i), ages_alone);
      }
    }
  }
}

template <typename Message>
std::string Scrubbed(Message message, bool ages_alone = false) {
  Scrub(message, ages_alone);
  return message.DebugString();
}

// What an error says, without the id of its call.
std::string WithoutCall(const grpc::Status& error) {
  const std::string& message = error.error_message();
  return message.substr(0, message.rfind(" (call "));
}

class DryRunTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.output();
    contacts_ = v1::ContactService::NewStub(server_.channel());
    leads_ = v1::LeadService::NewStub(server_.channel());
    merges_ = v1::MergeService::NewStub(server_.channel());
    routing_ = v1::RoutingService::NewStub(server_.channel());
    admin_ = v1::AdminService::NewStub(server_.channel());
  }
  v1::SubmitEnquiryResponse Submit(int number) {
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = leads_->SubmitEnquiry(NewContext().get(), EnquiryNumber(number), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // The record with what was merged into it, and all that ever happened to it.
  std::string All(const std::string& name) {
    v1::GetEntityRequest request;
    request.set_name(name);
    v1::GetEntityResponse entity;
    EXPECT_TRUE(merges_->GetEntity(NewContext().get(), request, &entity).ok());
    return Scrubbed(entity.entity(), /*ages_alone=*/true) + History(name);
  }
  std::string History(const std::string& name) {
    v1::GetTimelineRequest request;
    request.set_name(name);
    v1::GetTimelineResponse timeline;
    EXPECT_TRUE(leads_->GetTimeline(NewContext().get(), request, &timeline).ok());
    return Bytes(timeline);
  }
  v1::Rep Rep(const std::string& name) {
    v1::GetRepRequest request;
    request.set_name(name);
    v1::Rep rep;
    EXPECT_TRUE(routing_->GetRep(NewContext().get(), request, &rep).ok());
    return rep;
  }

  // `call(request, &response)` under a name, tried and then made: `state` is the same after the first, which answers as
  // the second does.
  template <typename Response, typename Request, typename Call>
  void ExpectTried(Request request, Call call, const std::function<std::string()>& state) {
    const std::string before = state();
    request.set_request_id("tried-first");
    request.set_validate_only(true);
    Response tried, made;
    for (int i = 0; i < 2; ++i) {
      tried.Clear();
      const grpc::Status status = call(request, &tried);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(state(), before);
    }
    request.set_validate_only(false);
    const grpc::Status status = call(request, &made);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(Scrubbed(tried), Scrubbed(made));
    EXPECT_NE(state(), before) << "the name was still free";
    // Under the name of what was made, a try is answered as a retry is.
    Response again, retried;
    EXPECT_TRUE(call(request, &again).ok());
    request.set_validate_only(true);
    EXPECT_TRUE(call(request, &retried).ok());
    EXPECT_EQ(Scrubbed(retried), Scrubbed(again));
  }

  // The try is refused in the words of the real call.
  template <typename Response, typename Request, typename Call>
  void ExpectRefused(Request request, Call call, const std::string& reason) {
    Response response;
    const grpc::Status refused = call(request, &response);
    request.set_validate_only(true);
    const grpc::Status tried = call(request, &response);
    EXPECT_EQ(ErrorInfoOf(refused), reason + "@leadline.dev") << refused.error_message();
    EXPECT_EQ(ErrorInfoOf(tried), ErrorInfoOf(refused)) << tried.error_message();
    EXPECT_EQ(tried.error_code(), refused.error_code());
    EXPECT_EQ(WithoutCall(tried), WithoutCall(refused));
    EXPECT_EQ(FieldsOf(tried), FieldsOf(refused));
  }

  ServerProcess server_;
  std::unique_ptr<v1::ContactService::Stub> contacts_;
  std::unique_ptr<v1::LeadService::Stub> leads_;
  std::unique_ptr<v1::MergeService::Stub> merges_;
  std::unique_ptr<v1::RoutingService::Stub> routing_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

TEST_F(DryRunTest, ErasingAPersonWhoWasMergedAndHasLeads) {
  const v1::SubmitEnquiryResponse one = Submit(1), two = Submit(2);
  v1::MergeRecordsRequest merge;
  merge.set_survivor(one.contact().name());
  merge.set_absorbed(two.contact().name());
  merge.set_reason("one person");
  v1::MergeRecordsResponse merged;
  ASSERT_TRUE(merges_->MergeRecords(NewContext().get(), merge, &merged).ok());
  const auto call = [&](const v1::EraseContactRequest& request, v1::EraseContactResponse* response) {
    return contacts_->EraseContact(NewContext().get(), request, response);
  };
  v1::EraseContactRequest request;
  request.set_name(two.contact().name());
  using Response = v1::EraseContactResponse;
  ExpectRefused<Response>(request, call, "INVALID_ARGUMENT");
  request.set_reason("asked for it");
  request.set_etag("\"77\"");
  ExpectRefused<Response>(request, call, "ETAG_MISMATCH");
  request.clear_etag();
  v1::EraseContactRequest nobody = request;
  nobody.set_name("contacts/nobody");
  ExpectRefused<Response>(nobody, call, "NOT_FOUND");
  ExpectTried<Response>(request, call,
                        [&] { return All(one.contact().name()) + All(one.lead().name()) + All(two.lead().name()); });
  // Who is erased is erased; the reason is looked at all the same.
  v1::EraseContactResponse again;
  request.set_validate_only(true);
  ASSERT_TRUE(call(request, &again).ok());
  EXPECT_EQ(again.erased_contacts_size(), 0);
  request.set_request_id("tried-first");
  request.set_reason("something else");
  ExpectRefused<Response>(request, call, "REQUEST_ID_REUSED");
}

TEST_F(DryRunTest, UndoingAMerge) {
  const v1::SubmitEnquiryResponse one = Submit(1), two = Submit(2), three = Submit(3);
  const auto merge = [&](const std::string& survivor, const std::string& absorbed) {
    v1::MergeRecordsRequest request;
    request.set_survivor(survivor);
    request.set_absorbed(absorbed);
    request.set_reason("one person");
    v1::MergeRecordsResponse merged;
    EXPECT_TRUE(merges_->MergeRecords(NewContext().get(), request, &merged).ok());
    return merged.merge().name();
  };
  // The second puts the survivor of the first into another.
  const std::string first = merge(one.contact().name(), two.contact().name());
  const std::string second = merge(three.contact().name(), one.contact().name());
  const auto call = [&](const v1::UndoMergeRequest& request, v1::UndoMergeResponse* response) {
    return merges_->UndoMerge(NewContext().get(), request, response);
  };
  v1::UndoMergeRequest request;
  request.set_name(first);
  using Response = v1::UndoMergeResponse;
  ExpectRefused<Response>(request, call, "INVALID_ARGUMENT");
  request.set_reason("two people");
  ExpectRefused<Response>(request, call, "LATER_MERGE_STANDS");
  v1::UndoMergeRequest none = request;
  none.set_name("merges/none");
  ExpectRefused<Response>(none, call, "NOT_FOUND");
  request.set_name(second);
  ExpectTried<Response>(request, call, [&] { return All(one.contact().name()) + All(three.contact().name()); });
  request.clear_request_id();
  ExpectRefused<Response>(request, call, "MERGE_UNDONE");
}

TEST_F(DryRunTest, TellingThatARepIsAway) {
  v1::SetAvailabilityRequest request;
  request.set_rep("reps/emea-anna-weber");
  const auto call = [&](const v1::SetAvailabilityRequest& asked, v1::SetAvailabilityResponse* response) {
    return routing_->SetAvailability(NewContext().get(), asked, response);
  };
  using Response = v1::SetAvailabilityResponse;
  v1::SetAvailabilityRequest bad = request;
  bad.set_rep("reps/nobody");
  ExpectRefused<Response>(bad, call, "NOT_FOUND");
  bad = request;
  bad.set_etag("\"77\"");
  ExpectRefused<Response>(bad, call, "ETAG_MISMATCH");
  bad = request;
  bad.mutable_return_time()->set_seconds(1'000'000'000);
  ExpectRefused<Response>(bad, call, "INVALID_ARGUMENT");
  ExpectTried<Response>(request, call, [&] { return Bytes(Rep(request.rep())); });
  EXPECT_FALSE(Rep(request.rep()).available());
}

class PackDryRunTest : public DryRunTest {
 protected:
  void SetUp() override {
    DryRunTest::SetUp();
    ops_ = std::make_unique<PackClient>(server_.channel(), "olga");
    sha256_ = ops_->Kept("emea", EmeaVersion("2026.2.0", 7));
  }
  void Activate(v1::ActivationMode mode) {
    v1::ActivatePackRequest request = ActivationOf(sha256_, mode);
    request.set_skip_rescoring(mode == v1::ACTIVATION_MODE_ACTIVE);
    v1::ActivatePackResponse response;
    const grpc::Status status = ops_->Activate(request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  std::string State() { return Bytes(ops_->Rollout()) + Bytes(ops_->Snapshot()) + History("packs/emea"); }

  std::unique_ptr<PackClient> ops_;
  std::string sha256_;
};

TEST_F(PackDryRunTest, GoingBackOneVersion) {
  // How far the leads are scored again is another matter.
  const auto call = [&](const v1::RollbackPackRequest& request, v1::RollbackPackResponse* response) {
    const grpc::Status status = admin_->RollbackPack(NewContext().get(), request, response);
    if (response->has_rollout()) response->mutable_rollout()->clear_rescoring();
    return status;
  };
  using Response = v1::RollbackPackResponse;
  v1::RollbackPackRequest request;
  request.set_pack("packs/emea");
  request.set_reason("too many fairs");
  ExpectRefused<Response>(request, call, "NO_EARLIER_VERSION");
  ASSERT_NO_FATAL_FAILURE(Activate(v1::ACTIVATION_MODE_ACTIVE));
  request.set_expected_generation(1);
  ExpectRefused<Response>(request, call, "GENERATION_MISMATCH");
  request.set_expected_generation(2);
  v1::RollbackPackRequest none = request;
  none.set_pack("packs/atlantis");
  ExpectRefused<Response>(none, call, "NOT_FOUND");
  ExpectTried<Response>(request, call, [&] { return State(); });
  EXPECT_NE(HashOf(ops_->Snapshot(), "emea"), sha256_);
}

TEST_F(PackDryRunTest, ApprovingACentralPack) {
  Files files = ProjectPack("central");
  Replace(files, "pack.yaml", "version: 2026.1.0", "version: 2026.1.1");
  const std::string central = ops_->Kept("central", files);
  const auto by = [&](const std::string& actor) {
    return [this, actor](const v1::ApprovePackRequest& request, v1::ApprovePackResponse* response) {
      const auto context = NewContext();
      if (!actor.empty()) context->AddMetadata("leadline-actor", actor);
      return admin_->ApprovePack(context.get(), request, response);
    };
  };
  using Response = v1::ApprovePackResponse;
  v1::ApprovePackRequest request;
  request.set_sha256(central);
  request.set_side(v1::APPROVAL_SIDE_MARKETING);
  ExpectRefused<Response>(request, by(""), "NOT_AN_APPROVER");
  v1::ApprovePackRequest regional = request;
  regional.set_sha256(sha256_);
  ExpectRefused<Response>(regional, by("maria"), "PACK_NEEDS_NO_APPROVAL");
  const auto state = [&] { return State() + History("packs/central"); };
  ExpectTried<Response>(request, by("maria"), state);
  request.clear_request_id();
  request.set_side(v1::APPROVAL_SIDE_SALES);
  ExpectRefused<Response>(request, by("maria"), "NOT_AN_APPROVER");
}

TEST_F(PackDryRunTest, EndingATrial) {
  const auto call = [&](const v1::StopTrialRequest& request, v1::StopTrialResponse* response) {
    return admin_->StopTrial(NewContext().get(), request, response);
  };
  using Response = v1::StopTrialResponse;
  v1::StopTrialRequest request;
  request.set_reason("seen enough");
  ExpectRefused<Response>(request, call, "NO_TRIAL");
  v1::ActivatePackRequest tried = ActivationOf(sha256_, v1::ACTIVATION_MODE_SHADOW);
  tried.set_validate_only(true);
  v1::ActivatePackResponse would;
  ASSERT_TRUE(ops_->Activate(tried, &would).ok());
  EXPECT_EQ(would.rollout().trial().ref().sha256(), sha256_) << "the rollout as it would be";
  ASSERT_NO_FATAL_FAILURE(Activate(v1::ACTIVATION_MODE_SHADOW));
  request.set_expected_generation(7);
  ExpectRefused<Response>(request, call, "GENERATION_MISMATCH");
  request.set_expected_generation(1);
  ExpectTried<Response>(request, call, [&] { return State(); });
  EXPECT_FALSE(ops_->Rollout().has_trial());
}

// The server's plugin folder is changed while it runs.
TEST(PluginDryRunTest, LoadingAPluginAndItsNewFile) {
  TempFolder work;
  ServerSetup setup;
  setup.plugins = work.path() + "/plugins";
  setup.trust = work.path() + "/trust.json";
  fs::create_directory(setup.plugins);
  const auto put = [&](const std::string& version) {
    for (const char* name : {"title_seniority.so", "title_seniority.plugin.json"}) {
      fs::copy_file(fs::path(LEADLINE_BINARY_DIR "/reload_fixtures") / version / name, fs::path(setup.plugins) / name,
                    fs::copy_options::overwrite_existing);
    }
    EXPECT_EQ(TrustPlugins(setup.plugins, setup.trust).exit_code, 0);
  };
  for (const char* name : {"territory_balance.so", "territory_balance.plugin.json"}) {
    fs::copy_file(fs::path(LEADLINE_BINARY_DIR "/plugins") / name, fs::path(setup.plugins) / name);
  }
  EXPECT_EQ(TrustPlugins(setup.plugins, setup.trust).exit_code, 0);
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  const auto admin = v1::AdminService::NewStub(server.channel());
  const auto operations = google::longrunning::Operations::NewStub(server.channel());
  PackClient ops(server.channel(), "olga");
  const auto info = [&] {
    v1::ListPluginsResponse plugins;
    EXPECT_TRUE(admin->ListPlugins(NewContext().get(), {}, &plugins).ok());
    for (const v1::PluginInfo& plugin : plugins.plugins()) {
      if (plugin.ref().plugin() == kTitles) return plugin;
    }
    return v1::PluginInfo();
  };
  const auto load = [&](bool validate_only, v1::PluginInfo* plugin = nullptr, int64_t generation = 0) {
    v1::LoadPluginRequest request;
    request.set_name(kTitles);
    request.set_skip_rescoring(true);
    request.set_validate_only(validate_only);
    request.set_expected_generation(generation);
    google::longrunning::Operation operation;
    EXPECT_TRUE(admin->LoadPlugin(NewContext().get(), request, &operation).ok());
    v1::OperationMetadata metadata;
    EXPECT_TRUE(operation.metadata().UnpackTo(&metadata));
    EXPECT_EQ(metadata.validate_only(), validate_only);
    v1::LoadPluginResponse response;
    const grpc::Status status = AwaitOperation(*operations, operation, &response);
    if (plugin != nullptr) *plugin = response.plugin();
    return status;
  };
  const auto reload = [&](bool validate_only, v1::PluginInfo* plugin = nullptr) {
    v1::ReloadPluginRequest request;
    request.set_name(kTitles);
    request.set_skip_rescoring(true);
    request.set_validate_only(validate_only);
    google::longrunning::Operation operation;
    EXPECT_TRUE(admin->ReloadPlugin(NewContext().get(), request, &operation).ok());
    v1::ReloadPluginResponse response;
    const grpc::Status status = AwaitOperation(*operations, operation, &response);
    if (plugin != nullptr) *plugin = response.plugin();
    return status;
  };
  const auto state = [&] { return Bytes(ops.Rollout()) + Bytes(ops.Snapshot()) + Bytes(info()); };

  std::string before = state();
  EXPECT_EQ(ErrorInfoOf(load(true)), "PLUGIN_LOAD_FAILED@leadline.dev") << "there is no file";
  EXPECT_EQ(ErrorInfoOf(load(true, nullptr, 9)), "GENERATION_MISMATCH@leadline.dev");
  EXPECT_EQ(ErrorInfoOf(reload(true)), "PLUGIN_IS_NOT_LOADED@leadline.dev");
  put("no_answer");
  const grpc::Status tried_in_vain = load(true);
  EXPECT_EQ(state(), before) << "nor is the failure noted";
  EXPECT_EQ(WithoutCall(load(false)), WithoutCall(tried_in_vain));
  put("director");
  before = state();
  v1::PluginInfo tried, loaded;
  const grpc::Status good = load(true, &tried);
  ASSERT_TRUE(good.ok()) << good.error_message();
  EXPECT_TRUE(tried.loaded());
  EXPECT_EQ(state(), before);
  ASSERT_TRUE(load(false, &loaded).ok());
  EXPECT_EQ(tried.DebugString(), loaded.DebugString());
  EXPECT_EQ(ErrorInfoOf(load(true)), "PLUGIN_IS_LOADED@leadline.dev");

  put("head");
  // Trusted to run in a worker alone, where the packs do not want it.
  fs::remove(setup.trust);
  EXPECT_EQ(RunProgram({kClient, "plugin", "trust", setup.plugins, "--out", setup.trust}).exit_code, 0);
  const grpc::Status not_there = reload(true);
  EXPECT_THAT(not_there.error_message(), testing::HasSubstr("may not run in the server's own process"));
  EXPECT_EQ(WithoutCall(reload(false)), WithoutCall(not_there));
  EXPECT_EQ(TrustPlugins(setup.plugins, setup.trust).exit_code, 0);
  before = state();
  ASSERT_TRUE(reload(true, &tried).ok());
  EXPECT_EQ(tried.ref().version(), "9.2.0");
  EXPECT_EQ(state(), before);
  ASSERT_TRUE(reload(false, &loaded).ok());
  EXPECT_EQ(tried.DebugString(), loaded.DebugString());
  EXPECT_EQ(info().ref().version(), "9.2.0");
}

}  // namespace
}  // namespace leadline::e2e
