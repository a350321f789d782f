// People as resources: read, and corrected where something was taken down wrongly.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

// What a corrected record now matches is told, and nothing is merged by itself; so many at most.
inline constexpr int kMostDuplicatesTold = 10;

struct ContactUpdate {
  domain::Contact contact;  // id, the fields that the paths name, and version (0: not guarded)
  // given_name, family_name, email, phone, title, language, country, account, attributes, attributes.NAME. Empty: all
  // that `contact` has a value for; "*" alone: all, and those without a value are emptied.
  std::vector<std::string> paths;
  absl::Status invalid = {};  // what the transport found wrong with it: refused together with what is found here
};

struct ContactUpdated {
  domain::Contact contact;
  std::vector<InputWarning> warnings;       // as in SubmitResult
  std::vector<domain::Decision> decisions;  // about the person: score and status where they became others
  std::vector<DuplicateCandidate> duplicates;
  std::shared_ptr<const domain::SnapshotRef> snapshot;
  bool replayed = false;  // then the contact and its duplicates are as of now, and no decisions are told
};

// Blocks on the store's reader; a merged name gives the survivor. NOT_FOUND when there is none. Thread-safe, as all
// here; `options` must outlive what was begun.
absl::StatusOr<domain::Contact> GetContact(const EngineOptions& options, const CallContext& context,
                                           std::string_view name);

// Corrects a person. What becomes another value is checked as in an enquiry and brought into normal form; where nothing
// does, nothing is written. The person is found by the new values from then on, and is scored and moved again; leads
// that share the person follow (Engine::FollowSharedChanges). A merged id changes the survivor. INVALID_ARGUMENT with
// every violation, their paths from `contact` on; ABORTED, ETAG_MISMATCH, when the record has another version;
// FAILED_PRECONDITION, ERASED, of a person who was erased.
void UpdateContact(const EngineOptions& options, const CallContext& context, ContactUpdate update,
                   Done<ContactUpdated> done);

}  // namespace leadline::engine
