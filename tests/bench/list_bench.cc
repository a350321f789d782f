// What a page of 1,000 leads takes among a million leads, beside 50,000: lists that an index serves, the first page and
// one in the middle.
//
// Some generated leads are taken in by the engine. Copies of them, each with an id, people and a company of its own,
// and with the events of its history, then go straight into two stores. In each round both stores are opened anew, so
// that nothing is in the store's memory yet, and asked for the same pages in turn: a page first, and the same once
// more.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/sample/random.h"
#include "engine/engine.h"
#include "engine/listing/listing.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/bench/figure.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;

constexpr char kTenant[] = "default";
constexpr double kMostTimes = 2;  // as long among the most leads as among the fewest
constexpr int64_t kTransaction = 1'000;
constexpr int kMostEvents = 1'000;  // of one lead
constexpr char kQueue[] = "bench";  // where one copy in ten waits

struct Flags {
  std::string folder = fs::temp_directory_path() / "leadline-list-bench";
  std::vector<int64_t> leads = {50'000, 1'000'000};
  int page_size = engine::kMostPageSize;
  int rounds = 9;
  int patterns = 2'000;
  uint64_t seed = 23;
};

void OkOrExit(const absl::Status& status, std::string_view doing) {
  if (status.ok()) return;
  std::cerr << doing << ": " << status << std::endl;
  std::exit(1);
}

std::unique_ptr<store::Store> OpenOrExit(const fs::path& folder) {
  fs::create_directories(folder);
  store::SqliteOptions options;
  options.path = folder / "leadline.db";
  auto store = store::OpenSqliteStore(options);
  OkOrExit(store.status(), "opening the store");
  return *std::move(store);
}

// A lead as the engine stored it, and its history.
struct Pattern {
  domain::Lead lead;
  std::vector<domain::Event> events;
};

void Import(const Flags& flags, store::Store& store, engine::SnapshotHolder& snapshots) {
  SystemClock clock;
  UuidV7Source ids;
  engine::Engine engine({.clock = &clock, .ids = &ids, .store = &store, .snapshots = &snapshots});
  sample::SampleOptions options;
  options.leads = flags.patterns;
  options.seed = flags.seed;
  options.now = clock.Now();
  const sample::SampleGenerator generator(options);
  std::vector<engine::ImportRow> rows;
  for (int i = 0; i < flags.patterns; ++i) rows.push_back({i + 1, PastEnquiry(generator.Make(i))});
  std::promise<absl::Status> promise;
  engine.ImportRows({}, "patterns", std::move(rows), false,
                    [&](absl::StatusOr<engine::ImportResult> result) { promise.set_value(result.status()); });
  OkOrExit(promise.get_future().get(), "importing generated leads");
}

std::vector<Pattern> MakePatterns(const Flags& flags, engine::SnapshotHolder& snapshots) {
  const std::unique_ptr<store::Store> store = OpenOrExit(fs::path(flags.folder) / "patterns");
  Import(flags, *store, snapshots);
  std::vector<Pattern> patterns;
  const auto read = [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, reader.LeadIds({}, flags.patterns));
    for (const std::string& id : ids) {
      const domain::RecordRef ref{domain::RecordKind::kLead, id};
      Pattern pattern;
      ASSIGN_OR_RETURN(pattern.lead, reader.GetLead(id));
      ASSIGN_OR_RETURN(pattern.events, reader.Timeline({&ref, 1}, 0, kMostEvents));
      patterns.push_back(std::move(pattern));
    }
    return absl::OkStatus();
  };
  OkOrExit(store->Read(kTenant, read), "reading the imported leads");
  store->Close();
  return patterns;
}

// Writes copies of the patterns.
class Filler {
 public:
  Filler(const Flags& flags, const std::vector<Pattern>& patterns) : flags_(flags), patterns_(patterns) {}

  void Fill(store::Store& store, int64_t count) {
    for (int64_t at = 0; at < count; at += kTransaction) {
      const auto write = [&](store::Transaction& tx) -> absl::Status {
        for (int64_t i = at; i < std::min(count, at + kTransaction); ++i) RETURN_IF_ERROR(Put(tx, i));
        return absl::OkStatus();
      };
      OkOrExit(store::WriteAndWait(store, kTenant, write), "filling the database");
    }
  }

 private:
  absl::Status Put(store::Transaction& tx, int64_t index) {
    sample::Random random(flags_.seed, "list", static_cast<uint64_t>(index));
    const Pattern& pattern = patterns_[random.Below(patterns_.size())];
    const Time now = clock_.Now();
    domain::Lead lead = pattern.lead;
    lead.id = ids_.NewId(now);
    lead.version = 0;
    lead.account_id = ids_.NewId(now);
    for (domain::ContactRole& role : lead.contacts) role.contact_id = ids_.NewId(now);
    lead.score.total += random.Fraction();  // few have the same, as where it fades
    if (random.Chance(0.1)) {
      lead.hold_queue = kQueue;
      lead.held_since = now;
    }
    RETURN_IF_ERROR(tx.Put(lead));
    const std::string transaction = ids_.NewId(now);
    for (domain::Event event : pattern.events) {
      event.record.id = lead.id;
      event.transaction_id = transaction;
      event.append_time = now;
      event.actor.clear();
      event.request_id.clear();
      if (event.decision.has_value()) event.decision->record = domain::ResourceName(event.record);
      RETURN_IF_ERROR(tx.Append(std::move(event)));
    }
    return absl::OkStatus();
  }

  const Flags& flags_;
  const std::vector<Pattern>& patterns_;
  SystemClock clock_;
  UuidV7Source ids_;
};

struct List {
  std::string name, filter, order_by;
};

// What most of the patterns have, of those that have any.
std::string Commonest(const std::vector<Pattern>& patterns, std::string domain::Lead::*field) {
  std::map<std::string, int> counts;
  for (const Pattern& pattern : patterns) {
    if (const std::string& value = pattern.lead.*field; !value.empty()) ++counts[value];
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::string() : most->first;
}

std::vector<List> ListsOf(const std::vector<Pattern>& patterns) {
  const std::string region = Commonest(patterns, &domain::Lead::region);
  const std::string rep = Commonest(patterns, &domain::Lead::assignee);
  return {{"all", "", ""},
          {"status", "status = mql", ""},
          {"status_by_score", "status = mql", "score desc"},
          {"region", fmt::format("region = {}", region), ""},
          {"assignee", fmt::format("assignee = reps/{}", rep), ""},
          {"queue_by_hold_time", fmt::format("hold_queue = queues/{}", kQueue), "hold_time"},
          {"changes", "change_position > 0", ""}};
}

// One of the two stores.
class Place {
 public:
  Place(const Flags& flags, int64_t leads, engine::SnapshotHolder& snapshots)
      : flags_(flags),
        leads_(leads),
        folder_(fs::path(flags.folder) / std::to_string(leads)),
        snapshots_(snapshots),
        store_(OpenOrExit(folder_)) {}

  int64_t leads() const { return leads_; }
  store::Store& store() { return *store_; }
  void Close() {
    store_->Close();
    store_.reset();
  }
  void OpenAnew() {
    if (store_ != nullptr) Close();
    store_ = OpenOrExit(folder_);
  }
  uintmax_t bytes() const { return fs::file_size(folder_ / "leadline.db"); }

  engine::ListPage<domain::Lead> Page(const List& list, const std::string& cursor) {
    engine::EngineOptions options{&clock_, &ids_, store_.get(), &snapshots_};
    engine::ListRequest request{list.filter, list.order_by, cursor, flags_.page_size, cursor.empty()};
    auto page = engine::ListLeads(options, {}, request);
    OkOrExit(page.status(), list.name);
    return *std::move(page);
  }
  // Milliseconds.
  double Timed(const List& list, const std::string& cursor) {
    const auto start = std::chrono::steady_clock::now();
    const size_t found = Page(list, cursor).items.size();
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    if (found == static_cast<size_t>(flags_.page_size)) return taken.count();
    OkOrExit(absl::OutOfRangeError(fmt::format("a page has {} leads", found)), list.name);
    return 0;
  }

 private:
  const Flags& flags_;
  const int64_t leads_;
  const fs::path folder_;
  engine::SnapshotHolder& snapshots_;
  SystemClock clock_;
  UuidV7Source ids_;
  std::unique_ptr<store::Store> store_;
};

// Where the page in the middle begins, of a list of two full pages or more.
struct Middle {
  int64_t leads = 0;
  std::string cursor;
};

Middle FindMiddle(Place& place, const List& list, int page_size) {
  Middle middle;
  std::vector<std::string> cursors = {""};
  while (true) {
    engine::ListPage<domain::Lead> page = place.Page(list, cursors.back());
    middle.leads += static_cast<int64_t>(page.items.size());
    if (page.next.empty()) break;
    cursors.push_back(std::move(page.next));
  }
  if (middle.leads < 2 * page_size) {
    OkOrExit(absl::OutOfRangeError(fmt::format("only {} leads are in the list", middle.leads)), list.name);
  }
  middle.cursor = cursors[static_cast<size_t>(middle.leads / page_size / 2)];
  return middle;
}

void PrintTimes(const std::string& name, const std::vector<Place*>& places,
                const std::vector<std::vector<double>>& times) {
  const double least = Median(times[0]);
  for (size_t i = 0; i < places.size(); ++i) {
    const double taken = Median(times[i]);
    Figure figure{fmt::format("{}.{}", name, places[i]->leads()), taken, "ms", std::nullopt, {}};
    if (i > 0) {
      figure.ratio = taken / least;
      figure.goal = {Goal::Kind::kAtMost, kMostTimes, true};
    }
    Print(figure);
  }
}

// The page that begins at each place's cursor.
void MeasurePage(const Flags& flags, const List& list, const std::string& page, const std::vector<Place*>& places,
                 const std::vector<std::string>& cursors) {
  std::vector<std::vector<double>> cold(places.size()), warm(places.size());
  for (int round = 0; round < flags.rounds; ++round) {
    for (size_t i = 0; i < places.size(); ++i) {
      places[i]->OpenAnew();
      cold[i].push_back(places[i]->Timed(list, cursors[i]));
      warm[i].push_back(places[i]->Timed(list, cursors[i]));
    }
  }
  const std::string name = fmt::format("list.{}.{}", list.name, page);
  PrintTimes(name, places, cold);
  PrintTimes(name + "_warm", places, warm);
}

void Measure(const Flags& flags, const List& list, const std::vector<Place*>& places) {
  std::vector<std::string> counts, cursors;
  for (Place* place : places) {
    Middle middle = FindMiddle(*place, list, flags.page_size);
    counts.push_back(std::to_string(middle.leads));
    cursors.push_back(std::move(middle.cursor));
  }
  Note(fmt::format("{}: filter \"{}\", order_by \"{}\": {} leads", list.name, list.filter, list.order_by,
                   fmt::join(counts, " and ")));
  MeasurePage(flags, list, "first", places, std::vector<std::string>(places.size()));
  MeasurePage(flags, list, "middle", places, cursors);
}

void FillPlace(const Flags& flags, const std::vector<Pattern>& patterns, Place& place) {
  const auto start = std::chrono::steady_clock::now();
  Filler(flags, patterns).Fill(place.store(), place.leads());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  place.OpenAnew();
  Note(fmt::format("{} leads: {} MB, written in {:.0f} s", place.leads(), place.bytes() / 1'000'000, taken.count()));
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("a page of leads among few and among many");
  app.add_option("--folder", flags.folder, "for the databases")->capture_default_str();
  app.add_option("--leads", flags.leads, "in each store; ratios are to the first")->delimiter(',');
  app.add_option("--page-size", flags.page_size)->capture_default_str();
  app.add_option("--rounds", flags.rounds, "the median of so many")->capture_default_str();
  app.add_option("--patterns", flags.patterns, "generated leads that are copied")->capture_default_str();
  app.add_option("--seed", flags.seed, "of the generated leads")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  fs::remove_all(flags.folder);
  engine::SnapshotHolder snapshots(LoadSnapshotOrExit());
  const std::vector<Pattern> patterns = MakePatterns(flags, snapshots);
  std::vector<std::unique_ptr<Place>> places;
  std::vector<Place*> all;
  for (const int64_t leads : flags.leads) {
    places.push_back(std::make_unique<Place>(flags, leads, snapshots));
    all.push_back(places.back().get());
    FillPlace(flags, patterns, *all.back());
  }
  Note(fmt::format("a page has {} leads; the first one tells how many there are; ratio: to {} leads", flags.page_size,
                   flags.leads.front()));
  for (const List& list : ListsOf(patterns)) Measure(flags, list, all);
  for (Place* place : all) place->Close();
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
