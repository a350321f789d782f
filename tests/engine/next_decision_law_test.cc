// Random packs and random records: nothing is decided otherwise before the moment that was told.
#include <set>

#include "tests/engine/timed_records.h"

namespace leadline::engine {
namespace {

template <typename T>
const T& Any(const std::vector<T>& of, Random& random) {
  return of[random() % of.size()];
}

std::string TimeTestOf(Random& random) {
  static const std::vector<std::string> ages = {"lead.age_days", "lead.days_since_activity",
                                                "record.days_since_interaction", "record.days_in_status"};
  static const std::vector<std::string> ops = {"<", "<=", ">", ">=", "==", "!="};
  switch (random() % 6) {
    case 0:
      return fmt::format("{} in [{}, {}]", Any(ages, random), random() % 20, 20 + random() % 30);
    case 1:
      return fmt::format("now - lead.created_at {} duration(\"{}h\")", Any(ops, random), 1 + random() % 1500);
    case 2:
      return fmt::format("{} % 5 == {}", Any(ages, random), random() % 5);
    default:
      return fmt::format("{} {} {}", Any(ages, random), Any(ops, random), random() % 60);
  }
}

std::string Connected(std::string a, const std::string& b, Random& random) {
  return "(" + std::move(a) + (random() % 2 == 0 ? ") && (" : ") || (") + b + ")";
}

std::string RandomRules(Random& random) {
  std::string rules;
  const auto points = [&] { return 2 * static_cast<int>(random() % 55) - 31; };
  for (int i = static_cast<int>(random() % 3); i >= 0; --i) {
    std::string when = TimeTestOf(random);
    if (random() % 2 == 0) when = Connected(std::move(when), TimeTestOf(random), random);
    if (random() % 4 == 0) when = Connected(std::move(when), "lead.purchased == true", random);
    rules += fmt::format("  - {{id: t{}, dimension: behaviour, points: {}, when: '{}'}}\n", i, points(), when);
  }
  for (int i = static_cast<int>(random() % 4); i > 0; --i) {
    std::string when = fmt::format("activity.response == \"{}\"", random() % 2 == 0 ? "contact_me" : "visit");
    if (random() % 2 == 0)
      when += fmt::format(" && activity.age_days {} {}", random() % 2 == 0 ? "<=" : ">", random() % 40);
    rules +=
        fmt::format("  - {{id: e{}, dimension: behaviour, each: activity, points: {}, when: '{}'{}{}}}\n", i, points(),
                    when, random() % 3 == 0 ? "" : fmt::format(", decay: {{half_life: {}d}}", 2 + random() % 50),
                    random() % 3 == 0 ? fmt::format(", max_points: {}", 5 + random() % 60) : "");
  }
  return rules;
}

std::string RandomMoves(Random& random) {
  std::string moves;
  for (const char* from : {"inquiry", "maql"}) {
    std::string when;
    switch (random() % 5) {
      case 4:
        when = random() % 2 == 0 ? "score.warm" : "!score.warm";
        break;
      case 0:
        when = fmt::format("score.central {} {}.0", random() % 2 == 0 ? ">=" : "<", random() % 160);
        break;
      case 1:
        when = "score.qualified";
        break;
      case 2:
        when = fmt::format("score.central * 2.0 > {}.0", random() % 250);
        break;
      default:
        when = TimeTestOf(random);
    }
    if (random() % 3 == 0) when = Connected(std::move(when), TimeTestOf(random), random);
    moves += fmt::format("  - {{id: {}.moves, from: {}, to: mql, on: rescore, when: '{}'}}\n", from, from, when);
  }
  return moves;
}

Record RandomRecord(Random& random) {
  const auto ago = [&](int days) { return kStart - static_cast<Time>(random() % static_cast<uint64_t>(days * kDay)); };
  Record record;
  record.lead.status = random() % 2 == 0 ? "inquiry" : "maql";
  record.lead.created_at = ago(70);
  record.lead.status_since = ago(30);
  record.lead.purchased = random() % 2 == 0;
  for (int i = static_cast<int>(random() % 6); i > 0; --i)
    record.Did(ago(50), random() % 2 == 0 ? "contact_me" : "visit");
  return record;
}

// Every moment after `from` at which an age or a decay of the record can step, and the microsecond before each.
std::set<Time> Moments(const Record& record, Time from, Time until) {
  std::set<Time> out;
  const auto add = [&](Time moment) {
    for (const Time t : {moment - 1, moment, moment + 1}) {
      if (t > from && t < until) out.insert(t);
    }
  };
  std::vector<Time> anchors = {0, record.lead.created_at, record.lead.status_since, record.lead.last_activity_at};
  for (const Time anchor : anchors) {
    for (Time t = anchor + (from - anchor) / kDay * kDay; t < until; t += kDay) add(t);
  }
  for (int hours = 1; hours <= 1500; ++hours) add(record.lead.created_at + hours * kHour);
  return out;
}

class RandomTimesTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RandomTimesTest, NothingIsDecidedOtherwiseBeforeTheMoment) {
  Random random(GetParam());
  constexpr Duration kWindow = 75 * kDay;
  int64_t looks = 0, changes = 0;
  for (int round = 0; round < 12; ++round) {
    const std::string rules = RandomRules(random), moves = RandomMoves(random);
    const auto snapshot = PacksOf(rules, moves);
    ASSERT_NE(snapshot->rules, nullptr);
    Decider decider(snapshot);
    for (int i = 0; i < 3; ++i) {
      Record record = RandomRecord(random);
      const Time next = ScoreAndAsk(decider, record, kStart);
      ASSERT_TRUE(next == 0 || next > kStart);
      const Decided now = DecideAt(decider, record, kStart);
      const Time until = next == 0 ? kStart + kWindow : std::min(next, kStart + kWindow);
      for (const Time moment : Moments(record, kStart, until)) {
        const Decided then = DecideAt(decider, record, moment);
        ASSERT_EQ(then, now) << FormatTime(moment) << ", asked to look at " << (next == 0 ? "never" : FormatTime(next))
                             << "\n"
                             << rules << moves;
        if (!now.decays) {
          ASSERT_EQ(then.total, now.total) << FormatTime(moment) << "\n" << rules;
        }
      }
      if (next == 0 || next - kStart >= kFarthestLook) continue;
      ++looks;
      const Decided then = DecideAt(decider, record, next);
      changes += then == now && then.total == now.total ? 0 : 1;
    }
  }
  EXPECT_GT(looks, 10);
  EXPECT_GT(changes * 10, looks * 3) << "looks find something, but for those of open forms and of early days of decay";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTimesTest, ::testing::Values(1, 2, 3, 4, 5, 6));

}  // namespace
}  // namespace leadline::engine
