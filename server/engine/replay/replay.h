// Decides again what the ledger keeps of a decision: by the packs of then, on the record as it stood then, with what
// plugins answered then, and explains it in full.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "domain/event.h"
#include "engine/decide/decider.h"
#include "engine/replay/packs_of_then.h"
#include "engine/replay/record_past.h"
#include "store/store.h"

namespace leadline::engine {

struct ReplayedDecision {
  domain::Decision decision;  // explained in full; where it comes out otherwise or cannot be decided again, as stored
  bool agrees = true;         // decided again it comes out as it was stored, or nobody can know
  std::string note;           // what differs, or what cannot be known any more; may be empty
};

// For one read of the store. Not thread-safe; `packs` and `now` must outlive it.
class Replayer {
 public:
  Replayer(store::Reader& reader, const Deciding& now, PacksOfThen& packs)
      : reader_(reader), now_(now), packs_(packs), past_(reader) {}

  // The event must have a decision.
  ReplayedDecision Replay(const domain::Event& event);

 private:
  absl::StatusOr<domain::Decision> DecideAgain(const domain::Event& event, const Snapshot& snapshot, Decider& decider);
  absl::StatusOr<domain::Decision> ScoreAgain(const domain::Event& event, Decider& decider);
  absl::StatusOr<domain::Decision> StatusAgain(const domain::Event& event, Decider& decider);
  absl::StatusOr<domain::Decision> RouteAgain(const domain::Event& event, const Snapshot& snapshot, Decider& decider);
  absl::StatusOr<domain::Decision> ServiceLevelAgain(const domain::Event& event, Decider& decider);
  absl::StatusOr<domain::Decision> MeaningAgain(const domain::Event& event, Decider& decider);
  absl::StatusOr<domain::Decision> MatchAgain(const domain::Event& event, Decider& decider);

  store::Reader& reader_;
  const Deciding& now_;
  PacksOfThen& packs_;
  RecordPast past_;
};

}  // namespace leadline::engine
