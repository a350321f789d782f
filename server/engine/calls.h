// What the use cases take and give: plain data, not synchronised.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/decision.h"
#include "domain/matching.h"
#include "domain/records.h"
#include "domain/reports/cell.h"
#include "domain/reports/division.h"
#include "domain/reports/feedback.h"
#include "domain/reports/funnel.h"
#include "domain/reports/hand_over.h"
#include "domain/routing.h"
#include "domain/set_aside.h"
#include "engine/input/unlisted_values.h"

namespace leadline::engine {

// Who calls, and what the call is named.
struct CallContext {
  std::string tenant = "default";
  std::string actor = "anonymous";
  std::string request_id;      // empty: the call is not named
  std::string fingerprint;     // of the request's content; a request_id that comes back with another one is refused
  std::string method;          // of the API; only where the use case does not say it itself
  bool validate_only = false;  // decide and answer, and store nothing
  std::string etag;            // that the record must have which the call is about; empty: any
  std::string absorbed_etag;   // of a merge: the same of the record that is absorbed
  // Nobody waits for the answer after it: what was not decided and written by then is not.
  Deadline deadline = kNoDeadline;
  // Asked now and then by what reads long: whether somebody still waits for the answer. May be empty: yes.
  std::function<bool()> wanted = {};
  // Told now and then by what goes over many records: how many are done, and of how many; 0: not known. May be empty.
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// Called exactly once, from a thread of the store or before the call returns.
template <typename T>
using Done = absl::AnyInvocable<void(absl::StatusOr<T>)>;

struct HistoryStep {
  Time time = 0;
  std::string status;  // empty: only assigns
  std::string rep;     // id; empty: unchanged
  std::string reason;
};

// One enquiry. Ids and fields that the engine decides are ignored in `account` and `contact`.
struct Enquiry {
  domain::Account account;
  domain::Contact contact;
  std::string role;
  std::string source;
  std::string region;
  std::string language;
  std::vector<std::string> products;
  std::optional<domain::Money> value;
  std::vector<domain::Activity> activities;  // time 0: now
  bool purchased = false;
  domain::Attributes attributes;
  Time created_at = 0;  // 0: now
  std::vector<HistoryStep> history;
  absl::Status invalid;  // what the transport found wrong with it: refused together with what is found here
};

struct SubmitResult {
  domain::Lead lead;
  domain::Account account;  // id empty when there is none
  domain::Contact contact;
  bool account_created = false;
  bool contact_created = false;
  std::vector<domain::Decision> decisions;
  std::shared_ptr<const domain::SnapshotRef> snapshot;
  bool replayed = false;
  std::vector<InputWarning> warnings;  // what was taken and may be wrong all the same; none of a replayed request
};

struct ImportRow {
  int64_t row = 0;
  Enquiry enquiry;
  std::string key = {};          // what the row is known by within its import; empty: its number
  std::string fingerprint = {};  // of what it says; with a key
};
struct RejectedRow {
  int64_t row = 0;
  std::string message;
  std::string field;
  std::string reason;  // as base/error_reasons.h names it
};
struct ImportResult {
  int64_t created = 0;
  int64_t already_imported = 0;
  int64_t changed = 0;  // of those: rows whose key came with other values before
  std::vector<RejectedRow> rejects;
  RowsWarnings warnings;  // of the rows that were created
};

struct UpdateResult {
  domain::Lead lead;
  std::vector<domain::Decision> decisions;  // where the change affected any; none of a replayed request
  std::vector<InputWarning> warnings;       // as in SubmitResult
};

struct ActivityResult {
  domain::Lead lead;
  domain::Activity activity;
  std::vector<domain::Decision> decisions;
  std::shared_ptr<const domain::SnapshotRef> snapshot;
  bool replayed = false;
  std::vector<InputWarning> warnings;  // as in SubmitResult
};

// A lead or a contact after a change.
struct RecordResult {
  std::optional<domain::Lead> lead;
  std::optional<domain::Contact> contact;
  std::vector<domain::Decision> decisions;
};

struct RouteResult {
  domain::Lead lead;
  domain::Decision decision;
};
struct RoutePreview {
  std::string rep;
  std::string hold_queue;
  domain::Decision decision;
};

// A rep of the packs with what the store knows.
struct RepView {
  domain::Rep rep;
  domain::RepState state;
  bool available = true;
  Time back_at = 0;  // domain::BackAt, of who is not available
};
struct RepShare {
  RepView rep;
  int64_t assigned = 0;
  int64_t credited = 0;  // leads that were rejected for a reason that is not the rep's
  double expected = 0;
  double mean_score = 0;
};
struct TeamFairness {
  std::string team;
  double jain_index = 1;
  int64_t assigned = 0;
};
struct Fairness {
  std::vector<RepShare> reps;
  std::vector<TeamFairness> teams;
};

struct ScoringRecord {
  domain::Lead lead;
  domain::Contact contact;
  domain::Account account;
  std::vector<domain::Activity> activities;
};
struct ScoredRecord {
  domain::Score score;
  std::string entry_status;
  domain::Decision decision;
  std::vector<InputWarning> warnings;  // as in SubmitResult
};
struct ScoredLead {
  domain::Score score;
  std::vector<domain::Decision> decisions;
};

struct DuplicateCandidate {
  std::string name;  // resource name
  std::string display_name;
  domain::PairResult pair;
  domain::DuplicateVerdict verdict = domain::DuplicateVerdict::kDifferent;
};

// A record with the merges into it that stand.
struct Entity {
  std::optional<domain::Account> account;
  std::optional<domain::Contact> contact;
  std::optional<domain::Lead> lead;
  std::vector<domain::MergeRecord> merges;
  int64_t activity_count = 0;
};
struct MergeResult {
  std::string merge_id;
  Entity entity;
  int64_t pending_leads = 0;  // that are yet to be decided anew
};
struct UnmergeResult {
  Entity survivor;
  Entity restored;
  int64_t pending_leads = 0;  // as of a merge
};

struct EraseResult {
  std::string contact;             // resource name of the contact that the given one leads to
  std::vector<std::string> names;  // of the contacts erased now, that one first; none: they were erased before
  std::vector<std::string> leads;  // resource names of the leads whose personal part was erased now
  int64_t requests = 0;            // whose content was forgotten
};

struct StatusPeriod {
  std::string status;
  Time enter = 0;
  Time exit = 0;  // 0: still there
  std::string trigger;
  std::string reason;
  std::string actor;
};

struct RemappedStatus {
  std::string from;
  std::string to;
  int64_t records = 0;
};

struct ReportFilter {
  Time start = 0, end = 0;  // 0: no limit; of `basis`; end exclusive
  std::string region, source, product;
  bool contacts = false;  // count contacts instead of leads
  domain::TimeBasis basis = domain::TimeBasis::kCreation;
};
using ReportDimensions = std::vector<domain::ReportDimension>;

// The moment that a report is of. Where it was answered from cells, its records can be listed as they were then.
struct ReportMoment {
  int64_t position = 0;  // the last transaction of the ledger that is in it
  int64_t version = 0;   // of the cells; 0: the records were read
  Time now = 0;          // what is still open was ended by
};

struct FeedbackReport {
  std::vector<std::string> sales_statuses;  // of the packs that decide
  std::vector<domain::Feedback> feedbacks;
};

// One number of a report.
struct ReportNumber {
  domain::Section section = domain::Section::kFunnel;
  domain::Measure measure = domain::Measure::kRecords;
  std::optional<std::string> first, second;  // the statuses or the service level that it is of; nothing: of all
  // Of clocks: those that are met, breached, running, cancelled; or all of them.
  enum class Clocks : uint8_t { kAll, kMet, kBreached, kRunning, kCancelled } clocks = Clocks::kAll;
  int64_t minutes = 0;    // of kTouchedIn
  bool complete = false;  // of kBuyingGroup: those with all of it alone
  // Of hand-overs, which are of one rule (`first`, and its layer, empty for the centre; nothing: of any) or of one band
  // of scores, not of both; or of all. What came of them, and the reason of the rejection; nothing: any.
  std::optional<std::string> layer, reason;
  std::optional<uint32_t> band;
  std::vector<domain::HandOverOutcome> outcomes = {};
};

struct PipelineReport {
  std::string currency;  // ISO 4217 code of the amounts: the packs'; empty where they convert none
  std::vector<domain::Pipeline> pipelines;
};

struct ReportRecordsRequest {
  ReportFilter filter;
  ReportDimensions dimensions;
  domain::GroupKey values;  // of the dimensions
  ReportNumber number;
  ReportMoment moment;
  std::string after;  // id; empty: from the beginning
  int limit = 0;
};
struct ReportRecord {
  std::string id;
  int64_t count = 0;  // how much of the number it is
};
struct ReportRecordsPage {
  std::vector<ReportRecord> records;
  std::string next;  // id to go on after; empty: there are no more
};

// What one step of following the ledger did.
struct ReportFoldStep {
  int64_t records = 0;   // that were read
  bool began = false;    // anew, from the beginning of the ledger
  bool at_head = false;  // nothing is left to fold
};

// A region that leads in the store name.
struct StoredRegion {
  std::string region;  // may be empty: none
  int64_t leads = 0;
  bool known = false;                // has a pack, or the centre's territories name it; no region counts as known
  std::vector<std::string> samples;  // names of some leads, newest first; of unknown regions only
};
struct StoredRegions {
  std::vector<StoredRegion> regions;  // those with the most leads first; at most kMostRegions
  bool more = false;                  // there are others
  std::shared_ptr<const domain::SnapshotRef> snapshot;
};

// A hold queue with what waits in it: engine/routing/queue_view.h.
struct QueueView;

// Asked and answered in engine/explain/explanation.h.
struct ExplainRequest;
struct ExplainedLead;

// Asked and answered in engine/replay/timeline.h.
struct TimelineRequest;
struct TimelineEntry;

// Packs of other times, compiled again for whoever looks back.
class PacksOfThen;
std::shared_ptr<PacksOfThen> MakePacksOfThen();

struct UpdateRequest {
  domain::Lead lead;               // id, the masked fields, and version (0: not guarded)
  std::vector<std::string> paths;  // "source", "attributes.budget", ...
};

// A place in the ledger's commit order that knows its history: the transaction that stands there. Position 0 is the
// place before the first event, in every history.
struct LedgerPlace {
  int64_t position = 0;
  std::string transaction_id;  // empty at 0
  bool operator==(const LedgerPlace&) const = default;
};

// What one look at the service-level clocks did.
struct ClockStep {
  int touched = 0;                                     // leads and persons
  std::vector<domain::SetAsideLead> set_aside;         // whose step failed just now; they are tried again at their time
  std::vector<domain::SetAsideLead> people_set_aside;  // the same of persons, by the ids of their contacts
};

// What one call of Engine::FollowSharedChanges did.
struct SharedChangeStep {
  int changes = 0;  // of people and companies that were looked at
  int leads = 0;    // that were decided
  // Whose step failed just now; with the others of the same person or company, they are tried again at their time.
  std::vector<domain::SetAsideLead> set_aside;
};

// What one call of Engine::ScoreAccounts did.
struct AccountStep {
  int accounts = 0;                             // that were looked at
  int changed = 0;                              // of them, whose score became another
  std::vector<domain::SetAsideLead> set_aside;  // by the ids of accounts; they are tried again at their time
};

}  // namespace leadline::engine
