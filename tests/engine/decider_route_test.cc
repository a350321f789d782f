// Routes found by index against all routes asked in turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "engine/decide/decider.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

// Everybody is there, and nobody had a lead yet.
class AllReps final : public RepSource {
 public:
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override {
    domain::RepState state;
    state.rep_id = std::string(rep_id);
    return state;
  }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view) override {
    return std::vector<domain::PoolState>();
  }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead&, domain::OpenLeadOf) override { return std::string(); }
};

using DeciderRouteTest = EngineTest;

TEST_F(DeciderRouteTest, TheSameRouteWhetherOrNotOneAsksWhyNotTheOthers) {
  constexpr Time kNow = 1'780'315'200'000'000;
  std::mt19937_64 random(23);
  const auto one_of = [&](std::vector<std::string> items) { return items[random() % items.size()]; };
  Decider decider(BuildOnce());
  packs::Evaluation evaluation(*BuildOnce()->rules);
  AllReps reps;
  std::set<std::string> routes;
  size_t left_out = 0;
  for (int i = 0; i < 400; ++i) {
    domain::Lead lead;
    lead.id = "lead";
    lead.region = one_of({"", "emea", "latam", "apac", "north_america"});
    lead.country = one_of({"", "DE", "FR", "BR", "MX", "US", "IN", "JP"});
    lead.language = one_of({"", "en", "de", "pt-BR", "ja"});
    lead.score.central = static_cast<double>(random() % 200);
    domain::Contact contact;
    contact.email = one_of({"", "ana@acme.com"});
    domain::Account account;
    account.owner = one_of({"", "", "na-avery-brooks"});
    const std::vector<domain::Activity> activities = {
        Did("website", "high", one_of({"contact_me", "visit", "sent"}), kNow - kHour)};
    const packs::RecordView view{&lead, &contact, &account, activities, kNow};

    const auto full = decider.Route(view, reps, "", Explain::kWhyNot);
    const auto brief = decider.Route(view, reps, "", Explain::kFired);
    ASSERT_TRUE(full.ok() && brief.ok()) << full.status() << brief.status();
    EXPECT_EQ(brief->rep, full->rep);
    EXPECT_EQ(brief->hold_queue, full->hold_queue);
    EXPECT_EQ(brief->route, full->route);
    EXPECT_EQ(brief->pool, full->pool);
    EXPECT_EQ(brief->pool_states, full->pool_states);
    EXPECT_EQ(brief->decision.outcome, full->decision.outcome);
    EXPECT_EQ(brief->decision.summary, full->decision.summary);

    // What is left out are the routes whose conditions do not hold, and nothing else.
    const packs::RegionRules& rules = decider.Rules(lead.region);
    evaluation.Bind(rules, view);
    std::vector<domain::Reason> expected = full->decision.reasons;
    left_out += std::erase_if(expected, [&](const domain::Reason& reason) {
      const auto route = std::find_if(rules.routing.routes.begin(), rules.routing.routes.end(),
                                      [&](const domain::Route& r) { return r.id == reason.rule_id; });
      return route != rules.routing.routes.end() && !evaluation.Holds(route->condition);
    });
    EXPECT_EQ(brief->decision.reasons, expected);
    routes.insert(full->route);
  }
  EXPECT_GT(routes.size(), 6u);
  EXPECT_GT(left_out, 400u);
}

}  // namespace
}  // namespace leadline::engine
