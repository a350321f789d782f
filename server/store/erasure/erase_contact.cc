#include "store/erasure/erase_contact.h"

#include <set>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/fold.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::RecordRef;

// Longer chains of merges are not made; a longer one is damage.
constexpr int kMostMerges = 64;

// One erasure. Not thread-safe.
class Eraser {
 public:
  Eraser(Transaction& transaction, const Erasure& erasure) : tx_(transaction), erasure_(erasure) {}

  absl::StatusOr<ErasureResult> Run() {
    RETURN_IF_ERROR(FindStanding());
    ASSIGN_OR_RETURN(const std::vector<std::string> chain, Chain());
    std::vector<domain::Event> events;
    for (const std::string& id : chain) {
      ASSIGN_OR_RETURN(const bool erased, tx_.IsErased(id));
      if (erased) {
        RETURN_IF_ERROR(tx_.DestroyKey(id, erasure_.now));  // in case it could not be, then
        continue;
      }
      RETURN_IF_ERROR(ForgetRequestsOf(id));
      ASSIGN_OR_RETURN(domain::Event event, Erase(id));
      events.push_back(std::move(event));
      result_.contacts.push_back(id);
    }
    for (domain::Event& event : events) RETURN_IF_ERROR(tx_.Append(event));
    return std::move(result_);
  }

 private:
  absl::Status FindStanding() {
    result_.standing_id = erasure_.contact_id;
    for (int i = 0; i < kMostMerges; ++i) {
      ASSIGN_OR_RETURN(const domain::Contact contact, tx_.GetContact(result_.standing_id));
      if (contact.merged_into.empty()) return absl::OkStatus();
      result_.standing_id = contact.merged_into;
    }
    return absl::DataLossError(fmt::format("the merges of contacts/{} lead in a circle", erasure_.contact_id));
  }

  // The standing contact, and all that were merged into it at any remove.
  absl::StatusOr<std::vector<std::string>> Chain() {
    std::vector<std::string> chain = {result_.standing_id};
    std::set<std::string> seen(chain.begin(), chain.end());
    for (size_t i = 0; i < chain.size(); ++i) {
      ASSIGN_OR_RETURN(const std::vector<domain::MergeRecord> merges, tx_.MergesInto(RecordKind::kContact, chain[i]));
      for (const domain::MergeRecord& merge : merges) {
        if (seen.insert(merge.absorbed_id).second) chain.push_back(merge.absorbed_id);
      }
    }
    return chain;
  }

  // A fingerprint tells whoever has a guess whether it is right.
  absl::Status ForgetRequestsOf(const std::string& contact_id) {
    std::vector<RecordRef> records = {{RecordKind::kContact, contact_id}};
    ASSIGN_OR_RETURN(std::vector<std::string> leads, tx_.LeadsOfContact(contact_id));
    for (std::string& lead : leads) records.push_back({RecordKind::kLead, std::move(lead)});
    constexpr int kPage = 500;
    int64_t after = 0;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<domain::Event> events, tx_.Timeline(records, after, kPage));
      for (const domain::Event& event : events) {
        after = event.position;
        if (event.request_id.empty() || !forgotten_.insert(event.request_id).second) continue;
        RETURN_IF_ERROR(tx_.ForgetContent(event.request_id));
        ++result_.requests;
      }
      if (static_cast<int>(events.size()) < kPage) return absl::OkStatus();
    }
  }

  absl::StatusOr<domain::Event> Erase(const std::string& id) {
    domain::Event event;
    event.transaction_id = erasure_.transaction_id;
    event.record = {RecordKind::kContact, id};
    if (id == result_.standing_id && id != erasure_.contact_id) event.addressed = erasure_.contact_id;
    event.time = event.append_time = erasure_.now;
    event.actor = erasure_.actor;
    event.request_id = erasure_.request_id;
    event.payload = domain::Erased{erasure_.reason};
    ASSIGN_OR_RETURN(domain::Contact contact, tx_.GetContact(id));
    RETURN_IF_ERROR(domain::Fold(event, contact));
    contact.meaning = {};  // what was derived of values that are gone
    RETURN_IF_ERROR(tx_.SetKeys(RecordKind::kContact, id, {}));
    RETURN_IF_ERROR(tx_.DestroyKey(id, erasure_.now));
    RETURN_IF_ERROR(tx_.Put(contact));
    return event;
  }

  Transaction& tx_;
  const Erasure& erasure_;
  ErasureResult result_;
  std::set<std::string> forgotten_;
};

}  // namespace

absl::StatusOr<ErasureResult> EraseContact(Transaction& transaction, const Erasure& erasure) {
  return Eraser(transaction, erasure).Run();
}

}  // namespace leadline::store
