#include "base/error_reasons.h"

#include <algorithm>
#include <iterator>

namespace leadline {
namespace {

using absl::StatusCode;
using std::chrono::milliseconds;
using Is = ErrorReason;

// clang-format off
constexpr ErrorReasonInfo kReasons[] = {
    {Is::kActivityExists, "ACTIVITY_EXISTS", StatusCode::kAlreadyExists, Retry::kNever,
     milliseconds(0), "activity, lead",
     "An activity with this id is recorded already on another lead; give each activity an id of its own."},
    {Is::kApprovalMissing, "APPROVAL_MISSING", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "pack_sha256, missing",
     "A central pack decides only once marketing and sales have approved it; get the missing approvals, then "
     "activate."},
    {Is::kCandidateGaveWay, "CANDIDATE_GAVE_WAY", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "The request kept this version earlier, and it has given way to others since; propose it under another "
     "request_id."},
    {Is::kEnquirer, "ENQUIRER", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "contact",
     "The person asked for the lead and stays on it; put another person first with UpdateLead, then take this one "
     "off."},
    {Is::kErased, "ERASED", StatusCode::kFailedPrecondition, Retry::kNever,
     milliseconds(0), "",
     "The person whom the request is about was erased; forget them, and do not try again."},
    {Is::kErasureUnfinished, "ERASURE_UNFINISHED", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(10'000), "",
     "The person is erased in the database, but their data key is not destroyed yet; ask for the same erasure "
     "again until it succeeds."},
    {Is::kEtagMismatch, "ETAG_MISMATCH", StatusCode::kAborted, Retry::kMended,
     milliseconds(0), "current_etag",
     "The record has changed since it was read; read it again, and repeat the change with its new etag."},
    {Is::kGenerationMismatch, "GENERATION_MISMATCH", StatusCode::kAborted, Retry::kMended,
     milliseconds(0), "current_generation",
     "Other packs or plugins decide than the caller expects; look at what decides now, and repeat the change."},
    {Is::kHistoryTooLong, "HISTORY_TOO_LONG", StatusCode::kResourceExhausted, Retry::kNever,
     milliseconds(0), "limit",
     "More events than the limit would have to be read for this answer; ask for less of the past."},
    {Is::kLaterMergeStands, "LATER_MERGE_STANDS", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "later_merge",
     "A later merge rests on this one; undo the later one first."},
    {Is::kMergeUndone, "MERGE_UNDONE", StatusCode::kFailedPrecondition, Retry::kNever,
     milliseconds(0), "",
     "The merge is undone already; take that as done."},
    {Is::kNotAnApprover, "NOT_AN_APPROVER", StatusCode::kPermissionDenied, Retry::kMended,
     milliseconds(0), "side",
     "The caller may not approve this pack for this side; let somebody approve whom the message names as allowed."},
    {Is::kNotOnLead, "NOT_ON_LEAD", StatusCode::kNotFound, Retry::kNever,
     milliseconds(0), "lead",
     "The person is not on the lead; take that as done."},
    {Is::kNoEarlierVersion, "NO_EARLIER_VERSION", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "The pack has no version to go back to; activate the one that is wanted."},
    {Is::kNoTrial, "NO_TRIAL", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "No trial of a pack runs, so none can be stopped; take that as done."},
    {Is::kOperationInterrupted, "OPERATION_INTERRUPTED", StatusCode::kAborted, Retry::kMended,
     milliseconds(0), "",
     "The server ended several times while it worked on the operation, which was given up; look for the cause in its "
     "log, then ask again, under another request_id."},
    {Is::kOperationRuns, "OPERATION_RUNS", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "The operation has not ended, so it cannot be deleted; cancel it first, or wait for it."},
    {Is::kOverloaded, "OVERLOADED", StatusCode::kResourceExhausted, Retry::kLater,
     milliseconds(1'000), "",
     "Too many calls wait already, and this one changed nothing; try again with growing pauses."},
    {Is::kPacksChanged, "PACKS_CHANGED", StatusCode::kAborted, Retry::kLater,
     milliseconds(250), "",
     "The packs or plugins that decide were changed during the call, which changed nothing; try again."},
    {Is::kPackCheckerMissing, "PACK_CHECKER_MISSING", StatusCode::kUnavailable, Retry::kMended,
     milliseconds(0), "",
     "The program that checks packs cannot be started; tell those who operate the server."},
    {Is::kPackCheckFailed, "PACK_CHECK_FAILED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "The pack has errors, or a test fails that keeps it back; mend it and propose it again."},
    {Is::kPackCheckKilled, "PACK_CHECK_KILLED", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(1'000), "",
     "The process that checked the pack was killed from outside; try again, and look at the machine's memory when "
     "it happens again."},
    {Is::kPackCheckLimit, "PACK_CHECK_LIMIT", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "limit, flag",
     "The check took more memory or time than a check may have; make the packs or their tests smaller, or raise "
     "the limit with the flag of the server."},
    {Is::kPackIsActive, "PACK_IS_ACTIVE", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "This version of the pack decides already; take that as done."},
    {Is::kPackNeedsNoApproval, "PACK_NEEDS_NO_APPROVAL", StatusCode::kFailedPrecondition, Retry::kNever,
     milliseconds(0), "",
     "A region's pack needs no approval; activate it."},
    {Is::kPluginFileChanged, "PLUGIN_FILE_CHANGED", StatusCode::kAborted, Retry::kLater,
     milliseconds(1'000), "plugin",
     "The file of the plugin changed while it was loaded; try again once it is written."},
    {Is::kPluginIsLoaded, "PLUGIN_IS_LOADED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "plugin",
     "The plugin is loaded already; reload it to take in a new file."},
    {Is::kPluginIsNotLoaded, "PLUGIN_IS_NOT_LOADED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "plugin",
     "The plugin is not loaded, so it cannot be reloaded; load it."},
    {Is::kPluginLoadFailed, "PLUGIN_LOAD_FAILED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "plugin",
     "The plugin cannot be loaded, and what decided before goes on; mend the plugin or its file."},
    {Is::kReadConflict, "READ_CONFLICT", StatusCode::kAborted, Retry::kLater,
     milliseconds(100), "",
     "What the decision rests on was changed meanwhile again and again, and the call changed nothing; try again."},
    {Is::kRegionTestsFail, "REGION_TESTS_FAIL", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "pack_sha256",
     "Tests of a region fail with the central pack; mend it, or let both sides approve it with a reason each."},
    {Is::kRequestIdRepeated, "REQUEST_ID_REPEATED", StatusCode::kAlreadyExists, Retry::kMended,
     milliseconds(0), "request_id",
     "An earlier request of the same batch has this request_id, and this one changed nothing; give each its own."},
    {Is::kRequestIdReused, "REQUEST_ID_REUSED", StatusCode::kAlreadyExists, Retry::kMended,
     milliseconds(0), "request_id, used_at",
     "The request_id was used for another request, and this one changed nothing; give every request a new one."},
    {Is::kRequiredPluginDown, "REQUIRED_PLUGIN_DOWN", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(10'000), "region, plugin, service",
     "The pack of the region needs a plugin that is not loaded, and the call changed nothing; try again when the "
     "health name in service is SERVING."},
    {Is::kRescoringGoesOn, "RESCORING_GOES_ON", StatusCode::kFailedPrecondition, Retry::kLater,
     milliseconds(30'000), "limit",
     "Leads that earlier canaries decided are still decided again; wait for that to end, or try the version in "
     "shadow."},
    {Is::kResumeTokenOfAnotherHistory, "RESUME_TOKEN_OF_ANOTHER_HISTORY", StatusCode::kInvalidArgument, Retry::kMended,
     milliseconds(0), "",
     "The token belongs to another ledger than the server's, or to one from after its backup; drop it, and read "
     "again from the first event or from now."},
    {Is::kShuttingDown, "SHUTTING_DOWN", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(1'000), "",
     "The server is shutting down, and the call was not begun or its stream ends; connect again and go on."},
    {Is::kStoreBusy, "STORE_BUSY", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(1'000), "",
     "The database was busy with another program, or rolled the change back, and nothing was changed; try again."},
    {Is::kStoreClosed, "STORE_CLOSED", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(1'000), "",
     "The server is stopping, and nothing was changed; connect again and try again."},
    {Is::kStoreFailing, "STORE_FAILING", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(10'000), "service",
     "The disk of the store fails or does not answer, and reads may go on; try again with the same request_id when"
     " the health name in service is SERVING."},
    {Is::kStoreFileFailing, "STORE_FILE_FAILING", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(10'000), "",
     "A file beside the database cannot be written, that of the keys or that of the erasures; tell those who "
     "operate the server, and try again."},
    {Is::kStoreFull, "STORE_FULL", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(10'000), "service",
     "The disk of the store is full, and reads go on; try again with the same request_id when the health name in "
     "service is SERVING."},
    {Is::kStoreInUse, "STORE_IN_USE", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "Another server has the database open; stop it, or look at the database beside it."},
    {Is::kStoreOutOfMemory, "STORE_OUT_OF_MEMORY", StatusCode::kResourceExhausted, Retry::kLater,
     milliseconds(1'000), "",
     "The database got no memory, and nothing was changed; try again, and tell those who operate the server."},
    {Is::kTooManyCandidates, "TOO_MANY_CANDIDATES", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "limit",
     "As many versions of packs wait as there is room for; activate one that is wanted, then those before it make "
     "room."},
    {Is::kTooManyLeadContacts, "TOO_MANY_LEAD_CONTACTS", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "limit",
     "The lead has as many people as it may; take one off first."},
    {Is::kTooManyStreams, "TOO_MANY_STREAMS", StatusCode::kResourceExhausted, Retry::kLater,
     milliseconds(5'000), "limit",
     "Too many streams are open; close some, or try again later."},
    {Is::kTransitionDenied, "TRANSITION_DENIED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "current_status, gate",
     "A gate of the packs keeps the record in its status; do first what the message says."},
    {Is::kTransitionNotAllowed, "TRANSITION_NOT_ALLOWED", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "current_status, wanted_status, legal_targets",
     "The lifecycle has no such step from the record's status that holds now; choose one of legal_targets, or do "
     "first what the message says."},
    {Is::kWriteConflict, "WRITE_CONFLICT", StatusCode::kAborted, Retry::kLater,
     milliseconds(100), "",
     "Another call changed the same record meanwhile, and this one changed nothing; try again."},
    {Is::kAborted, "ABORTED", StatusCode::kAborted, Retry::kLater,
     milliseconds(1'000), "",
     "Something else came first, and the call changed nothing; try again."},
    {Is::kAlreadyExists, "ALREADY_EXISTS", StatusCode::kAlreadyExists, Retry::kNever,
     milliseconds(0), "",
     "What is to be made is there already; take it, or choose another name."},
    {Is::kCancelled, "CANCELLED", StatusCode::kCancelled, Retry::kMended,
     milliseconds(0), "",
     "The caller cancelled the call or went away; a call that changes something may have done so: ask again with "
     "the same request_id."},
    {Is::kDataLoss, "DATA_LOSS", StatusCode::kDataLoss, Retry::kNever,
     milliseconds(0), "",
     "Stored data is damaged; report the call id to those who operate the server."},
    {Is::kDeadlineExceeded, "DEADLINE_EXCEEDED", StatusCode::kDeadlineExceeded, Retry::kMended,
     milliseconds(0), "",
     "The deadline passed before the answer was there; try again with the same request_id and more time."},
    {Is::kFailedPrecondition, "FAILED_PRECONDITION", StatusCode::kFailedPrecondition, Retry::kMended,
     milliseconds(0), "",
     "The state of the server or of the record does not allow the call; do first what the message says."},
    {Is::kInternal, "INTERNAL", StatusCode::kInternal, Retry::kNever,
     milliseconds(0), "",
     "The server made a mistake; report the call id to those who operate it."},
    {Is::kInvalidArgument, "INVALID_ARGUMENT", StatusCode::kInvalidArgument, Retry::kMended,
     milliseconds(0), "limit, value",
     "The request is wrong in the fields that BadRequest names, and changed nothing; mend them."},
    {Is::kNotFound, "NOT_FOUND", StatusCode::kNotFound, Retry::kMended,
     milliseconds(0), "",
     "There is nothing of that name; ResourceInfo says which was looked for."},
    {Is::kOutOfRange, "OUT_OF_RANGE", StatusCode::kOutOfRange, Retry::kMended,
     milliseconds(0), "",
     "The request goes past the end of what there is; ask for less."},
    {Is::kPermissionDenied, "PERMISSION_DENIED", StatusCode::kPermissionDenied, Retry::kMended,
     milliseconds(0), "",
     "The caller may not do this; let somebody do it who may."},
    {Is::kResourceExhausted, "RESOURCE_EXHAUSTED", StatusCode::kResourceExhausted, Retry::kMended,
     milliseconds(0), "",
     "The call asks for more than the server gives; ask for less at a time."},
    {Is::kUnauthenticated, "UNAUTHENTICATED", StatusCode::kUnauthenticated, Retry::kMended,
     milliseconds(0), "",
     "The caller is not known; give valid credentials."},
    {Is::kUnavailable, "UNAVAILABLE", StatusCode::kUnavailable, Retry::kLater,
     milliseconds(1'000), "",
     "The server cannot do this at present; try again with the same request_id and growing pauses."},
    {Is::kUnimplemented, "UNIMPLEMENTED", StatusCode::kUnimplemented, Retry::kNever,
     milliseconds(0), "",
     "This server has no such call; use one that it describes by reflection."},
    {Is::kUnknown, "UNKNOWN", StatusCode::kUnknown, Retry::kNever,
     milliseconds(0), "",
     "The server does not know what went wrong; report the call id to those who operate it."},
};
// clang-format on

constexpr bool IsInOrder() {
  size_t at = 0;
  for (const ErrorReasonInfo& info : kReasons) {
    if (static_cast<size_t>(info.reason) != at++) return false;
    if ((info.retry == Retry::kLater) != (info.retry_after > milliseconds(0))) return false;
  }
  return at == static_cast<size_t>(ErrorReason::kUnknown) + 1;
}
static_assert(IsInOrder(), "each reason stands once, in the order of the enumeration, with a delay where it passes");

}  // namespace

std::span<const ErrorReasonInfo> ErrorReasons() { return kReasons; }

const ErrorReasonInfo& InfoOf(ErrorReason reason) { return kReasons[static_cast<size_t>(reason)]; }

const ErrorReasonInfo& InfoOf(absl::StatusCode code) {
  for (size_t i = static_cast<size_t>(ErrorReason::kAborted); i < std::size(kReasons); ++i) {
    if (kReasons[i].code == code) return kReasons[i];
  }
  return InfoOf(ErrorReason::kUnknown);
}

const ErrorReasonInfo* FindErrorReason(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kReasons), std::end(kReasons), [&](const ErrorReasonInfo& i) { return i.name == name; });
  return found == std::end(kReasons) ? nullptr : found;
}

std::string_view RetryName(Retry retry) {
  switch (retry) {
    case Retry::kNever:
      return "never";
    case Retry::kMended:
      return "mended";
    case Retry::kLater:
      return "later";
  }
  return "";
}

}  // namespace leadline
