#include "engine/batch/batch_requests.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "engine/batch/batch_run.h"

namespace leadline::engine {

void BatchRecordActivities(Engine& engine, Executor* threads, const CallContext& context,
                           std::vector<BatchItem<domain::Activity>> items, Done<BatchResults<ActivityResult>> done) {
  using Run = BatchRun<domain::Activity, ActivityResult>;
  Run::Start(
      context, threads, std::move(items), [](const domain::Activity& activity) { return activity.lead_id; },
      [&engine](const CallContext& call, const domain::Activity& activity, Done<ActivityResult> answered) {
        engine.RecordActivity(call, activity, std::move(answered));
      },
      std::move(done));
}

void BatchReassign(Engine& engine, Executor* threads, const CallContext& context,
                   std::vector<BatchItem<Reassignment>> items, Done<BatchResults<domain::Lead>> done) {
  using Run = BatchRun<Reassignment, domain::Lead>;
  Run::Start(
      context, threads, std::move(items), [](const Reassignment& item) { return item.lead; },
      [&engine](const CallContext& call, const Reassignment& item, Done<domain::Lead> answered) {
        engine.ReassignLead(call, item.lead, item.rep, item.reason, std::move(answered));
      },
      std::move(done));
}

void BatchSubmitEnquiries(Engine& engine, Executor* threads, const CallContext& context,
                          std::vector<BatchItem<Enquiry>> items, Done<BatchResults<SubmitResult>> done) {
  using Run = BatchRun<Enquiry, SubmitResult>;
  Run::Start(
      context, threads, std::move(items),
      [](const Enquiry& enquiry) { return absl::AsciiStrToLower(absl::StripAsciiWhitespace(enquiry.contact.email)); },
      [&engine](const CallContext& call, const Enquiry& enquiry, Done<SubmitResult> answered) {
        engine.SubmitEnquiry(call, enquiry, call.validate_only, std::move(answered));
      },
      std::move(done));
}

}  // namespace leadline::engine
