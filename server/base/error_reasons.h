// The one list of the reasons that errors carry for programs (google.rpc.ErrorInfo.reason): what each means, and what a
// program should do. A reason never changes its meaning and is never used again for another. `leadline errors` shows
// this list.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"

namespace leadline {

// In the order of their names; those at the end are the names of codes, for errors that need no closer reason.
enum class ErrorReason : uint8_t {
  kActivityExists,
  kApprovalMissing,
  kCandidateGaveWay,
  kEnquirer,
  kErased,
  kErasureUnfinished,
  kEtagMismatch,
  kGenerationMismatch,
  kHistoryTooLong,
  kLaterMergeStands,
  kMergeUndone,
  kNotAnApprover,
  kNotOnLead,
  kNoEarlierVersion,
  kNoTrial,
  kOperationInterrupted,
  kOperationRuns,
  kOverloaded,
  kPacksChanged,
  kPackCheckerMissing,
  kPackCheckFailed,
  kPackCheckKilled,
  kPackCheckLimit,
  kPackIsActive,
  kPackNeedsNoApproval,
  kPluginFileChanged,
  kPluginIsLoaded,
  kPluginIsNotLoaded,
  kPluginLoadFailed,
  kReadConflict,
  kRegionTestsFail,
  kRequestIdRepeated,
  kRequestIdReused,
  kRequiredPluginDown,
  kRescoringGoesOn,
  kResumeTokenOfAnotherHistory,
  kShuttingDown,
  kStoreBusy,
  kStoreClosed,
  kStoreFailing,
  kStoreFileFailing,
  kStoreFull,
  kStoreInUse,
  kStoreOutOfMemory,
  kTooManyCandidates,
  kTooManyLeadContacts,
  kTooManyStreams,
  kTransitionDenied,
  kTransitionNotAllowed,
  kWriteConflict,
  // Codes.
  kAborted,
  kAlreadyExists,
  kCancelled,
  kDataLoss,
  kDeadlineExceeded,
  kFailedPrecondition,
  kInternal,
  kInvalidArgument,
  kNotFound,
  kOutOfRange,
  kPermissionDenied,
  kResourceExhausted,
  kUnauthenticated,
  kUnavailable,
  kUnimplemented,
  kUnknown,
};

// Whether trying again may help.
enum class Retry : uint8_t {
  kNever,   // the same request is refused for ever
  kMended,  // once what the meaning says was done: another request, or something else first
  kLater,   // the same request, after the delay: what refused it passes by itself
};

struct ErrorReasonInfo {
  ErrorReason reason;
  std::string_view name;  // UPPER_SNAKE_CASE
  absl::StatusCode code;  // the gRPC code that it comes with
  Retry retry;
  std::chrono::milliseconds retry_after;  // for kLater, unless the status says another delay; otherwise 0
  std::string_view metadata;  // the keys that may come with it (ErrorInfo.metadata), separated by ", ", beside those
                              // that come with any: field, violation_count, retry_after,
                              // call_id
  std::string_view meaning;   // one sentence: what it means; what a program should do
};

// All of them, in the order of the enumeration. Lives for ever. Thread-safe, as all below.
std::span<const ErrorReasonInfo> ErrorReasons();
const ErrorReasonInfo& InfoOf(ErrorReason reason);
// The reason that stands for a code alone; UNKNOWN for what is no code, or OK.
const ErrorReasonInfo& InfoOf(absl::StatusCode code);
// nullptr when no reason has that name.
const ErrorReasonInfo* FindErrorReason(std::string_view name);
// "never", "mended", "later".
std::string_view RetryName(Retry retry);

}  // namespace leadline
