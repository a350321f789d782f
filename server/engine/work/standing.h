// Records as they stand today: names read, merges followed.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/records.h"
#include "domain/routing.h"
#include "packs/run/evaluation.h"
#include "store/store.h"

namespace leadline::engine {

// The record an id stands for today: itself, or what it was merged into.
absl::StatusOr<domain::Lead> StandingLead(store::Reader& reader, std::string_view id);
absl::StatusOr<domain::Contact> StandingContact(store::Reader& reader, std::string_view id);
absl::StatusOr<domain::Account> StandingAccount(store::Reader& reader, std::string_view id);
// The id itself and every id merged into it, at any remove; the id first.
absl::StatusOr<std::vector<std::string>> MergedIds(store::Reader& reader, domain::RecordKind kind, std::string_view id);

// Of leads that are merged, those that were split off: their activities without a contact repeat another lead's. Of a
// single lead nothing is read.
absl::StatusOr<std::vector<std::string>> RepeatingIds(store::Reader& reader, const std::vector<std::string>& ids);
// Takes out of the activities of merged leads, oldest first, what those that were split off repeat of one that is
// there, or that another of them repeats, too.
void DropRepeating(const std::vector<std::string>& split_off, std::vector<domain::Activity>& activities);

// Id of the rep who works another open lead of the lead's enquirer, or of its company: of the newest lead that somebody
// has, among the newest kMostOtherLeads. Empty: nobody does.
inline constexpr size_t kMostOtherLeads = 50;
absl::StatusOr<std::string> OpenLeadOwner(store::Reader& reader, const domain::Lead& lead, domain::OpenLeadOf of);

// The id in a resource name of this kind: INVALID_ARGUMENT naming `field` otherwise.
absl::StatusOr<std::string> IdOf(std::string_view name, domain::RecordKind kind, std::string_view field);
// A resource name of one of these kinds.
absl::StatusOr<domain::RecordRef> RefOf(std::string_view name, std::initializer_list<domain::RecordKind> kinds,
                                        std::string_view field);

// OK when `etag` is empty or the one of `version`; otherwise ABORTED, ETAG_MISMATCH, with the one that it has now.
absl::Status CheckEtag(std::string_view etag, int64_t version, const domain::RecordRef& ref);
// The same for what the record's name stands for today: a lead, contact or account, or a rep. NOT_FOUND when there is
// no such record; a rep nobody knows has version 0.
absl::Status CheckEtag(store::Reader& reader, std::string_view etag, const domain::RecordRef& ref);

// FAILED_PRECONDITION, ERASED, when the contact was erased, or what is personal in the lead; `what` says what that
// means here: "there is nothing left to change".
absl::Status CheckNotErased(store::Reader& reader, const domain::RecordRef& ref, std::string_view what);

// What is said in the place of what a person gave who was erased then.
std::string ErasedNote(Time erased_at);

// A lead with what deciding about it needs.
struct LeadContext {
  domain::Lead lead;
  domain::Contact contact;                   // the enquirer; without id when the lead names nobody
  domain::Account account;                   // without id when there is none
  std::vector<domain::Activity> activities;  // of the lead and all that was merged into it, oldest first

  // What rules read at `now`; lives as long as this.
  packs::RecordView View(Time now) const;
};

// The same without activities.
absl::StatusOr<LeadContext> LoadLeadAlone(store::Reader& reader, std::string_view id);
// NOT_FOUND when there is no such lead; follows merges.
absl::StatusOr<LeadContext> LoadLead(store::Reader& reader, std::string_view id);

}  // namespace leadline::engine
