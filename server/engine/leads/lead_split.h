// One deal that turns out to be two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace leadline::engine {

// The newest so many activities are repeated on the new lead.
inline constexpr size_t kMostRepeated = 1000;

struct SplitRequest {
  std::string lead;                           // resource name, as all names here
  std::vector<std::string> products;          // of the lead's, that leave it for the new one
  std::vector<domain::ContactRole> contacts;  // of the lead's, for the new one: names; no role: as they have; none: all
  std::vector<std::string> leaving_contacts;  // of `contacts`, that leave the lead
  std::optional<domain::Money> value;         // of the new one
  double probability = 0;                     // the same; 0: nobody estimated it
  std::optional<domain::Money> remaining_value;  // of the lead from here on; nothing: as before
  std::string reason;
  std::string etag;  // of the lead; empty: not guarded
};
struct SplitResult {
  domain::Lead lead;
  domain::Lead new_lead;
  std::vector<domain::Decision> decisions;  // about both, in the order taken
};

// Makes another lead of a part of one. The new one is of the same account, source and place, in the same status, with
// the same rep or in the same queue, and its open clocks run on as they do there: nobody is asked anew. What people did
// of the lead until then is repeated on the new one, without the texts of others than its enquirer, so that both have
// earned the same; attributes go along where both have one enquirer, for they are forgotten with the person. Both are
// scored again. INVALID_ARGUMENT: a product or a person that is not the lead's, or named twice, or leaves without going
// over; FAILED_PRECONDITION: ENQUIRER of the first, who stays; ERASED; NOT_FOUND; ABORTED, ETAG_MISMATCH. Thread-safe;
// `options` must outlive what was begun.
void SplitLead(const EngineOptions& options, const CallContext& context, SplitRequest request, Done<SplitResult> done);

}  // namespace leadline::engine
