// Records whose blocking keys were made with other tables are found before, while and after they are made again.
#include "packs/pack_files.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class KeyRebuildTest : public EngineTest {
 protected:
  // The real packs with other rules for telephone numbers; an empty text: without any.
  static std::shared_ptr<const Snapshot> WithPhones(const std::string& phones) {
    packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
    for (packs::PackFiles& pack : set.packs) {
      if (pack.name != "central") continue;
      pack.files.erase("phones.yaml");
      if (!phones.empty()) pack.files["phones.yaml"] = phones;
    }
    SnapshotResult result = BuildSnapshot(
        set, TrustedPlugins(kPluginDir, std::filesystem::temp_directory_path() / "leadline-engine-plugins"), 1, 0);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.snapshot;
  }

  std::string Call(std::string phone) {
    // Only the number leads from one enquiry to the other: the name is misheard in another way each time.
    Enquiry e;
    e.contact.given_name = "Afi";
    e.contact.family_name =
        fmt::format("Dossou{}{}", static_cast<char>('a' + calls_ / 26), static_cast<char>('a' + calls_ % 26));
    ++calls_;
    e.contact.phone = std::move(phone);
    e.source = "website";
    auto result = Submit(std::move(e));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->contact.id : "";
  }

  KeyRebuildStep Step(int limit) {
    auto step = engine_->RebuildKeys({}, limit);
    EXPECT_TRUE(step.ok()) << step.status();
    return step.ok() ? *step : KeyRebuildStep{};
  }
  // Steps until there is nothing left to do; how many records they looked at.
  int64_t Finish(int limit) {
    for (int i = 0; i < 1000; ++i) {
      const KeyRebuildStep step = Step(limit);
      if (step.finished) return step.done;
    }
    ADD_FAILURE() << "it never ends";
    return -1;
  }

  void Restart() {
    engine_.reset();
    store_.reset();
    OpenStore();
  }

  int calls_ = 0;
};

constexpr char kBenin[] = "rules:\n  - {country: BJ, old: \"x{8}\", new: \"01x{8}\"}\n";
constexpr char kOtherwise[] = "rules:\n  - {country: BJ, old: \"01x{8}\", new: \"x{8}\"}\n";

TEST_F(KeyRebuildTest, RecordsOfOldTablesAreFoundByNewFormsWithARestartInTheMiddle) {
  holder_->Set(WithPhones(""));
  EXPECT_TRUE(Finish(10) >= 0) << "an empty store: nothing to make again";
  std::vector<std::string> people;
  for (int i = 0; i < 12; ++i) people.push_back(Call(fmt::format("+229971234{}", 10 + i)));
  EXPECT_EQ(Step(5).records, 0) << "all of them were made with these tables";

  holder_->Set(WithPhones(kBenin));
  EXPECT_EQ(Call("+22997123410"), people[0]) << "found before anything is made again";
  EXPECT_TRUE(Step(5).began);
  int64_t done = 0;
  while (done < 6) done = Step(1).done;
  Restart();
  EXPECT_EQ(Call("+22997123411"), people[1]) << "one that is done";
  EXPECT_EQ(Call("+22997123421"), people[11]) << "one that is not";
  const KeyRebuildStep next = Step(1);
  EXPECT_FALSE(next.began) << "it goes on where it stopped";
  EXPECT_EQ(next.done, done + 1);
  Finish(5);
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(Call(fmt::format("+229 01 97 12 34 {}", 10 + i)), people[static_cast<size_t>(i)]);
  EXPECT_EQ(Step(5).records, 0);
  Restart();
  EXPECT_EQ(Step(5).records, 0) << "not again after every start";
}

TEST_F(KeyRebuildTest, AnotherChangeBeforeTheEnd) {
  holder_->Set(WithPhones(""));
  Finish(10);
  const std::string first = Call("+22997123410");
  const std::string second = Call("+22997123411");
  holder_->Set(WithPhones(kBenin));
  KeyRebuildStep step;
  while (step.done < 1) step = Step(1);
  holder_->Set(WithPhones(kOtherwise));
  EXPECT_EQ(Call("+229 01 97 12 34 10"), first);
  EXPECT_EQ(Call("+22997123411"), second);
  EXPECT_TRUE(Step(1).began);
  Finish(1);
  EXPECT_EQ(Call("+229 01 97 12 34 11"), second);
  holder_->Set(WithPhones(kBenin));
  step = Step(1);
  EXPECT_TRUE(step.began);
  holder_->Set(WithPhones(kOtherwise));
  EXPECT_TRUE(Step(1).began) << "back to what all keys were made with, while some are of the other already";
}

TEST_F(KeyRebuildTest, OnlyWhatKeysAreMadeWithCounts) {
  const auto fingerprint = [](const std::string& phones) {
    return WithPhones(phones)->rules->ForRegion("").matching.identity->fingerprint;
  };
  EXPECT_EQ(fingerprint(kBenin), fingerprint(std::string("# a word about it\n") + kBenin));
  EXPECT_NE(fingerprint(kBenin), fingerprint(kOtherwise));
  EXPECT_NE(fingerprint(kBenin), fingerprint(""));
}

}  // namespace
}  // namespace leadline::engine
