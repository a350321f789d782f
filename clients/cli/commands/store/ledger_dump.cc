// leadline ledger dump
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/commands/store/store_commands.h"
#include "cli/session/session.h"
#include "store/codec.h"
#include "store/sqlite/sqlite_snapshot.h"

namespace leadline::cli {
namespace {

constexpr char kDumpTeaching[] =
    R"(One JSON object a line, in the order of the ledger. Reads the database itself, also beside a running server, and changes
nothing. Times are microseconds since 1970, in UTC.

Examples:
  leadline ledger dump --db leadline-data/leadline.db --limit 10
  leadline ledger dump --db leadline-data/leadline.db --record leads/ID
  leadline ledger dump --db leadline-data/leadline.db | jq -c 'select(.type == "status_changed")')";

struct DumpFlags {
  std::string db;
  std::string tenant = "default";
  std::string record;
  int64_t after = 0;
  int64_t limit = 0;
};

absl::Status Dump(Session& session, const DumpFlags& options, const std::optional<domain::RecordRef>& record,
                  store::Reader& reader) {
  constexpr int64_t kPage = 500;
  int64_t after = options.after;
  int64_t left = options.limit;
  while (true) {
    const int page = static_cast<int>(options.limit > 0 ? std::min(left, kPage) : kPage);
    ASSIGN_OR_RETURN(const std::vector<domain::Event> events, record.has_value()
                                                                  ? reader.Timeline({&*record, 1}, after, page)
                                                                  : reader.EventsAfter(after, page));
    for (const domain::Event& event : events) session.Print(store::ToJson(event) + "\n");
    left -= static_cast<int64_t>(events.size());
    if (static_cast<int>(events.size()) < page || (options.limit > 0 && left <= 0)) return absl::OkStatus();
    after = events.back().position;
  }
}

int DumpLedger(Session& session, const DumpFlags& options) {
  std::optional<domain::RecordRef> record;
  if (!options.record.empty()) {
    record = domain::ParseResourceName(options.record);
    if (!record.has_value()) {
      return session.Fail(absl::InvalidArgumentError(fmt::format(
          "\"{}\" is not the name of a record; write leads/ID, contacts/ID, accounts/ID, reps/ID, packs/NAME or "
          "plugins/ID",
          options.record)));
    }
  }
  auto snapshot = store::SqliteSnapshot::Open(options.db);
  if (!snapshot.ok()) return session.Fail(snapshot.status());
  const absl::Status status =
      (*snapshot)->Read(options.tenant, [&](store::Reader& reader) { return Dump(session, options, record, reader); });
  return status.ok() ? kExitOk : session.Fail(status);
}

}  // namespace

void AddLedgerCommands(Command root) {
  Command group = root.AddGroup("ledger", "The append-only history of everything, from a database itself");
  auto options = std::make_shared<DumpFlags>();
  Command dump = group.AddCommand("dump", "The events of a ledger as JSON, one a line", kDumpTeaching,
                                  [options](Session& session) { return DumpLedger(session, *options); });
  AddDatabaseOption(dump, options->db);
  dump.AddOption("--record", options->record, "Only the events of this record's own history");
  dump.AddOption("--after", options->after, "Only what follows this position").NotNegative();
  dump.AddOption("--limit", options->limit, "At most so many events; 0: all").NotNegative();
  dump.AddOption("--tenant", options->tenant, "Whose ledger").ShowDefault();
}

}  // namespace leadline::cli
