// Plugins are reloaded while many threads decide: nothing fails, and nothing is decided by half of each.
#include <atomic>
#include <set>
#include <thread>

#include "tests/engine/plugin_reload_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;

// Decides again and again, from one thread, and holds each answer to the version that it names.
class Caller {
 public:
  Caller(Engine& engine, int number) : engine_(engine), number_(number) {}

  void Run(const std::atomic<bool>& stop) {
    for (int i = 0; !stop; ++i) {
      ScoringRecord record;
      record.lead.region = "emea";
      record.contact.title = fmt::format("Oberkrawallier {} {}", number_, i);
      record.contact.language = "de";
      auto scored = engine_.Score(record, 0, true);
      if (!scored.ok()) {
        ++failed_;
        continue;
      }
      ++calls_;
      for (const domain::PluginRef& ref : scored->decision.snapshot->plugins) {
        if (ref.id == kTitles) versions_.insert(ref.version);
      }
    }
  }

  void RunEnquiries(const std::atomic<bool>& stop, const std::function<absl::StatusOr<SubmitResult>(int)>& submit) {
    for (int i = 0; !stop; ++i) {
      auto made = submit(number_ * 1'000'000 + i);
      if (!made.ok()) {
        ++failed_;
        continue;
      }
      ++calls_;
      Check(*made);
    }
  }

  int64_t calls() const { return calls_; }
  int64_t failed() const { return failed_; }
  int64_t mixed() const { return mixed_; }
  int64_t created() const { return created_; }
  // What was wrong with the last one.
  const std::string& mix() const { return mix_; }
  const std::set<std::string>& versions() const { return versions_; }

 private:
  // The plugin's answer and the version it is said to come from agree, in every decision.
  void Check(const SubmitResult& made) {
    std::string version;
    for (const domain::PluginRef& ref : made.snapshot->plugins) {
      if (ref.id == kTitles) version = ref.version;
    }
    versions_.insert(version);
    created_ += made.contact_created ? 1 : 0;
    std::string wrong;
    // Who was there before keeps what was read then.
    const std::string& seniority = made.lead.meaning.central.seniority;
    if (made.contact_created && seniority != (version == "9.1.0" ? "director" : "head")) wrong = seniority;
    for (const domain::Decision& decision : made.decisions) {
      if (decision.snapshot->generation != made.snapshot->generation)
        wrong += "; another generation: " + decision.summary;
      for (const domain::Reason& reason : decision.reasons) {
        if (reason.rule_id == kTitles && reason.message != version) wrong += "; " + reason.message;
      }
    }
    if (wrong.empty()) return;
    ++mixed_;
    mix_ = fmt::format("generation {} with {} gave {}", made.snapshot->generation, version, wrong);
  }

  Engine& engine_;
  const int number_;
  int64_t calls_ = 0, failed_ = 0, mixed_ = 0, created_ = 0;
  std::string mix_;
  std::set<std::string> versions_;
};

TEST_F(PluginReloadTest, ReloadsUnderLoadFailNothingAndMixNothing) {
  constexpr int kThreads = 6;
  constexpr int kReloads = 30;
  std::atomic<bool> stop{false};
  std::vector<std::unique_ptr<Caller>> callers;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    callers.push_back(std::make_unique<Caller>(*engine_, t));
    threads.emplace_back([&, caller = callers.back().get(), t] {
      if (t % 3 == 0) return caller->Run(stop);
      caller->RunEnquiries(stop, [&](int number) { return Submit(Unknown(number)); });
    });
  }
  for (int i = 0; i < kReloads; ++i) {
    Put(i % 2 == 0 ? "head" : "director");
    auto view = Load();
    EXPECT_TRUE(view.ok()) << view.status();
    EXPECT_EQ(holder_->Get()->ref->generation, i + 2);
    // One that fails in between changes nothing.
    Put("no_answer");
    EXPECT_FALSE(Load().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> versions;
  int64_t created = 0;
  for (const auto& caller : callers) {
    EXPECT_GT(caller->calls(), 0);
    EXPECT_EQ(caller->failed(), 0);
    EXPECT_EQ(caller->mixed(), 0) << caller->mix();
    created += caller->created();
    versions.insert(caller->versions().begin(), caller->versions().end());
  }
  EXPECT_GT(created, 2 * kReloads);
  EXPECT_THAT(versions, ElementsAre("9.1.0", "9.2.0"));
  EXPECT_EQ(Changes().size(), 1u + kReloads);
}

}  // namespace
}  // namespace leadline::engine
