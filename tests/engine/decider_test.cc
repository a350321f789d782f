// A thread's decider between requests.
#include "engine/decide/decider.h"

#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using DeciderTest = EngineTest;

TEST_F(DeciderTest, AThreadThatIdlesKeepsNoSnapshot) {
  auto snapshot = std::make_shared<const Snapshot>(*BuildOnce());
  const std::weak_ptr<const Snapshot> watched = snapshot;
  Decider* const first = &Decider::ForThread(snapshot);
  EXPECT_EQ(&Decider::ForThread(snapshot), first);
  snapshot.reset();
  EXPECT_TRUE(watched.expired());

  // Nor does it take a new one, which may stand where the old one stood, for it.
  for (int i = 0; i < 100; ++i) {
    auto next = std::make_shared<const Snapshot>(*BuildOnce());
    EXPECT_EQ(&Decider::ForThread(next).snapshot(), next.get());
    EXPECT_EQ(&Decider::ForThread(next).snapshot(), next.get());
  }
}

TEST_F(DeciderTest, TwoSnapshotsInTurnKeepTheirDeciders) {
  auto active = std::make_shared<const Snapshot>(*BuildOnce());
  auto candidate = std::make_shared<const Snapshot>(*BuildOnce());
  Decider* const by_active = &Decider::ForThread(active);
  Decider* const by_candidate = &Decider::ForThread(candidate);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(&Decider::ForThread(active), by_active);
    EXPECT_EQ(&Decider::ForThread(candidate), by_candidate);
  }
}

}  // namespace
}  // namespace leadline::engine
