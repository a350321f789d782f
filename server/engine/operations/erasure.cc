// Erasing a person.
#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/record_change.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"
#include "store/erasure/erase_contact.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::StatusOr<EraseResult> Erase(WriteScope& scope, const std::string& id, const std::string& reason) {
  ASSIGN_OR_RETURN(store::ErasureResult erased, store::EraseContact(scope.tx, {.id = id,
                                                                               .reason = reason,
                                                                               .actor = scope.context.actor,
                                                                               .request_id = scope.request_id,
                                                                               .transaction_id = scope.NewId(),
                                                                               .now = scope.now}));
  EraseResult result;
  result.contact = domain::ResourceName(RecordKind::kContact, erased.standing_id);
  result.requests = erased.requests;
  for (const std::string& contact : erased.contacts) {
    result.names.push_back(domain::ResourceName(RecordKind::kContact, contact));
    ASSIGN_OR_RETURN(const domain::Contact of, scope.tx.GetContact(contact));
    RETURN_IF_ERROR(NoteAccount(scope, of.account_id));
  }
  for (const std::string& lead : erased.leads) result.leads.push_back(domain::ResourceName(RecordKind::kLead, lead));
  scope.request_result = erased.standing_id;
  return result;
}

}  // namespace

void Engine::EraseContact(const CallContext& context, std::string name, std::string reason, Done<EraseResult> done) {
  auto id = IdOf(name, RecordKind::kContact, "name");
  if (!id.ok()) return done(id.status());
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<EraseResult> write;
  write.method = "EraseContact";
  // It goes over the ledger, and destroys what is committed: in the writer, where nothing comes in between.
  write.in_writer = true;
  write.guarded = domain::RecordRef{RecordKind::kContact, *id};
  write.body = [id = *id, reason](WriteScope& scope) { return Erase(scope, id, reason); };
  write.replay = [](store::Reader&, const std::string& standing) -> absl::StatusOr<EraseResult> {
    EraseResult result;
    result.contact = domain::ResourceName(RecordKind::kContact, standing);
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
