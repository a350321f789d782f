// Where records and the ledger live. The interface fits an embedded engine and servers that speak PostgreSQL's
// protocol: no call holds a lock across calls, every change is compare-and-set on `version`, and a transaction may be
// run more than once.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/activities/activity_tally.h"
#include "domain/event.h"
#include "domain/records.h"
#include "domain/reports/contribution.h"
#include "domain/reports/journey.h"
#include "domain/reports/sla_compliance.h"
#include "domain/rollout.h"
#include "domain/routing.h"
#include "store/change_set.h"
#include "store/delivery.h"
#include "store/listing.h"
#include "store/operation.h"

namespace leadline::store {

// Leads that wait in one hold queue.
struct QueueCount {
  std::string queue;
  int64_t leads = 0;
  Time held_since = 0;  // of the one that waits longest
  int64_t overdue = 0;  // whose open clock is past its due time
  bool operator==(const QueueCount&) const = default;
};

// A page of results. `next` is empty on the last page; otherwise it is given back as the cursor.
template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;
};

struct JourneyFilter {
  domain::RecordKind kind = domain::RecordKind::kLead;  // kLead or kContact
  Time created_from = 0;                                // 0: no limit
  Time created_to = 0;                                  // exclusive; 0: no limit
  std::string region, source, product;                  // empty: any; only for leads (source, product)
  // Statuses of sales: steps of leads into them have the score of then; null: no step has one.
  std::function<bool(std::string_view status)> is_sales = {};
  // By which the ways of records that were merged are joined; null: the survivor's own alone.
  const domain::Lifecycle* lifecycle = nullptr;
};

// What the ledger tells of a record for reports, up to one of its transactions.
struct ReportHistory {
  std::vector<domain::StatusStep> steps;  // in ledger order
  Time touched_at = 0;                    // when a person first decided or noted something of it; 0: nobody did
  std::string enquirer_status;            // as RecordCreated tells it, where that is part of the history
  // A step is without its score, since none was decided in these events: perhaps before them.
  bool lacks_score = false;
  // A merge, or its end, is among the events: what the record went through is told by other histories, too.
  bool merges = false;
};

// What a stretch of the ledger tells of an account, contact or lead.
struct ReportedChange {
  domain::RecordRef ref;
  bool from_first = false;  // the record's first event is among them
  ReportHistory history;    // of these events alone
};
// Each record once, in their order.
struct ReportedChanges {
  std::vector<ReportedChange> records;
  int64_t through = 0;  // the last transaction that was looked at
  bool end = false;     // there was none after it
};

// What the rules say of how a record is read for reports.
struct ReportReading {
  std::span<const std::string> attempts = {};  // dispositions that are no touch
  // Working time of a clock of a region's from start to stop; empty: it counts as 0.
  std::function<Duration(const std::string& region, const domain::SlaClock&)> response = {};
  // How much of the buying group of its products a lead has, in millionths; empty, or nothing: they want none.
  std::function<std::optional<int64_t>(const domain::Lead&)> completeness = {};
  int64_t through = std::numeric_limits<int64_t>::max();  // the last transaction of the ledger that is read
  // As in JourneyFilter.
  std::function<bool(std::string_view status)> is_sales = {};
  const domain::Lifecycle* lifecycle = nullptr;
};

struct AssignmentEvent {
  std::string lead_id;
  domain::Assigned assigned;
  Time time = 0;
};

// What the blocking keys of a tenant's records were made with, and how far they are made again with something else.
struct KeyBuild {
  std::string made_with;  // fingerprint of the tables that every key was made with; empty: not known
  std::string target;     // of those that keys are being made with now; empty: nothing is under way
  // Texts of the rules for telephone numbers that stored keys may have been made with; one, "", before any was.
  std::vector<std::string> phone_rules = {""};
  domain::RecordKind kind = domain::RecordKind::kAccount;  // accounts first, then contacts
  std::string after;                                       // the last record of the kind that is done
  int64_t done = 0;                                        // records, of both kinds
  Time started_at = 0;
  bool operator==(const KeyBuild&) const = default;
};

// How much a tenant has of what no list goes over: with it, whoever has found so much has found all.
struct RowCounts {
  int64_t activities = 0;
  int64_t lead_contacts = 0;  // pairs of a lead and a contact that it names
  int64_t pool_members = 0;
  int64_t merges = 0;  // undone ones too
  int64_t activity_tallies = 0;
  int64_t pack_contents = 0;
  int64_t external_ids = 0;  // of leads
  bool operator==(const RowCounts&) const = default;
};

struct LeadPlace {
  std::string id;
  std::string region;
  std::string enquirer;  // contact id; may be merged by now; empty: the lead names nobody
};

// Of a merge among those into one record.
struct MergePlace {
  Time time = 0;
  std::string id;
};

// A consistent view of one tenant. Not thread-safe; lives no longer than the function it was given to.
// Getters answer NOT_FOUND for what does not exist. Merged records are given as they are, with `merged_into` set.
// Lists that come by page, after a cursor or an id, have ids in an order of the store's own: texts, and UUIDs after all
// others. Lists that come whole have them in the order of the texts.
class Reader {
 public:
  static constexpr int kMostRecordsOfKey = 1000;

  virtual ~Reader() = default;

  virtual absl::StatusOr<domain::Account> GetAccount(std::string_view id) = 0;
  virtual absl::StatusOr<domain::Contact> GetContact(std::string_view id) = 0;
  // Whether the contact or lead was erased (Transaction::DestroyKey): what is personal in it, in its history and in
  // what people wrote about it is empty, and whatever is written later is not kept. False for other records.
  virtual absl::StatusOr<bool> IsErased(domain::RecordKind kind, std::string_view id) = 0;
  virtual absl::StatusOr<domain::Lead> GetLead(std::string_view id) = 0;

  // Leads whose open clock is past its warning time (or due time) at `now`, the earliest due first; merged leads are
  // left out. INVALID_ARGUMENT for a cursor that this store did not make for such a list.
  virtual absl::StatusOr<Page<domain::Lead>> ListOverdue(Time now, bool breached_only, std::string_view cursor,
                                                         int limit) = 0;
  // Unmerged leads, or contacts, that time alone has something for at `now`: a step of a lead's clock (warning,
  // breach), or the next decision of the record. The earliest first. INVALID_ARGUMENT for other kinds.
  virtual absl::StatusOr<std::vector<std::string>> DueRecords(domain::RecordKind kind, Time now, int limit) = 0;
  // Ids of records that stand in `status`, in id order, after `after`.
  virtual absl::StatusOr<std::vector<std::string>> IdsInStatus(domain::RecordKind kind, std::string_view status,
                                                               std::string_view after, int limit) = 0;
  // Distinct statuses with how many unmerged records stand in each.
  virtual absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByStatus(domain::RecordKind kind) = 0;

  // Queues that unmerged leads wait in, by id. Reads what waits, not all leads.
  virtual absl::StatusOr<std::vector<QueueCount>> CountByQueue(Time now) = 0;
  // Distinct regions with how many unmerged leads name each, the most first; at most `limit`. Reads every lead.
  virtual absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByRegion(int limit) = 0;

  virtual absl::StatusOr<std::vector<std::string>> ContactsOfAccount(std::string_view account_id) = 0;
  virtual absl::StatusOr<std::vector<std::string>> LeadsOfAccount(std::string_view account_id) = 0;
  virtual absl::StatusOr<std::vector<std::string>> LeadsOfContact(std::string_view contact_id) = 0;

  // By time, then id.
  virtual absl::StatusOr<std::vector<domain::Activity>> ActivitiesOfLeads(std::span<const std::string> lead_ids) = 0;
  virtual absl::StatusOr<std::vector<domain::Activity>> ActivitiesOfContacts(
      std::span<const std::string> contact_ids) = 0;
  virtual absl::StatusOr<domain::Activity> GetActivity(std::string_view id) = 0;
  virtual absl::StatusOr<bool> HasActivity(std::string_view id) = 0;
  // Those of one lead or contact with a time in [from, to), by time, then id.
  virtual absl::StatusOr<std::vector<domain::Activity>> ActivitiesBetween(domain::RecordKind kind, std::string_view id,
                                                                          Time from, Time to) = 0;
  // What is kept of the activities of one lead or contact, counted; nothing where they are not.
  virtual absl::StatusOr<std::optional<domain::ActivityTally>> GetActivityTally(domain::RecordKind kind,
                                                                                std::string_view id) = 0;

  // Ids of records that have the key, in id order; at most kMostRecordsOfKey: a key that more have tells nothing.
  virtual absl::StatusOr<std::vector<std::string>> RecordsOfKey(domain::RecordKind kind, std::string_view key) = 0;
  // Of the key, for a read set; ScopeOf does not know what the store keeps of a key.
  virtual Scope ScopeOfKey(domain::RecordKind kind, std::string_view key) = 0;
  // Ids of records that have at least one of the keys: those with the rarest key in common first, then those with more
  // keys in common, then by id; at most `limit`. Those that are equal but for their ids come all, or where there is no
  // room for all of them, none; and a key of kMostRecordsOfKey records tells nothing. So it never depends on the ids
  // which records are found. `of_key`, if not null, gets the ids of each key, those that tell nothing included.
  using IdsOfKeys = std::map<std::string, std::vector<std::string>, std::less<>>;
  absl::StatusOr<std::vector<std::string>> FindByKeys(domain::RecordKind kind, std::span<const std::string> keys,
                                                      int limit, IdsOfKeys* of_key = nullptr);

  // Events of these records after position `after`, in commit order; at most `limit`. `after` may be any position, also
  // one in the middle of a transaction or one that no event has. With `max_bytes` above 0 the page ends with the event
  // that makes the stored size of its events reach that many bytes, so that an answer stays small: never without an
  // event when there is one.
  virtual absl::StatusOr<std::vector<domain::Event>> Timeline(std::span<const domain::RecordRef> records, int64_t after,
                                                              int limit, int64_t max_bytes = 0) = 0;
  // All events of the tenant after position `after`, in commit order: every event with a smaller position is already
  // visible. The rest as for Timeline.
  virtual absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t after, int limit, int64_t max_bytes = 0) = 0;
  // Of the last event; 0 when there is none.
  virtual absl::StatusOr<int64_t> LastPosition() = 0;
  // Id of the ledger transaction with this number (domain::TransactionAt of a position); nothing when there is none.
  virtual absl::StatusOr<std::optional<std::string>> TransactionIdAt(int64_t number) = 0;

  // Folds for reports. Merged records are left out. The region of a contact is that of its account. Journeys and
  // assignments come straight from the ledger, and come in the order of the records' ids.
  virtual absl::Status ForEachJourney(const JourneyFilter& filter,
                                      const std::function<void(const domain::Journey&)>& visit) = 0;
  // The latest state of every service-level clock (one per lead, start and level) that a lead was put with or that an
  // SlaChanged event told of.
  virtual absl::Status ForEachClock(const JourneyFilter& filter,
                                    const std::function<void(const domain::SlaSample&)>& visit) = 0;
  // Assignments in [from, to) to a rep; 0: no limit.
  virtual absl::Status ForEachAssignment(Time from, Time to,
                                         const std::function<void(const AssignmentEvent&)>& visit) = 0;

  // Of the ledger's transactions after number `after`; at most `most_transactions`.
  virtual absl::StatusOr<ReportedChanges> ReportedChangesAfter(int64_t after, int most_transactions,
                                                               const ReportReading& reading) = 0;
  // Leads whose source became another one with a commit of this number (ReadNumber) or a later one, though perhaps no
  // event tells it: packs may read another meaning into what was given. Each with the last such commit, in their order;
  // at most `limit`.
  virtual absl::StatusOr<std::vector<RecordChange>> LeadsOfOtherSource(int64_t from, int limit) = 0;
  // What reports know of a lead or contact; nothing where it is not there or merged. `history`: what the ledger tells
  // of it; null: it is read.
  virtual absl::StatusOr<std::optional<domain::ReportInput>> GetReportInput(const domain::RecordRef& record,
                                                                            const ReportReading& reading,
                                                                            ReportHistory* history = nullptr) = 0;

  // A rep nothing is known of is available, with no open leads and version 0.
  virtual absl::StatusOr<domain::RepState> GetRepState(std::string_view rep_id) = 0;
  // Members of the pool that have a place already.
  virtual absl::StatusOr<std::vector<domain::PoolState>> GetPool(std::string_view pool) = 0;

  virtual absl::StatusOr<domain::MergeRecord> GetMerge(std::string_view merge_id) = 0;
  // Merges into this record that stand, oldest first.
  virtual absl::StatusOr<std::vector<domain::MergeRecord>> MergesInto(domain::RecordKind kind,
                                                                      std::string_view survivor_id) = 0;
  // Merges into this record after that place, undone ones too, oldest first; at most `limit`.
  virtual absl::StatusOr<std::vector<domain::MergeRecord>> MergesAfter(domain::RecordKind kind,
                                                                       std::string_view survivor_id,
                                                                       const MergePlace& after, int limit) = 0;
  virtual absl::StatusOr<std::optional<RequestRecord>> FindRequest(std::string_view request_id) = 0;

  // Which packs decide; version 0 and nothing in it when none was ever stored.
  virtual absl::StatusOr<domain::Rollout> GetRollout() = 0;
  // NOT_FOUND when these bytes were never stored.
  virtual absl::StatusOr<domain::PackContent> GetPackContent(std::string_view sha256) = 0;
  // Ids of unmerged leads, in id order, after `after`.
  virtual absl::StatusOr<std::vector<std::string>> LeadIds(std::string_view after, int limit) = 0;
  // The same with what tells whose rules decide about each.
  virtual absl::StatusOr<std::vector<LeadPlace>> LeadPlaces(std::string_view after, int limit) = 0;
  // Ids of accounts, contacts or leads, merged ones too, or of reps of whom something is known; in id order, after
  // `after`.
  virtual absl::StatusOr<std::vector<std::string>> RecordIds(domain::RecordKind kind, std::string_view after,
                                                             int limit) = 0;
  // The latest state of every clock of one lead, merged or not; by start, then level.
  virtual absl::StatusOr<std::vector<domain::SlaClock>> ClocksOfLead(std::string_view lead_id) = 0;
  virtual absl::StatusOr<RowCounts> CountRows() = 0;
  // Where the records of a list stand, in its order; at most `limit`. INVALID_ARGUMENT for a list that there is not.
  virtual absl::StatusOr<std::vector<ListPlace>> ScanIds(const IdScan& scan, int limit) = 0;
  // How many there are, but no more than `most`: so many are looked at.
  virtual absl::StatusOr<int64_t> CountIds(const IdScan& scan, int most) = 0;
  // Accounts, contacts or leads, merged ones too, whose last event is in one of the ledger's transactions after number
  // `after`; transactions come whole, until `limit` records or more are found, or `most_transactions` were looked at.
  virtual absl::StatusOr<ChangePage> ChangesAfter(domain::RecordKind kind, int64_t after, int limit,
                                                  int most_transactions) = 0;
  // Number of the last transaction of the ledger that has an event of the record; 0: none has.
  virtual absl::StatusOr<int64_t> LastChangeOf(domain::RecordKind kind, std::string_view id) = 0;
  // The default where none was ever stored.
  virtual absl::StatusOr<KeyBuild> GetKeyBuild() = 0;
  virtual absl::StatusOr<Operation> GetOperation(std::string_view id) = 0;
  // Ids, newest first, of those that are older than `before`, empty: of all; at most `limit`.
  virtual absl::StatusOr<std::vector<std::string>> OperationIds(std::string_view before, int limit) = 0;
  // Of those that have not ended, oldest first; at most `limit`.
  virtual absl::StatusOr<std::vector<std::string>> UnfinishedOperations(int limit) = 0;
  // At most `limit` of those that are noted, in the order of kinds and ids.
  virtual absl::StatusOr<std::vector<SharedChange>> SharedChanges(int limit) = 0;
  // At most `limit` of those that are to be scored at `now`, the earliest first.
  virtual absl::StatusOr<std::vector<AccountToScore>> AccountsToScore(Time now, int limit) = 0;
  // Of the endpoint's deliveries those that wait, or the dead ones, whose events come after position `after`, in the
  // order of the events; at most `limit`.
  virtual absl::StatusOr<std::vector<Delivery>> Deliveries(std::string_view endpoint, bool dead, int64_t after,
                                                           int limit) = 0;
  // Of every endpoint that has a delivery, by name. Reads all of them.
  virtual absl::StatusOr<std::vector<DeliveryCount>> CountDeliveries() = 0;

  // Of the commit that this view shows: grows with every commit that changed something of the tenant. See ReadSet.
  virtual absl::StatusOr<int64_t> ReadNumber() = 0;
};

// One transaction of one tenant. Sees its own writes. Not thread-safe.
// Put: a record with version 0 is inserted (ALREADY_EXISTS when it is there), another is compared and set (ABORTED when
// the stored version is not the given one). On success the argument's version is the new one.
class Transaction : public Reader {
 public:
  virtual absl::Status Put(domain::Account& account) = 0;
  virtual absl::Status Put(domain::Contact& contact) = 0;
  virtual absl::Status Put(domain::Lead& lead) = 0;
  virtual absl::Status Put(domain::RepState& rep) = 0;
  virtual absl::Status Put(domain::Rollout& rollout) = 0;
  // How far the scoring again got: no new version, so that whoever changes the rollout meanwhile is not turned away.
  // ABORTED when the stored version is not the given one.
  virtual absl::Status PutProgress(const domain::Rollout& rollout) = 0;
  // Keeps the files under their hash; what is there already stays as it is.
  virtual absl::Status Put(const domain::PackContent& content) = 0;
  // The files under this hash are gone from here on; nothing happens when there are none.
  virtual absl::Status DropPackContent(std::string_view sha256) = 0;
  // Adds to the rep's open leads, which never fall below 0, and notes when leads were `given` (domain::NoteGiven);
  // makes the rep's row when there is none.
  virtual absl::Status AddOpenLeads(std::string_view rep_id, int64_t change, std::span<const Time> given = {}) = 0;
  virtual absl::Status PutPool(std::string_view pool, std::span<const domain::PoolState> members) = 0;
  // False when an activity of this id exists already; then nothing is changed. INVALID_ARGUMENT without a lead.
  virtual absl::StatusOr<bool> AddActivity(const domain::Activity& activity) = 0;
  // Keeps how the activities of a lead or contact are counted; an empty one: that they are not, from now on. Whoever
  // adds an activity to a record whose activities are counted, counts it, too, in the same transaction.
  virtual absl::Status PutActivityTally(domain::RecordKind kind, std::string_view id,
                                        const domain::ActivityTally& tally) = 0;
  // Replaces the blocking keys of a stored account or contact; NOT_FOUND when it is not there.
  virtual absl::Status SetKeys(domain::RecordKind kind, std::string_view id, std::span<const std::string> keys) = 0;
  // The leads that share the contact or account are to be decided again, from the first one on.
  virtual absl::Status NoteSharedChange(domain::RecordKind kind, std::string_view id) = 0;
  // Keeps how far that got; with `done`, forgets the change. Nothing happens when there was another one since.
  virtual absl::Status PutProgress(const SharedChange& change, bool done) = 0;
  // The account is to be scored again, at once.
  virtual absl::Status NoteAccount(std::string_view id) = 0;
  // It was; it is to be scored again at `next`, 0: never. Nothing happens when it was noted again since.
  virtual absl::Status PutProgress(const AccountToScore& account, Time next) = 0;
  // Inserts or replaces.
  virtual absl::Status Put(const KeyBuild& build) = 0;
  // Inserts or replaces by id.
  virtual absl::Status Put(const domain::MergeRecord& merge) = 0;
  // ALREADY_EXISTS when the request id is taken.
  virtual absl::Status Put(const RequestRecord& request) = 0;
  // Inserts or replaces by id.
  virtual absl::Status Put(const Operation& operation) = 0;
  // Nothing happens when there is none.
  virtual absl::Status DropOperation(std::string_view id) = 0;
  // Drops operations that ended before `before`, and of those that have ended the ones that ended first, beyond `most`,
  // or `most_bytes` of results as they are stored; how many.
  virtual absl::StatusOr<int> ForgetOperations(Time before, int most, int64_t most_bytes) = 0;
  // Operations lose their samples that tell of one of these records, given by their resource names.
  virtual absl::Status ForgetSamples(const std::set<std::string, std::less<>>& records) = 0;
  // Only the name of that request, and when it was, are kept from now on (kErasedRequest), so that it does not act
  // again. Nothing happens when there is none.
  virtual absl::Status ForgetContent(std::string_view request_id) = 0;
  // Once the transaction is committed, and before it is told to be, the data key of the contact or lead is destroyed:
  // for good, also after a crash, and again when an older copy of the database is put back. `now`: when the person was
  // erased. NOT_FOUND for a record that is not there; INVALID_ARGUMENT for one of another kind. Use
  // store::EraseContact, which does the rest, too.
  virtual absl::Status DestroyKey(domain::RecordKind kind, std::string_view id, Time now) = 0;
  // Deletes at most `limit` of the oldest request records from before `before`; how many they were.
  virtual absl::StatusOr<int> ForgetRequests(Time before, int limit) = 0;
  // Appends to the ledger; sets id, sequence and position. Events that are appended one after another with the same
  // `transaction_id` are one ledger transaction: they share append time, actor and request id, and the store keeps them
  // in one row, so whoever changes many records gives each a ledger transaction of its own. INVALID_ARGUMENT, and
  // nothing is changed, when `transaction_id` is empty, when it comes back after another one, when one of the shared
  // values is not that of the transaction's first event, and beyond domain::kMostEventsInTransaction.
  virtual absl::Status Append(domain::Event& event) = 0;
  // The same for an event that nobody looks at afterwards.
  virtual absl::Status Append(domain::Event&& event) { return Append(event); }

  // Somebody is to be told of the event that was appended last: a row of the outbox, durable when the event is. Noted
  // again, the last one stands. INTERNAL when none was appended.
  virtual absl::Status NoteDelivery(const DeliveryNote& note) = 0;
  // Inserts or replaces by endpoint and position.
  virtual absl::Status Put(const Delivery& delivery) = 0;
  // Nothing happens when there is none.
  virtual absl::Status DropDelivery(std::string_view endpoint, int64_t position) = 0;
};

// Of each: OK when it works, otherwise why not.
struct StoreHealth {
  absl::Status reads;
  absl::Status writes;
};

using WriteFunction = absl::AnyInvocable<absl::Status(Transaction&)>;
// Decides a part of a change set, by its number from 0 on, once more.
using DecidePart = absl::AnyInvocable<absl::Status(Transaction&, size_t part)>;
// Whose write it is. Bulk work, which nobody waits for by the piece, gives way to what somebody waits for.
enum class WorkClass : uint8_t { kInteractive, kBulk };
using WriteDone = absl::AnyInvocable<void(absl::Status)>;
using ReadFunction = std::function<absl::Status(Reader&)>;
// Whether somebody still waits for the answer. Asked now and then, from the reading thread; may be empty: yes.
using StillWanted = std::function<bool()>;

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  // Runs `write` in a transaction, perhaps more than once (each time against a fresh state), and calls `done` exactly
  // once, from a thread of the store: with OK only when everything it did is durable; otherwise none of it happened. A
  // status that `write` returns is passed on. Transactions that wait at the same time share one flush to disk. What
  // still waits when its deadline passes is dropped: DEADLINE_EXCEEDED. When too much waits already: Overloaded(), from
  // the calling thread. After Close: UNAVAILABLE.
  virtual void Write(std::string_view tenant, WriteFunction write, WriteDone done, Deadline deadline = kNoDeadline,
                     WorkClass work = WorkClass::kInteractive) = 0;
  // Makes the changes, unless what they rest on has changed since it was read: then `done` is told ReadConflict(), and
  // nothing has happened. Where that is so of some of several parts, those alone are left out, and what rests on them;
  // `done` is told PartConflict() (store/part_conflict.h) once the others are durable. Where only reps and pools have
  // changed, `decide` is run for each part that rests on them, or on another such part, instead of making its changes:
  // whose turn it is, is known only here. Otherwise as Write.
  virtual void Apply(std::string_view tenant, ChangeSet set, DecidePart decide, WriteDone done,
                     Deadline deadline = kNoDeadline, WorkClass work = WorkClass::kInteractive) = 0;
  // Runs `read` on the calling thread with a consistent view. CANCELLED, soon after nobody wants the answer any more.
  virtual absl::Status Read(std::string_view tenant, const ReadFunction& read, const StillWanted& wanted = {}) = 0;

  // Calls `listener` after each commit that appended events, from a thread of the store; it must return at once. The
  // listener lives until RemoveListener has returned.
  virtual int AddListener(std::function<void()> listener) = 0;
  virtual void RemoveListener(int id) = 0;

  // Whether it can serve. Cheap, as often as it is asked: it commits a change of no meaning, but only when nothing was
  // committed for some seconds, and waits for that only so long. While the disk is full or fails, writes end with
  // UNAVAILABLE and one of the reasons STORE_FULL and STORE_FAILING (base/errors.h); what was acknowledged stays, reads
  // go on, and the store writes again by itself as soon as the disk does.
  virtual StoreHealth Check() = 0;
  // Finishes what was begun and refuses the rest. Idempotent.
  virtual void Close() = 0;
};

// Write, and wait for the result.
absl::Status WriteAndWait(Store& store, std::string_view tenant, WriteFunction write);

}  // namespace leadline::store
