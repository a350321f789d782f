// What goes over everything: ids of all records, and how much there is.
#include <array>
#include <map>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

absl::StatusOr<std::vector<std::string>> Session::RecordIds(domain::RecordKind kind, std::string_view after,
                                                            int limit) {
  if (limit < 1) return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  const std::map<domain::RecordKind, Sql> lists = {{domain::RecordKind::kAccount, Sql::kAccountIds},
                                                   {domain::RecordKind::kContact, Sql::kContactIds},
                                                   {domain::RecordKind::kLead, Sql::kAllLeadIds},
                                                   {domain::RecordKind::kRep, Sql::kRepIds}};
  const auto list = lists.find(kind);
  if (list == lists.end()) return absl::InvalidArgumentError("only accounts, contacts, leads and reps have rows");
  Query query = connection_.Prepare(list->second);
  query.Bind(tenant_, after, limit);
  return Ids(query);
}

absl::StatusOr<RowCounts> Session::CountRows() {
  std::array<int64_t, 7> counts{};
  Query query = connection_.Prepare(Sql::kCountRows);
  query.Bind(tenant_);
  while (query.Next()) counts.at(static_cast<size_t>(query.Int(0))) = query.Int(1);
  RETURN_IF_ERROR(Break(query.status()));
  return RowCounts{.activities = counts[0],
                   .lead_contacts = counts[1],
                   .pool_members = counts[2],
                   .merges = counts[3],
                   .activity_tallies = counts[4],
                   .pack_contents = counts[5],
                   .external_ids = counts[6]};
}

}  // namespace leadline::store
