// What rests on a person or a company that is merged, or separated again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/records.h"
#include "engine/work/write_scope.h"
#include "store/store.h"

namespace leadline::engine {

// So many leads are decided with the merge itself; the others by and by (Engine::FollowSharedChanges).
inline constexpr size_t kMostLeadsWithMerge = 200;

// Those of the person or company and of all that was merged into it, in the order of ids. None of a lead.
absl::StatusOr<std::vector<std::string>> LeadsOf(store::Reader& reader, const domain::RecordRef& record);

// Leads that are left for later.
int64_t LeadsForLater(const std::vector<std::string>& leads);

// Lets the leads be decided again, and their enquirers before them; those for later are noted. `record` is the person
// or company that they rest on.
absl::Status DecideFollowers(WriteScope& scope, const domain::RecordRef& record, const std::vector<std::string>& leads);

// Nobody stands twice on a lead, under two names of one person: the first of them stays, and the enquirer first.
absl::Status JoinRoles(WriteScope& scope, const std::vector<std::string>& leads);
// The same of a lead whose roles are to be joined with the survivor's: without those whom it has already.
absl::Status DropKnownRoles(store::Reader& reader, const domain::Lead& survivor, domain::Lead& absorbed);

// By what the record, and the people of a company, can be found. Of a company with more people the others are found by
// its former name until they change.
inline constexpr size_t kMostPeopleWithMerge = 1000;
absl::Status PutKeysOfContact(WriteScope& scope, const domain::Contact& contact);
absl::Status PutKeysOfAccount(WriteScope& scope, const domain::Account& account);

}  // namespace leadline::engine
