// An engine on the real rule packs, the real plugins and a real store in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "base/clock.h"
#include "engine/decide/build_snapshot.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"
#include "engine/engine.h"
#include "engine/listing/listing.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_store.h"
#include "store/verify/verify.h"

namespace leadline::engine {

inline constexpr char kTitles[] = "org.leadline.title_seniority";

inline constexpr char kRulesRoot[] = LEADLINE_SOURCE_DIR "/rules";
inline constexpr char kPluginDir[] = LEADLINE_BINARY_DIR "/plugins";

// The plugins of a folder, all of which may load, in this process after a trial in another.
inline PluginFolder TrustedPlugins(const std::string& directory, const std::string& cache) {
  PluginFolder folder;
  folder.directory = directory;
  folder.cache = cache;
  folder.trust = std::make_shared<plugin::TrustPolicy>(plugin::TrustPolicy::Anything());
  folder.mode = plugin::PluginMode::kLocal;
  folder.worker.executable = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";
  folder.worker.without_landlock = true;
  return folder;
}

// Waits for an asynchronous use case.
template <typename T, typename Call>
absl::StatusOr<T> Wait(Call call) {
  std::promise<absl::StatusOr<T>> promise;
  auto future = promise.get_future();
  call([&](absl::StatusOr<T> result) { promise.set_value(std::move(result)); });
  return future.get();
}

// What of a tenant is not what its ledger tells.
inline std::vector<store::Difference> DifferencesOf(store::Store& store, store::VerifyCounts* counts = nullptr) {
  std::vector<store::Difference> found;
  store::VerifyCounts own;
  const absl::Status status = store.Read("default", [&](store::Reader& reader) {
    return VerifyTenant(
        reader, "default", [&](const store::Difference& d) { found.push_back(d); }, counts != nullptr ? *counts : own);
  });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

inline std::string DescribeAll(const std::vector<store::Difference>& differences) {
  std::string out;
  for (size_t i = 0; i < differences.size() && i < 20; ++i) out += store::Describe(differences[i]) + "\n";
  return out + fmt::format("{} differences", differences.size());
}

// The packs that ship, without their thousands of cases of titles, which tests/run runs with `leadline pack test`.
inline packs::PackSet ShippedPacks() {
  packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
  for (packs::PackFiles& pack : set.packs) {
    std::erase_if(pack.files, [](const auto& file) { return file.first.starts_with("tests/titles_"); });
  }
  return set;
}

// Whatever a test does, its store is what its ledger tells at the end.
class EngineTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const Snapshot> BuildOnce() {
    static const std::shared_ptr<const Snapshot> snapshot = [] {
      SnapshotResult result = BuildSnapshot(
          std::string(kRulesRoot),
          TrustedPlugins(kPluginDir, std::filesystem::temp_directory_path() / "leadline-engine-plugins"), 1, 0);
      EXPECT_TRUE(result.status.ok()) << result.status;
      return result.snapshot;
    }();
    return snapshot;
  }

  // The shipped packs with `text` before the first `before` that follows `after` in a file of one.
  static std::shared_ptr<const Snapshot> BuildWith(const std::string& pack, const std::string& file,
                                                   const std::string& after, const std::string& before,
                                                   const std::string& text) {
    packs::PackSet set = ShippedPacks();
    for (packs::PackFiles& edited : set.packs) {
      if (edited.name == pack)
        edited.files[file].insert(edited.files[file].find(before, edited.files[file].find(after)), text);
    }
    const std::filesystem::path cache = std::filesystem::temp_directory_path() / "leadline-engine-plugins";
    SnapshotResult result = BuildSnapshot(set, TrustedPlugins(kPluginDir, cache), 1, 0);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.snapshot;
  }
  // Decides by these packs from here on, on an empty store.
  void Use(std::shared_ptr<const Snapshot> snapshot) {
    ASSERT_NE(snapshot, nullptr);
    engine_.reset();
    store_.reset();
    holder_ = std::make_unique<SnapshotHolder>(std::move(snapshot));
    OpenStore();
  }

  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-engine-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ASSERT_NE(BuildOnce(), nullptr);
    holder_ = std::make_unique<SnapshotHolder>(BuildOnce());
    OpenStore();
  }

  void TearDown() override {
    if (store_ != nullptr && as_told_) {
      const auto found = DifferencesOf(*store_);
      EXPECT_TRUE(found.empty()) << DescribeAll(found);
    }
    engine_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void OpenStore() {
    store::SqliteOptions options;
    options.path = folder_ / "leadline.db";
    auto opened = store::OpenSqliteStore(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    engine_ = std::make_unique<Engine>(EngineOptions{&clock_, &ids_, store_.get(), holder_.get()});
  }

  static domain::Activity Did(std::string channel, std::string investment, std::string response, Time time = 0) {
    domain::Activity activity;
    activity.channel = std::move(channel);
    activity.investment = std::move(investment);
    activity.response = std::move(response);
    activity.time = time;
    return activity;
  }

  // A purchasing manager in Spain who asks to be called.
  static Enquiry HotEnquiry() {
    Enquiry e;
    e.account.name = "Acme Ibérica S.A.";
    e.account.domain = "acme.es";
    e.account.country = "ES";
    e.contact.given_name = "Ana";
    e.contact.family_name = "Silva";
    e.contact.email = "ana.silva@acme.es";
    e.contact.title = "Gerente de Compras";
    e.contact.language = "es";
    e.source = "website";
    e.activities = {Did("website", "high", "contact_me")};
    return e;
  }

  absl::StatusOr<SubmitResult> Submit(Enquiry enquiry, CallContext context = {}, bool validate_only = false) {
    return Wait<SubmitResult>([&](Done<SubmitResult> done) {
      engine_->SubmitEnquiry(context, std::move(enquiry), validate_only, std::move(done));
    });
  }
  absl::StatusOr<ActivityResult> Act(domain::Activity activity, CallContext context = {}) {
    return Wait<ActivityResult>(
        [&](Done<ActivityResult> done) { engine_->RecordActivity(context, std::move(activity), std::move(done)); });
  }
  // The newest leads, newest first.
  std::vector<domain::Lead> NewestLeads(int most = kMostPageSize) {
    const auto page = ListLeads(engine_->options(), {}, {.page_size = most});
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<domain::Lead> leads;
    if (page.ok()) {
      for (const Listed<domain::Lead>& item : page->items) leads.push_back(item.record);
    }
    return leads;
  }

  absl::StatusOr<ImportResult> Import(std::string id, std::vector<ImportRow> rows, bool validate_only = false) {
    return Wait<ImportResult>([&](Done<ImportResult> done) {
      engine_->ImportRows({}, std::move(id), std::move(rows), validate_only, std::move(done));
    });
  }
  absl::StatusOr<std::vector<domain::Event>> History(const std::string& name) {
    auto page = engine_->GetTimeline({}, name, "", 1000);
    if (!page.ok()) return page.status();
    return std::move(page->items);
  }
  // Leads in work, as the reps' books count them.
  int64_t OpenLeads() {
    int64_t open = 0;
    auto fairness = engine_->GetFairness({}, 0, 0, "");
    EXPECT_TRUE(fairness.ok()) << fairness.status();
    for (const RepShare& share : fairness->reps) open += share.rep.state.open_leads;
    return open;
  }
  static std::string LeadName(const domain::Lead& lead) {
    return domain::ResourceName(domain::RecordKind::kLead, lead.id);
  }
  static std::string ContactName(const domain::Contact& contact) {
    return domain::ResourceName(domain::RecordKind::kContact, contact.id);
  }

  // False where a test writes what no event tells.
  bool as_told_ = true;
  std::filesystem::path folder_;
  ManualClock clock_{*ParseTime("2026-03-02T10:00:00Z")};  // a Monday
  UuidV7Source ids_{42};
  std::unique_ptr<SnapshotHolder> holder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace leadline::engine
