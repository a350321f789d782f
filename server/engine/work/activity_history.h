// The activities of a lead or of a person as a session needs them: listed while they are few, counted by day when they
// are very many, so that what is new costs no more for all that came before.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/activities/activity_tally.h"
#include "domain/records.h"
#include "engine/decide/decider.h"
#include "packs/rule_set.h"
#include "packs/run/record_view.h"
#include "store/store.h"

namespace leadline::engine {

// Which of a record's interactions nobody has acted on yet. Only what somebody did, and did after all else that they
// did, wakes a record: what is sent to them does not, nor what comes in late. Not thread-safe.
class FreshInteractions {
 public:
  // `due`: since when time alone has something to decide of the record, so that nobody has looked at what happened then
  // or later; 0: time has nothing to decide.
  explicit FreshInteractions(Time due = 0) : due_(due) {}

  // The record has an interaction more, of that time, which may be yet to come.
  void Add(Time time) { added_.push_back(time); }
  // Whether the newest interaction of those that have happened at `at`, which was at `newest` (0: there is none), is
  // one to act on. All that have happened then are acted on from here on.
  bool Take(Time at, Time newest);

 private:
  Time due_;
  std::vector<Time> added_;
};

// Not thread-safe; lives within the transaction that it was read from. Where a read that comes late fails, what rules
// see is not all: status() says so from then on, and Save does, so that nothing that was decided stands.
class ActivityHistory {
 public:
  // Of a record with more activities of its own they are kept counted.
  static constexpr size_t kMostListed = 64;

  // Of a record that is not stored yet.
  ActivityHistory(domain::RecordKind kind, std::string id) : kind_(kind), ids_{std::move(id)} {}
  // Of a stored contact, or a stored lead, and what was merged into it.
  static absl::StatusOr<ActivityHistory> OfContact(store::Reader& reader, const std::string& id,
                                                   const packs::RegionRules& rules);
  static absl::StatusOr<ActivityHistory> OfLead(store::Reader& reader, const domain::Lead& lead,
                                                const packs::RegionRules& rules);

  // Adds one that is not stored yet; whoever adds it stores it.
  void Add(const domain::Activity& activity);

  // Of all, those too that are yet to happen.
  int64_t count() const;
  Time last() const;  // 0: none

  // What rules read of them at `now`. Valid until the next call.
  struct Past {
    std::span<const domain::Activity> activities;  // as in RecordView
    const domain::CountedPast* counted = nullptr;  // as in RecordView
    int64_t count = 0;                             // of both
    Time last = 0;                                 // of both; 0: none
  };
  Past At(Time now, const packs::RegionRules& rules);
  // When the newest interaction happened of those that have by `now`; 0: there is none. Past is of another time then.
  Time LastInteraction(Time now, const packs::RegionRules& rules, const packs::ResponseKinds& responses);
  // When the first happens that is later than `now`, which At was asked for last, or earlier: of a later day what is
  // counted happens with the day. 0: none does.
  Time NextAfter(Time now) const;
  const absl::Status& status() const { return status_; }

  // Keeps what is counted of records that have very many by now.
  absl::Status Save(store::Transaction& tx, Decider& decider, const packs::RegionRules& rules);

 private:
  using Activities = std::vector<domain::Activity>;

  const std::string& OwnerOf(const domain::Activity& activity) const {
    return kind_ == domain::RecordKind::kLead ? activity.lead_id : activity.contact_id;
  }
  // Reads those of ids_. `most`: that the first has no more than these, where that is known.
  absl::Status Load(store::Reader& reader, const packs::RegionRules& rules, std::optional<int64_t> most);
  bool Repeats(const std::string& id) const;
  void Join();
  absl::Status List(store::Reader& reader, std::span<const std::string> ids);
  // Lists what is counted by other rules than these.
  absl::Status ListIfOthers(const packs::RegionRules& rules);
  // What has happened on the day, of what is counted; kept until another day is asked for.
  absl::Status ReadDay(int64_t day);
  absl::Status ReadLastInteraction();
  absl::Status Look(Time now, const packs::RegionRules& rules, Past& past);
  absl::Status DropTextsOfErased(store::Reader& reader);
  absl::Status CountNew(store::Transaction& tx, Decider& decider, const packs::RegionRules& rules);
  absl::Status CountListed(const std::string& id, store::Transaction& tx, Decider& decider,
                           const packs::RegionRules& rules);

  domain::RecordKind kind_;
  std::vector<std::string> ids_;        // its own first
  std::vector<std::string> repeating_;  // as RepeatingIds; with any, all are listed, so that what repeats is left out
  store::Reader* reader_ = nullptr;
  Activities listed_;  // oldest first; of records that are not counted, and new ones
  Activities new_;
  std::vector<std::pair<std::string, domain::ActivityTally>> counted_;  // by id, as stored
  domain::ActivityTally joined_;                                        // all of them, where they are several
  std::vector<std::string> outdated_;  // ids whose tallies are of no use: of other rules, or damaged
  absl::Status status_;

  // Of the last look.
  domain::CountedPast past_;
  std::optional<int64_t> day_read_;
  Activities of_day_;
  Activities seen_;
  domain::Activity last_interaction_;
};

}  // namespace leadline::engine
