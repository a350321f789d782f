#include "domain/history/person_status.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace leadline::domain {
namespace {

Lifecycle Standard() {
  Lifecycle lifecycle;
  const auto add = [&](std::string id, int order, bool open, bool terminal = false) {
    StatusDef status;
    status.id = std::move(id);
    status.order = order;
    status.open = open;
    status.terminal = terminal;
    status.won = status.id == "customer";
    lifecycle.statuses.push_back(std::move(status));
  };
  add("raw", 0, false), add("inquiry", 1, false), add("maql", 2, false), add("lal", 3, true), add("mql", 4, true);
  add("sal", 5, true), add("sql", 6, true), add("customer", 7, false), add("re_market", -1, false);
  add("disqualified", -1, false, true);
  TransitionDef recycled;
  recycled.from = {"re_market"};
  recycled.to = "maql";
  recycled.trigger = Trigger::kActivity;
  lifecycle.transitions.push_back(recycled);
  lifecycle.remaps = {{"working", "sal"}};
  return lifecycle;
}

StatusWord By(Time time, std::string status, std::string trigger) {
  return {time, std::move(status), std::move(trigger), false, false};
}
StatusWord Packs(Time time, std::string status) { return By(time, std::move(status), "activity"); }
StatusWord Somebody(Time time, std::string status) { return By(time, std::move(status), "transition"); }

// "mql since 5" and so on.
std::vector<std::pair<Time, std::string>> Told(const StatusWords& own, const std::vector<StatusWords>& leads) {
  std::vector<std::pair<Time, std::string>> out;
  for (const StatusWord& stay : FoldPersonStatus(Standard(), own, leads)) out.emplace_back(stay.time, stay.status);
  return out;
}
using Stays = std::vector<std::pair<Time, std::string>>;

TEST(PersonStatus, OneLeadIsFollowed) {
  EXPECT_EQ(Told({Packs(1, "inquiry")}, {{Packs(1, "inquiry"), Packs(3, "mql"), Somebody(5, "sal"),
                                          Somebody(7, "re_market"), Packs(9, "maql")}}),
            (Stays{{1, "inquiry"}, {3, "mql"}, {5, "sal"}, {7, "re_market"}, {9, "maql"}}));
  EXPECT_EQ(Told({}, {}), Stays());
  EXPECT_EQ(Told({}, {{By(2, "working", "import")}}), (Stays{{2, "sal"}}));
}

// Whoever entered as new, and is known from before by now, did not begin there.
TEST(PersonStatus, WhoWasKnownBeforeDidNotEnterLater) {
  EXPECT_EQ(Told({By(10, "inquiry", "created")},
                 {{Packs(10, "inquiry"), Somebody(12, "sal")}, {Packs(1, "inquiry"), Somebody(2, "disqualified")}}),
            (Stays{{1, "inquiry"}, {2, "disqualified"}, {12, "sal"}}));
  EXPECT_EQ(Told({By(10, "inquiry", "created")}, {{By(10, "mql", "created")}}), (Stays{{10, "mql"}}));
}

TEST(PersonStatus, TheFurthestThatStands) {
  const StatusWords customer = {Packs(1, "inquiry"), Somebody(4, "customer")};
  EXPECT_EQ(Told({}, {customer, {Packs(2, "mql"), Somebody(6, "disqualified")}}),
            (Stays{{1, "inquiry"}, {2, "mql"}, {4, "customer"}}));
  EXPECT_EQ(Told({}, {customer, {Packs(5, "inquiry"), Somebody(6, "re_market")}}),
            (Stays{{1, "inquiry"}, {4, "customer"}}));
  EXPECT_EQ(Told({}, {{Somebody(3, "sql")}, {Somebody(5, "re_market")}, {Packs(6, "raw")}}), (Stays{{3, "sql"}}));
  // Looked at once, nobody goes back to inquiry; a new sign leads on.
  EXPECT_EQ(Told({}, {{Somebody(3, "re_market")}, {Packs(5, "inquiry"), Packs(7, "maql")}}),
            (Stays{{3, "re_market"}, {7, "maql"}}));
  // Nobody will never buy while something else stands.
  EXPECT_EQ(Told({}, {{Packs(1, "inquiry")}, {Packs(2, "mql"), Somebody(5, "disqualified")}}),
            (Stays{{1, "inquiry"}, {2, "mql"}, {5, "inquiry"}}));
}

TEST(PersonStatus, ACustomerGoesRound) {
  const StatusWords customer = {Somebody(4, "customer")};
  EXPECT_EQ(Told({}, {customer, {Packs(6, "mql"), Somebody(8, "sql"), Somebody(9, "customer")}}),
            (Stays{{4, "customer"}, {6, "mql"}, {8, "sql"}, {9, "customer"}}));
  EXPECT_EQ(Told({}, {customer, {Packs(6, "mql"), Somebody(8, "re_market")}}),
            (Stays{{4, "customer"}, {6, "mql"}, {8, "customer"}}));
  // What was in work before the sale is behind it.
  EXPECT_EQ(Told({}, {customer, {Packs(2, "mql")}}), (Stays{{2, "mql"}, {4, "customer"}}));
}

TEST(PersonStatus, OwnHistory) {
  // All that the person did together makes more than each lead.
  EXPECT_EQ(Told({Packs(1, "inquiry"), Packs(5, "maql")}, {{Packs(1, "inquiry")}, {Packs(4, "inquiry")}}),
            (Stays{{1, "inquiry"}, {5, "maql"}}));
  // It gives way to what somebody decides later.
  EXPECT_EQ(Told({Packs(5, "mql")}, {{Packs(1, "inquiry"), Somebody(7, "re_market")}}),
            (Stays{{1, "inquiry"}, {5, "mql"}, {7, "re_market"}}));
  // What somebody says of the person outweighs what was said of leads before.
  EXPECT_EQ(Told({Somebody(5, "re_market")}, {{Somebody(3, "sql"), Somebody(8, "customer")}}),
            (Stays{{3, "sql"}, {5, "re_market"}, {8, "customer"}}));
  EXPECT_EQ(Told({Somebody(5, "customer")}, {{Packs(3, "mql"), Somebody(8, "re_market")}}),
            (Stays{{3, "mql"}, {5, "customer"}}));
}

TEST(PersonStatus, OnlySomebodysWordLeadsOutOfATerminalStatus) {
  EXPECT_EQ(Told({Somebody(5, "disqualified")}, {{Packs(7, "mql")}}), (Stays{{5, "disqualified"}}));
  EXPECT_EQ(Told({}, {{Somebody(5, "disqualified")}, {Packs(7, "mql"), Somebody(9, "sal")}}),
            (Stays{{5, "disqualified"}, {9, "sal"}}));
}

TEST(PersonStatus, WhatIsOfALeadAloneSaysNothingOfThePerson) {
  StatusWord duplicate = Somebody(6, "disqualified");
  duplicate.lead_alone = true;
  EXPECT_EQ(Told({Packs(1, "mql")}, {{Packs(1, "mql"), duplicate}}), (Stays{{1, "mql"}}));
  EXPECT_EQ(Told({Packs(4, "mql")}, {{Somebody(2, "customer")}, {Packs(4, "mql"), duplicate}}),
            (Stays{{2, "customer"}, {4, "mql"}, {6, "customer"}}));
}

// The order in which leads and their words came to be known changes nothing, and no stay is negative.
TEST(PersonStatus, AnyOrderOfArrivalGivesTheSame) {
  const std::vector<std::string> statuses = {"raw", "inquiry", "maql",     "lal",       "mql",
                                             "sal", "sql",     "customer", "re_market", "disqualified"};
  std::mt19937_64 random(7);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  const auto history = [&](bool own) {
    StatusWords words;
    Time time = static_cast<Time>(below(10));
    for (size_t i = below(5); i > 0; --i) {
      time += static_cast<Time>(below(4));
      words.push_back(below(2) == 0 ? Packs(time, statuses[below(9)]) : Somebody(time, statuses[below(10)]));
      words.back().lead_alone = !own && below(8) == 0;
    }
    return words;
  };
  for (int round = 0; round < 2000; ++round) {
    const StatusWords own = history(true);
    std::vector<StatusWords> leads;
    for (size_t i = below(4); i > 0; --i) leads.push_back(history(false));
    const Stays first = Told(own, leads);
    for (size_t i = 1; i < first.size(); ++i) {
      EXPECT_LT(first[i - 1].first, first[i].first);
      EXPECT_NE(first[i - 1].second, first[i].second);
    }
    std::vector<size_t> order(leads.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    while (std::next_permutation(order.begin(), order.end())) {
      std::vector<StatusWords> permuted;
      for (const size_t i : order) permuted.push_back(leads[i]);
      ASSERT_EQ(Told(own, permuted), first) << "round " << round;
    }
  }
}

TEST(PersonStatus, AnEarlierTimeTellsAnewWhatCameFromThenOn) {
  const PersonStays stays = StaysAsTold(Standard(), {Packs(5, "inquiry"), Somebody(8, "customer"), Packs(2, "mql"),
                                                     Somebody(3, "re_market"), Somebody(8, "customer")});
  ASSERT_EQ(stays.size(), 3u);
  EXPECT_EQ(stays[0].status, "mql");
  EXPECT_EQ(stays[1].status, "re_market");
  EXPECT_EQ(stays[2].status, "customer");
  EXPECT_EQ(stays[2].time, 8);
}

}  // namespace
}  // namespace leadline::domain
