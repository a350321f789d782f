// The use cases. Each pins one snapshot and, where it writes, runs one transaction. Knows nothing of the transport.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/executor.h"
#include "base/ids.h"
#include "domain/decision.h"
#include "domain/event.h"
#include "domain/reports/flow.h"
#include "domain/reports/funnel.h"
#include "domain/reports/sla_compliance.h"
#include "domain/reports/velocity.h"
#include "engine/calls.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"
#include "engine/input/unlisted_values.h"
#include "store/report_cells.h"
#include "store/store.h"

namespace leadline::engine {

class CellReports;
class Reservations;
class SetAside;

struct EngineOptions {
  const Clock* clock = nullptr;
  IdSource* ids = nullptr;  // asked by several threads at once
  store::Store* store = nullptr;
  SnapshotHolder* snapshots = nullptr;
  UnlistedValues::Tell unlisted = {};  // told of new values of open fields; may be empty
  Executor* deciders = nullptr;        // threads that decide; null: whoever calls. Stopped before the engine ends
  Executor* bulk_deciders = nullptr;   // of imports, timers and rescoring; null: those above
  store::ReportCells* report_cells = nullptr;  // null: reports read the records
  Reservations* reservations = nullptr;        // shared with others that decide about leads; null: the engine's own
};

// Null where there are no cells.
std::shared_ptr<CellReports> MakeCellReports(const EngineOptions& options);

// What one step of making blocking keys again did.
struct KeyRebuildStep {
  bool began = false;     // it is the first
  bool finished = false;  // it was the last
  int records = 0;        // looked at in this step
  int64_t done = 0;       // looked at since it began
};

// Thread-safe. Calls with a Done answer asynchronously, when what they did is durable; the others block on the store's
// reader. Every error names what is wrong; field paths in violations are those of the request message of the same RPC.
class Engine {
 public:
  explicit Engine(const EngineOptions& options);
  ~Engine();

  // LeadService
  void SubmitEnquiry(const CallContext& context, Enquiry enquiry, bool validate_only, Done<SubmitResult> done);
  // Each row is a transaction of its own: a bad one does not stop the others, and after an error the rows that were
  // taken stay. Rows act once per import id and key or number, so that the call can be repeated. With `validate_only`
  // all is decided and nothing stored: `created` are the rows that would be.
  void ImportRows(const CallContext& context, std::string import_id, std::vector<ImportRow> rows, bool validate_only,
                  Done<ImportResult> done);
  absl::StatusOr<domain::Lead> GetLead(const CallContext& context, std::string_view name);
  void UpdateLead(const CallContext& context, UpdateRequest request, Done<UpdateResult> done);
  void RecordActivity(const CallContext& context, domain::Activity activity, Done<ActivityResult> done);
  // A page of a history: gives each event to `add`, oldest first, until `add` says that the page is full with it or
  // `page_size` is reached. The token of the next page; empty when this is the last.
  absl::StatusOr<std::string> GetTimeline(const CallContext& context, const TimelineRequest& request,
                                          const std::function<bool(const TimelineEntry&)>& add);
  // The events alone.
  absl::StatusOr<store::Page<domain::Event>> GetTimeline(const CallContext& context, std::string_view name,
                                                         std::string_view page_token, int page_size);
  // Gives each of the events with its decision decided again, as GetTimeline does with `replay`, until `add` says that
  // it is enough; for WatchEvents. CANCELLED soon after nobody wants them any more.
  absl::Status ReplayEvents(const CallContext& context, std::vector<domain::Event> events,
                            const std::function<bool(const TimelineEntry&)>& add);
  // Events after `position` in commit order, at most `limit`; for WatchEvents.
  absl::StatusOr<std::vector<domain::Event>> EventsAfter(const CallContext& context, int64_t position, int limit);
  absl::StatusOr<int64_t> LastPosition(const CallContext& context);
  // Of the last event.
  absl::StatusOr<LedgerPlace> LastPlace(const CallContext& context);
  // A place that all events from `time` on come after, by when they were stored; events of the minute before may, too.
  absl::StatusOr<LedgerPlace> PlaceBefore(const CallContext& context, Time time);
  // That the place is one of this ledger. INVALID_ARGUMENT, RESUME_TOKEN_OF_ANOTHER_HISTORY, when another transaction
  // stands there or none: the store came from a backup that is older than the place, or the place is of another store.
  absl::Status CheckPlace(const CallContext& context, const LedgerPlace& place);

  // Each rule with the values of its parts, and why a lead is not where somebody expects it; writes nothing.
  absl::StatusOr<ExplainedLead> ExplainLead(const CallContext& context, const ExplainRequest& request);

  // StatusService
  void Transition(const CallContext& context, std::string name, std::string status, std::string reason,
                  Done<RecordResult> done);
  void RecordDisposition(const CallContext& context, std::string name, std::string disposition, std::string note,
                         Done<RecordResult> done);
  void AcceptLead(const CallContext& context, std::string name, std::string rep, Done<RecordResult> done);
  void RejectLead(const CallContext& context, std::string name, std::string reason, std::string note,
                  Done<RecordResult> done);
  absl::StatusOr<std::vector<StatusPeriod>> GetStatusHistory(const CallContext& context, std::string_view name);
  absl::StatusOr<store::Page<domain::Lead>> ListOverdue(const CallContext& context, bool breached_only,
                                                        std::string_view page_token, int page_size);
  // Each record is a transaction of its own. What was changed stays so when it ends with an error, or with CANCELLED
  // because nobody wants it any more (CallContext::wanted); done again, it goes on with the others. Only counts with
  // `validate_only`. Not to be called on a thread of the deciders.
  absl::StatusOr<std::vector<RemappedStatus>> RemapStatuses(const CallContext& context, bool validate_only);

  // ScoringService. `as_of` 0: now.
  absl::StatusOr<ScoredRecord> Score(const ScoringRecord& record, Time as_of, bool explain);
  // The same for many, each with its own outcome; by one snapshot. Plugins are asked about many at a time.
  std::vector<absl::StatusOr<ScoredRecord>> ScoreMany(std::span<const ScoringRecord> records, Time as_of, bool explain);
  absl::StatusOr<ScoredLead> ScoreLead(const CallContext& context, std::string_view name, Time as_of);

  // RoutingService
  void RouteLead(const CallContext& context, std::string name, Done<RouteResult> done);
  absl::StatusOr<RoutePreview> PreviewRoute(const CallContext& context, std::string_view name);
  void ReassignLead(const CallContext& context, std::string name, std::string rep, std::string reason,
                    Done<domain::Lead> done);
  void SetAvailability(const CallContext& context, std::string rep, bool available, Time until, Done<RepView> done);
  // Takes the place of what was planned for the rep: sorted, and without what is over. INVALID_ARGUMENT when there are
  // more than kMostAbsences, or one ends before it begins or too far ahead.
  void PlanAbsences(const CallContext& context, std::string rep, std::vector<domain::Absence> absences,
                    Done<RepView> done);
  // The packs' queues in their order, then those that leads still wait in though no pack has them, by id.
  absl::StatusOr<std::vector<QueueView>> ListQueues(const CallContext& context);
  absl::StatusOr<Fairness> GetFairness(const CallContext& context, Time start, Time end, std::string_view region);

  // MergeService
  absl::StatusOr<std::vector<DuplicateCandidate>> FindDuplicates(const CallContext& context, std::string_view name,
                                                                 int max_results);
  void Merge(const CallContext& context, std::string survivor, std::string absorbed, std::string reason,
             Done<MergeResult> done);
  void Unmerge(const CallContext& context, std::string merge_id, std::string reason, Done<UnmergeResult> done);
  absl::StatusOr<Entity> GetEntity(const CallContext& context, std::string_view name);

  // Erases a person: the contact, all that were merged into it, and what is personal in the leads of the person, with
  // those that they were merged with (store::EraseContact). What the request names again
  // later answers as it did. The reason is kept in clear, and must name nobody. NOT_FOUND when there is no such
  // contact; UNAVAILABLE when the key could not be destroyed: then ask again.
  void EraseContact(const CallContext& context, std::string name, std::string reason, Done<EraseResult> done);

  // ReportService
  // From cells where they have what is asked (domain::PlanOf), and otherwise from the records, each of which is read
  // once. `dimensions`: each once, at most domain::kMostReportDimensions. `moment`, where it is not null, becomes that
  // of the answer. INVALID_ARGUMENT for a time that the report does not go by, and for contacts where only leads have
  // what is asked.
  absl::StatusOr<std::vector<domain::Funnel>> GetFunnel(const CallContext& context, const ReportFilter& filter,
                                                        const ReportDimensions& dimensions,
                                                        ReportMoment* moment = nullptr);
  absl::StatusOr<std::vector<domain::Velocity>> GetVelocity(const CallContext& context, const ReportFilter& filter,
                                                            const ReportDimensions& dimensions,
                                                            ReportMoment* moment = nullptr);
  absl::StatusOr<std::vector<domain::SlaCompliance>> GetSlaCompliance(const CallContext& context,
                                                                      const ReportFilter& filter,
                                                                      const ReportDimensions& dimensions,
                                                                      ReportMoment* moment = nullptr);
  // By the creation alone, and from cells alone: INVALID_ARGUMENT for what they do not have, with what they have;
  // UNAVAILABLE while they are being made.
  absl::StatusOr<std::vector<domain::Flow>> GetFlow(const CallContext& context, const ReportFilter& filter,
                                                    const ReportDimensions& dimensions, ReportMoment* moment = nullptr);
  // From cells alone, as GetFlow; by the creation or the entry.
  absl::StatusOr<PipelineReport> GetPipeline(const CallContext& context, const ReportFilter& filter,
                                             const ReportDimensions& dimensions, ReportMoment* moment = nullptr);
  // By the creation alone, of leads alone (INVALID_ARGUMENT for contacts); from cells where they have it, as GetFunnel.
  absl::StatusOr<FeedbackReport> GetFeedback(const CallContext& context, const ReportFilter& filter,
                                             const ReportDimensions& dimensions, ReportMoment* moment = nullptr);
  // The records that a number of a report counts, by id, as they were at its moment: their counts add up to the number.
  // A page may have fewer than `limit` records, and none, while there are more. FAILED_PRECONDITION when they are not
  // kept as they were any more, or the report was not answered from cells.
  absl::StatusOr<ReportRecordsPage> ListReportRecords(const CallContext& context, const ReportRecordsRequest& request);
  // Lets the cells of reports follow the ledger by at most `most_transactions`. Called by the server's timer.
  absl::StatusOr<ReportFoldStep> FoldReports(const CallContext& context, int most_transactions);

  // Which regions the stored leads name, and whether they are among `known` (empty: those of the packs that decide): a
  // lead of another region is decided by the central rules alone. At most `max_samples` leads of each unknown one.
  // Reads every lead, some of them more than once.
  static constexpr int kMostRegions = 200;
  absl::StatusOr<StoredRegions> RegionsInStore(const CallContext& context, int max_samples,
                                               const std::vector<std::string>& known = {});

  // Does what time alone does: takes the due steps of service-level clocks (warnings, breaches, reassignments), and
  // decides again the leads and the persons whose next decision has come; of `limit` leads and of as many persons at
  // most, each in a transaction of its own. One that is decided as before tells the ledger nothing. A lead whose step
  // fails is set aside and does not hold up the others. An error is of the store, or of too much that waits; the leads
  // before it are done. Called by the server's timer.
  absl::StatusOr<ClockStep> AdvanceClocks(const CallContext& context, int limit);
  // Decides again at most `limit` leads whose person or company rules read otherwise since something changed there: a
  // field that another enquiry filled, a merge. Each in a transaction of its own; one that is decided as before tells
  // the ledger nothing. Errors as of AdvanceClocks. Called by the server's timer.
  absl::StatusOr<SharedChangeStep> FollowSharedChanges(const CallContext& context, int limit);
  // Scores at most `limit` accounts again of which something became another that their scores rest on: what a person
  // did, scores or belongs to, or by time alone what products are of interest. Each in a transaction of its own; one
  // that scores as before tells the ledger nothing. Where rules read the score, the account's leads follow
  // (FollowSharedChanges). Errors as of AdvanceClocks. Called by the server's timer.
  absl::StatusOr<AccountStep> ScoreAccounts(const CallContext& context, int limit);

  // Forgets at most `limit` of the oldest names of requests and import rows that are older than `keep`: who uses one
  // again makes a new request. How many they were. Called by the server's timer.
  absl::StatusOr<int> ForgetRequests(const CallContext& context, Duration keep, int limit);

  // Makes blocking keys again when they were made with other tables than the ones that decide: up to `limit` records at
  // a time, and from where it stopped after a restart. Called by the server's timer. Records are found all the while.
  absl::StatusOr<KeyRebuildStep> RebuildKeys(const CallContext& context, int limit);

  std::shared_ptr<const Snapshot> snapshot() const { return options_.snapshots->Get(); }
  std::shared_ptr<const Deciding> deciding() const { return options_.snapshots->GetDeciding(); }
  store::Store& store() { return *options_.store; }
  const Clock& clock() const { return *options_.clock; }
  // For use cases that are functions of their own; as long as the engine lives.
  const EngineOptions& options() const { return options_; }

 private:
  const std::unique_ptr<Reservations> reservations_;  // null where they are somebody else's
  const std::unique_ptr<SetAside> clocks_set_aside_;
  const std::unique_ptr<SetAside> shared_set_aside_;  // people and companies, by name
  const std::unique_ptr<SetAside> accounts_set_aside_;
  EngineOptions options_;
  UnlistedValues unlisted_;
  std::shared_ptr<PacksOfThen> packs_of_then_ = MakePacksOfThen();
  const std::shared_ptr<CellReports> cell_reports_ = MakeCellReports(options_);  // null: reports read the records
};

// The etag of a record: its version in quotes, as AIP-154 asks.
std::string EtagOf(int64_t version);

}  // namespace leadline::engine
