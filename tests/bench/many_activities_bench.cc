// What a further activity and a further enquiry cost one person who has done very much: in process, durable, one at a
// time, after 0, 500, 5,000 and 50,000 activities on the person and on one lead. And what one enquiry with very many
// activities takes and writes.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/bench/figure.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kGoalMs = 5;
// Of one enquiry with 800 activities.
constexpr double kGoalBusyMs = 300, kGoalBusyKb = 1000;

struct Flags {
  std::string folder = fs::temp_directory_path() / "leadline-many-activities-bench";
  std::vector<int> before = {0, 500, 5'000, 50'000};
  std::vector<int> within = {100, 200, 400, 800};
  int rounds = 100;
  int days = 730;  // over which the activities lie
};

template <typename T>
T OrExit(absl::StatusOr<T> value, std::string_view doing) {
  if (value.ok()) return *std::move(value);
  std::cerr << doing << ": " << value.status() << std::endl;
  std::exit(1);
}

template <typename T, typename Call>
T WaitOrExit(std::string_view doing, Call call) {
  std::promise<absl::StatusOr<T>> promise;
  auto future = promise.get_future();
  call([&](absl::StatusOr<T> result) { promise.set_value(std::move(result)); });
  return OrExit(future.get(), doing);
}

domain::Activity AnyActivity(int i, Time time) {
  static constexpr const char* kWays[][3] = {
      {"website", "low", "visit"}, {"website", "low", "view"},        {"website", "low", "pricing"},
      {"email", "low", "open"},    {"email", "low", "sent"},          {"email", "medium", "click"},
      {"event", "high", "attend"}, {"website", "medium", "download"}, {"webinar", "medium", "attend"},
      {"phone", "low", "call"},    {"website", "high", "contact_me"}, {"email", "medium", "reply"}};
  const auto& way = kWays[i % 12];
  domain::Activity activity;
  activity.channel = way[0];
  activity.investment = way[1];
  activity.response = way[2];
  activity.subject = fmt::format("page {}", i);
  activity.time = time;
  return activity;
}

engine::Enquiry Enquiry() {
  engine::Enquiry enquiry;
  enquiry.account.name = "Acme Ibérica S.A.";
  enquiry.account.domain = "acme.es";
  enquiry.account.country = "ES";
  enquiry.contact.given_name = "Ana";
  enquiry.contact.family_name = "Silva";
  enquiry.contact.email = "ana.silva@acme.es";
  enquiry.contact.title = "Gerente de Compras";
  enquiry.source = "website";
  enquiry.activities = {AnyActivity(10, 0)};
  return enquiry;
}

class Bench {
 public:
  Bench(const Flags& flags, int before, engine::SnapshotHolder& snapshots)
      : flags_(flags), before_(before), folder_(fs::path(flags.folder) / std::to_string(before)) {
    fs::create_directories(folder_);
    store::SqliteOptions options;
    options.path = folder_ / "leadline.db";
    store_ = OrExit(store::OpenSqliteStore(options), "opening the store");
    engine_ = std::make_unique<engine::Engine>(engine::EngineOptions{&clock_, &ids_, store_.get(), &snapshots});
  }

  void Run() {
    const engine::SubmitResult first = Submit();
    lead_ = first.lead.id;
    Fill(first);
    const double once = Timed([&] { Act(); });
    std::vector<double> activities, enquiries;
    for (int i = 0; i < flags_.rounds; ++i) {
      activities.push_back(Timed([&] { Act(); }));
      enquiries.push_back(Timed([&] { Submit(); }));
    }
    const std::string prefix = fmt::format("many_activities.{}.", before_);
    Print({prefix + "activity", Median(activities), "ms", std::nullopt, AtMost(kGoalMs)});
    Print({prefix + "activity_p95", Percentile(activities, 0.95), "ms", std::nullopt, {}});
    Print({prefix + "enquiry", Median(enquiries), "ms", std::nullopt, AtMost(kGoalMs)});
    Print({prefix + "enquiry_p95", Percentile(enquiries, 0.95), "ms", std::nullopt, {}});
    Note(fmt::format("{} activities: the first one after them, which counts them all, took {:.1f} ms", before_, once));
  }

  // New people each time; what is written is what the write-ahead log grows by.
  void RunWithin(int activities) {
    Submit();
    std::vector<double> took, wrote;
    for (int i = 0; i < kBusyRounds; ++i) {
      engine::Enquiry enquiry = Enquiry();
      enquiry.account.domain = fmt::format("acme{}.es", i);
      enquiry.account.name = fmt::format("Acme {} S.A.", i);
      enquiry.contact.family_name = fmt::format("Silva {}", i);
      enquiry.contact.email = "ana@" + enquiry.account.domain;
      enquiry.activities.clear();
      const Time now = clock_.Now();
      for (int k = activities; k-- > 0;) {
        enquiry.activities.push_back(AnyActivity(k, now - static_cast<Time>(k + 1) * flags_.days * kDay / activities));
      }
      enquiry.created_at = enquiry.activities.front().time;
      const uintmax_t before = fs::file_size(folder_ / "leadline.db-wal");
      took.push_back(Timed([&] { Submit(std::move(enquiry)); }));
      wrote.push_back(static_cast<double>(fs::file_size(folder_ / "leadline.db-wal") - before) / 1000);
    }
    const std::string prefix = fmt::format("many_activities.within_{}.", activities);
    const bool goal = activities == 800;
    Print({prefix + "enquiry", Median(took), "ms", std::nullopt, goal ? AtMost(kGoalBusyMs) : Goal()});
    Print({prefix + "written", Median(wrote), "KB", std::nullopt, goal ? AtMost(kGoalBusyKb) : Goal()});
  }

 private:
  static constexpr int kBusyRounds = 3;  // fewer pages than are written before the log begins anew

  // Straight into the store: the way through the engine is not what is measured.
  void Fill(const engine::SubmitResult& first) {
    const Time now = clock_.Now();
    const absl::Status status = store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) -> absl::Status {
      for (int i = 0; i < before_; ++i) {
        domain::Activity activity = AnyActivity(i, now - static_cast<Time>(i) * flags_.days * kDay / before_ - kHour);
        activity.id = fmt::format("before-{}", i);
        activity.lead_id = lead_;
        activity.contact_id = first.contact.id;
        activity.account_id = first.account.id;
        RETURN_IF_ERROR(tx.AddActivity(activity).status());
      }
      ASSIGN_OR_RETURN(domain::Lead lead, tx.GetLead(lead_));
      lead.activity_count += before_;
      return tx.Put(lead);
    });
    if (!status.ok()) OrExit<int>(status, "writing activities");
  }

  engine::SubmitResult Submit(engine::Enquiry enquiry = Enquiry()) {
    return WaitOrExit<engine::SubmitResult>("an enquiry", [&](engine::Done<engine::SubmitResult> done) {
      engine_->SubmitEnquiry({}, std::move(enquiry), false, std::move(done));
    });
  }
  void Act() {
    domain::Activity activity = AnyActivity(next_++, 0);
    activity.lead_id = lead_;
    WaitOrExit<engine::ActivityResult>("an activity", [&](engine::Done<engine::ActivityResult> done) {
      engine_->RecordActivity({}, std::move(activity), std::move(done));
    });
  }
  template <typename What>
  static double Timed(What what) {
    const auto start = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }

  const Flags& flags_;
  const int before_;
  const fs::path folder_;
  SystemClock clock_;
  UuidV7Source ids_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::string lead_;
  int next_ = 0;
};

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("a further activity and a further enquiry of a person who has done very much");
  app.add_option("--folder", flags.folder, "for the databases; its disk is what is measured")->capture_default_str();
  app.add_option("--before", flags.before, "activities before")->delimiter(',');
  app.add_option("--within", flags.within, "activities of one enquiry")->delimiter(',');
  app.add_option("--rounds", flags.rounds, "so many of each")->capture_default_str();
  app.add_option("--days", flags.days, "over which the activities lie")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  fs::remove_all(flags.folder);
  engine::SnapshotHolder snapshots(LoadSnapshotOrExit());
  Note(fmt::format("medians of {}, each durable before the next; the activities lie over {} days", flags.rounds,
                   flags.days));
  for (const int before : flags.before) Bench(flags, before, snapshots).Run();
  fs::remove_all(flags.folder);
  for (const int within : flags.within) Bench(flags, within, snapshots).RunWithin(within);
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
