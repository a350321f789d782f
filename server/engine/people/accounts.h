// Companies as resources: read, and corrected.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

struct AccountUpdate {
  domain::Account account;  // id, the fields that the paths name, and version (0: not guarded)
  // display_name, domain, country, region, industry, employee_count, owner, attributes, attributes.NAME. Empty and "*"
  // as of a contact (people/contacts.h).
  std::vector<std::string> paths;
  absl::Status invalid = {};
};

struct AccountUpdated {
  domain::Account account;
  std::vector<InputWarning> warnings;          // as in SubmitResult
  std::vector<DuplicateCandidate> duplicates;  // as of a contact
  std::shared_ptr<const domain::SnapshotRef> snapshot;
  bool replayed = false;
};

// Of the people of a corrected company so many are found by its new name and domain at once; the others as soon as
// keys are made again, and by all that is their own meanwhile.
inline constexpr size_t kMostPeopleRekeyed = 1000;

// As GetContact.
absl::StatusOr<domain::Account> GetAccount(const EngineOptions& options, const CallContext& context,
                                           std::string_view name);

// As UpdateContact. A region must be one that the packs know, an owner one of their reps. All leads of the company are
// decided again (Engine::FollowSharedChanges).
void UpdateAccount(const EngineOptions& options, const CallContext& context, AccountUpdate update,
                   Done<AccountUpdated> done);

}  // namespace leadline::engine
