// A transaction or a consistent view on one SQLite connection.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "store/erasure/erasure_log.h"
#include "store/sealing/key_sealer.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/session/ledger_body.h"
#include "store/sqlite/session/shared_texts.h"
#include "store/store.h"

namespace leadline::store {

// What the writer knows of one tenant without asking the database. Not thread-safe.
struct TenantMemory {
  int64_t last_position = -1;  // -1: not known
  SharedTextWriter texts;
};

// Whether a session may write, and how.
struct WriteMode {
  TenantMemory* memory = nullptr;  // null: it only reads
  bool savepoint = false;          // can be rolled back alone
};

// Not thread-safe; used within a transaction that the caller began.
class Session final : public Transaction {
 public:
  Session(Connection& connection, SharedTextReader& texts, KeyFile& keys, std::string_view tenant, WriteMode mode);

  // The first failure of the database itself, after which nothing of this session may stand.
  const absl::Status& broken() const { return broken_; }
  bool wrote() const { return wrote_; }
  bool appended() const { return appended_; }
  // What it changed; a scope may be there more than once.
  std::span<const Scope> changed_scopes() const { return changed_scopes_; }
  // Whose keys are to be destroyed once the transaction is committed.
  std::span<const ErasedRecord> erased() const { return erased_; }
  // Ends what the session wrote: it stands or falls with the transaction around it.
  absl::Status Keep();
  // Takes back what the session wrote; needs `savepoint`.
  absl::Status TakeBack();

  absl::StatusOr<domain::Account> GetAccount(std::string_view id) override;
  absl::StatusOr<domain::Contact> GetContact(std::string_view id) override;
  absl::StatusOr<bool> IsErased(domain::RecordKind kind, std::string_view id) override;
  absl::StatusOr<domain::Lead> GetLead(std::string_view id) override;
  absl::StatusOr<Page<domain::Lead>> ListOverdue(Time now, bool breached_only, std::string_view cursor,
                                                 int limit) override;
  absl::StatusOr<std::vector<std::string>> DueRecords(domain::RecordKind kind, Time now, int limit) override;
  absl::StatusOr<std::vector<std::string>> IdsInStatus(domain::RecordKind kind, std::string_view status,
                                                       std::string_view after, int limit) override;
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByStatus(domain::RecordKind kind) override;
  absl::StatusOr<std::vector<QueueCount>> CountByQueue(Time now) override;
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByRegion(int limit) override;
  absl::StatusOr<std::vector<std::string>> ContactsOfAccount(std::string_view account_id) override;
  absl::StatusOr<std::vector<std::string>> LeadsOfAccount(std::string_view account_id) override;
  absl::StatusOr<std::vector<std::string>> LeadsOfContact(std::string_view contact_id) override;
  absl::StatusOr<std::vector<domain::Activity>> ActivitiesOfLeads(std::span<const std::string> lead_ids) override;
  absl::StatusOr<std::vector<domain::Activity>> ActivitiesOfContacts(std::span<const std::string> contact_ids) override;
  absl::StatusOr<domain::Activity> GetActivity(std::string_view id) override;
  absl::StatusOr<bool> HasActivity(std::string_view id) override;
  absl::StatusOr<std::vector<domain::Activity>> ActivitiesBetween(domain::RecordKind kind, std::string_view id,
                                                                  Time from, Time to) override;
  absl::StatusOr<std::optional<domain::ActivityTally>> GetActivityTally(domain::RecordKind kind,
                                                                        std::string_view id) override;
  absl::StatusOr<std::vector<std::string>> RecordsOfKey(domain::RecordKind kind, std::string_view key) override;
  Scope ScopeOfKey(domain::RecordKind kind, std::string_view key) override;
  absl::StatusOr<std::vector<domain::Event>> Timeline(std::span<const domain::RecordRef> records, int64_t after,
                                                      int limit, int64_t max_bytes) override;
  absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t after, int limit, int64_t max_bytes) override;
  absl::StatusOr<int64_t> LastPosition() override;
  absl::StatusOr<std::optional<std::string>> TransactionIdAt(int64_t number) override;
  absl::StatusOr<ReportedChanges> ReportedChangesAfter(int64_t after, int most_transactions,
                                                       const ReportReading& reading) override;
  absl::StatusOr<std::vector<RecordChange>> LeadsOfOtherSource(int64_t from, int limit) override;
  absl::StatusOr<std::optional<domain::ReportInput>> GetReportInput(const domain::RecordRef& record,
                                                                    const ReportReading& reading,
                                                                    ReportHistory* history) override;
  absl::Status ForEachJourney(const JourneyFilter& filter,
                              const std::function<void(const domain::Journey&)>& visit) override;
  absl::Status ForEachClock(const JourneyFilter& filter,
                            const std::function<void(const domain::SlaSample&)>& visit) override;
  absl::Status ForEachAssignment(Time from, Time to, const std::function<void(const AssignmentEvent&)>& visit) override;
  absl::StatusOr<domain::RepState> GetRepState(std::string_view rep_id) override;
  absl::StatusOr<std::vector<domain::PoolState>> GetPool(std::string_view pool) override;
  absl::StatusOr<domain::MergeRecord> GetMerge(std::string_view merge_id) override;
  absl::StatusOr<std::vector<domain::MergeRecord>> MergesInto(domain::RecordKind kind,
                                                              std::string_view survivor_id) override;
  absl::StatusOr<std::vector<domain::MergeRecord>> MergesAfter(domain::RecordKind kind, std::string_view survivor_id,
                                                               const MergePlace& after, int limit) override;
  absl::StatusOr<std::optional<RequestRecord>> FindRequest(std::string_view request_id) override;
  absl::StatusOr<domain::Rollout> GetRollout() override;
  absl::StatusOr<domain::PackContent> GetPackContent(std::string_view sha256) override;
  absl::StatusOr<std::vector<std::string>> LeadIds(std::string_view after, int limit) override;
  absl::StatusOr<std::vector<LeadPlace>> LeadPlaces(std::string_view after, int limit) override;
  absl::StatusOr<std::vector<std::string>> RecordIds(domain::RecordKind kind, std::string_view after,
                                                     int limit) override;
  absl::StatusOr<std::vector<domain::SlaClock>> ClocksOfLead(std::string_view lead_id) override;
  absl::StatusOr<RowCounts> CountRows() override;
  absl::StatusOr<std::vector<ListPlace>> ScanIds(const IdScan& scan, int limit) override;
  absl::StatusOr<int64_t> CountIds(const IdScan& scan, int most) override;
  absl::StatusOr<ChangePage> ChangesAfter(domain::RecordKind kind, int64_t after, int limit,
                                          int most_transactions) override;
  absl::StatusOr<int64_t> LastChangeOf(domain::RecordKind kind, std::string_view id) override;
  absl::StatusOr<KeyBuild> GetKeyBuild() override;
  absl::StatusOr<Operation> GetOperation(std::string_view id) override;
  absl::StatusOr<std::vector<std::string>> OperationIds(std::string_view before, int limit) override;
  absl::StatusOr<std::vector<std::string>> UnfinishedOperations(int limit) override;
  absl::StatusOr<std::vector<SharedChange>> SharedChanges(int limit) override;
  absl::StatusOr<std::vector<AccountToScore>> AccountsToScore(Time now, int limit) override;
  absl::StatusOr<std::vector<Delivery>> Deliveries(std::string_view endpoint, bool dead, int64_t after,
                                                   int limit) override;
  absl::StatusOr<std::vector<DeliveryCount>> CountDeliveries() override;
  absl::StatusOr<int64_t> ReadNumber() override;

  absl::Status Put(domain::Account& account) override;
  absl::Status Put(domain::Contact& contact) override;
  absl::Status Put(domain::Lead& lead) override;
  absl::Status Put(domain::RepState& rep) override;
  absl::Status Put(domain::Rollout& rollout) override;
  absl::Status PutProgress(const domain::Rollout& rollout) override;
  absl::Status Put(const domain::PackContent& content) override;
  absl::Status DropPackContent(std::string_view sha256) override;
  absl::Status AddOpenLeads(std::string_view rep_id, int64_t change, std::span<const Time> given = {}) override;
  absl::Status PutPool(std::string_view pool, std::span<const domain::PoolState> members) override;
  absl::StatusOr<bool> AddActivity(const domain::Activity& activity) override;
  absl::Status PutActivityTally(domain::RecordKind kind, std::string_view id,
                                const domain::ActivityTally& tally) override;
  absl::Status SetKeys(domain::RecordKind kind, std::string_view id, std::span<const std::string> keys) override;
  absl::Status NoteSharedChange(domain::RecordKind kind, std::string_view id) override;
  absl::Status PutProgress(const SharedChange& change, bool done) override;
  absl::Status NoteAccount(std::string_view id) override;
  absl::Status PutProgress(const AccountToScore& account, Time next) override;
  absl::Status NoteDelivery(const DeliveryNote& note) override;
  absl::Status Put(const Delivery& delivery) override;
  absl::Status DropDelivery(std::string_view endpoint, int64_t position) override;
  absl::Status Put(const KeyBuild& build) override;
  absl::Status Put(const domain::MergeRecord& merge) override;
  absl::Status Put(const RequestRecord& request) override;
  absl::StatusOr<int> ForgetRequests(Time before, int limit) override;
  absl::Status Put(const Operation& operation) override;
  absl::Status DropOperation(std::string_view id) override;
  absl::StatusOr<int> ForgetOperations(Time before, int most, int64_t most_bytes) override;
  absl::Status ForgetSamples(const std::set<std::string, std::less<>>& records) override;
  using Transaction::Append;
  absl::Status ForgetContent(std::string_view request_id) override;
  absl::Status DestroyKey(domain::RecordKind kind, std::string_view id, Time now) override;
  absl::Status Append(domain::Event& event) override;

 private:
  // To be called before the first change: refuses views, opens the savepoint.
  absl::Status BeginWriting();
  void Changes(ScopeKind kind, std::string_view id, domain::RecordKind record = domain::RecordKind::kLead) {
    changed_scopes_.push_back(ScopeOf(kind, id, record));
  }
  // Notes a failure of the database and passes it on.
  absl::Status Break(absl::Status status);
  absl::Status Run(Query& query) { return Break(query.Run()); }
  // One that waits, or was given up, in the place of the same; one that is in the other half stays.
  absl::Status Insert(const Delivery& delivery);
  // Compares the version and sets body_; ABORTED when it is another.
  absl::Status UpdateRollout(Sql statement, int64_t version);
  // The single column of the statement's rows, in the order in which they come.
  absl::StatusOr<std::vector<std::string>> Ids(Query& query);
  // The same in the order of the texts.
  absl::StatusOr<std::vector<std::string>> SortedIds(Query& query);
  // The distinct texts of the statement's single column, and how often each is there.
  absl::StatusOr<std::map<std::string, int64_t>> CountTexts(Sql sql);

  // Sealing; see session_people.cc. Of the contact's or lead's own key; negative once it is erased. Where there is no
  // such record (yet), a new one.
  absl::StatusOr<int64_t> SlotOf(domain::RecordKind kind, std::string_view id);
  // The same for one that is not there yet.
  absl::StatusOr<int64_t> SlotOfNew(domain::RecordKind kind, std::string_view id);
  // 0 when there is none.
  absl::StatusOr<int64_t> StoredSlot(domain::RecordKind kind, std::string_view id);
  // Of all whom the event may say something about.
  absl::StatusOr<Slots> SlotsOf(const domain::Event& event);
  absl::StatusOr<Slots> SlotsOfMerge(const domain::MergeRecord& merge);
  absl::StatusOr<Slots> SlotsOfPair(domain::RecordKind kind, std::string_view one, std::string_view other);
  // Who acted, or else the lead's.
  absl::StatusOr<int64_t> SlotOfActivity(const domain::Activity& activity);
  SealedPlace PlaceOf(std::string_view table, std::string_view id) const { return {table, tenant_, id}; }
  // All that the ledger tells of the record that stands, with what those went through that were merged into it: events
  // of these types, and of merges.
  absl::Status ReadHistory(const domain::RecordRef& record, std::initializer_list<int64_t> types,
                           const ReportReading& reading, ReportHistory& history);
  // Of the lead, and those of merged ones that ended there; without those that came with a merge that was undone.
  absl::StatusOr<std::vector<domain::SlaClock>> ReportedClocks(std::string_view lead_id);
  absl::Status JoinHistory(const domain::RecordRef& absorbed, std::initializer_list<int64_t> types,
                           const ReportReading& reading, ReportHistory& history);
  // Takes from a lead's body what it is worth and who takes part.
  absl::Status ReadProspects(std::string_view lead_id, std::string_view body, const ReportReading& reading,
                             domain::ReportInput& input);
  // Set body_.
  absl::Status EncodeContact(const domain::Contact& contact, int64_t slot);
  absl::Status EncodeLead(const domain::Lead& lead, int64_t slot);

  absl::StatusOr<domain::Activity> ReadActivity(const Query& query);
  absl::StatusOr<domain::MergeRecord> ReadMerge(const Query& query);
  absl::StatusOr<std::vector<domain::MergeRecord>> ReadMerges(Query& query);
  absl::StatusOr<domain::Lead> ReadLead(const Query& query);
  absl::StatusOr<std::vector<domain::Activity>> ReadActivities(Sql sql, std::span<const std::string> ids);

  absl::Status InsertLead(domain::Lead& lead);
  absl::Status UpdateLead(domain::Lead& lead);
  absl::Status LinkContacts(std::string_view lead_id, std::string_view before, std::string_view after);
  // What stands in blocking_keys of the lead's id elsewhere; 0: nothing.
  int64_t ExternalKeyOf(const domain::Lead& lead, int64_t slot) const;
  absl::Status FollowExternalKey(std::string_view lead_id, int64_t before, int64_t after);
  absl::Status UnlinkContact(std::string_view lead_id, std::string_view contact_id);
  // Writes the lead's clock, and takes the one it had before off the lists.
  absl::Status FollowClock(const domain::Lead& lead, Time start_before, std::string_view sla_before);
  // Writes what an event tells of a clock, without putting it on a list or taking it off.
  absl::Status TellClock(std::string_view lead_id, const domain::SlaClock& clock);
  absl::Status InsertContact(domain::Contact& contact);
  absl::Status UpdateContact(domain::Contact& contact);

  // A ledger transaction that is being appended to. Its row is written late, so that it is written once.
  struct OpenTransaction {
    std::string id;
    int64_t number = 0;
    LedgerBodyWriter body;
    bool written = false;  // all of it
  };
  // Whether the event may be appended as it is.
  absl::Status CheckEvent(const domain::Event& event) const;
  // Makes the event's transaction the open one.
  absl::Status OpenTransactionOf(const domain::Event& event, std::string_view packs_ref);
  // Writes the row of the open one; whoever reads the ledger calls it first.
  absl::Status WriteTransaction();
  absl::StatusOr<int64_t> NextSequence(const domain::RecordRef& record);
  absl::StatusOr<domain::Event> EventOf(const LedgerBodyReader& reader, OpenedBlocks& blocks,
                                        std::string_view transaction_id, int64_t number);
  // A page of events in the making.
  struct EventPage;
  // Adds the events of the query's transaction (its number, id and bytes) that the page takes.
  absl::Status AddEvents(const Query& query, EventPage& page);
  // Calls `visit` with the time and the payload of every event of the record that has this type, in order. Its error
  // is one of the ledger's bytes.
  absl::Status ForEachPayload(const domain::RecordRef& record, int64_t type,
                              const std::function<absl::Status(Time, std::string_view)>& visit);
  // Likewise with every event of several types, up to the transaction `through`. An entry is good until `visit`
  // returns.
  absl::Status ForEachEntry(const domain::RecordRef& record, std::initializer_list<int64_t> types, int64_t through,
                            const std::function<absl::Status(const LedgerEntry&)>& visit);

  // What stands in the column of samples, each sealed with the keys of all whom it tells of; and back, without those
  // that can be read no more.
  absl::StatusOr<std::string> SamplesForm(const Operation& operation);
  absl::Status TakeSamples(std::string_view stored, Operation& operation);

  Connection& connection_;
  SharedTextReader& texts_;
  KeyFile& keys_;
  const std::string tenant_;
  const WriteMode mode_;
  bool wrote_ = false;
  bool appended_ = false;
  std::vector<Scope> changed_scopes_;
  // Of keys, as far as they were asked for.
  std::map<std::string, int64_t, std::less<>> contact_slots_, lead_slots_;
  std::vector<ErasedRecord> erased_;
  domain::RecordRef keyless_;  // the last account or contact that was inserted, until it has keys
  // A contact and a lead of which lead_contacts has a row: activities come many at a time.
  std::pair<std::string, std::string> linked_;
  absl::Status broken_;
  int64_t last_position_ = -1;
  std::map<domain::RecordRef, int64_t> last_sequence_;  // of records appended to in this session
  std::optional<OpenTransaction> open_;                 // the last one, until the next begins
  std::unordered_set<std::string> ended_;               // ids of those before it
  std::string body_, second_body_;                      // texts being written; kept for their room
};

// What stands between the items of a list in a column, and on both of its sides.
inline constexpr char kSeparator = '\x1f';

// Of a blocking key of which the store keeps this hash.
Scope ScopeOfHash(domain::RecordKind kind, int64_t hash);

// Errors that several parts of a session give.
absl::Status DamagedRecord(std::string_view kind, std::string_view id, const absl::Status& status);
absl::Status NoSuchRecord(std::string_view kind, std::string_view id);
absl::Status RecordExists(std::string_view kind, std::string_view id);
absl::Status VersionMismatch(std::string_view kind, std::string_view id, int64_t given, int64_t stored);

}  // namespace leadline::store
