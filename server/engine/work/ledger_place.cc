#include "engine/work/ledger_place.h"

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

}  // namespace leadline::engine
