// Writes, reads and carries the log into the file, all at once and as fast as it can, and says on standard output, one
// a line, which transactions were acknowledged. It never ends by itself, unless it reads what cannot be: the test kills
// it.
//
// torture_child DATABASE FIRST: ids begin at FIRST, which is also the seed.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/child/limit.h"

namespace leadline::store {
namespace {

constexpr int kLeads = 200;
constexpr const char* kStatuses[] = {"inquiry", "mql", "sal", "sql", "customer", "re_market"};

[[noreturn]] void Broken(const std::string& what) {
  std::fprintf(stderr, "torture_child: %s\n", what.c_str());
  std::_Exit(4);
}

void Must(const absl::Status& status) {
  if (!status.ok()) Broken(std::string(status.message()));
}

// One of few leads moves to another status, with an event that says so, and the request remembers where that stands.
absl::Status Move(Transaction& t, const std::string& id, uint64_t chance) {
  domain::Lead lead{.id = "l" + std::to_string(chance % kLeads)};
  if (absl::StatusOr<domain::Lead> stored = t.GetLead(lead.id); stored.ok()) {
    lead = *std::move(stored);
  } else if (!absl::IsNotFound(stored.status())) {
    return stored.status();
  }
  domain::Event event{.transaction_id = id,
                      .record = {.kind = domain::RecordKind::kLead, .id = lead.id},
                      .pack_hashes = {"h"},
                      .payload = domain::StatusChanged{.from = lead.status,
                                                       .to = kStatuses[(chance >> 16) % std::size(kStatuses)],
                                                       .reason = std::string((chance >> 32) % 3000, 'x')}};
  lead.status = std::get<domain::StatusChanged>(event.payload).to;
  RETURN_IF_ERROR(t.Put(lead));
  RETURN_IF_ERROR(t.Append(event));
  return t.Put(RequestRecord{.request_id = id, .result = std::to_string(event.position)});
}

// What a reader sees of a lead belongs together, at every moment.
absl::Status Look(Reader& r, uint64_t chance) {
  const std::string id = "l" + std::to_string(chance % kLeads);
  absl::StatusOr<domain::Lead> lead = r.GetLead(id);
  const std::vector<domain::RecordRef> records = {{.kind = domain::RecordKind::kLead, .id = id}};
  ASSIGN_OR_RETURN(const std::vector<domain::Event> events, r.Timeline(records, 0, 1'000'000));
  if (!lead.ok()) {
    if (!absl::IsNotFound(lead.status())) return lead.status();
    if (!events.empty()) Broken(id + " has a history and is not there");
    return absl::OkStatus();
  }
  if (events.size() != static_cast<size_t>(lead->version)) Broken(id + " has another number of events than versions");
  if (std::get<domain::StatusChanged>(events.back().payload).to != lead->status) Broken(id + " and its history differ");
  return absl::OkStatus();
}

void ReadOnAndOn(Store& store, uint64_t seed) {
  std::mt19937_64 random(seed);
  while (true) Must(store.Read("default", [&](Reader& r) { return Look(r, random()); }));
}

// Beside the store's own checkpointer, in every way there is.
void CheckpointOnAndOn(const std::string& path, uint64_t seed) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(path, false);
  Must(connection.status());
  std::mt19937_64 random(seed);
  constexpr const char* kModes[] = {"PASSIVE", "PASSIVE", "FULL", "RESTART", "TRUNCATE"};
  while (true) {
    Must((*connection)->Execute(std::string("PRAGMA wal_checkpoint(") + kModes[random() % std::size(kModes)] + ")"));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
  }
}

int Main(const std::string& path, int64_t first) {
  // The log is carried over all the time, and begins anew as often as can be.
  auto opened = OpenSqliteStore(
      {.path = path, .readers = 2, .cache_mib = 1, .max_batch = 8, .checkpoints = {.begin = 4, .finish = 16}});
  Must(opened.status());
  Store& store = **opened;
  const auto seed = static_cast<uint64_t>(first);
  std::thread([&store, seed] { ReadOnAndOn(store, seed + 1); }).detach();
  std::thread([&store, seed] { ReadOnAndOn(store, seed + 2); }).detach();
  std::thread([path, seed] { CheckpointOnAndOn(path, seed + 3); }).detach();
  std::mt19937_64 random(seed);
  Limit limit(16);
  for (int64_t next = first;; ++next) {
    limit.Enter();
    const std::string id = std::to_string(next);
    store.Write(
        "default", [id, chance = random()](Transaction& t) { return Move(t, id, chance); },
        [&limit, id](const absl::Status& status) {
          Must(status);
          const std::string line = id + "\n";
          if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
          limit.Leave();
        });
  }
}

}  // namespace
}  // namespace leadline::store

int main(int argc, char** argv) { return argc == 3 ? leadline::store::Main(argv[1], std::atoll(argv[2])) : 1; }
