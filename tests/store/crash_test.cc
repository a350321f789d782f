// Law 5: what was acknowledged survives kill -9 at any instant, and nothing is half there.
#include <chrono>
#include <random>
#include <set>

#include "base/status_macros.h"
#include "store/sqlite/database/connection.h"
#include "tests/store/child_process.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

// Runs the child for a while, kills it, and returns what it acknowledged.
std::set<int64_t> Acknowledged(const std::string& path, int64_t first, std::chrono::microseconds life) {
  std::set<int64_t> acknowledged;
  for (const std::string& line : WholeLines(RunAndKill({STORE_CRASH_CHILD, path, std::to_string(first)}, life))) {
    acknowledged.insert(std::stoll(line));
  }
  return acknowledged;
}

// How much of what the child writes in one transaction is there, of 9.
int Parts(Reader& r, const std::string& id) {
  const std::vector<std::string> email = {"email:" + id}, name = {"name:" + id};
  const std::vector<domain::RecordRef> records = {{.kind = domain::RecordKind::kLead, .id = "l" + id}};
  const auto events = r.Timeline(records, 0, 10);
  EXPECT_TRUE(events.ok()) << events.status();
  return static_cast<int>(r.GetLead("l" + id).ok()) + static_cast<int>(r.GetContact("c" + id).ok()) +
         static_cast<int>(r.LeadsOfContact("c" + id)->size()) +
         static_cast<int>(r.FindByKeys(domain::RecordKind::kContact, email, 9)->size()) +
         static_cast<int>(r.FindByKeys(domain::RecordKind::kContact, name, 9)->size()) +
         (events->size() == 3 ? 1
          : events->empty()   ? 0
                              : 100) +
         static_cast<int>(r.FindRequest("r" + id)->has_value()) + static_cast<int>(r.GetPackContent("h" + id).ok()) +
         static_cast<int>(!events->empty() && events->back().sequence == 3);
}

TEST(CrashTest, WhatWasAcknowledgedIsThereWholeAfterKills) {
  SqlitePlace place;
  std::mt19937 random(99);
  std::set<int64_t> acknowledged;
  int64_t first = 1;
  constexpr int kKills = 15;
  for (int kill = 0; kill < kKills; ++kill) {
    const auto life = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 120'000)(random));
    const std::set<int64_t> now = Acknowledged(place.path(), first, life);
    ASSERT_FALSE(now.empty());
    acknowledged.insert(now.begin(), now.end());
    const int64_t last_possible = *now.rbegin() + 2000;  // what may have been under way
    auto store = place.Open();
    ASSERT_NE(store, nullptr);
    int unacknowledged = 0;
    ASSERT_TRUE(store
                    ->Read("default",
                           [&](Reader& r) -> absl::Status {
                             for (int64_t id = first; id <= last_possible; ++id) {
                               const int parts = Parts(r, std::to_string(id));
                               const bool told = acknowledged.contains(id);
                               EXPECT_TRUE(parts == 9 || (parts == 0 && !told)) << id << ": " << parts;
                               EXPECT_TRUE(parts == 0 || id % 10 != 9) << id << " gave up, but is there";
                               unacknowledged += parts == 9 && !told ? 1 : 0;
                             }
                             // Ledger transactions have no gaps: each transaction that stands has two, and counts as
                             // one in the rollout, which names the files and the event of the last.
                             ASSIGN_OR_RETURN(const int64_t last, r.LastPosition());
                             ASSIGN_OR_RETURN(const domain::Rollout rollout, r.GetRollout());
                             EXPECT_EQ(last, At(2 * rollout.generation));
                             EXPECT_EQ(rollout.version, rollout.generation);
                             ASSIGN_OR_RETURN(const auto events, r.EventsAfter(last - 1, 1));
                             EXPECT_EQ(std::get<domain::PackChanged>(events.at(0).payload).sha256,
                                       rollout.active.at(0).ref.sha256);
                             return r.GetPackContent(rollout.active.at(0).ref.sha256).status();
                           })
                    .ok());
    EXPECT_LE(unacknowledged, 64) << "no more than were under way";
    first = last_possible + 1;
  }
  // At the end, everything from all the lives, and a sound file.
  auto store = place.Open();
  ASSERT_TRUE(store
                  ->Read("default",
                         [&](Reader& r) -> absl::Status {
                           for (const int64_t id : acknowledged) {
                             EXPECT_EQ(Parts(r, std::to_string(id)), 9) << id;
                           }
                           ASSIGN_OR_RETURN(const int64_t last, r.LastPosition());
                           int64_t after = 0, count = 0;
                           while (after < last) {
                             ASSIGN_OR_RETURN(const auto events, r.EventsAfter(after, 1000));
                             for (const domain::Event& event : events) {
                               // Three events of the lead, then one of the pack.
                               EXPECT_EQ(event.position, At(count / 4 * 2 + (count % 4 == 3 ? 2 : 1), count % 4 % 3));
                               after = event.position;
                               ++count;
                             }
                           }
                           return absl::OkStatus();
                         })
                  .ok());
  store.reset();
  auto connection = Connection::Open(place.path(), false);
  ASSERT_TRUE(connection.ok());
  Query check = (*connection)->Prepare(std::string("PRAGMA integrity_check"));
  ASSERT_TRUE(check.Next());
  EXPECT_EQ(check.Text(0), "ok");
}

}  // namespace
}  // namespace leadline::store
