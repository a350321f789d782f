// A lead being worked on inside a transaction: what happens to it, in order, and what it changes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "domain/event.h"
#include "engine/decide/known_record.h"
#include "engine/work/activity_history.h"
#include "engine/work/record_change.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// What stands before the level's id as the rule by which its ladder gave a lead to somebody, or to a queue: no route,
// gate or transition has such an id.
inline const std::string kHeldByLadder = "sla/";

// Nothing is written before Save. Not thread-safe; lives within its scope.
class LeadSession {
 public:
  // A new lead has its id and fields, but no status and version 0.
  LeadSession(WriteScope& scope, LeadContext context) : LeadSession(scope, std::move(context), std::nullopt) {}
  // A stored lead with its enquirer, account and activities. NOT_FOUND when there is none; follows merges.
  static absl::StatusOr<LeadSession> Open(WriteScope& scope, std::string_view lead_id);

  // Whoever changes it scores it again before anything else is decided.
  domain::Lead& lead() {
    ++revision_;
    return context_.lead;
  }
  const domain::Contact& contact() const { return context_.contact; }
  const domain::Account& account() const { return context_.account; }
  const ActivityHistory& activities() const { return activities_; }
  // What rules read at `at`; until the session changes or is looked at again.
  packs::RecordView View(Time at);
  std::vector<domain::Decision>& decisions() { return decisions_; }

  // Adds to the ledger of this lead. Decisions are part of the answer too. What else changed by the time of Save is
  // recorded by itself, after everything else.
  void Record(Time time, domain::EventPayload payload, std::optional<domain::Decision> decision = std::nullopt);
  // Adds an activity; its id is not among the lead's yet. `given_time`: the sender's, where it counts at another one.
  // One of a lead that was merged into this one stands in that one's history, so that it goes with it if they are
  // separated again.
  void AddActivity(domain::Activity activity, Time given_time = 0);
  // The lead has an interaction more, of that time, which is stored already: it came with another lead.
  void TakeInteraction(Time time) { fresh_.Add(time); }
  // When the newest interaction happened of those that have by `at`; 0: there is none.
  Time LastInteraction(Time at);
  // Whether what fields mean stays as it is, and so is not told, until the lead is given something else.
  bool meaning_settled() const { return known_.meaning_derived(); }
  // Scores as of `at`, and records it when the score is another one or `always`; of scores that nothing read before the
  // next one, only the last is recorded.
  absl::Status Rescore(Time at, bool always = false);
  // Gives a new lead its first status by the packs.
  absl::Status EnterFirst(Time at);
  // Moves by the packs' transitions until none fires, because of activities (kActivity) or of anything else (kRescore).
  // kMerge: because another record was merged into it. Either way an interaction that has happened since the last look,
  // and is newer than all before it, sets off those on activities, and starts the level that asks for it in the status
  // to which they led, but of a new lead; without one, activities only rescore. That a gate kept it from moving is
  // recorded, once for each gate; after a rescoring only when there was more to record, so that looking again says
  // nothing twice. Where the gate holds what it denies, a lead that nobody works goes to its queue, unless it is there
  // already.
  absl::Status Advance(domain::Trigger because, Time at);
  // Enters a status: stops and starts service levels, counts open work, asks the routes anew where the packs say so,
  // whoever has the lead, unless the cause is that they accepted it or another system's word. The lead leaves
  // its queue where the status is no open work, or is put into the one of the cause.
  absl::Status Enter(std::string_view status, Time at, StatusCause cause);
  // Routes by the packs and gives the lead to the rep, or puts it into a queue.
  absl::StatusOr<domain::Decision> Route(Time at, std::string_view without = "");
  // Asks the routes about a lead that waits in a queue, and gives it to a rep that they have for it now. False when
  // they have none: then it waits on, and nothing is told.
  absl::StatusOr<bool> RouteFromQueue(Time at);
  // The same of a lead that somebody has, whose place or language became another: whoever could take it by the route
  // that fits now keeps it.
  absl::Status RouteAgain(Time at);
  // Gives it to a rep ("" for nobody) by a person's or a source's word; `reason` is a person's. Without a queue it
  // leaves the one that it is in.
  void Assign(std::string_view rep, std::string_view route, std::string_view hold_queue, Time at,
              std::optional<domain::Decision> decision = std::nullopt, std::string reason = "");
  // Takes the steps that are due on the service levels that run: they are warned of and breached, and climb their
  // ladders. Whether there was one.
  absl::StatusOr<bool> AdvanceClock(Time at);
  // A person touched it: levels that a disposition ends are met.
  void MeetClocks(Time at);
  // Counts the clocks that run by the rules of the region that the lead has now; those that were breached stay so.
  void CountClocksAgain(Time at);
  // Its clocks are also those of the other lead that are open there.
  void TakeOpenClocks(const domain::Lead& other, Time at);
  // Touches the rep's open leads without an event: for merging (-1) and separating (+1).
  void CountOpen(int change);
  // Stands where the other one does, which was merged into it: in its status since then, with its rep or in its queue,
  // and with its clocks. Those that the lead had for its own status end.
  void TakePlaceOf(const domain::Lead& other, Time at);
  // Becomes what its own history has of it, with the clocks that this tells, by start and level; of the others among
  // the `known` ones nothing counts any more. `told` is what its history hears of it, and gets the state. The enquirer
  // does not follow.
  using OwnClocks = std::map<std::pair<Time, std::string>, domain::SlaClock>;
  absl::Status Restore(domain::Lead state, const OwnClocks& clocks, domain::Unmerged told,
                       const std::vector<domain::SlaClock>& known);
  // Gives back the turns that a merge's doing took for this lead.
  absl::Status GiveTurnsBack(const domain::Assigned& assigned, Time at);
  // Has as many activities as are stored of it.
  void CountActivities();

  // Records what became of the given fields since the lead was opened, its region apart.
  void RecordFields(Time at);
  // Counts its status among the open ones as the packs do today; a rep's load follows.
  void CountAsToday();

  // Writes the lead, activities, reps and events. Where the status became another one, the enquirer follows; a session
  // of theirs is saved before. `new_person`: nobody knew the enquirer before.
  absl::Status Save(bool new_person = false);
  // Whether the ledger has something to hear of.
  bool changed() const { return !pending_.empty() || waiting_.has_value(); }

 private:
  class SessionReps;

  LeadSession(WriteScope& scope, LeadContext context, std::optional<ActivityHistory> activities)
      : scope_(&scope),
        context_(std::move(context)),
        activities_(activities.has_value() ? *std::move(activities)
                                           : ActivityHistory(domain::RecordKind::kLead, context_.lead.id)),
        before_(context_.lead.version == 0 ? domain::Lead() : context_.lead),
        fresh_(before_.next_decision_at) {
    scope.region = context_.lead.region;
  }

  // Records the score that waits.
  void TellScore();
  // Writes what was done to leads that were merged into this one into their histories.
  absl::Status SaveOfMerged();
  // By the rules of notify.yaml, of what is about to be written.
  void NoteWhoIsTold();
  absl::StatusOr<RouteOutcome> AskRoutes(Time at, std::string_view without);
  absl::StatusOr<domain::Decision> RouteToSomebody(Time at, std::string_view without);
  // Puts the lead where the routes said.
  absl::Status Take(RouteOutcome outcome, Time at);
  // Whether a gate's queue takes the lead: one that somebody has stays there while its status is work in hand, and for
  // a gate that only `looks_again` in any status.
  bool Holds(std::string_view queue, bool looks_again) const;
  void Hold(std::string_view queue, std::string_view by, Time at,
            std::optional<domain::Decision> decision = std::nullopt);
  // Who has the lead gives it back for this reason, which may be none of theirs: then the turn that it took is theirs
  // again.
  absl::Status CreditTurn(const std::string& reject_reason, Time at);
  bool ClockRuns() const;
  // The open clocks that the queue that the lead is in started.
  std::vector<domain::SlaClock> ClocksOfQueue() const;
  bool IsOfQueue(const domain::SlaClock& clock) const;
  // Of the region's rules; null when the packs have it no more.
  const domain::SlaDef* LevelOf(const domain::SlaClock& clock) const;
  void StopClocksOfStatus(Time at);
  void StopClock(const domain::SlaClock& clock, Time at, bool met);
  // Whoever takes over what another let breach has a clock of the same level; the other's ends breached.
  void StartClocksOfNext(Time at);
  // Starts the level that asks for what somebody did last, by which the lead was moved. Not of a new lead: it has the
  // clock of its status, and of its past nobody is to answer anything.
  absl::Status StartClockOnNewest(Time at);
  // `steps`: of the ladder, that were taken for whoever had the lead before.
  void StartClockOf(const domain::SlaDef& level, Time at, std::string_view because, int64_t steps = 0);
  // On which the level counts for the lead as it is now.
  const domain::BusinessCalendar& CalendarOf(const domain::SlaDef& level) const;
  // On which the clock has counted; the above when the packs have it no more.
  const domain::BusinessCalendar& CalendarOf(const domain::SlaDef& level, const domain::SlaClock& clock) const;
  // Takes the change of a clock that runs, and records it with its decision.
  void ChangeClock(const domain::SlaDef& level, const domain::SlaClock& clock, Time at, std::string_view because);
  // Counts clocks that go by who has the lead on the new one's calendar from here on.
  void HandOverClocks(Time at);
  // Lets the clocks stand, or go on, whose conditions have come to say so.
  absl::Status FollowPauses(Time at);
  absl::Status TakeStep(const domain::SlaClock& clock, Time at);
  absl::Status Escalate(const domain::SlaClock& clock, Time at);

  bool IsOpen(std::string_view status) const;
  // Sets when time alone may change the lead.
  absl::Status SetNextDecision();
  // Derives what fields mean, where the tables, the plugins or the values are others than the last time.
  absl::Status DeriveMeaning(Time at);
  void TakeOver(domain::Assigned assigned, Time at, std::optional<domain::Decision> decision);
  void SetOpen(bool open);
  // `because`: as of Decider::ServiceLevelDecision.
  void StartClock(Time at, const Entered& entered, std::string_view because = "");
  absl::Status SaveReps();
  // By the transitions of one trigger.
  absl::Status MoveBy(domain::Trigger trigger, Time at);
  void RecordDenial(domain::StatusDecision decided, domain::Trigger trigger, Time at);

  WriteScope* scope_;
  LeadContext context_;  // without activities
  ActivityHistory activities_;
  std::vector<domain::Activity> new_activities_;
  // Of leads that were merged into this one, with the sender's times.
  std::vector<std::pair<Time, domain::Activity>> of_merged_;
  domain::Lead before_;  // as it is stored
  FreshInteractions fresh_;
  PendingEvents pending_;
  std::optional<WaitingScore> waiting_;
  std::optional<LastScoring> scored_;
  KnownRecord known_;
  int64_t revision_ = 0;  // of what meanings may be derived of
  std::optional<std::pair<int64_t, Time>> meaning_is_of_;
  std::vector<domain::Decision> decisions_;
  std::map<std::string, store::RepLoad> open_changes_;
  std::map<std::string, std::vector<domain::PoolState>> pools_;
  std::set<std::string> told_denials_;  // gates
  bool restored_ = false;
};

}  // namespace leadline::engine
