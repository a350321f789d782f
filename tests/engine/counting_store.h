// A store that counts what is read from it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace leadline::engine {

// How many rows of kinds that a record may have very many of, and what lists look at. Not thread-safe.
struct RowsRead {
  int64_t activities = 0;
  int64_t events = 0;
  int64_t leads = 0;         // one at a time
  int64_t places = 0;        // of lists
  int64_t transactions = 0;  // of lists of changes
};

// Passes everything on. Lives no longer than the reader.
class CountingReader final : public store::Reader {
 public:
  CountingReader(store::Reader& reader, RowsRead& rows) : reader_(reader), rows_(rows) {}

  using Activities = std::vector<domain::Activity>;
  using Ids = std::vector<std::string>;
  using Kind = domain::RecordKind;
  template <typename T>
  using Or = absl::StatusOr<T>;

  Or<Activities> ActivitiesOfLeads(std::span<const std::string> ids) override {
    return Count(reader_.ActivitiesOfLeads(ids), rows_.activities);
  }
  Or<Activities> ActivitiesOfContacts(std::span<const std::string> ids) override {
    return Count(reader_.ActivitiesOfContacts(ids), rows_.activities);
  }
  Or<Activities> ActivitiesBetween(Kind kind, std::string_view id, Time from, Time to) override {
    return Count(reader_.ActivitiesBetween(kind, id, from, to), rows_.activities);
  }
  Or<domain::Activity> GetActivity(std::string_view id) override {
    Or<domain::Activity> found = reader_.GetActivity(id);
    rows_.activities += found.ok() ? 1 : 0;
    return found;
  }
  Or<bool> HasActivity(std::string_view id) override { return reader_.HasActivity(id); }
  Or<std::vector<domain::Event>> Timeline(std::span<const domain::RecordRef> records, int64_t after, int limit,
                                          int64_t max_bytes) override {
    return Count(reader_.Timeline(records, after, limit, max_bytes), rows_.events);
  }
  Or<std::vector<domain::Event>> EventsAfter(int64_t after, int limit, int64_t max_bytes) override {
    return Count(reader_.EventsAfter(after, limit, max_bytes), rows_.events);
  }

  Or<std::optional<domain::ActivityTally>> GetActivityTally(Kind kind, std::string_view id) override {
    return reader_.GetActivityTally(kind, id);
  }
  Or<bool> IsErased(Kind kind, std::string_view id) override { return reader_.IsErased(kind, id); }
  store::Scope ScopeOfKey(Kind kind, std::string_view key) override { return reader_.ScopeOfKey(kind, key); }
  Or<domain::Account> GetAccount(std::string_view id) override { return reader_.GetAccount(id); }
  Or<domain::Contact> GetContact(std::string_view id) override { return reader_.GetContact(id); }
  Or<domain::Lead> GetLead(std::string_view id) override {
    ++rows_.leads;
    return reader_.GetLead(id);
  }
  Or<store::Page<domain::Lead>> ListOverdue(Time now, bool breached, std::string_view cursor, int limit) override {
    return reader_.ListOverdue(now, breached, cursor, limit);
  }
  Or<Ids> DueRecords(Kind kind, Time now, int limit) override { return reader_.DueRecords(kind, now, limit); }
  Or<Ids> IdsInStatus(Kind kind, std::string_view status, std::string_view after, int limit) override {
    return reader_.IdsInStatus(kind, status, after, limit);
  }
  Or<std::vector<std::pair<std::string, int64_t>>> CountByStatus(Kind kind) override {
    return reader_.CountByStatus(kind);
  }
  Or<std::vector<store::QueueCount>> CountByQueue(Time now) override { return reader_.CountByQueue(now); }
  Or<std::vector<std::pair<std::string, int64_t>>> CountByRegion(int limit) override {
    return reader_.CountByRegion(limit);
  }
  Or<Ids> ContactsOfAccount(std::string_view id) override { return reader_.ContactsOfAccount(id); }
  Or<Ids> LeadsOfAccount(std::string_view id) override { return reader_.LeadsOfAccount(id); }
  Or<Ids> LeadsOfContact(std::string_view id) override { return reader_.LeadsOfContact(id); }
  Or<Ids> RecordsOfKey(Kind kind, std::string_view key) override { return reader_.RecordsOfKey(kind, key); }
  Or<int64_t> LastPosition() override { return reader_.LastPosition(); }
  Or<std::optional<std::string>> TransactionIdAt(int64_t number) override { return reader_.TransactionIdAt(number); }
  absl::Status ForEachJourney(const store::JourneyFilter& filter,
                              const std::function<void(const domain::Journey&)>& visit) override {
    return reader_.ForEachJourney(filter, visit);
  }
  absl::Status ForEachClock(const store::JourneyFilter& filter,
                            const std::function<void(const domain::SlaSample&)>& visit) override {
    return reader_.ForEachClock(filter, visit);
  }
  Or<store::ReportedChanges> ReportedChangesAfter(int64_t after, int most,
                                                  const store::ReportReading& reading) override {
    return reader_.ReportedChangesAfter(after, most, reading);
  }
  Or<std::vector<store::RecordChange>> LeadsOfOtherSource(int64_t from, int limit) override {
    return reader_.LeadsOfOtherSource(from, limit);
  }
  Or<std::optional<domain::ReportInput>> GetReportInput(const domain::RecordRef& record,
                                                        const store::ReportReading& reading,
                                                        store::ReportHistory* history) override {
    return reader_.GetReportInput(record, reading, history);
  }
  absl::Status ForEachAssignment(Time from, Time to,
                                 const std::function<void(const store::AssignmentEvent&)>& visit) override {
    return reader_.ForEachAssignment(from, to, visit);
  }
  Or<domain::RepState> GetRepState(std::string_view id) override { return reader_.GetRepState(id); }
  Or<std::vector<domain::PoolState>> GetPool(std::string_view pool) override { return reader_.GetPool(pool); }
  Or<domain::MergeRecord> GetMerge(std::string_view id) override { return reader_.GetMerge(id); }
  Or<std::vector<domain::MergeRecord>> MergesInto(Kind kind, std::string_view id) override {
    return reader_.MergesInto(kind, id);
  }
  Or<std::vector<domain::MergeRecord>> MergesAfter(Kind kind, std::string_view id, const store::MergePlace& after,
                                                   int limit) override {
    return reader_.MergesAfter(kind, id, after, limit);
  }
  Or<std::optional<store::RequestRecord>> FindRequest(std::string_view id) override { return reader_.FindRequest(id); }
  Or<domain::Rollout> GetRollout() override { return reader_.GetRollout(); }
  Or<domain::PackContent> GetPackContent(std::string_view sha256) override { return reader_.GetPackContent(sha256); }
  Or<Ids> LeadIds(std::string_view after, int limit) override { return reader_.LeadIds(after, limit); }
  Or<std::vector<store::LeadPlace>> LeadPlaces(std::string_view after, int limit) override {
    return reader_.LeadPlaces(after, limit);
  }
  Or<Ids> RecordIds(Kind kind, std::string_view after, int limit) override {
    return reader_.RecordIds(kind, after, limit);
  }
  Or<std::vector<domain::SlaClock>> ClocksOfLead(std::string_view id) override { return reader_.ClocksOfLead(id); }
  Or<std::vector<store::ListPlace>> ScanIds(const store::IdScan& scan, int limit) override {
    return Count(reader_.ScanIds(scan, limit), rows_.places);
  }
  Or<int64_t> CountIds(const store::IdScan& scan, int most) override { return reader_.CountIds(scan, most); }
  Or<store::ChangePage> ChangesAfter(Kind kind, int64_t after, int limit, int most_transactions) override {
    Or<store::ChangePage> page = reader_.ChangesAfter(kind, after, limit, most_transactions);
    if (page.ok()) rows_.transactions += page->looked_at;
    return page;
  }
  Or<int64_t> LastChangeOf(Kind kind, std::string_view id) override { return reader_.LastChangeOf(kind, id); }
  Or<store::RowCounts> CountRows() override { return reader_.CountRows(); }
  Or<store::KeyBuild> GetKeyBuild() override { return reader_.GetKeyBuild(); }
  Or<store::Operation> GetOperation(std::string_view id) override { return reader_.GetOperation(id); }
  Or<Ids> OperationIds(std::string_view before, int limit) override { return reader_.OperationIds(before, limit); }
  Or<Ids> UnfinishedOperations(int limit) override { return reader_.UnfinishedOperations(limit); }
  Or<std::vector<store::SharedChange>> SharedChanges(int limit) override { return reader_.SharedChanges(limit); }
  Or<std::vector<store::AccountToScore>> AccountsToScore(Time now, int limit) override {
    return reader_.AccountsToScore(now, limit);
  }
  Or<std::vector<store::Delivery>> Deliveries(std::string_view endpoint, bool dead, int64_t after, int limit) override {
    return reader_.Deliveries(endpoint, dead, after, limit);
  }
  Or<std::vector<store::DeliveryCount>> CountDeliveries() override { return reader_.CountDeliveries(); }
  Or<int64_t> ReadNumber() override { return reader_.ReadNumber(); }

 private:
  template <typename T>
  static Or<std::vector<T>> Count(Or<std::vector<T>> rows, int64_t& count) {
    if (rows.ok()) count += static_cast<int64_t>(rows->size());
    return rows;
  }

  store::Reader& reader_;
  RowsRead& rows_;
};

// Counts what is read outside of writes, which is where decisions are taken.
class CountingStore final : public store::Store {
 public:
  explicit CountingStore(store::Store& store) : store_(store) {}

  RowsRead rows;
  int64_t reads = 0;  // views that were opened

  void Write(std::string_view tenant, store::WriteFunction write, store::WriteDone done, Deadline deadline,
             store::WorkClass work) override {
    store_.Write(tenant, std::move(write), std::move(done), deadline, work);
  }
  void Apply(std::string_view tenant, store::ChangeSet set, store::DecidePart decide, store::WriteDone done,
             Deadline deadline, store::WorkClass work) override {
    store_.Apply(tenant, std::move(set), std::move(decide), std::move(done), deadline, work);
  }
  absl::Status Read(std::string_view tenant, const store::ReadFunction& read,
                    const store::StillWanted& wanted) override {
    ++reads;
    const auto counted = [&](store::Reader& reader) {
      CountingReader counting(reader, rows);
      return read(counting);
    };
    return store_.Read(tenant, counted, wanted);
  }
  int AddListener(std::function<void()> listener) override { return store_.AddListener(std::move(listener)); }
  void RemoveListener(int id) override { store_.RemoveListener(id); }
  store::StoreHealth Check() override { return store_.Check(); }
  void Close() override { store_.Close(); }

 private:
  store::Store& store_;
};

}  // namespace leadline::engine
