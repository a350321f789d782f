#include "cel/value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cel/env.h"
#include "cel/text.h"
#include "cel/type.h"

namespace leadline::cel {
namespace {

TEST(ValueTest, NumbersAreEqualAcrossKinds) {
  EXPECT_TRUE(Equals(Value::Int(1), Value::Uint(1)));
  EXPECT_TRUE(Equals(Value::Uint(1), Value::Double(1.0)));
  EXPECT_FALSE(Equals(Value::Int(-1), Value::Uint(~0ull)));
  EXPECT_FALSE(Equals(Value::Double(NAN), Value::Double(NAN)));
  EXPECT_FALSE(Equals(Value::Int(0), Value::Bool(false)));
  EXPECT_FALSE(Equals(Value::Null(), Value::String("")));
}

TEST(ValueTest, OrderAcrossKinds) {
  EXPECT_EQ(Compare(Value::Int(-1), Value::Uint(0)), Order::kLess);
  EXPECT_EQ(Compare(Value::Double(2.5), Value::Int(2)), Order::kGreater);
  EXPECT_EQ(Compare(Value::Double(NAN), Value::Int(2)), Order::kUnordered);
  EXPECT_EQ(Compare(Value::String("a"), Value::Int(2)), Order::kNotComparable);
  EXPECT_EQ(Compare(Value::TimestampMicros(-1), Value::TimestampMicros(0)), Order::kLess);
}

TEST(ValueTest, MapsFindKeysAcrossNumericKinds) {
  const MapEntry entries[] = {{Value::Int(1), Value::String("one")}, {Value::String("k"), Value::Int(2)}};
  const Value map = Value::Map(entries);
  ASSERT_NE(FindKey(map, Value::Double(1.0)), nullptr);
  EXPECT_EQ(FindKey(map, Value::String("K")), nullptr);
  EXPECT_TRUE(Equals(*FindKey(map, Value::String("k")), Value::Int(2)));
}

TEST(ValueTest, Display) {
  const Value items[] = {Value::String("a\"b"), Value::Uint(2), Value::Double(3), Value::Null()};
  EXPECT_EQ(ToDisplayString(Value::List(items)), R"(["a\"b", 2u, 3.0, null])");
  EXPECT_EQ(ToDisplayString(Value::TimestampMicros(-1)), "timestamp(\"1969-12-31T23:59:59.999999Z\")");
  EXPECT_EQ(ToDisplayString(Value::DurationMicros(1500000)), "duration(\"1.5s\")");
  EXPECT_EQ(ToDisplayString(Value::Bytes("\x01z")), "b\"\\x01z\"");
  EXPECT_EQ(ToDisplayString(Value::Double(INFINITY)), "double(\"Infinity\")");
}

TEST(ValueTest, MicrosecondsRoundTrip) {
  for (int64_t micros : {int64_t{0}, int64_t{-1}, int64_t{1'700'000'000'123'456}, int64_t{-62'135'596'800'000'000}}) {
    EXPECT_EQ(Value::TimestampMicros(micros).timestamp_micros(), micros);
  }
  EXPECT_GT(Value::DurationMicros(INT64_MAX).duration_nanos(), 0);
}

TEST(ValueTest, CalendarRoundTrips) {
  for (int64_t day = -719162; day < 2932896; day += 97) {
    const CivilDate d = CivilFromDays(day);
    ASSERT_EQ(DaysFromCivil(d.year, d.month, d.day), day);
  }
  EXPECT_FALSE(ParseInstant("2023-02-29T00:00:00Z"));
  EXPECT_TRUE(ParseInstant("2024-02-29T00:00:00+14:00"));
}

TEST(ArenaTest, KeepsOneBlock) {
  Arena arena;
  EXPECT_EQ(arena.capacity(), 0u);
  for (int i = 0; i < 1000; ++i) arena.Copy(std::string(100, 'x'));
  arena.Reset();
  const size_t kept = arena.capacity();
  EXPECT_GT(kept, 0u);
  arena.Copy("small");
  EXPECT_EQ(arena.capacity(), kept);
}

TEST(TypeTest, NamesAndEquality) {
  EXPECT_EQ(Type::Map(Type::String(), Type::List(Type::Int())).ToString(), "map(string, list(int))");
  EXPECT_EQ(Type::Wrapper(Type::Wrapper(Type::Int())).ToString(), "int or absent");
  EXPECT_TRUE(Type::List(Type::Int()) == Type::List(Type::Int()));
  EXPECT_FALSE(Type::List(Type::Int()) == Type::List(Type::Uint()));
}

TEST(EnvTest, RefusesBadAndDoubleNames) {
  Env env;
  EXPECT_EQ(*env.AddVariable("a.b", Type::Int()), 0);
  EXPECT_EQ(*env.AddVariable("a.c", Type::Int()), 1);
  for (const char* name : {"", ".", "a.", ".a", "a..b", "1a", "a-b", "a b"}) {
    EXPECT_FALSE(env.AddVariable(name, Type::Int()).ok()) << name;
  }
  EXPECT_FALSE(env.AddVariable("a.b", Type::Int()).ok());
  EXPECT_FALSE(env.AddConstant("a.c", Value::Int(1)).ok());
  EXPECT_EQ(env.MemberNames("a"), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(env.MemberNames(""), (std::vector<std::string>{"a"}));
}

}  // namespace
}  // namespace leadline::cel
