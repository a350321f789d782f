// Whether what is stored is what the ledger tells.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "store/store.h"

namespace leadline::store {

// One value that is not what the ledger tells.
struct Difference {
  std::string tenant;
  std::string what;    // a resource name; "activities/ID", "merges/ID", "pools/NAME", "rollout", "ledger", ...
  std::string field;   // "row": of the row as a whole
  std::string stored;  // for people; empty: nothing is there
  std::string told;    // by the ledger, likewise
  bool operator==(const Difference&) const = default;
};

// "leads/0198...: status is \"mql\", but the ledger tells \"inquiry\"". Without the tenant; no end of line.
std::string Describe(const Difference& difference);

// What was looked at so far, and what was found.
struct VerifyCounts {
  int64_t tenants = 0;
  int64_t events = 0;
  int64_t accounts = 0, contacts = 0, leads = 0;
  int64_t activities = 0, clocks = 0, merges = 0, reps = 0, pools = 0;
  int64_t differences = 0;
};

using OnDifference = std::function<void(const Difference&)>;

// Compares all that the reader's tenant has with the fold of its ledger, and adds to `counts` while it goes:
//   - accounts, contacts and leads field by field, but for `version` and for what is derived anew (meaning, blocking
//     keys); none without its creation, none created without being there;
//   - sequences without gaps within a record, positions without gaps in the ledger;
//   - activities, clocks, merges, places in pools, availability and open leads of reps, what decides (the rollout, and
//     that the files of its packs are kept);
//   - what lists rest on: contacts of leads and of accounts, leads of accounts, counts by status and region.
// Reads everything and changes nothing. Holds one record's history at a time; of the rest, what there is of reps,
// pools, statuses and regions. What cannot be read is a difference, too. An error is one of the store itself, after
// which the work was not done to the end.
absl::Status VerifyTenant(Reader& reader, std::string_view tenant, const OnDifference& found, VerifyCounts& counts);

}  // namespace leadline::store
