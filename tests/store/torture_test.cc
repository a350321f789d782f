// A writer, readers, the store's own checkpointer, another in its process and one in a second process, killed -9 at any
// moment: the file is sound, what was acknowledged is there, and what the ledger says is what the records are.
//
// LEADLINE_LONG=1 in the environment: for two minutes, each time another way.
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/child_process.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

void ExpectSoundFile(const std::string& path) {
  auto connection = Connection::Open(path, false);
  ASSERT_TRUE(connection.ok()) << connection.status();
  Query check = (*connection)->Prepare(std::string("PRAGMA integrity_check"));
  ASSERT_TRUE(check.Next()) << check.status();
  EXPECT_EQ(check.Text(0), "ok");
}

// What the ledger alone says.
struct Folded {
  struct Lead {
    std::string status;
    int64_t events = 0;
  };
  std::map<std::string, Lead> leads;
  std::map<std::string, int64_t> positions;  // of each transaction's event

  std::map<std::string, int64_t> CountByStatus() const {
    std::map<std::string, int64_t> counts;
    for (const auto& [id, lead] : leads) ++counts[lead.status];
    return counts;
  }
};

absl::StatusOr<Folded> FoldLedger(Reader& r) {
  Folded folded;
  ASSIGN_OR_RETURN(const int64_t last, r.LastPosition());
  int64_t position = 0, number = 0;
  while (position < last) {
    ASSIGN_OR_RETURN(const std::vector<domain::Event> events, r.EventsAfter(position, 1000));
    EXPECT_FALSE(events.empty()) << "nothing after " << position << " of " << last;
    if (events.empty()) break;
    for (const domain::Event& event : events) {
      position = event.position;
      EXPECT_EQ(position, At(++number));
      Folded::Lead& lead = folded.leads[event.record.id];
      EXPECT_EQ(event.sequence, ++lead.events) << event.record.id;
      const auto& changed = std::get<domain::StatusChanged>(event.payload);
      EXPECT_EQ(changed.from, lead.status) << event.record.id << " at " << position;
      lead.status = changed.to;
      EXPECT_TRUE(folded.positions.emplace(event.transaction_id, position).second) << event.id << " is there twice";
    }
  }
  return folded;
}

absl::Status CompareWithState(Reader& r, const Folded& folded, const std::vector<std::string>& acknowledged) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, r.LeadIds("", 100'000));
  EXPECT_EQ(ids.size(), folded.leads.size());
  for (const auto& [id, expected] : folded.leads) {
    ASSIGN_OR_RETURN(const domain::Lead lead, r.GetLead(id));
    EXPECT_EQ(lead.status, expected.status) << id;
    EXPECT_EQ(lead.version, expected.events) << id;
  }
  ASSIGN_OR_RETURN(const auto counts, r.CountByStatus(domain::RecordKind::kLead));
  EXPECT_EQ((std::map<std::string, int64_t>(counts.begin(), counts.end())), folded.CountByStatus());
  for (const auto& [id, position] : folded.positions) {
    ASSIGN_OR_RETURN(const std::optional<RequestRecord> request, r.FindRequest(id));
    EXPECT_TRUE(request.has_value() && request->result == std::to_string(position)) << id;
  }
  for (const std::string& id : acknowledged) {
    EXPECT_TRUE(folded.positions.contains(id)) << id << " was acknowledged and is lost";
  }
  return absl::OkStatus();
}

// Carries the log of the file into it now and then, as another program would.
class CheckpointerBeside {
 public:
  CheckpointerBeside(std::string path, uint64_t seed) : path_(std::move(path)), random_(seed) {}

  void Once() {
    constexpr const char* kModes[] = {"PASSIVE", "FULL", "RESTART", "TRUNCATE"};
    if (connection_ == nullptr) {
      auto opened = Connection::Open(path_, false);
      ASSERT_TRUE(opened.ok()) << opened.status();
      connection_ = *std::move(opened);
    }
    const absl::Status status =
        connection_->Execute(std::string("PRAGMA wal_checkpoint(") + kModes[random_() % std::size(kModes)] + ")");
    EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
    std::this_thread::sleep_for(microseconds(random_() % 5000));
  }

 private:
  const std::string path_;
  std::mt19937_64 random_;
  std::unique_ptr<Connection> connection_;
};

// Until `end`; the number of kills.
int Torture(uint64_t seed, steady_clock::time_point end) {
  std::mt19937_64 random(seed);
  int kills = 0;
  while (steady_clock::now() < end && !testing::Test::HasFailure()) {
    SqlitePlace place;
    std::vector<std::string> acknowledged;
    // A file of its own for a few lives, so that looking at all of it stays short.
    for (int life = 0; life < 4 && steady_clock::now() < end && !testing::Test::HasFailure(); ++life, ++kills) {
      CheckpointerBeside beside(place.path(), random());
      const std::string first = std::to_string(1 + 1'000'000 * life + static_cast<int64_t>(random() % 1000));
      const std::string output = RunAndKill({STORE_TORTURE_CHILD, place.path(), first},
                                            microseconds(random() % 400'000), [&beside] { beside.Once(); });
      for (std::string& id : WholeLines(output)) acknowledged.push_back(std::move(id));
      ExpectSoundFile(place.path());
      auto store = place.Open();
      if (store == nullptr) return kills;
      const absl::Status status = store->Read("default", [&](Reader& r) -> absl::Status {
        ASSIGN_OR_RETURN(const Folded folded, FoldLedger(r));
        return CompareWithState(r, folded, acknowledged);
      });
      EXPECT_TRUE(status.ok()) << status;
    }
  }
  return kills;
}

TEST(TortureTest, CheckpointsCommitsAndKillsLoseNothing) {
  const bool is_long = std::getenv("LEADLINE_LONG") != nullptr;
  const uint64_t seed = is_long ? std::random_device()() : 7;
  const auto time = is_long ? std::chrono::seconds(120) : std::chrono::seconds(6);
  const int kills = Torture(seed, steady_clock::now() + time);
  EXPECT_GE(kills, 3) << "seed " << seed;
  RecordProperty("kills", kills);
  if (HasFailure()) std::cerr << "seed " << seed << ", " << kills << " kills\n";
}

}  // namespace
}  // namespace leadline::store
