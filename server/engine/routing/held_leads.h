// Leads that wait because nobody could take them go to somebody as soon as one can, those that wait longest first.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/set_aside.h"
#include "engine/engine.h"
#include "engine/work/set_aside.h"

namespace leadline::engine {

struct HeldStep {
  int looked_at = 0;
  int given = 0;                                // to somebody
  bool all = false;                             // nobody else can be given anything, until somebody can take more
  std::vector<domain::SetAsideLead> set_aside;  // whose step failed just now
};

// What a rep can take changes with availability, with the leads that they have, with time and with the packs. Only then
// the queues are gone through, and now and then all the same. Thread-safe; one step at a time.
class HeldLeads {
 public:
  // `options` must live longer; its `deciders` are not the thread that calls.
  explicit HeldLeads(const EngineOptions& options) : options_(options) {}

  // Looks at up to `limit` leads that wait in a queue because no route had a rep for them, or a route holds them; what
  // a gate or a rejection put there waits for a person. Each is asked about anew in a transaction of its own, one after
  // the other, so that a rep who can take one gets the one that waits longest. One that nobody can take tells the
  // ledger nothing. A lead whose step fails does not hold up the others.
  absl::StatusOr<HeldStep> GiveOut(const CallContext& context, int limit);

 private:
  // Who could be given a lead, by what: "rep" or "rep/full", who takes only what has no limit.
  using Takers = std::set<std::string>;
  struct Place {
    Time held_since = 0;
    std::string id;
    auto operator<=>(const Place&) const = default;
  };

  // Whether there is anything to go through; begins a new round where somebody can take more than before.
  bool Begin(const Takers& takers, int64_t generation, Time now);
  absl::StatusOr<std::vector<Place>> Next(store::Reader& reader, const Deciding& deciding, size_t limit) const;
  absl::StatusOr<bool> Give(const CallContext& context, const std::shared_ptr<const Deciding>& deciding,
                            const std::string& id);

  const EngineOptions& options_;
  std::mutex mutex_;
  SetAside failed_;
  Takers takers_;           // when the round began
  int64_t generation_ = 0;  // likewise
  Time round_began_ = 0;
  bool going_ = false;
  Place after_;  // the last that was looked at
};

}  // namespace leadline::engine
