// LeadService.GetTimeline: a record's history, page by page.
#include "engine/replay/timeline.h"

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "engine/engine.h"
#include "engine/replay/ledger_place.h"
#include "engine/replay/replay.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::StatusOr<LedgerPlace> PlaceOf(std::string_view page_token) {
  if (page_token.empty()) return LedgerPlace();
  std::optional<LedgerPlace> place = ParsePlace(page_token);
  if (!place.has_value()) return InvalidField("page_token", "is not a token of an earlier answer");
  return *std::move(place);
}

// Every record whose events make up the history of `ref`.
absl::StatusOr<std::vector<domain::RecordRef>> HistoryOf(store::Reader& reader, const domain::RecordRef& ref) {
  std::set<domain::RecordRef> records;
  auto add = [&](RecordKind kind, std::string_view id) -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(reader, kind, id));
    for (std::string& i : ids) records.insert({kind, std::move(i)});
    return absl::OkStatus();
  };
  if (ref.kind == RecordKind::kPack || ref.kind == RecordKind::kPlugin) {
    records.insert(ref);
  } else if (ref.kind == RecordKind::kLead) {
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(reader, ref.id));
    RETURN_IF_ERROR(add(RecordKind::kLead, lead.id));
  } else if (ref.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(domain::Contact contact, StandingContact(reader, ref.id));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader, RecordKind::kContact, contact.id));
    for (const std::string& id : ids) {
      records.insert({RecordKind::kContact, id});
      ASSIGN_OR_RETURN(const std::vector<std::string> leads, reader.LeadsOfContact(id));
      for (const std::string& lead : leads) RETURN_IF_ERROR(add(RecordKind::kLead, lead));
    }
  } else {
    ASSIGN_OR_RETURN(domain::Account account, StandingAccount(reader, ref.id));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader, RecordKind::kAccount, account.id));
    for (const std::string& id : ids) {
      records.insert({RecordKind::kAccount, id});
      ASSIGN_OR_RETURN(const std::vector<std::string> contacts, reader.ContactsOfAccount(id));
      for (const std::string& contact : contacts) RETURN_IF_ERROR(add(RecordKind::kContact, contact));
      ASSIGN_OR_RETURN(const std::vector<std::string> leads, reader.LeadsOfAccount(id));
      for (const std::string& lead : leads) RETURN_IF_ERROR(add(RecordKind::kLead, lead));
    }
  }
  return std::vector<domain::RecordRef>(records.begin(), records.end());
}

// Of what is stored, for one page: more than an answer holds.
constexpr int64_t kMostReadBytes = int64_t{4} << 20;
// How often the store is asked for one page, where events are left out: after that the page is short.
constexpr int kMostReads = 16;
constexpr int kEventsLookedAt = 500;  // in each of these reads, at least

// Packs and plugins have no records of their own that could be missing.
bool HasNoRecord(RecordKind kind) { return kind == RecordKind::kPack || kind == RecordKind::kPlugin; }

TimelineEntry EntryOf(domain::Event event, bool replay, Replayer& replayer) {
  TimelineEntry entry;
  if (event.decision.has_value() && replay) {
    ReplayedDecision replayed = replayer.Replay(event);
    entry.decision = std::move(replayed.decision);
    entry.replay_note = std::move(replayed.note);
  } else if (event.decision.has_value()) {
    entry.decision = domain::FromStored(event);
  }
  entry.event = std::move(event);
  return entry;
}

}  // namespace

std::shared_ptr<PacksOfThen> MakePacksOfThen() { return std::make_shared<PacksOfThen>(); }

absl::StatusOr<std::string> Engine::GetTimeline(const CallContext& context, const TimelineRequest& request,
                                                const TimelineSink& add) {
  ASSIGN_OR_RETURN(domain::RecordRef ref, RefOf(request.name,
                                                {RecordKind::kLead, RecordKind::kContact, RecordKind::kAccount,
                                                 RecordKind::kPack, RecordKind::kPlugin},
                                                "name"));
  ASSIGN_OR_RETURN(const LedgerPlace after, PlaceOf(request.page_token));
  const std::shared_ptr<const Deciding> pinned = deciding();
  std::string next;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    next.clear();
    RETURN_IF_ERROR(engine::CheckPlace(reader, after, "page_token", "Leave it out to start with the first page"));
    ASSIGN_OR_RETURN(std::vector<domain::RecordRef> records, HistoryOf(reader, ref));
    Replayer replayer(reader, *pinned, *packs_of_then_);
    LedgerPlace place = after;
    int room = request.page_size;
    const int most = request.wanted ? std::max(room, kEventsLookedAt) : room;
    for (int reads = 0; room > 0 && reads < kMostReads; ++reads) {
      ASSIGN_OR_RETURN(std::vector<domain::Event> events,
                       reader.Timeline(records, place.position, most, kMostReadBytes));
      if (HasNoRecord(ref.kind) && place.position == 0 && events.empty()) {
        return WithResource(absl::NotFoundError(fmt::format("nothing ever happened to a {} \"{}\"",
                                                            ref.kind == RecordKind::kPack ? "pack" : "plugin", ref.id)),
                            domain::ResourceName(ref));
      }
      if (events.empty()) return absl::OkStatus();
      for (domain::Event& event : events) {
        if (room == 0) break;
        place = {event.position, event.transaction_id};
        if (request.wanted && !request.wanted(event)) continue;
        room = add(EntryOf(std::move(event), request.replay, replayer)) ? room - 1 : 0;
      }
    }
    ASSIGN_OR_RETURN(const std::vector<domain::Event> more, reader.Timeline(records, place.position, 1));
    if (!more.empty()) next = FormatPlace(place);
    return absl::OkStatus();
  }));
  return next;
}

absl::Status Engine::ReplayEvents(const CallContext& context, std::vector<domain::Event> events,
                                  const TimelineSink& add) {
  const std::shared_ptr<const Deciding> pinned = deciding();
  return options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        Replayer replayer(reader, *pinned, *packs_of_then_);
        for (domain::Event& event : events) {
          if (context.wanted && !context.wanted()) return absl::CancelledError("nobody waits for the rest");
          if (!add(EntryOf(std::move(event), true, replayer))) break;
        }
        return absl::OkStatus();
      },
      context.wanted);
}

absl::StatusOr<store::Page<domain::Event>> Engine::GetTimeline(const CallContext& context, std::string_view name,
                                                               std::string_view page_token, int page_size) {
  store::Page<domain::Event> page;
  ASSIGN_OR_RETURN(page.next, GetTimeline(context, {std::string(name), std::string(page_token), page_size},
                                          [&](const TimelineEntry& entry) {
                                            page.items.push_back(entry.event);
                                            return true;
                                          }));
  return page;
}

}  // namespace leadline::engine
