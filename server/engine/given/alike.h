// Stored records that are like another, as people are told of them.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "domain/records.h"
#include "engine/decide/decider.h"
#include "engine/engine.h"
#include "store/store.h"

namespace leadline::engine {

// Of a person, who may be stored or not (without an id); `employer` may be null. `rules` are the decider's; `now` is
// the moment of the comparison. Likeliest first, each standing record once, never the record itself.
absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Contact& contact,
                                                        const domain::Account* employer, Time now);
// The same of a company.
absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Account& account,
                                                        Time now);

// By the rules of the person's country, and the company's region.
absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const domain::Contact& contact, const domain::Account* employer,
                                                        Time now);
absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const domain::Account& account, Time now);

// Likeliest first, at most `most`; where equal, as they were.
void KeepLikeliest(int most, std::vector<DuplicateCandidate>& candidates);

}  // namespace leadline::engine
