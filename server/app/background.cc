#include "app/background.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "app/reference_log.h"
#include "base/zones/zone_folder.h"

namespace leadline::app {
namespace {

constexpr int kClockBatch = 200;
constexpr int kAccountBatch = 100;
constexpr int kCompareBatch = 500;  // events
constexpr int kKeyBatch = 200;      // records
constexpr int kForgetBatch = 1000;  // requests
constexpr int kReportBatch = 5000;  // transactions of the ledger
constexpr std::chrono::milliseconds kIdle{500};
// Between the two looks at a package of time zones that may still be arriving.
constexpr std::chrono::milliseconds kArriving{1'000};

engine::CallContext System() {
  engine::CallContext context;
  context.actor = "system";
  return context;
}

}  // namespace

Background::Background(engine::Engine& engine, engine::PackRollout& packs, engine::Operations& operations,
                       store::Store& store, ZoneFolder& zones, Server& server, const BackgroundOptions& options,
                       const Log& log)
    : engine_(engine),
      packs_(packs),
      operations_(operations),
      store_(store),
      zones_(zones),
      server_(server),
      options_(options),
      log_(log),
      clocks_([this] { return AdvanceClocks(); }),
      changes_([this] { return FollowChanges(); }),
      held_(engine_.options()),
      held_leads_([this] { return GiveOutHeldLeads(); }),
      accounts_([this] { return ScoreAccounts(); }),
      rollout_([this] { return TendPacks(); }),
      time_zones_([this] { return TendTimeZones(); }),
      plugin_health_([this] { return TellPluginHealth(); }),
      store_health_([this] { return TellStoreHealth(); }),
      keys_([this] { return RebuildKeys(); }),
      requests_([this] { return ForgetRequests(); }),
      ended_operations_([this] { return ForgetOperations(); }),
      watches_(engine_.options()),
      watching_([this] { return LookAtQueues(); }),
      reports_([this] { return FollowReports(); }) {}

void Background::Stop() {
  clocks_.Stop();
  changes_.Stop();
  held_leads_.Stop();
  accounts_.Stop();
  rollout_.Stop();
  time_zones_.Stop();
  plugin_health_.Stop();
  store_health_.Stop();
  keys_.Stop();
  requests_.Stop();
  ended_operations_.Stop();
  watching_.Stop();
  reports_.Stop();
}

std::chrono::milliseconds Background::LookAtQueues() {
  constexpr std::chrono::milliseconds kEvery{30'000};
  const absl::StatusOr<int> told = watches_.Look(System());
  if (!told.ok()) log_.Error("cannot look at queues and calendars", {{"error", told.status().ToString()}});
  return kEvery;
}

std::chrono::milliseconds Background::FollowChanges() {
  absl::StatusOr<engine::SharedChangeStep> step = engine_.FollowSharedChanges(System(), kClockBatch);
  if (!step.ok()) {
    log_.Error("cannot decide leads of changed people and companies again", {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  LogSetAside("a lead whose person or company changed cannot be decided again; others go on", step->set_aside);
  // What changes several times in a moment is followed once.
  return step->leads < kClockBatch ? kIdle : std::chrono::milliseconds(0);
}

std::chrono::milliseconds Background::GiveOutHeldLeads() {
  const absl::StatusOr<engine::HeldStep> step = held_.GiveOut(System(), kClockBatch);
  if (!step.ok()) {
    log_.Error("cannot give out leads that wait in queues", {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  LogSetAside("a lead that waits in a queue cannot be decided; the others go on", step->set_aside);
  if (step->given > 0) log_.Info("leads that waited went to somebody", {{"leads", step->given}});
  return step->all ? kIdle : std::chrono::milliseconds(0);
}

std::chrono::milliseconds Background::ScoreAccounts() {
  const absl::StatusOr<engine::AccountStep> step = engine_.ScoreAccounts(System(), kAccountBatch);
  if (!step.ok()) {
    log_.Error("cannot score accounts", {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  LogSetAside("an account cannot be scored; the others go on", step->set_aside);
  // An account of which several people do something in a moment is scored once.
  return step->accounts < kAccountBatch ? kIdle : std::chrono::milliseconds(0);
}

std::chrono::milliseconds Background::AdvanceClocks() {
  absl::StatusOr<engine::ClockStep> step = engine_.AdvanceClocks(System(), kClockBatch);
  if (!step.ok()) {
    log_.Error("cannot do what time alone does to leads", {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  LogSetAside("what time does to a lead cannot be done; the others go on", step->set_aside);
  LogSetAside("a person cannot be decided again; the others go on", step->people_set_aside);
  if (step->touched > 0) log_.Debug("time came for leads and persons", {{"records", step->touched}});
  return step->touched + step->set_aside.size() + step->people_set_aside.size() == 0 ? options_.clock_interval
                                                                                     : std::chrono::milliseconds(0);
}

std::chrono::milliseconds Background::TendPacks() {
  if (absl::Status status = packs_.Refresh(System()); !status.ok()) {
    log_.Error("cannot follow the store's packs; the ones before go on deciding", {{"error", status.ToString()}});
  }
  absl::StatusOr<int> compared = packs_.CompareSome(System(), kCompareBatch);
  if (!compared.ok()) log_.Error("cannot compare decisions for the trial", {{"error", compared.status().ToString()}});
  // A tenth of a second's share at a time, so that other writes come between.
  const int batch = std::max(1, options_.rescore_rate / 10);
  absl::StatusOr<engine::RescoreStep> rescored = packs_.RescoreSome(System(), batch);
  if (!rescored.ok()) {
    log_.Error("cannot score leads again", {{"error", rescored.status().ToString()}});
    return kIdle;
  }
  LogSetAside("a lead cannot be scored again; the others go on", rescored->set_aside);
  LogSetAside("a lead was not scored again: it failed too often, and keeps what it has", rescored->skipped);
  if (rescored->leads == 0 && rescored->left_out > 0) return std::chrono::milliseconds(0);
  if (rescored->leads > 0) return std::chrono::milliseconds(1000 * rescored->leads / options_.rescore_rate);
  return kIdle;
}

std::chrono::milliseconds Background::TendTimeZones() {
  const Time now = engine_.clock().Now();
  const std::shared_ptr<const engine::Snapshot> snapshot = engine_.snapshot();
  const engine::Snapshot& deciding = *snapshot;
  if (now - warned_ >= kDay && WarnOfOldTimeZones(deciding.reference.time_zones, now, log_)) warned_ = now;
  absl::StatusOr<std::shared_ptr<const TimeZones>> seen = zones_.Look();
  const std::string error = seen.ok() ? "" : seen.status().ToString();
  if (!error.empty() && error != zones_error_) {
    log_.Warning("cannot read time zones; those before go on deciding",
                 {{"time_zones", deciding.reference.time_zones}, {"error", error}});
  }
  zones_error_ = error;
  if (!seen.ok() || (*seen)->fingerprint() == deciding.rules->time_zones()->fingerprint()) {
    arriving_.reset();
    return options_.time_zones_interval;
  }
  if (arriving_ != *seen) {
    arriving_ = *seen;
    return std::min(kArriving, options_.time_zones_interval);
  }
  absl::StatusOr<bool> taken = packs_.TakeTimeZones(System());
  if (!taken.ok()) {
    log_.Error("cannot decide with new time zones; those before go on deciding",
               {{"time_zones", deciding.reference.time_zones},
                {"found", (*seen)->version()},
                {"error", taken.status().ToString()}});
    return options_.time_zones_interval;
  }
  const std::shared_ptr<const engine::Snapshot> next = engine_.snapshot();
  log_.Info("new time zones decide",
            {{"time_zones", next->reference.time_zones}, {"generation", next->ref->generation}});
  return options_.time_zones_interval;
}

std::chrono::milliseconds Background::TellPluginHealth() {
  LogPluginChanges();
  const std::shared_ptr<const engine::Snapshot> snapshot = engine_.snapshot();
  std::vector<engine::PluginOutage> outages = engine::OutagesOf(*snapshot);
  if (outages == outages_ && snapshot->rules->regions() == regions_) return kIdle;
  const bool changed = outages != outages_;
  outages_ = std::move(outages);
  regions_ = snapshot->rules->regions();
  Server::PluginsDown down;
  for (const std::string& region : regions_) down[region];
  for (const engine::PluginOutage& outage : outages_) {
    for (const std::string_view service : rpc::ServicesThatNeed(outage.capability)) {
      down[outage.region].emplace(service);
    }
    if (!changed) continue;
    Fields fields = {{"plugin", outage.id}, {"capability", outage.capability}};
    if (!outage.region.empty()) fields["region"] = outage.region;
    log_.Error(outage.region.empty() ? "a plugin that the packs need is down" : "a plugin that a region needs is down",
               fields);
  }
  if (changed && outages_.empty()) log_.Info("the plugins that the packs need are up again");
  server_.SetPluginsDown(std::move(down));
  return kIdle;
}

std::chrono::milliseconds Background::TellStoreHealth() {
  const store::StoreHealth health = store_.Check();
  const bool reads = health.reads.ok(), writes = health.writes.ok();
  if (reads == store_reads_ && writes == store_writes_) return kIdle;
  server_.SetStoreServes(reads, writes);
  if (reads != store_reads_) {
    if (reads) log_.Info("the store can be read again");
    if (!reads) log_.Error("the store cannot be read", {{"error", health.reads.ToString()}});
  }
  if (writes != store_writes_) {
    if (writes) log_.Info("the store can be written again");
    if (!writes) log_.Error("the store cannot be written; reads go on", {{"error", health.writes.ToString()}});
  }
  store_reads_ = reads;
  store_writes_ = writes;
  return kIdle;
}

std::chrono::milliseconds Background::RebuildKeys() {
  // Other writes come between two steps.
  constexpr std::chrono::milliseconds kBreath{10};
  const absl::StatusOr<engine::KeyRebuildStep> step = engine_.RebuildKeys(System(), kKeyBatch);
  if (!step.ok()) {
    log_.Error("cannot make blocking keys again; records are found by the ones before",
               {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  // An empty store has no keys to make.
  if (step->began && step->records > 0) {
    log_.Info("blocking keys are made again: the tables they are made with changed");
  }
  if (step->finished && step->done > 0) log_.Info("blocking keys are made again", {{"records", step->done}});
  return step->records > 0 ? kBreath : kIdle;
}

std::chrono::milliseconds Background::ForgetRequests() {
  // Other writes come between two batches.
  constexpr std::chrono::milliseconds kBreath{10};
  constexpr std::chrono::milliseconds kMostWait{60'000};
  const absl::StatusOr<int> forgotten = engine_.ForgetRequests(System(), options_.request_retention, kForgetBatch);
  if (!forgotten.ok()) {
    log_.Error("cannot forget the names of old requests", {{"error", forgotten.status().ToString()}});
    return kMostWait;
  }
  if (*forgotten > 0) log_.Debug("forgot the names of old requests", {{"requests", *forgotten}});
  if (*forgotten == kForgetBatch) return kBreath;
  return std::min(kMostWait, std::chrono::milliseconds(options_.request_retention / 1000));
}

std::chrono::milliseconds Background::ForgetOperations() {
  constexpr std::chrono::milliseconds kWait{60'000};
  const absl::StatusOr<int> forgotten = operations_.Forget(System(), options_.operation_retention);
  if (!forgotten.ok()) log_.Error("cannot forget old operations", {{"error", forgotten.status().ToString()}});
  if (forgotten.value_or(0) > 0) log_.Debug("forgot old operations", {{"operations", *forgotten}});
  return kWait;
}

std::chrono::milliseconds Background::FollowReports() {
  const auto begin = std::chrono::steady_clock::now();
  const absl::StatusOr<engine::ReportFoldStep> step = engine_.FoldReports(System(), kReportBatch);
  if (!step.ok()) {
    log_.Error("cannot keep the sums of reports; reports that need them read all records",
               {{"error", step.status().ToString()}});
    return options_.clock_interval;
  }
  if (step->began) log_.Info("the sums of reports are made anew");
  if (step->at_head) return kIdle;
  // Half of the time is others'.
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

void Background::LogSetAside(std::string_view what, const std::vector<domain::SetAsideLead>& leads) {
  for (const domain::SetAsideLead& lead : leads) {
    Fields fields = {{"lead", lead.lead}, {"error", lead.error}, {"tries", lead.tries}};
    if (lead.retry_at != 0) fields["again"] = FormatTime(lead.retry_at);
    log_.Warning(what, fields);
  }
}

void Background::LogPluginChanges() {
  std::map<std::string, engine::PluginView> now;
  for (engine::PluginView& view : packs_.Plugins()) now.emplace(view.status.ref.id, std::move(view));
  for (const auto& [id, view] : now) {
    const auto before = plugins_.find(id);
    if (before == plugins_.end()) continue;  // told at the start
    const engine::PluginView& old = before->second;
    if (view.status.loaded && (!old.status.loaded || view.status.ref != old.status.ref)) {
      log_.Info("plugin loaded", {{"plugin", id}, {"version", view.status.ref.version}});
    }
    if (!view.last_load_error.empty() && view.last_load_error != old.last_load_error) {
      log_.Warning("plugin not loaded", {{"plugin", id}, {"error", view.last_load_error}});
    }
    using State = plugin::PluginHealth::State;
    if (view.health.state == State::kQuarantined && old.health.state != State::kQuarantined) {
      log_.Error("plugin quarantined", {{"plugin", id}, {"error", view.health.last_failure}});
    }
  }
  plugins_ = std::move(now);
}

}  // namespace leadline::app
