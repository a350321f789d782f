// Duplicates of what is not stored yet, such as what stands in a form.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

// A person, a company, or both: then it is where the person works. Ids and what is decided of them are ignored, but for
// `contact->account_id`: the stored company where the person works, when no other is given.
struct DuplicateQuery {
  std::optional<domain::Contact> contact;
  std::optional<domain::Account> account;
  std::string region;         // whose rules compare; empty: the person's country says, or the company's region
  absl::Status invalid = {};  // as in Enquiry
};

// Stored contacts and accounts that are like what is given, likeliest first, at most `max_results`; by the packs that
// are active. What is given is checked and brought into normal form as in an enquiry. Stores nothing. Blocks on the
// store's reader; thread-safe. INVALID_ARGUMENT with every violation, their paths from `contact`, `account` and
// `region` on; also when there is nothing that anybody could be found by.
absl::StatusOr<std::vector<DuplicateCandidate>> FindDuplicates(const EngineOptions& options, const CallContext& context,
                                                               DuplicateQuery query, int max_results);

}  // namespace leadline::engine
