#include "rpc/tail/event_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace leadline::rpc {
namespace {

TailEvent At(int64_t position, size_t bytes = 1) {
  TailEvent event;
  event.place.position = position;
  event.bytes = std::make_shared<const std::string>(bytes, 'x');
  return event;
}

TEST(EventRingTest, KeepsTheLast) {
  EventRing ring(3, 1 << 20);
  ring.Clear(10);
  EXPECT_EQ(ring.floor(), 10);
  for (int64_t position : {11, 13, 20}) ring.Append(At(position));
  EXPECT_EQ(ring.floor(), 10);
  EXPECT_EQ(ring.IndexAfter(10), 0u);
  EXPECT_EQ(ring.IndexAfter(11), 1u);
  EXPECT_EQ(ring.IndexAfter(12), 1u) << "no event is there";
  EXPECT_EQ(ring.IndexAfter(20), 3u);
  ring.Append(At(21));
  EXPECT_EQ(ring.size(), 3u);
  EXPECT_EQ(ring.floor(), 11);
  EXPECT_EQ(ring[0].place.position, 13);
  ring.Clear(30);
  EXPECT_EQ(ring.size(), 0u);
  EXPECT_EQ(ring.bytes(), 0u);
  EXPECT_EQ(ring.floor(), 30);
}

TEST(EventRingTest, IsBoundedByBytes) {
  EventRing ring(100, 10'000);
  for (int64_t position = 1; position <= 50; ++position) {
    ring.Append(At(position, 1000));
    EXPECT_LE(ring.bytes(), 10'000u);
  }
  EXPECT_GE(ring.size(), 5u);
  EXPECT_EQ(ring[ring.size() - 1].place.position, 50);
  EXPECT_EQ(ring.floor(), ring[0].place.position - 1);
  ring.Append(At(51, 20'000));
  EXPECT_EQ(ring.size(), 0u) << "larger than all";
  EXPECT_EQ(ring.floor(), 51);
  EXPECT_EQ(ring.bytes(), 0u);
}

}  // namespace
}  // namespace leadline::rpc
