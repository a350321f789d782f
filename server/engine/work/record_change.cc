#include "engine/work/record_change.h"

#include <algorithm>
#include <type_traits>

#include "base/status_macros.h"
#include "domain/history/field_values.h"
#include "domain/history/fold.h"
#include "domain/history/record_fields.h"
#include "domain/history/stored_decision.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::FieldChange;

// What fields mean is read by decisions about the record itself.
bool ReadsMeaning(DecisionKind kind) {
  return kind == DecisionKind::kScore || kind == DecisionKind::kStatus || kind == DecisionKind::kRoute ||
         kind == DecisionKind::kSla;
}

template <typename Record>
constexpr domain::RecordKind kKindOf = domain::RecordKind::kLead;
template <>
constexpr domain::RecordKind kKindOf<domain::Account> = domain::RecordKind::kAccount;
template <>
constexpr domain::RecordKind kKindOf<domain::Contact> = domain::RecordKind::kContact;

// Whether what is kept of derived values is another; no event tells it, since it can be derived at any time.
bool SameCache(const domain::Account&, const domain::Account&) { return true; }
template <typename Record>
bool SameCache(const Record& a, const Record& b) {
  return a.meaning == b.meaning && a.next_decision_at == b.next_decision_at;
}

// How accounts score: as the packs say that decide for all, whoever the lead in hand is decided by.
const std::optional<domain::AccountScorePolicy>& PolicyOf(const WriteScope& scope) {
  return scope.active().rules->ForRegion("").scoring.account_score;
}

template <typename Record>
class RecordWriter {
 public:
  RecordWriter(WriteScope& scope, const Record& before, Record& after, size_t expected_events)
      : scope_(scope), ref_{kKindOf<Record>, after.id}, folded_(before), after_(after), region_(scope.region) {
    events_.reserve(expected_events + 1);  // one for the rest
    if constexpr (std::is_same_v<Record, domain::Lead>)
      scope_.region = before.version == 0 ? after.region : before.region;
  }
  ~RecordWriter() { scope_.region = region_; }
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  absl::Status Add(Time time, domain::EventPayload payload, std::optional<domain::StoredDecision> decision,
                   const std::string& addressed, std::vector<Told> told = {}) {
    if (const auto* moved = std::get_if<domain::RegionChanged>(&payload)) scope_.region = moved->to;
    domain::Event event = scope_.MakeEvent(ref_, time, std::move(payload), std::move(decision));
    event.addressed = addressed;
    RETURN_IF_ERROR(domain::Fold(event, folded_));
    events_.push_back(std::move(event));
    if (!told.empty()) told_.emplace_back(events_.size() - 1, std::move(told));
    return absl::OkStatus();
  }

  // Adds what the events so far do not tell.
  absl::Status AddRest(const std::string& addressed) {
    TakeTold(folded_, after_);
    std::vector<FieldChange> rest = DiffState(folded_, after_);
    if (rest.empty()) return CheckTold();
    if constexpr (std::is_same_v<Record, domain::Lead>) {
      if (TakeRegion(rest)) {
        RETURN_IF_ERROR(Add(scope_.now, domain::RegionChanged{folded_.region, after_.region}, std::nullopt, addressed));
      }
    }
    if (!rest.empty()) {
      RETURN_IF_ERROR(Add(scope_.now, domain::FieldsChanged{std::move(rest)}, std::nullopt, addressed));
    }
    TakeTold(folded_, after_);
    return CheckTold();
  }

  absl::Status Write() {
    RETURN_IF_ERROR(scope_.tx.Put(after_));
    size_t next = 0;
    for (size_t i = 0; i < events_.size(); ++i) {
      const std::string region = next < told_.size() ? events_[i].region : "";
      RETURN_IF_ERROR(scope_.tx.Append(std::move(events_[i])));
      if (next < told_.size() && told_[next].first == i) RETURN_IF_ERROR(Tell(told_[next++].second, region));
    }
    return absl::OkStatus();
  }
  bool empty() const { return events_.empty(); }
  // That it is the merge's doing.
  absl::Status AddMerge(const domain::Merged& merge) {
    RETURN_IF_ERROR(
        Add(scope_.now, domain::Merged{merge.merge_id, merge.absorbed, merge.survivor, "", {}, {}}, std::nullopt, ""));
    TakeTold(folded_, after_);
    return absl::OkStatus();
  }

 private:
  // Of the event that was appended just now. Events of a region are for those alone who are told of that region's.
  absl::Status Tell(const std::vector<Told>& told, const std::string& region) {
    for (const Told& one : told) {
      if (!scope_.recipients()->Takes(one.endpoint, region)) continue;
      RETURN_IF_ERROR(scope_.tx.NoteDelivery({one.endpoint, one.rules, ref_, scope_.now}));
    }
    return absl::OkStatus();
  }

  absl::Status CheckTold() const {
    if (SameState(folded_, after_)) return absl::OkStatus();
    return absl::InternalError(
        fmt::format("{} would change in a way that its history does not tell", domain::ResourceName(ref_)));
  }

  WriteScope& scope_;
  const domain::RecordRef ref_;
  Record folded_;
  Record& after_;
  const std::string region_;
  std::vector<domain::Event> events_;
  std::vector<std::pair<size_t, std::vector<Told>>> told_;  // by number of the event, in their order
};

// Whether rules may read something else of a person or company now.
template <typename Record>
bool ReadsOtherwise(const Snapshot& snapshot, const Record& before, const Record& after) {
  bool otherwise = before.attributes != after.attributes;
  domain::VisitFields(
      [&](std::string_view name, domain::FieldRole role, const auto& was, const auto& is) {
        if (was == is || name == "updated_at" || name == "erased_at") return;
        const bool progress = role != domain::FieldRole::kGiven && name != "merged_into";
        otherwise = otherwise || !progress || snapshot.reads_progress_of_people;
      },
      before, after);
  if constexpr (std::is_same_v<Record, domain::Account>) {
    otherwise = otherwise || snapshot.account_reads.ReadOtherwise(before.score, after.score);
  }
  return otherwise;
}

// What accounts score rests on something else where people come or go, are joined or separated, or score otherwise.
absl::Status NoteAccounts(WriteScope&, const domain::Lead&, const domain::Lead&) { return absl::OkStatus(); }

absl::Status NoteAccounts(WriteScope& scope, const domain::Account& before, const domain::Account& after) {
  if (before.merged_into == after.merged_into) return absl::OkStatus();
  RETURN_IF_ERROR(NoteAccount(scope, before.merged_into));
  return NoteAccount(scope, after.merged_into.empty() ? after.id : after.merged_into);
}

absl::Status NoteAccounts(WriteScope& scope, const domain::Contact& before, const domain::Contact& after) {
  // Of somebody new nothing counts but what the person did.
  const std::optional<domain::AccountScorePolicy>& policy = PolicyOf(scope);
  if (before.version == 0 || !policy.has_value()) return absl::OkStatus();
  const bool moved = before.account_id != after.account_id;
  const bool same = !moved && before.merged_into == after.merged_into && before.erased_at == after.erased_at &&
                    policy->SameFor(before.score, after.score);
  if (same) return absl::OkStatus();
  if (moved) RETURN_IF_ERROR(NoteAccount(scope, before.account_id));
  return NoteAccount(scope, after.account_id);
}

// Other leads may go by what has changed.
template <typename Record>
absl::Status NoteChange(WriteScope& scope, const Record& before, const Record& after) {
  if constexpr (!std::is_same_v<Record, domain::Lead>) {
    if (before.version != 0 && ReadsOtherwise(scope.snapshot(), before, after)) {
      return scope.tx.NoteSharedChange(kKindOf<Record>, after.merged_into.empty() ? after.id : after.merged_into);
    }
  }
  return absl::OkStatus();
}

template <typename Record>
absl::Status Save(WriteScope& scope, Record& before, Record& after, PendingEvents& pending) {
  RecordWriter<Record> writer(scope, before, after, pending.items.size());
  for (PendingEvents::Pending& p : pending.items) {
    RETURN_IF_ERROR(
        writer.Add(p.time, std::move(p.payload), std::move(p.decision), pending.addressed, std::move(p.told)));
  }
  RETURN_IF_ERROR(writer.AddRest(pending.addressed));
  const bool says_so = std::any_of(pending.items.begin(), pending.items.end(),
                                   [](const auto& p) { return std::holds_alternative<domain::Merged>(p.payload); });
  if (scope.merging != nullptr && !writer.empty() && !says_so) {
    RETURN_IF_ERROR(writer.AddMerge(*scope.merging));
  }
  pending.items.clear();
  if (writer.empty() && SameCache(before, after)) return absl::OkStatus();
  RETURN_IF_ERROR(writer.Write());
  RETURN_IF_ERROR(NoteChange(scope, before, after));
  RETURN_IF_ERROR(NoteAccounts(scope, before, after));
  before = after;
  return absl::OkStatus();
}

}  // namespace

absl::Status NoteAccount(WriteScope& scope, const std::string& account_id) {
  if (account_id.empty() || !PolicyOf(scope).has_value()) return absl::OkStatus();
  return scope.tx.NoteAccount(account_id);
}

bool TakeRegion(std::vector<FieldChange>& changes) {
  return std::erase_if(changes, [](const FieldChange& change) { return change.field == "region"; }) > 0;
}

void PendingEvents::MakeRoom() {
  // Events are large: as many at once as most requests have.
  constexpr size_t kUsual = 16;
  if (items.size() == items.capacity()) items.reserve(std::max(kUsual, 2 * items.size()));
}

void PendingEvents::Add(Time time, domain::EventPayload payload) {
  MakeRoom();
  items.push_back({time, std::move(payload), std::nullopt});
}

bool PendingEvents::Add(Time time, domain::EventPayload payload, const domain::Decision& decision,
                        const domain::DerivedMeaning& meaning) {
  domain::StoredDecision stored = domain::ToStored(decision);
  if (std::holds_alternative<domain::DecisionTaken>(payload)) {
    const auto same_kind = [&](const Pending& p) {
      return p.decision.has_value() && p.decision->kind == stored.kind && p.decision->field == stored.field &&
             p.decision->central_only == stored.central_only;
    };
    const auto last = std::find_if(items.rbegin(), items.rend(), same_kind);
    if (last != items.rend() && SaySame(*last->decision, stored)) return false;
  }
  if (ReadsMeaning(stored.kind)) {
    domain::UsedMeaning used{meaning.central, meaning.regional};
    if (used != told_) stored.meaning = told_ = std::move(used);
  }
  MakeRoom();
  items.push_back({time, std::move(payload), std::move(stored)});
  return true;
}

absl::Status SaveRecord(WriteScope& scope, domain::Account& before, domain::Account& after, PendingEvents& pending) {
  return Save(scope, before, after, pending);
}
absl::Status SaveRecord(WriteScope& scope, domain::Contact& before, domain::Contact& after, PendingEvents& pending) {
  return Save(scope, before, after, pending);
}
absl::Status SaveRecord(WriteScope& scope, domain::Lead& before, domain::Lead& after, PendingEvents& pending) {
  return Save(scope, before, after, pending);
}

}  // namespace leadline::engine
