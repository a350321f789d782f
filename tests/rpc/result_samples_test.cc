// Results are kept so that what tells of single people can be taken out of them.
#include "rpc/longrunning/result_samples.h"

#include <gmock/gmock.h>
#include <google/longrunning/operations.pb.h>
#include <google/protobuf/descriptor.h>

#include <set>
#include <string>

#include "base/errors.h"
#include "leadline/v1/admin_service.pb.h"
#include "leadline/v1/status_service.pb.h"
#include "rpc/longrunning/operation_form.h"

namespace leadline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

v1::DiffPackResponse Diff() {
  v1::DiffPackResponse response;
  response.set_lead_count(7);
  v1::PackDiff& diff = *response.mutable_diff();
  diff.set_changed_lead_count(3);
  for (const char* lead : {"leads/a", "leads/b", "leads/c"}) {
    v1::LeadDifference& sample = *diff.add_samples();
    sample.set_lead(lead);
    sample.add_changes()->set_before(std::string("of ") + lead);
  }
  diff.add_rules()->set_rule("emea.trade_fair");
  return response;
}

store::Operation Kept(engine::OperationResult result) {
  store::Operation operation{.id = "o1", .ended_at = 1};
  operation.result = std::move(result.bytes);
  operation.samples = std::move(result.samples);
  return operation;
}

TEST(ResultSamplesTest, WhatIsTakenOutComesBack) {
  v1::DiffPackResponse response = Diff();
  store::Operation operation = Kept(ResultForm(response));
  ASSERT_EQ(operation.samples.size(), 3u);
  EXPECT_THAT(operation.samples[1].records, ElementsAre("leads/b"));
  EXPECT_THAT(operation.result, Not(HasSubstr("leads/"))) << "nothing of them is left";
  google::longrunning::Operation shown;
  ToProto(operation, &shown);
  v1::DiffPackResponse back;
  ASSERT_TRUE(shown.response().UnpackTo(&back));
  EXPECT_EQ(back.DebugString(), Diff().DebugString());

  operation.samples.erase(operation.samples.begin() + 1);
  ToProto(operation, &shown);
  ASSERT_TRUE(shown.response().UnpackTo(&back));
  v1::DiffPackResponse without = Diff();
  without.mutable_diff()->mutable_samples()->DeleteSubrange(1, 1);
  EXPECT_EQ(back.DebugString(), without.DebugString()) << "the counts stay";
}

TEST(ResultSamplesTest, NamesInListsOfListsAreTakenOutToo) {
  v1::CheckStoreResponse response;
  response.add_regions()->set_region("emea");
  v1::StoredRegion& unknown = *response.add_regions();
  unknown.set_region("atlantis");
  unknown.add_samples("leads/x");
  unknown.add_samples("leads/y");
  const std::string before = response.DebugString();
  auto samples = TakeSamples(response);
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_THAT(samples[0].records, ElementsAre("leads/x"));
  EXPECT_THAT(response.DebugString(), Not(HasSubstr("leads/")));
  v1::CheckStoreResponse one = response;
  ASSERT_TRUE(PutSamples(samples, response));
  EXPECT_EQ(response.DebugString(), before);
  samples.erase(samples.begin());
  ASSERT_TRUE(PutSamples(samples, one));
  EXPECT_THAT(one.regions(1).samples(), ElementsAre("leads/y"));
}

TEST(ResultSamplesTest, DamagedSamplesAreNoResult) {
  v1::CheckStoreResponse response;
  response.add_regions()->set_region("emea");
  for (const char* bytes : {"", "x", "\nx", "/1:0/4", "/1:1/4\nx", "/1:-1/4\nx", "/1/4\nx", "/9\nx", "/1:0/1\nx",
                            "/2\nx", "//\nx", "/1\n\xff", "/1:0/4/1\nx"}) {
    EXPECT_FALSE(PutSamples({{{"leads/x"}, bytes}}, response)) << bytes;
  }
  store::Operation operation = Kept(ResultForm(response));
  operation.samples = {{{"leads/x"}, "/9\nx"}};
  google::longrunning::Operation shown;
  ToProto(operation, &shown);
  EXPECT_EQ(shown.error().code(), static_cast<int>(absl::StatusCode::kDataLoss));
}

TEST(ResultSamplesTest, AnErrorThatNamesSomebodyCanBeForgotten) {
  const auto plain = ErrorForm(absl::NotFoundError("there is no region; see leads/ID"));
  EXPECT_TRUE(plain.samples.empty());
  store::Operation operation = Kept(ErrorForm(WithResource(
      absl::AbortedError("leads/01a-b of contacts/c_9 cannot leave the status: Ana Silva said no"), "leads/01a-b")));
  ASSERT_EQ(operation.samples.size(), 1u);
  EXPECT_THAT(operation.samples[0].records, ElementsAre("contacts/c_9", "leads/01a-b"));
  google::longrunning::Operation shown;
  ToProto(operation, &shown);
  EXPECT_THAT(shown.error().message(), HasSubstr("Ana Silva said no"));
  operation.samples.clear();
  ToProto(operation, &shown);
  EXPECT_EQ(shown.error().code(), static_cast<int>(absl::StatusCode::kAborted));
  EXPECT_THAT(shown.error().message(), HasSubstr("was erased since"));
  EXPECT_THAT(shown.SerializeAsString(), Not(testing::AnyOf(HasSubstr("Ana"), HasSubstr("01a-b"), HasSubstr("c_9"))));
}

// Nothing else in a result names a person: what stands alone could not be taken out.
void ExpectNobodyAlone(const Descriptor& message, std::set<const Descriptor*>& seen, int& lists) {
  if (!seen.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (IsPersonField(field)) {
      EXPECT_TRUE(field.is_repeated()) << field.full_name();
      ++lists;
    }
    if (field.message_type() == nullptr) continue;
    if (field.is_repeated() && PersonField(*field.message_type()) != nullptr) {
      ++lists;
    } else {
      ExpectNobodyAlone(*field.message_type(), seen, lists);
    }
  }
}

TEST(ResultSamplesTest, WhatResultsSayOfPeopleStandsInLists) {
  std::set<const Descriptor*> seen;
  int lists = 0;
  for (const Descriptor* response : {v1::DiffPackResponse::descriptor(), v1::ActivatePackResponse::descriptor(),
                                     v1::LoadPluginResponse::descriptor(), v1::ReloadPluginResponse::descriptor(),
                                     v1::CheckStoreResponse::descriptor(), v1::RemapStatusesResponse::descriptor()}) {
    ExpectNobodyAlone(*response, seen, lists);
  }
  EXPECT_GE(lists, 3) << "samples of comparisons and of regions, and leads that were set aside";
}

}  // namespace
}  // namespace leadline::rpc
