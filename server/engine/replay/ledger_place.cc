#include "engine/replay/ledger_place.h"

#include <charconv>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::engine {

std::string FormatPlace(const LedgerPlace& place) { return fmt::format("{}:{}", place.position, place.transaction_id); }

std::optional<LedgerPlace> ParsePlace(std::string_view text) {
  LedgerPlace place;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), place.position);
  if (error != std::errc() || place.position < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  if (text.empty() || text.front() != ':') return std::nullopt;
  place.transaction_id = text.substr(1);
  if (place.transaction_id.empty() != (place.position == 0)) return std::nullopt;
  if (place.transaction_id.find(':') != std::string::npos) return std::nullopt;
  return place;
}

absl::Status CheckPlace(store::Reader& reader, const LedgerPlace& place, std::string_view field,
                        std::string_view instead) {
  if (place.position == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<std::string> there,
                   reader.TransactionIdAt(domain::TransactionAt(place.position)));
  if (there == place.transaction_id) return absl::OkStatus();
  const std::string_view why =
      there.has_value() ? "another transaction stands at its place" : "it is ahead of the last transaction";
  return WithReason(
      InvalidField(field, fmt::format("belongs to another history than this ledger's: {}. The store came from a backup "
                                      "that is older than the token, or the token is of another server. {}",
                                      why, instead)),
      ErrorReason::kResumeTokenOfAnotherHistory);
}

absl::Status Engine::CheckPlace(const CallContext& context, const LedgerPlace& place) {
  return options_.store->Read(context.tenant, [&](store::Reader& reader) {
    return engine::CheckPlace(reader, place, "resume_token",
                              "Leave it out to start from the first event, or set only_new to start from now; what "
                              "was read before may have to be read again");
  });
}

absl::StatusOr<LedgerPlace> Engine::LastPlace(const CallContext& context) {
  LedgerPlace place;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(place.position, reader.LastPosition());
    if (place.position == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::optional<std::string> id,
                     reader.TransactionIdAt(domain::TransactionAt(place.position)));
    place.transaction_id = id.value_or("");
    return absl::OkStatus();
  }));
  return place;
}

absl::StatusOr<LedgerPlace> Engine::PlaceBefore(const CallContext& context, Time time) {
  // What is decided at the same time is committed in any order, so that times do not quite grow with the ledger.
  constexpr Duration kDisorder = kMinute;
  LedgerPlace place;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    place = {};
    ASSIGN_OR_RETURN(const int64_t last, reader.LastPosition());
    int64_t before = 0, from = domain::TransactionAt(last) + 1;  // that were stored before, and that were not
    while (from - before > 1) {
      const int64_t middle = before + (from - before) / 2;
      ASSIGN_OR_RETURN(const auto events, reader.EventsAfter(domain::PositionOf(middle, 0) - 1, 1));
      if (events.empty()) return absl::DataLossError(fmt::format("the ledger has no transaction {}", middle));
      (events.front().append_time < time - kDisorder ? before : from) = middle;
    }
    if (before == 0) return absl::OkStatus();
    place.position = domain::PositionOf(before + 1, 0) - 1;
    ASSIGN_OR_RETURN(const std::optional<std::string> id, reader.TransactionIdAt(before));
    place.transaction_id = id.value_or("");
    return absl::OkStatus();
  }));
  return place;
}

}  // namespace leadline::engine
