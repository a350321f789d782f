// How long FindDuplicates takes among many contacts.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "cli/sample/random.h"
#include "domain/matching.h"
#include "engine/engine.h"
#include "engine/work/enquiry.h"
#include "fmt/format.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/bench/figure.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string folder = fs::temp_directory_path() / "leadline-duplicates-bench";
  int64_t contacts = 100'000;
  int lookups = 2'000;
  uint64_t seed = 11;
};

constexpr int64_t kTransaction = 2'000;
constexpr double kP50Goal = 2, kP99Goal = 15;  // milliseconds, at a million contacts

void OkOrExit(const absl::Status& status, std::string_view doing) {
  if (status.ok()) return;
  std::cerr << doing << ": " << status << std::endl;
  std::exit(1);
}

std::string IdOf(std::string_view kind, int64_t index) { return fmt::format("{}-{:08d}", kind, index); }

// Stores the person and the company of each generated lead with their keys, in normal form. Contact `i` is the person
// of lead `i`; people who come twice stand twice, as after imports from two systems.
class Filler {
 public:
  Filler(store::Store& store, std::shared_ptr<const engine::Snapshot> snapshot, const sample::SampleGenerator& leads)
      : store_(store), snapshot_(std::move(snapshot)), decider_(snapshot_), leads_(leads) {}

  void Fill() {
    const int64_t count = leads_.options().leads;
    for (int64_t at = 0; at < count; at += kTransaction) {
      std::vector<engine::PreparedEnquiry> prepared;
      for (int64_t i = at; i < std::min(count, at + kTransaction); ++i) prepared.push_back(Prepare(i));
      OkOrExit(store::WriteAndWait(store_, "default",
                                   [&](store::Transaction& tx) {
                                     for (size_t k = 0; k < prepared.size(); ++k) {
                                       absl::Status status = Put(tx, prepared[k], at + static_cast<int64_t>(k));
                                       if (!status.ok()) return status;
                                     }
                                     return absl::OkStatus();
                                   }),
               "filling the database");
    }
  }

 private:
  engine::PreparedEnquiry Prepare(int64_t index) {
    engine::Enquiry enquiry = PastEnquiry(leads_.Make(index));
    enquiry.activities.clear();
    enquiry.history.clear();
    auto prepared = engine::PrepareEnquiry(decider_, std::move(enquiry), leads_.options().now);
    OkOrExit(prepared.status(), "a generated lead");
    return *std::move(prepared);
  }

  absl::Status Put(store::Transaction& tx, const engine::PreparedEnquiry& prepared, int64_t index) {
    const domain::MatchPolicy& policy = snapshot_->rules->ForRegion(prepared.lead.region).matching;
    domain::Account account = prepared.account;
    account.id = IdOf("a", index);
    domain::Contact contact = prepared.contact;
    contact.id = IdOf("c", index);
    contact.account_id = account.id;
    contact.status = "inquiry";
    absl::Status status = tx.Put(account);
    if (status.ok()) {
      status = tx.SetKeys(domain::RecordKind::kAccount, account.id, domain::AccountKeys(policy, account));
    }
    if (status.ok()) status = tx.Put(contact);
    if (!status.ok()) return status;
    return tx.SetKeys(domain::RecordKind::kContact, contact.id, domain::ContactKeys(policy, contact, &account));
  }

  store::Store& store_;
  std::shared_ptr<const engine::Snapshot> snapshot_;
  engine::Decider decider_;
  const sample::SampleGenerator& leads_;
};

struct Lookups {
  std::vector<double> milliseconds;
  int64_t candidates = 0;
  int64_t known = 0, found = 0;  // duplicates that the generator made, and those among the answers
};

Lookups Look(engine::Engine& engine, const sample::SampleGenerator& leads, const Flags& flags) {
  Lookups out;
  sample::Random random(flags.seed, "lookup", 0);
  constexpr int kWarm = 50;
  for (int i = -kWarm; i < flags.lookups; ++i) {
    const auto index = static_cast<int64_t>(random.Below(static_cast<uint64_t>(flags.contacts)));
    const std::string name = "contacts/" + IdOf("c", index);
    const auto start = std::chrono::steady_clock::now();
    auto found = engine.FindDuplicates({}, name, 20);
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    OkOrExit(found.status(), name);
    if (i < 0) continue;
    out.milliseconds.push_back(taken.count());
    out.candidates += static_cast<int64_t>(found->size());
    const int64_t original = leads.Make(index).duplicate_of;
    if (original < 0) continue;
    ++out.known;
    for (const engine::DuplicateCandidate& candidate : *found) {
      if (candidate.name == "contacts/" + IdOf("c", original)) ++out.found;
    }
  }
  return out;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("FindDuplicates among many contacts");
  app.add_option("--folder", flags.folder, "for the database")->capture_default_str();
  app.add_option("--contacts", flags.contacts, "up to a few millions")->capture_default_str();
  app.add_option("--lookups", flags.lookups)->capture_default_str();
  app.add_option("--seed", flags.seed, "of the generated people")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  fs::remove_all(flags.folder);
  fs::create_directories(flags.folder);
  SystemClock clock;
  UuidV7Source ids;
  engine::SnapshotHolder snapshots(LoadSnapshotOrExit());
  store::SqliteOptions store_options;
  store_options.path = fs::path(flags.folder) / "leadline.db";
  auto store = store::OpenSqliteStore(store_options);
  OkOrExit(store.status(), "opening the store");
  engine::Engine engine({.clock = &clock, .ids = &ids, .store = store->get(), .snapshots = &snapshots});

  sample::SampleOptions options;
  options.leads = flags.contacts;
  options.seed = flags.seed;
  options.now = clock.Now();
  const sample::SampleGenerator leads(options);
  Filler(**store, snapshots.Get(), leads).Fill();
  Lookups lookups = Look(engine, leads, flags);

  Note(fmt::format("{} contacts, {} lookups of random ones, one at a time; the goals are for a million contacts",
                   flags.contacts, flags.lookups));
  const std::string prefix = fmt::format("duplicates.{}_contacts.", flags.contacts);
  Print({prefix + "p50", Percentile(lookups.milliseconds, 0.50), "ms", std::nullopt, AtMost(kP50Goal)});
  Print({prefix + "p99", Percentile(lookups.milliseconds, 0.99), "ms", std::nullopt, AtMost(kP99Goal)});
  Print({prefix + "slowest", Percentile(lookups.milliseconds, 1), "ms", std::nullopt, {}});
  Print(
      {prefix + "candidates", static_cast<double>(lookups.candidates) / flags.lookups, "per lookup", std::nullopt, {}});
  if (lookups.known > 0) {
    Print({prefix + "recall",
           static_cast<double>(lookups.found) / static_cast<double>(lookups.known),
           "of known duplicates",
           std::nullopt,
           {}});
  }
  (*store)->Close();
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
