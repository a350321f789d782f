#include "engine/rollout/trial_undo.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "engine/decide/deciding.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Event;
using domain::TrialShare;
using domain::Trigger;

constexpr int kPage = 200;

// When rules were asked about the record, and because of what.
struct Step {
  Time at = 0;
  Trigger trigger = Trigger::kRescore;
  std::vector<Time> activities = {};  // that came then; only the newest of all wakes the record
};

// What one transaction of the ledger did to the record.
struct Turn {
  std::string transaction_id;
  Time append_time = 0;
  bool of_trial = false;
  bool by_hand = false;             // somebody, or another change than a decision, said the status
  bool asked = false;               // rules were asked, without an activity
  std::optional<Time> created;      // it is the record's first
  std::optional<std::string> from;  // the status before, where it became another one
  std::vector<Time> activities;
};

bool IsDecided(const std::string& trigger) {
  return trigger == "created" || trigger == domain::TriggerName(Trigger::kActivity) ||
         trigger == domain::TriggerName(Trigger::kRescore);
}

// Goes through a record's history, and a person's with the activities of their leads, and keeps what happened from the
// first decision of a trial on.
class TriedPast {
 public:
  TriedPast(const domain::RecordRef& record, std::span<const TrialShare* const> shares)
      : record_(record), shares_(shares) {}

  void Take(const Event& event) {
    if (event.transaction_id != turn_.transaction_id) {
      End();
      turn_ = {.transaction_id = event.transaction_id, .append_time = event.append_time};
    }
    if (const auto* did = std::get_if<domain::ActivityRecorded>(&event.payload)) {
      const bool of_record = event.record == record_ || did->activity.contact_id == record_.id;
      if (of_record) turn_.activities.push_back(did->activity.time);
    }
    if (event.record != record_) return;
    turn_.of_trial |= std::any_of(shares_.begin(), shares_.end(), [&](const TrialShare* share) {
      return std::find(event.pack_hashes.begin(), event.pack_hashes.end(), share->ref.sha256) !=
             event.pack_hashes.end();
    });
    if (std::holds_alternative<domain::RecordCreated>(event.payload)) turn_.created = event.time;
    if (const auto* moved = std::get_if<domain::StatusChanged>(&event.payload)) {
      if (!turn_.from.has_value()) turn_.from = moved->from;
      turn_.by_hand |= !IsDecided(moved->trigger);
    }
    turn_.by_hand |= std::holds_alternative<domain::Merged>(event.payload) ||
                     std::holds_alternative<domain::Unmerged>(event.payload);
    turn_.asked |= std::holds_alternative<domain::ScoreChanged>(event.payload) ||
                   std::holds_alternative<domain::StatusChanged>(event.payload) ||
                   std::holds_alternative<domain::FieldsChanged>(event.payload) ||
                   std::holds_alternative<domain::RegionChanged>(event.payload);
  }
  void End() {
    if (turn_.transaction_id.empty()) return;
    if (turn_.by_hand) {
      steps_.clear();
      base_.reset();
      return;
    }
    if (steps_.empty() && !turn_.of_trial) return;
    // Nothing: it is what the first change after it is from.
    if (!base_.has_value()) base_ = turn_.created ? std::optional<std::string>("") : turn_.from;
    AddSteps();
  }

  // In the order of time; none: no trial decided since somebody said the status.
  const std::vector<Step>& steps() const { return steps_; }
  // The status before the first; nothing: it has not changed since.
  const std::optional<std::string>& base() const { return base_; }

 private:
  // As intake, activities and the timer ask.
  void AddSteps() {
    if (turn_.created) {
      steps_.push_back({*turn_.created, Trigger::kEntry});
      steps_.push_back({*turn_.created, Trigger::kActivity, turn_.activities});
      Time last = *turn_.created;
      for (const Time time : turn_.activities) {
        if (time > last) steps_.push_back({time, Trigger::kActivity, {time}});
        last = std::max(last, time);
      }
      if (!turn_.activities.empty() && turn_.append_time - last >= kDay) {
        steps_.push_back({turn_.append_time, Trigger::kRescore});
      }
    } else if (!turn_.activities.empty()) {
      steps_.push_back({turn_.append_time, Trigger::kActivity, turn_.activities});
    } else if (turn_.asked) {
      steps_.push_back({turn_.append_time, Trigger::kRescore});
    }
  }

  const domain::RecordRef record_;
  const std::span<const TrialShare* const> shares_;
  Turn turn_;
  std::vector<Step> steps_;
  std::optional<std::string> base_;
};

// Where the packs that decide now lead from `status`.
template <typename Session>
absl::StatusOr<std::string> StatusAfter(WriteScope& scope, Session& session, std::string status,
                                        const std::vector<Step>& steps) {
  Time since = 0;
  for (const Step& step : steps) {
    const Time newest = session.LastInteraction(step.at);
    const bool slept = step.trigger == Trigger::kActivity &&
                       std::find(step.activities.begin(), step.activities.end(), newest) == step.activities.end();
    const Trigger trigger = slept ? Trigger::kRescore : step.trigger;
    packs::RecordView view = session.View(step.at);
    domain::Lead lead = *view.lead;
    view.lead = &lead;
    lead.status = status;
    lead.status_since = since;
    lead.activity_count = static_cast<int64_t>(view.activities.size());
    lead.last_activity_at = view.activities.empty() ? 0 : view.activities.back().time;
    if (view.past != nullptr) {
      lead.activity_count += view.past->count;
      lead.last_activity_at = std::max(lead.last_activity_at, view.past->last);
    }
    ASSIGN_OR_RETURN(ScoreOutcome scored, scope.decider().Score(view, Explain::kNothing));
    lead.score = std::move(scored.score);
    for (int moves = 0; moves < kMaxMoves; ++moves) {
      const std::string from = trigger == Trigger::kEntry ? "" : lead.status;
      ASSIGN_OR_RETURN(domain::StatusDecision decided,
                       scope.decider().Status(view, from, trigger, "", Explain::kNothing));
      if (decided.to.empty()) break;
      lead.status = status = std::move(decided.to);
      lead.status_since = since = step.at;
      if (trigger == Trigger::kEntry) break;
    }
  }
  return status;
}

// Those that hold the lead and whose candidate does not go on deciding about it.
std::vector<const TrialShare*> EndedFor(const WriteScope& scope, std::string_view lead_id,
                                        std::span<const TrialShare> shares) {
  const std::vector<std::string>& decide = scope.snapshot().pack_hashes;
  std::vector<const TrialShare*> ended;
  for (const TrialShare& share : shares) {
    const bool goes_on = std::find(decide.begin(), decide.end(), share.ref.sha256) != decide.end();
    if (!goes_on && InCanary(lead_id, share.ref.sha256, share.percent)) ended.push_back(&share);
  }
  return ended;
}

// The status that the record would have; the one that it has where no trial decided. `histories` are the record's own
// and those that have its activities.
template <typename Session>
absl::StatusOr<std::string> StatusWithout(WriteScope& scope, Session& session, const std::string& now,
                                          std::span<const domain::RecordRef> histories,
                                          std::span<const TrialShare* const> ended) {
  int64_t after = INT64_MAX;
  for (const TrialShare* share : ended) after = std::min(after, share->decided_from);
  TriedPast past(histories.front(), ended);
  for (int read = 0;; read += kPage) {
    if (read >= kMostEventsGoneThrough) return now;
    ASSIGN_OR_RETURN(const std::vector<Event> events, scope.tx.Timeline(histories, after, kPage));
    for (const Event& event : events) past.Take(event);
    if (events.size() < kPage) break;
    after = events.back().position;
  }
  past.End();
  if (past.steps().empty()) return now;
  ASSIGN_OR_RETURN(std::string status, scope.Remember<std::string>([&] {
    return StatusAfter(scope, session, past.base().value_or(now), past.steps());
  }));
  return status.empty() ? now : status;
}

StatusCause CauseOf(const TrialShare& ended) {
  return {"trial_ended", fmt::format("the trial of {} {} has ended", ended.ref.pack, ended.ref.sha256.substr(0, 12)),
          std::nullopt};
}

}  // namespace

absl::Status UndoTrials(WriteScope& scope, LeadSession& session, std::span<const TrialShare> shares) {
  const domain::Lead* lead = session.View(scope.now).lead;
  const domain::RecordRef ref{domain::RecordKind::kLead, lead->id};
  const std::string now = lead->status;
  const std::vector<const TrialShare*> ended = EndedFor(scope, ref.id, shares);
  if (ended.empty()) return absl::OkStatus();
  // Nothing more is decided of what somebody erased asked for.
  ASSIGN_OR_RETURN(const bool erased, scope.tx.IsErased(ref.kind, ref.id));
  if (erased) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string status, StatusWithout(scope, session, now, {&ref, 1}, ended));
  return status == now ? absl::OkStatus() : session.Enter(status, scope.now, CauseOf(*ended.back()));
}

absl::Status UndoTrials(WriteScope& scope, PersonSession& session, std::string_view lead_id,
                        std::span<const TrialShare> shares) {
  const std::vector<const TrialShare*> ended = EndedFor(scope, lead_id, shares);
  if (ended.empty() || session.contact().erased_at != 0) return absl::OkStatus();
  std::vector<domain::RecordRef> histories = {{domain::RecordKind::kContact, session.contact().id}};
  ASSIGN_OR_RETURN(std::vector<std::string> leads, scope.tx.LeadsOfContact(session.contact().id));
  if (leads.size() > kMostLeadsGoneThrough) return absl::OkStatus();
  for (std::string& lead : leads) histories.push_back({domain::RecordKind::kLead, std::move(lead)});
  ASSIGN_OR_RETURN(const std::string status, StatusWithout(scope, session, session.contact().status, histories, ended));
  session.Enter(status, scope.now, CauseOf(*ended.back()));
  return absl::OkStatus();
}

}  // namespace leadline::engine
