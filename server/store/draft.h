// A transaction that writes nothing: it reads from a consistent view, sees its own changes, and ends as a change set;
// and how a change set is made true.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/change_set.h"
#include "store/store.h"

namespace leadline::store {

// Not thread-safe; lives no longer than the reader. Whatever is read is noted in the read set, and so is what was not
// found. Lists that no decision reads (pages, counts, reports, the ledger) and changes that no decision makes
// (rollouts, packs, the making of keys) answer FAILED_PRECONDITION: for those, use Store::Write. An erasure can only be
// tried: Finish answers so after it.
class Draft final : public Transaction {
 public:
  explicit Draft(Reader& reader) : reader_(reader) {}

  // What was read and changed since the part before it is a part of the change set. Without any, the whole is one.
  void EndPart();
  // What was read and changed so far, all of it in parts or none; leaves the draft empty.
  absl::StatusOr<ChangeSet> Finish();
  bool changed() const { return !set_.changes.empty(); }

  absl::StatusOr<domain::Account> GetAccount(std::string_view id) override;
  absl::StatusOr<domain::Contact> GetContact(std::string_view id) override;
  absl::StatusOr<bool> IsErased(domain::RecordKind kind, std::string_view id) override;
  absl::StatusOr<domain::Lead> GetLead(std::string_view id) override;
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
  Scope ScopeOfKey(domain::RecordKind kind, std::string_view key) override { return reader_.ScopeOfKey(kind, key); }
  absl::StatusOr<domain::RepState> GetRepState(std::string_view rep_id) override;
  absl::StatusOr<std::vector<domain::PoolState>> GetPool(std::string_view pool) override;
  absl::StatusOr<domain::MergeRecord> GetMerge(std::string_view merge_id) override;
  absl::StatusOr<std::vector<domain::MergeRecord>> MergesInto(domain::RecordKind kind,
                                                              std::string_view survivor_id) override;
  absl::StatusOr<std::optional<RequestRecord>> FindRequest(std::string_view request_id) override;
  absl::StatusOr<domain::Rollout> GetRollout() override;
  absl::StatusOr<domain::PackContent> GetPackContent(std::string_view sha256) override;
  absl::StatusOr<KeyBuild> GetKeyBuild() override;
  absl::StatusOr<int64_t> ReadNumber() override { return reader_.ReadNumber(); }
  // The ledger as it is stored, without what the draft appends; not noted, since what it holds never changes.
  absl::StatusOr<std::vector<domain::Event>> Timeline(std::span<const domain::RecordRef> records, int64_t after,
                                                      int limit, int64_t max_bytes) override {
    return reader_.Timeline(records, after, limit, max_bytes);
  }
  absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t after, int limit, int64_t max_bytes) override {
    return reader_.EventsAfter(after, limit, max_bytes);
  }
  // As it is stored, and not noted: for dry runs.
  absl::StatusOr<std::vector<std::string>> IdsInStatus(domain::RecordKind kind, std::string_view status,
                                                       std::string_view after, int limit) override {
    return reader_.IdsInStatus(kind, status, after, limit);
  }
  absl::StatusOr<int64_t> LastPosition() override { return reader_.LastPosition(); }
  absl::StatusOr<std::optional<std::string>> TransactionIdAt(int64_t number) override {
    return reader_.TransactionIdAt(number);
  }

  absl::Status Put(domain::Account& account) override;
  absl::Status Put(domain::Contact& contact) override;
  absl::Status Put(domain::Lead& lead) override;
  absl::Status Put(domain::RepState& rep) override;
  // Other than GetRepState, it does not rest on what is stored.
  absl::Status AddOpenLeads(std::string_view rep_id, int64_t change, std::span<const Time> given = {}) override;
  absl::Status PutPool(std::string_view pool, std::span<const domain::PoolState> members) override;
  absl::StatusOr<bool> AddActivity(const domain::Activity& activity) override;
  absl::Status PutActivityTally(domain::RecordKind kind, std::string_view id,
                                const domain::ActivityTally& tally) override;
  absl::Status SetKeys(domain::RecordKind kind, std::string_view id, std::span<const std::string> keys) override;
  // Nothing that is decided reads it.
  absl::Status NoteSharedChange(domain::RecordKind kind, std::string_view id) override {
    set_.changes.Add(SharedChangeNote{kind, std::string(id)});
    return absl::OkStatus();
  }
  // The same; once for each part.
  absl::Status NoteAccount(std::string_view id) override;
  // Of the event that was appended last; nothing that is decided reads it.
  absl::Status NoteDelivery(const DeliveryNote& note) override {
    set_.changes.Add(note);
    return absl::OkStatus();
  }
  absl::Status Put(const domain::MergeRecord& merge) override;
  absl::Status Put(const RequestRecord& request) override;
  // Sets neither id nor sequence nor position: the store gives them when the set is applied.
  absl::Status Append(domain::Event& event) override { return Append(domain::Event(event)); }
  absl::Status Append(domain::Event&& event) override;

  // FAILED_PRECONDITION, as said above.
  absl::StatusOr<Page<domain::Lead>> ListOverdue(Time, bool, std::string_view, int) override { return Never(); }
  absl::StatusOr<std::vector<std::string>> DueRecords(domain::RecordKind, Time, int) override { return Never(); }
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByStatus(domain::RecordKind) override {
    return Never();
  }
  absl::StatusOr<std::vector<QueueCount>> CountByQueue(Time) override { return Never(); }
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountByRegion(int) override { return Never(); }
  absl::Status ForEachJourney(const JourneyFilter&, const std::function<void(const domain::Journey&)>&) override {
    return Never();
  }
  absl::Status ForEachClock(const JourneyFilter&, const std::function<void(const domain::SlaSample&)>&) override {
    return Never();
  }
  absl::StatusOr<ReportedChanges> ReportedChangesAfter(int64_t, int, const ReportReading&) override { return Never(); }
  absl::StatusOr<std::vector<RecordChange>> LeadsOfOtherSource(int64_t, int) override { return Never(); }
  absl::StatusOr<std::optional<domain::ReportInput>> GetReportInput(const domain::RecordRef&, const ReportReading&,
                                                                    ReportHistory*) override {
    return Never();
  }
  absl::Status ForEachAssignment(Time, Time, const std::function<void(const AssignmentEvent&)>&) override {
    return Never();
  }
  absl::StatusOr<std::vector<std::string>> LeadIds(std::string_view, int) override { return Never(); }
  absl::StatusOr<std::vector<LeadPlace>> LeadPlaces(std::string_view, int) override { return Never(); }
  absl::StatusOr<std::vector<std::string>> RecordIds(domain::RecordKind, std::string_view, int) override {
    return Never();
  }
  absl::StatusOr<std::vector<domain::SlaClock>> ClocksOfLead(std::string_view) override { return Never(); }
  absl::StatusOr<std::vector<ListPlace>> ScanIds(const IdScan&, int) override { return Never(); }
  absl::StatusOr<int64_t> CountIds(const IdScan&, int) override { return Never(); }
  absl::StatusOr<ChangePage> ChangesAfter(domain::RecordKind, int64_t, int, int) override { return Never(); }
  absl::StatusOr<int64_t> LastChangeOf(domain::RecordKind, std::string_view) override { return Never(); }
  absl::StatusOr<RowCounts> CountRows() override { return Never(); }
  absl::StatusOr<std::vector<domain::MergeRecord>> MergesAfter(domain::RecordKind, std::string_view, const MergePlace&,
                                                               int) override {
    return Never();
  }
  absl::StatusOr<Operation> GetOperation(std::string_view) override { return Never(); }
  absl::StatusOr<std::vector<std::string>> OperationIds(std::string_view, int) override { return Never(); }
  absl::StatusOr<std::vector<std::string>> UnfinishedOperations(int) override { return Never(); }
  absl::StatusOr<std::vector<SharedChange>> SharedChanges(int) override { return Never(); }
  absl::StatusOr<std::vector<AccountToScore>> AccountsToScore(Time, int) override { return Never(); }
  absl::StatusOr<std::vector<Delivery>> Deliveries(std::string_view, bool, int64_t, int) override { return Never(); }
  absl::StatusOr<std::vector<DeliveryCount>> CountDeliveries() override { return Never(); }
  absl::Status Put(const Delivery&) override { return Never(); }
  absl::Status DropDelivery(std::string_view, int64_t) override { return Never(); }
  absl::Status Put(domain::Rollout&) override { return Never(); }
  absl::Status PutProgress(const domain::Rollout&) override { return Never(); }
  absl::Status PutProgress(const SharedChange&, bool) override { return Never(); }
  absl::Status PutProgress(const AccountToScore&, Time) override { return Never(); }
  absl::Status Put(const domain::PackContent&) override { return Never(); }
  absl::Status DropPackContent(std::string_view) override { return Never(); }
  absl::Status Put(const KeyBuild&) override { return Never(); }
  absl::Status Put(const Operation&) override { return Never(); }
  absl::Status DropOperation(std::string_view) override { return Never(); }
  absl::StatusOr<int> ForgetOperations(Time, int, int64_t) override { return Never(); }
  absl::StatusOr<int> ForgetRequests(Time, int) override { return Never(); }

  // Of an erasure, which is only tried: they change nothing that is read here.
  absl::Status ForgetContent(std::string_view) override { return OnlyTried(); }
  absl::Status ForgetSamples(const std::set<std::string, std::less<>>&) override { return OnlyTried(); }
  absl::Status DestroyKey(domain::RecordKind, std::string_view, Time) override { return OnlyTried(); }

 private:
  template <typename Record>
  using Records = std::map<std::string, Record, std::less<>>;

  static absl::Status Never();
  absl::Status OnlyTried() {
    only_tried_ = true;
    return absl::OkStatus();
  }
  void Reads(ScopeKind kind, std::string_view id, domain::RecordKind record = domain::RecordKind::kLead);
  void Changes(ScopeKind kind, std::string_view id, domain::RecordKind record = domain::RecordKind::kLead) {
    changed_.push_back(ScopeOf(kind, id, record));
  }
  void ReadsScope(Scope scope);
  void ReadsPool(ScopeKind kind, std::string_view id);
  template <typename Record, typename Get>
  absl::StatusOr<Record> GetRecord(Records<Record>& own, domain::RecordKind kind, std::string_view id, Get get);
  template <typename Record>
  absl::Status PutRecord(Records<Record>& own, std::string_view table, Record& record);
  // `stored`, without own records that `belongs` says no of, with those that it says yes of; in the order of ids.
  template <typename Record, typename Belongs>
  static std::vector<std::string> WithOwn(std::vector<std::string> stored, const Records<Record>& own, Belongs belongs);
  template <typename Of>
  std::vector<domain::Activity> WithOwnActivities(std::vector<domain::Activity> stored, Of of) const;

  Reader& reader_;
  ChangeSet set_;
  bool only_tried_ = false;  // it cannot be made true
  // Of the part under way.
  std::set<Scope> noted_;
  std::set<std::string, std::less<>> noted_accounts_;
  std::vector<Scope> changed_;
  Records<domain::Account> accounts_;
  Records<domain::Contact> contacts_;
  Records<domain::Lead> leads_;
  Records<domain::RepState> reps_;
  Records<domain::MergeRecord> merges_;
  Records<RequestRecord> requests_;
  std::map<std::string, RepLoad, std::less<>> open_leads_;
  std::map<std::string, std::vector<domain::PoolState>, std::less<>> pools_;
  std::vector<domain::Activity> activities_;
  std::map<domain::RecordRef, domain::ActivityTally> tallies_;
  std::map<domain::RecordRef, std::set<std::string, std::less<>>> keys_;
};

// Makes the changes from number `begin` on, up to `end`; may be done again when they were taken back. ABORTED when a
// stored version is another one; ALREADY_EXISTS for a record, activity or request that is there already.
absl::Status Apply(ChangeSet& set, size_t begin, size_t end, Transaction& transaction);

}  // namespace leadline::store
