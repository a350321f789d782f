// The way of a write: decided on any core from a consistent view, handed to the writer as a change set, decided again
// when what it rests on has changed meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "domain/records.h"
#include "engine/decide/decision_log.h"
#include "engine/engine.h"
#include "store/store.h"

namespace leadline::engine {

// One try at a write: its moment and what it found out stay the same when the writer goes the same way once more.
struct Attempt {
  Time moment = 0;
  std::vector<DecisionLog> logs;  // of each part
};

struct DecidedWrite {
  std::string tenant;
  // Decides one part, by its number from 0 on, and changes the transaction. Runs perhaps more than once for each: in
  // each attempt, on a fresh view, on a thread of the deciders or, as a last resort, on the writer's; and once more in
  // the writer when only the turns of reps that the part rests on have changed since (see DecisionLog). Whatever it
  // changes outside must be the same each time.
  std::function<absl::Status(store::Transaction&, Attempt&, size_t part)> decide;
  // Decided one after another, each with a log of its own. Where others changed meanwhile what some of them rest on,
  // those alone are decided again, after the others were made.
  size_t parts = 1;
  // Work that shares a key is decided one after another (see KeyFor).
  std::vector<uint64_t> keys = {};
  bool dry_run = false;  // decide, and write nothing
  // It lists what the writer alone can list without missing something: decided there, unless it is a dry run.
  bool in_writer = false;
  store::WorkClass work = store::WorkClass::kInteractive;
  // What was not decided or not written by then is dropped, with DEADLINE_EXCEEDED; plugins are asked until then.
  Deadline deadline = kNoDeadline;
};

// Key of one record, company or person, by a name of it.
uint64_t KeyFor(domain::RecordKind kind, std::string_view name);

// Calls `done` once, with OK when all is durable; otherwise nothing was changed, or some of several parts were, each as
// a whole. RESOURCE_EXHAUSTED when too much waits to be decided.
void RunDecided(const EngineOptions& options, DecidedWrite write, absl::AnyInvocable<void(absl::Status)> done);
}  // namespace leadline::engine
