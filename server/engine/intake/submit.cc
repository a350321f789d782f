// One enquiry on request, and its answer when the request comes again.
#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "engine/engine.h"
#include "engine/intake/intake.h"
#include "engine/work/enquiry.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::RecordKind;

// The decisions that a request took on the lead that it made, from the ledger: those of the lead's first transaction,
// however many came after it.
absl::StatusOr<std::vector<Decision>> DecisionsOfRequest(store::Reader& reader, std::string_view lead_id,
                                                         std::string_view request_id) {
  constexpr int kPage = 500;
  std::vector<Decision> decisions;
  int64_t after = 0;
  domain::RecordRef ref{RecordKind::kLead, std::string(lead_id)};
  while (true) {
    ASSIGN_OR_RETURN(std::vector<domain::Event> events, reader.Timeline({&ref, 1}, after, kPage));
    for (const domain::Event& event : events) {
      after = event.position;
      if (event.request_id != request_id) return decisions;
      if (event.decision.has_value()) decisions.push_back(domain::FromStored(event));
    }
    if (events.size() < kPage) return decisions;
  }
}

absl::StatusOr<SubmitResult> ReplaySubmit(store::Reader& reader, const std::string& request_id,
                                          const std::string& stored) {
  SubmitResult result;
  size_t space = stored.find(' ');
  if (space == std::string::npos || stored.size() != space + 4) {
    return absl::DataLossError(fmt::format("the stored answer of request {} is damaged", request_id));
  }
  ASSIGN_OR_RETURN(result.lead, reader.GetLead(stored.substr(0, space)));
  result.account_created = stored[space + 1] == '1';
  result.contact_created = stored[space + 3] == '1';
  ASSIGN_OR_RETURN(result.contact, reader.GetContact(result.lead.contacts.front().contact_id));
  if (!result.lead.account_id.empty()) {
    ASSIGN_OR_RETURN(result.account, reader.GetAccount(result.lead.account_id));
  }
  ASSIGN_OR_RETURN(result.decisions, DecisionsOfRequest(reader, result.lead.id, request_id));
  if (!result.decisions.empty()) result.snapshot = result.decisions.front().snapshot;
  result.replayed = true;
  return result;
}

}  // namespace

void Engine::SubmitEnquiry(const CallContext& context, Enquiry enquiry, bool validate_only, Done<SubmitResult> done) {
  const std::shared_ptr<const Deciding> pinned = deciding();
  const Time now = clock().Now();
  WriteCase<SubmitResult> write;
  write.keys = KeysOf(enquiry);
  std::string lead_id = options_.ids->NewId(now);
  auto prepared = PrepareEnquiry(Decider::ForThread(pinned->For(lead_id)), std::move(enquiry), now);
  if (!prepared.ok()) {
    done(prepared.status());
    return;
  }
  prepared->lead.id = std::move(lead_id);
  write.method = "SubmitEnquiry";
  write.dry_run = validate_only;
  write.deciding = pinned;
  unlisted_.Note(prepared->unlisted);
  write.body = [p = *std::move(prepared)](WriteScope& scope) -> absl::StatusOr<SubmitResult> {
    ASSIGN_OR_RETURN(SubmitResult result, TakeIn(scope, p));
    result.warnings = WarningsOf(p.unlisted);
    return result;
  };
  write.replay = [id = context.request_id](store::Reader& reader, const std::string& stored) {
    return ReplaySubmit(reader, id, stored);
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
