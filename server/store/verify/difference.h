// What is found where something stored is not what the ledger tells. Plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

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

}  // namespace leadline::store
