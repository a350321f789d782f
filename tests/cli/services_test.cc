// The methods that commands call, held against the contract.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "cli/services/account_service.h"
#include "cli/services/admin_service.h"
#include "cli/services/contact_service.h"
#include "cli/services/lead_service.h"
#include "cli/services/merge_service.h"
#include "cli/services/notification_service.h"
#include "cli/services/operations_service.h"
#include "cli/services/report_service.h"
#include "cli/services/routing_service.h"
#include "cli/services/scoring_service.h"
#include "cli/services/status_service.h"

namespace leadline::cli {
namespace {

class ServicesTest : public testing::Test {
 protected:
  template <typename Request, typename Response>
  void Hold(const UnaryMethod<Request, Response>& method) {
    std::string name = std::string(method.path).substr(1);
    std::replace(name.begin(), name.end(), '/', '.');
    const auto* declared = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
    ASSERT_NE(declared, nullptr) << method.path;
    EXPECT_EQ(declared->input_type(), Request::descriptor()) << method.path;
    EXPECT_EQ(declared->output_type(), Response::descriptor()) << method.path;
    EXPECT_FALSE(declared->client_streaming() || declared->server_streaming()) << method.path;
    EXPECT_TRUE(held_.insert(name).second) << method.path;
  }
  template <typename Request, typename Response>
  void Hold(const LongMethod<Request, Response>& method) {
    Hold(method.start);
    std::string name = std::string(method.start.path).substr(1);
    std::replace(name.begin(), name.end(), '/', '.');
    const auto* declared = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
    ASSERT_NE(declared, nullptr) << method.start.path;
    const auto& info = declared->options().GetExtension(google::longrunning::operation_info);
    EXPECT_EQ(info.response_type(), Response::descriptor()->name()) << method.start.path;
    EXPECT_EQ(info.metadata_type(), "OperationMetadata") << method.start.path;
  }
  // Every unary method of the service that `of` belongs to was held.
  void ExpectAllHeld(const google::protobuf::Descriptor* of) {
    const auto* service = of->file()->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      if (method->client_streaming() || method->server_streaming()) continue;
      EXPECT_TRUE(held_.contains(method->full_name())) << method->full_name();
    }
  }
  std::set<std::string> held_;
};

TEST_F(ServicesTest, EveryUnaryMethodIsAsTheContractSays) {
  Hold(admin_service::kValidatePack);
  Hold(admin_service::kProposePack);
  Hold(admin_service::kApprovePack);
  Hold(admin_service::kDiffPack);
  Hold(admin_service::kActivatePack);
  Hold(admin_service::kRollbackPack);
  Hold(admin_service::kStopTrial);
  Hold(admin_service::kGetRollout);
  Hold(admin_service::kListPacks);
  Hold(admin_service::kListPlugins);
  Hold(admin_service::kLoadPlugin);
  Hold(admin_service::kReloadPlugin);
  Hold(admin_service::kCheckStore);
  Hold(admin_service::kGetSnapshot);
  Hold(lead_service::kSubmitEnquiry);
  Hold(lead_service::kGetLead);
  Hold(lead_service::kListLeads);
  Hold(lead_service::kUpdateLead);
  Hold(lead_service::kRecordActivity);
  Hold(lead_service::kGetTimeline);
  Hold(lead_service::kExplainLead);
  Hold(lead_service::kBatchSubmitEnquiries);
  Hold(lead_service::kBatchGetLeads);
  Hold(lead_service::kAddLeadContact);
  Hold(lead_service::kSplitLead);
  Hold(lead_service::kRemoveLeadContact);
  Hold(lead_service::kBatchRecordActivities);
  Hold(contact_service::kGetContact);
  Hold(contact_service::kBatchGetContacts);
  Hold(contact_service::kListContacts);
  Hold(contact_service::kUpdateContact);
  Hold(contact_service::kEraseContact);
  Hold(account_service::kGetAccount);
  Hold(account_service::kBatchGetAccounts);
  Hold(account_service::kListAccounts);
  Hold(account_service::kUpdateAccount);
  Hold(merge_service::kFindDuplicates);
  Hold(merge_service::kMergeRecords);
  Hold(merge_service::kUndoMerge);
  Hold(merge_service::kGetMerge);
  Hold(merge_service::kListMerges);
  Hold(merge_service::kGetEntity);
  Hold(report_service::kGetFunnel);
  Hold(report_service::kGetVelocity);
  Hold(report_service::kGetSlaCompliance);
  Hold(report_service::kGetFlow);
  Hold(report_service::kGetPipeline);
  Hold(report_service::kGetFeedback);
  Hold(report_service::kListReportRecords);
  Hold(routing_service::kRouteLead);
  Hold(routing_service::kPreviewRoute);
  Hold(routing_service::kReassignLead);
  Hold(routing_service::kPlanAbsences);
  Hold(routing_service::kSetAvailability);
  Hold(routing_service::kListQueues);
  Hold(routing_service::kGetFairness);
  Hold(routing_service::kBatchReassignLeads);
  Hold(routing_service::kGetRep);
  Hold(routing_service::kListReps);
  Hold(routing_service::kGetQueue);
  Hold(scoring_service::kScore);
  Hold(scoring_service::kScoreLead);
  Hold(status_service::kTransitionLead);
  Hold(status_service::kTransitionContact);
  Hold(status_service::kRecordDisposition);
  Hold(status_service::kAcceptLead);
  Hold(status_service::kRejectLead);
  Hold(status_service::kGetStatusHistory);
  Hold(status_service::kListOverdue);
  Hold(status_service::kRemapStatuses);
  Hold(notification_service::kListWebhookDeliveries);
  Hold(notification_service::kReplayWebhookDeliveries);
  Hold(operations_service::kListOperations);
  Hold(operations_service::kGetOperation);
  Hold(operations_service::kDeleteOperation);
  Hold(operations_service::kCancelOperation);
  Hold(operations_service::kWaitOperation);
  ExpectAllHeld(google::longrunning::GetOperationRequest::descriptor());
  ExpectAllHeld(v1::GetSnapshotRequest::descriptor());
  ExpectAllHeld(v1::GetLeadRequest::descriptor());
  ExpectAllHeld(v1::GetContactRequest::descriptor());
  ExpectAllHeld(v1::GetAccountRequest::descriptor());
  ExpectAllHeld(v1::MergeRecordsRequest::descriptor());
  ExpectAllHeld(v1::ListWebhookDeliveriesRequest::descriptor());
  ExpectAllHeld(v1::GetFunnelRequest::descriptor());
  ExpectAllHeld(v1::RouteLeadRequest::descriptor());
  ExpectAllHeld(v1::ScoreRequest::descriptor());
  ExpectAllHeld(v1::TransitionLeadRequest::descriptor());
}

}  // namespace
}  // namespace leadline::cli
