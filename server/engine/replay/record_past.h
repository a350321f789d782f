// Records as they stood when a decision was taken, folded from their histories.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/event.h"
#include "engine/work/standing.h"
#include "store/store.h"

namespace leadline::engine {

// A person with what deciding about the person needs.
struct PersonContext {
  domain::Contact contact;
  domain::Account account;                   // without id when there is none
  std::vector<domain::Activity> activities;  // of the person and all that was merged into it, oldest first
};

// Reads each history once and keeps it. What a transaction was given (new records, changed fields, merges) counts from
// its beginning; what it decided counts for later decisions about the same record. Not thread-safe; lives no longer
// than the reader.
class RecordPast {
 public:
  explicit RecordPast(store::Reader& reader) : reader_(reader) {}

  // What the decision of an event of a lead read, or of a contact. RESOURCE_EXHAUSTED when the histories that it needs
  // are longer than kMostEvents together; DATA_LOSS for a history that does not fold.
  absl::StatusOr<LeadContext> LeadAt(const domain::Event& event);
  absl::StatusOr<PersonContext> PersonAt(const domain::Event& event);
  // When a person was erased of whom LeadAt or PersonAt read since ForgetErased, and who was not erased yet at the
  // event: what was given then is gone. 0: nobody was.
  Time erased_at() const { return erased_at_; }
  void ForgetErased() { erased_at_ = 0; }
  // What the fields of the event's record meant to its decision.
  absl::StatusOr<domain::DerivedMeaning> MeaningAt(const domain::Event& event);

  static constexpr size_t kMostEvents = 100'000;

 private:
  using History = std::vector<domain::Event>;

  // All events of the record.
  absl::StatusOr<const History*> HistoryOf(const domain::RecordRef& record);
  // The record at the event: before its transaction, with what that was given, and for the event's own record with what
  // was decided in it before.
  template <typename Record>
  struct Stand {
    Record before;
    Record given;
    Record now;
    bool created = false;     // in the event's transaction
    bool people_set = false;  // account or contacts of a lead were set by hand in it
  };
  template <typename Record>
  absl::StatusOr<Stand<Record>> StandOf(const domain::RecordRef& record, const domain::Event& event);
  // With merges followed; empty for none.
  template <typename Record>
  absl::StatusOr<Record> Standing(std::string_view id, const domain::Event& event, bool given);
  // Whether the merge had not been undone.
  absl::StatusOr<bool> Stands(const domain::Merged& merge, const domain::Event& event);
  absl::StatusOr<std::vector<std::string>> MergedIds(const domain::RecordRef& record, const domain::Event& event);
  // As engine::RepeatingIds.
  absl::StatusOr<std::vector<std::string>> RepeatingOf(const std::vector<std::string>& ids);
  absl::StatusOr<std::vector<domain::Activity>> ActivitiesOfLeads(const std::vector<std::string>& ids,
                                                                  const domain::Event& event);

  store::Reader& reader_;
  std::map<domain::RecordRef, History> histories_;
  size_t events_ = 0;
  Time erased_at_ = 0;
};

}  // namespace leadline::engine
