// What errors say to programs, from end to end: facts, resources, when to try again, and under which id the call is
// known.
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <optional>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/status_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// The detail of this type; an empty one, and a failure, when the status carries none.
template <typename Detail>
Detail DetailFrom(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  Detail detail;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  ADD_FAILURE() << status.error_message() << " says nothing of " << detail.GetTypeName();
  return {};
}

std::string FactOf(const grpc::Status& status, const std::string& key) {
  const auto info = DetailFrom<google::rpc::ErrorInfo>(status);
  const auto fact = info.metadata().find(key);
  return fact == info.metadata().end() ? "" : fact->second;
}

// The id that the end of a call names; "none" without one.
std::string CallIdOf(const grpc::ClientContext& context) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find("leadline-call-id");
  return found == metadata.end() ? "none" : std::string(found->second.data(), found->second.size());
}

class ErrorsE2eTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.output(); }

  // A lead that there is.
  v1::Lead Submit() {
    v1::SubmitEnquiryResponse response;
    const grpc::Status status =
        v1::LeadService::NewStub(server_.channel())->SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.lead();
  }

  // Asks for a lead; `id` is sent as the call's when it is not empty. Gives the id that the end of the call names.
  std::string Get(const std::string& name, const std::string& id = "") {
    const auto context = NewContext();
    if (!id.empty()) context->AddMetadata("leadline-call-id", id);
    v1::GetLeadRequest request;
    request.set_name(name);
    v1::Lead lead;
    last_ = v1::LeadService::NewStub(server_.channel())->GetLead(context.get(), request, &lead);
    return CallIdOf(*context);
  }

  ServerProcess server_;
  grpc::Status last_;
};

TEST_F(ErrorsE2eTest, EveryErrorNamesItsCall) {
  const std::string first = Get("leads/none");
  EXPECT_EQ(last_.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(first, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(last_.error_message(), "leads/none does not exist (call " + first + ")");
  EXPECT_NE(Get("leads/none"), first) << "each call has its own";
  // Refused before it was begun, and by the check of its fields.
  EXPECT_THAT(Get("no name"), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(last_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ErrorsE2eTest, TheCallersIdComesBack) {
  EXPECT_EQ(Get("leads/none", "form-4711/a"), "form-4711/a");
  EXPECT_EQ(Get("leads/none", std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_THAT(Get("leads/none", std::string(65, 'x')), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_THAT(Get("leads/none", "two words"), MatchesRegex("[0-9a-f]{16}"));
  const std::string name = Submit().name();
  EXPECT_EQ(Get(name, "mine"), "mine") << "of successes, too";
  EXPECT_TRUE(last_.ok());
  EXPECT_EQ(Get(name), "none");
  EXPECT_EQ(Get(name, "two words"), "none");
}

TEST_F(ErrorsE2eTest, WritesAndStreamsNameTheirCalls) {
  const auto write = NewContext();
  write->AddMetadata("leadline-call-id", "w1");
  v1::UpdateLeadRequest update;
  update.mutable_lead()->set_name("leads/none");
  update.mutable_update_mask()->add_paths("source");
  v1::Lead updated;
  const grpc::Status refused = v1::LeadService::NewStub(server_.channel())->UpdateLead(write.get(), update, &updated);
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(CallIdOf(*write), "w1");

  const auto watch = NewContext();
  watch->AddMetadata("leadline-call-id", "s1");
  v1::WatchEventsRequest request;
  request.set_resume_token("garbage");
  const auto events = v1::LeadService::NewStub(server_.channel())->WatchEvents(watch.get(), request);
  v1::WatchEventsResponse event;
  EXPECT_FALSE(events->Read(&event));
  EXPECT_FALSE(events->Finish().ok());
  EXPECT_EQ(CallIdOf(*watch), "s1");

  const auto import = NewContext();
  import->AddMetadata("leadline-call-id", "i1");
  const auto rows = v1::LeadService::NewStub(server_.channel())->ImportLeads(import.get());
  rows->Write(v1::ImportLeadsRequest());
  v1::ImportLeadsResponse progress;
  EXPECT_FALSE(rows->Read(&progress));
  rows->WritesDone();
  EXPECT_FALSE(rows->Finish().ok());
  EXPECT_EQ(CallIdOf(*import), "i1");
}

TEST_F(ErrorsE2eTest, WhatIsNotThereIsNamed) {
  struct Case {
    std::string service, method, request, type, name;
  };
  const Case cases[] = {
      {"LeadService", "GetLead", "name: 'leads/none'", "leadline.dev/Lead", "leads/none"},
      {"MergeService", "UndoMerge", "name: 'merges/none' reason: 'not the same'", "leadline.dev/Merge", "merges/none"},
      {"AdminService", "RollbackPack", "pack: 'packs/nowhere'", "leadline.dev/Pack", "packs/nowhere"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.method);
    const grpc::Status status = CallByName(server_.channel(), c.service, c.method, c.request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << status.error_message();
    const auto resource = DetailFrom<google::rpc::ResourceInfo>(status);
    EXPECT_EQ(resource.resource_type(), c.type);
    EXPECT_EQ(resource.resource_name(), c.name);
  }
}

TEST_F(ErrorsE2eTest, ARefusedTransitionSaysWhereTheRecordStands) {
  const v1::Lead lead = Submit();
  const grpc::Status status = CallByName(server_.channel(), "StatusService", "TransitionLead",
                                         "name: '" + lead.name() + "' status: 'raw' reason: 'x'");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << status.error_message();
  EXPECT_EQ(ErrorInfoOf(status), "TRANSITION_NOT_ALLOWED@leadline.dev");
  EXPECT_EQ(FactOf(status, "current_status"), lead.status());
  EXPECT_EQ(FactOf(status, "wanted_status"), "raw");
  EXPECT_FALSE(FactOf(status, "legal_targets").empty());
  const auto failure = DetailFrom<google::rpc::PreconditionFailure>(status);
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).type(), "TRANSITION_NOT_ALLOWED");
}

TEST_F(ErrorsE2eTest, AStaleEtagIsToldTheOneOfNow) {
  const v1::Lead lead = Submit();
  v1::UpdateLeadRequest update;
  update.mutable_lead()->set_name(lead.name());
  update.mutable_lead()->set_etag("\"4711\"");
  update.mutable_update_mask()->add_paths("source");
  update.mutable_lead()->set_source("website");
  v1::Lead updated;
  const grpc::Status status =
      v1::LeadService::NewStub(server_.channel())->UpdateLead(NewContext().get(), update, &updated);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
  EXPECT_EQ(ErrorInfoOf(status), "ETAG_MISMATCH@leadline.dev");
  EXPECT_EQ(FactOf(status, "current_etag"), lead.etag());
  EXPECT_EQ(DetailFrom<google::rpc::ResourceInfo>(status).resource_name(), lead.name());
}

TEST_F(ErrorsE2eTest, ABoundThatWasPassedIsAFact) {
  const grpc::Status status = CallByName(server_.channel(), "ScoringService", "Score",
                                         "record { lead { source: '" + std::string(100'000, 'x') + "' } }");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_EQ(FactOf(status, "field"), FieldsOf(status).front());
  EXPECT_EQ(FactOf(status, "value"), "100000");
  EXPECT_FALSE(FactOf(status, "limit").empty());
}

}  // namespace
}  // namespace leadline::e2e
