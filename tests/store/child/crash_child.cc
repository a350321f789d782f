// Writes transactions to a store as fast as it can and says on standard output, one a line, which were acknowledged.
// It never ends by itself: the test kills it.
//
// crash_child DATABASE FIRST: ids begin at FIRST.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/status_macros.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/store/child/limit.h"

namespace leadline::store {
namespace {

// One of several parts each, so that half of a transaction would show.
absl::Status WriteOne(Transaction& t, const std::string& id) {
  domain::Lead lead{.id = "l" + id, .contacts = {{"c" + id, "enquirer"}}, .status = "mql"};
  domain::Contact contact{.id = "c" + id};
  const std::vector<std::string> keys = {"email:" + id, "name:" + id};
  RETURN_IF_ERROR(t.Put(contact));
  RETURN_IF_ERROR(t.SetKeys(domain::RecordKind::kContact, contact.id, keys));
  RETURN_IF_ERROR(t.Put(lead));
  for (int i = 0; i < 3; ++i) {
    domain::Event event{.transaction_id = id,
                        .record = {.kind = domain::RecordKind::kLead, .id = lead.id},
                        .pack_hashes = {"h"},
                        .payload = domain::StatusChanged{.to = std::string(static_cast<size_t>(500 * i), 'x')}};
    RETURN_IF_ERROR(t.Append(event));
  }
  const std::string hash = "h" + id;
  RETURN_IF_ERROR(t.Put(domain::PackContent{.sha256 = hash, .files = {{"pack.yaml", std::string(3000, 'x')}}}));
  ASSIGN_OR_RETURN(domain::Rollout rollout, t.GetRollout());
  ++rollout.generation;
  rollout.active = {{.ref = {.pack = "central", .sha256 = hash}}};
  RETURN_IF_ERROR(t.Put(rollout));
  domain::Event changed{.transaction_id = id + "-pack",
                        .record = {.kind = domain::RecordKind::kPack, .id = "central"},
                        .payload = domain::PackChanged{.action = "activated", .sha256 = hash}};
  RETURN_IF_ERROR(t.Append(changed));
  return t.Put(RequestRecord{.request_id = "r" + id});
}

int Main(const std::string& path, int64_t first) {
  auto store = OpenSqliteStore({.path = path, .readers = 1, .cache_mib = 8});
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", std::string(store.status().message()).c_str());
    return 2;
  }
  Limit limit(64);
  for (int64_t next = first;; ++next) {
    limit.Enter();
    const std::string id = std::to_string(next);
    // Every tenth gives up after it wrote, so that batches with rollbacks are killed too.
    const bool fail = next % 10 == 9;
    (*store)->Write(
        "default",
        [id, fail](Transaction& t) -> absl::Status {
          RETURN_IF_ERROR(WriteOne(t, id));
          return fail ? absl::CancelledError("on purpose") : absl::OkStatus();
        },
        [&limit, id](absl::Status status) {
          const std::string line = id + "\n";
          if (status.ok() && ::write(STDOUT_FILENO, line.data(), line.size()) < 0) {
            std::_Exit(3);
          }
          limit.Leave();
        });
  }
}

}  // namespace
}  // namespace leadline::store

int main(int argc, char** argv) { return argc == 3 ? leadline::store::Main(argv[1], std::atoll(argv[2])) : 1; }
