// Many records by their names.
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/listing/listing.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Which of several it is.
std::string Place(std::span<const std::string> names, size_t i) {
  return names.size() == 1 ? "" : fmt::format(" (names[{}])", i);
}

// `get` gives what an id stands for today.
template <typename T, typename GetStanding>
absl::StatusOr<std::vector<Listed<T>>> BatchGet(const EngineOptions& options, const CallContext& context,
                                                domain::RecordKind kind, std::span<const std::string> names,
                                                GetStanding get) {
  if (names.empty()) return InvalidField("names", "is required: at least one");
  if (names.size() > static_cast<size_t>(kMostBatchGet)) {
    return InvalidField("names", fmt::format("has {} names; {} is the most", names.size(), kMostBatchGet));
  }
  std::vector<std::string> ids;
  for (size_t i = 0; i < names.size(); ++i) {
    ASSIGN_OR_RETURN(ids.emplace_back(), IdOf(names[i], kind, fmt::format("names[{}]", i)));
  }
  std::vector<Listed<T>> records;
  const auto read = [&](store::Reader& reader) -> absl::Status {
    records.clear();
    for (size_t i = 0; i < ids.size(); ++i) {
      absl::StatusOr<T> record = get(reader, ids[i]);
      if (absl::IsNotFound(record.status())) {
        return WithResource(absl::NotFoundError(fmt::format("{}{} does not exist", names[i], Place(names, i))),
                            names[i]);
      }
      RETURN_IF_ERROR(record.status());
      ASSIGN_OR_RETURN(const int64_t position, reader.LastChangeOf(kind, record->id));
      records.push_back({*std::move(record), position});
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(options.store->Read(context.tenant, read, context.wanted));
  return records;
}

}  // namespace

absl::StatusOr<std::vector<Listed<domain::Lead>>> BatchGetLeads(const EngineOptions& options,
                                                                const CallContext& context,
                                                                std::span<const std::string> names) {
  return BatchGet<domain::Lead>(options, context, domain::RecordKind::kLead, names, StandingLead);
}

absl::StatusOr<std::vector<Listed<domain::Contact>>> BatchGetContacts(const EngineOptions& options,
                                                                      const CallContext& context,
                                                                      std::span<const std::string> names) {
  return BatchGet<domain::Contact>(options, context, domain::RecordKind::kContact, names, StandingContact);
}

absl::StatusOr<std::vector<Listed<domain::Account>>> BatchGetAccounts(const EngineOptions& options,
                                                                      const CallContext& context,
                                                                      std::span<const std::string> names) {
  return BatchGet<domain::Account>(options, context, domain::RecordKind::kAccount, names, StandingAccount);
}

}  // namespace leadline::engine
