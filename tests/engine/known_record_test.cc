// Scores of a record that lives on, with what is known of it and from nothing.
#include "engine/decide/known_record.h"

#include <gtest/gtest.h>

#include "engine/decide/decider.h"
#include "tests/engine/engine_fixture.h"
#include "tests/packs/testing.h"

namespace leadline::engine {
namespace {

using Random = std::mt19937_64;
using KnownRecordTest = EngineTest;

void ExpectSameScore(const ScoreOutcome& a, const ScoreOutcome& b) {
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.decision.outcome, b.decision.outcome);
  EXPECT_EQ(a.decision.reasons, b.decision.reasons);
  EXPECT_EQ(a.decision.answers, b.decision.answers);
  EXPECT_EQ(a.answers, b.answers);
  ASSERT_EQ(a.decaying.size(), b.decaying.size());
  for (size_t i = 0; i < a.decaying.size(); ++i) {
    EXPECT_EQ(a.decaying[i].points, b.decaying[i].points);
    EXPECT_EQ(a.decaying[i].half_life, b.decaying[i].half_life);
    EXPECT_EQ(a.decaying[i].parts, b.decaying[i].parts);
    EXPECT_EQ(a.decaying[i].regional, b.decaying[i].regional);
  }
}

// Changes one of the things that a record was given, or a field that nobody gives.
void ChangeSomething(packs::Sample& sample, const packs::Sample& other, Random& random) {
  switch (random() % 9) {
    case 0:
      sample.lead.attributes = other.lead.attributes;
      return;
    case 1:
      sample.contact.email = other.contact.email;
      return;
    case 2:
      sample.contact.attributes = other.contact.attributes;
      return;
    case 3:
      sample.account = other.account;
      return;
    case 4:
      sample.lead.meaning.central = other.lead.meaning.central;
      return;
    case 5:
      sample.lead.meaning.regional = other.lead.meaning.central;
      return;
    case 6:
      sample.lead.meaning.regional.reset();
      return;
    case 7:
      sample.lead.region = sample.lead.region == "emea" ? "latam" : "emea";
      return;
    default:
      sample.lead.status = other.lead.status;
      sample.lead.score.total += 1;
  }
}

TEST_F(KnownRecordTest, ScoresAreTheSameWithIt) {
  const std::shared_ptr<const Snapshot> snapshot = BuildOnce();
  Decider decider(snapshot), fresh(snapshot);
  Random random(8);
  for (int life = 0; life < 150; ++life) {
    packs::Sample sample = packs::RandomSample(*snapshot->rules, random, random() % 6);
    KnownRecord known;
    Time now = sample.activities.empty() ? packs::kNow : sample.activities.front().time;
    for (int step = 0; step < 20; ++step) {
      const Explain explain = step % 3 == 0 ? Explain::kLater : step % 3 == 1 ? Explain::kKept : Explain::kNothing;
      packs::RecordView view = sample.view();
      view.now = now;
      const auto with = decider.Score(view, explain, &known);
      const auto without = fresh.Score(view, explain);
      ASSERT_TRUE(with.ok() && without.ok()) << with.status() << without.status();
      ExpectSameScore(*with, *without);
      ASSERT_FALSE(HasFailure()) << "life " << life << ", step " << step;
      now += static_cast<Time>(random() % (20 * kDay));
      if (random() % 3 == 0) ChangeSomething(sample, packs::RandomSample(*snapshot->rules, random, 0), random);
    }
  }
}

}  // namespace
}  // namespace leadline::engine
