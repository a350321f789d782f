// leadlined: builds everything in order, serves, and stops in the opposite order.
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "app/background.h"
#include "app/config.h"
#include "app/config_notify.h"
#include "app/listen_address.h"
#include "app/log.h"
#include "app/notify_names.h"
#include "app/program_identity.h"
#include "app/reference_log.h"
#include "app/server.h"
#include "app/signals.h"
#include "app/verify_store.h"
#include "app/webhook/webhooks.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "base/zones/zone_folder.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"
#include "engine/engine.h"
#include "engine/longrunning/operations.h"
#include "engine/packcheck/checked_sets.h"
#include "engine/packcheck/child_checker.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/work/reservations.h"
#include "fmt/format.h"
#include "packs/pack_files.h"
#include "plugin/worker/worker_program.h"
#include "rpc/longrunning/operation_form.h"
#include "rpc/open_streams.h"
#include "rpc/services.h"
#include "rpc/tail/event_tail.h"
#include "rpc/watch/watch_source.h"
#include "store/sqlite/database/version.h"
#include "store/sqlite/sqlite_report_cells.h"
#include "store/sqlite/sqlite_store.h"

namespace leadline {
namespace {

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format("cannot make the folder {}: {}", path, error.message()));
}

// Lets the store's packs decide, or the folder's; every problem of them goes to standard error as text.
absl::Status StartPacks(engine::PackRollout& packs, const app::Config& config, const app::Log& log) {
  packs::ReadPacksResult folder = packs::ReadPackSet(config.rules);
  std::vector<Diagnostic> diagnostics = std::move(folder.diagnostics);
  const bool readable = diagnostics.empty();
  if (!readable) {
    std::cerr << FormatDiagnostics(diagnostics) << std::flush;
    ASSIGN_OR_RETURN(const bool stored, packs.HasPacks());
    if (!stored || config.adopt_rules) {
      return absl::InvalidArgumentError(fmt::format("the rule packs in {} cannot be read", config.rules));
    }
    log.Warning("the folder of rule packs cannot be read; the packs of the store decide", {{"rules", config.rules}});
  }
  bool differs = false;
  const auto begin = std::chrono::steady_clock::now();
  absl::Status status = packs.Start(folder.set, config.adopt_rules, &diagnostics, &differs);
  if (!diagnostics.empty()) std::cerr << FormatDiagnostics(diagnostics) << std::flush;
  RETURN_IF_ERROR(status);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  log.Info("the packs are loaded", {{"proofs", packs.checks().proved > 0 ? "made" : "made before"},
                                    {"milliseconds", static_cast<int64_t>(took.count())}});
  if (differs && readable) {
    log.Warning("the packs of the folder are not those that decide",
                {{"rules", config.rules},
                 {"hint", "propose and activate them with leadline pack, or start with --adopt-rules"}});
  }
  return absl::OkStatus();
}

engine::PluginFolder PluginsOf(const app::Config& config, const app::Log& log) {
  engine::PluginFolder folder;
  folder.directory = config.plugins;
  folder.cache = config.data + "/plugin-cache";
  folder.trust_file = config.plugin_trust;
  folder.worker.executable = config.plugin_worker.empty() ? plugin::WorkerProgramBesideThisOne() : config.plugin_worker;
  folder.worker.call_timeout = std::chrono::milliseconds(config.plugin_timeout_ms);
  folder.worker.memory_bytes = static_cast<uint64_t>(config.plugin_memory_mib) << 20;
  folder.worker.quarantine_after = config.plugin_quarantine;
  folder.worker.without_landlock = config.plugin_without_landlock;
  folder.log = [&log](int level, std::string_view plugin, std::string_view text) {
    const app::Fields fields = {{"plugin", std::string(plugin)}, {"text", std::string(text)}};
    if (level >= LEADLINE_LOG_ERROR) return log.Error("a plugin says", fields);
    if (level == LEADLINE_LOG_WARNING) return log.Warning("a plugin says", fields);
    if (level == LEADLINE_LOG_INFO) return log.Info("a plugin says", fields);
    log.Debug("a plugin says", fields);
  };
  return folder;
}

engine::ChildCheckerOptions CheckerOf(const app::Config& config, const std::string& zone_folder) {
  engine::ChildCheckerOptions options;
  options.executable = config.pack_checker.empty() ? engine::PackCheckerBesideThisOne() : config.pack_checker;
  options.memory_bytes = static_cast<uint64_t>(config.check_memory_mib) << 20;
  options.time = std::chrono::seconds(config.check_seconds);
  options.zone_folder = zone_folder;
  return options;
}

// Whose word on packs is remembered: this server's, which proves at its start, and the checker's.
std::string CheckedBy(const engine::ChildCheckerOptions& checker) {
  return fmt::format("{}; {}; {}", LEADLINE_VERSION, app::ProgramIdentity(app::kThisProgram),
                     app::ProgramIdentity(checker.executable));
}

// What workers of plugins are kept from on this machine.
void LogSandbox(const app::Config& config, const app::Log& log) {
  if (config.plugins.empty()) return;
  const plugin::Sandbox sandbox = plugin::ProbeSandbox();
  const app::Fields fields = {{"kernel", Describe(sandbox)}};
  if (sandbox.landlock_abi > 0) return log.Info("plugins run in workers with", fields);
  log.Warning(config.plugin_without_landlock
                  ? "plugins in workers may read files while they are opened, as --plugin-without-landlock allows"
                  : "plugins cannot run in workers: this kernel has no Landlock; see --plugin-without-landlock",
              fields);
}

void LogPlugins(const engine::Snapshot& snapshot, const app::Log& log) {
  for (const engine::PluginStatus& plugin : snapshot.plugin_status) {
    app::Fields fields = {{"plugin", plugin.ref.id}, {"version", plugin.ref.version}};
    if (plugin.loaded) {
      log.Info("plugin loaded", fields);
    } else {
      fields["error"] = plugin.error;
      log.Warning("plugin not loaded", fields);
    }
  }
}

void LogListening(const app::Config& config, const app::Server& server, const engine::Snapshot& snapshot,
                  const app::Log& log) {
  app::Fields packs = app::Fields::array();
  for (const domain::PackRef& pack : snapshot.ref->packs) packs.push_back(pack.pack + " " + pack.version);
  app::Fields services = app::Fields::array();
  for (const rpc::ServiceName& name : rpc::AllServices()) {
    const bool served = rpc::IsServed(config.services, name.short_name);
    if (served) services.push_back(std::string(name.short_name));
  }
  log.Info("listening", {{"address", server.address()},
                         {"version", LEADLINE_VERSION},
                         {"data", config.data},
                         {"generation", snapshot.ref->generation},
                         {"packs", packs},
                         {"services", services}});
}

absl::StatusOr<app::NotifySettings> NotifyOf(const app::Config& config) {
  if (config.notify.empty()) return app::NotifySettings();
  return app::ReadNotifySettings(config.notify);
}

app::QueueReport TellWebhooks(const app::Log& log) {
  return [&log](const std::string& endpoint, const std::string& text, const std::string& error) {
    app::Fields fields = {{"endpoint", endpoint}};
    if (!error.empty()) fields["error"] = error;
    log.Warning(text, fields);
  };
}

// Reports take long, and each reads all: a few at a time, the others wait.
constexpr int kReportThreads = 2;
// Reads of pack calls and of the background.
constexpr int kOtherReaders = 6;
// Threads that work in the place of those that wait for a plugin.
constexpr int kSpareThreads = 32;      // of reads
constexpr int kSpareDeciders = 16;     // of requests
constexpr int kSpareBulkDeciders = 4;  // of imports and of the background

absl::Status Run(const app::Config& config, const app::Log& log) {
  SystemClock clock;
  UuidV7Source ids;
  app::ServerOptions server_options;
  server_options.max_message_mib = config.max_message_mib;
  ASSIGN_OR_RETURN(server_options.address, app::ParseListenAddress(config.listen));
  RETURN_IF_ERROR(app::CheckReach(server_options.address, config.allow_remote));
  RETURN_IF_ERROR(MakeFolder(config.data));
  RETURN_IF_ERROR(app::CheckFree(server_options.address));
  store::SqliteOptions store_options;
  store_options.path = config.data + "/leadline.db";
  // One for each thread that may read at the same time, and some for the work of the background.
  store_options.readers =
      3 * config.threads + kSpareThreads + kSpareDeciders + kSpareBulkDeciders + kReportThreads + kOtherReaders;
  const store::SqliteVersion sqlite = store::LinkedSqlite();
  log.Info("opening the store",
           {{"path", store_options.path}, {"sqlite", sqlite.number}, {"source", sqlite.source_id}});
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store, store::OpenSqliteStore(store_options));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::ReportCells> report_cells,
                   store::OpenReportCells(store::ReportCellsPathOf(store_options.path)));
  if (config.verify) RETURN_IF_ERROR(app::VerifyStore(store_options.path, log));
  engine::SnapshotHolder snapshots(nullptr);
  engine::PackRolloutOptions pack_options;
  pack_options.clock = &clock;
  pack_options.ids = &ids;
  pack_options.store = store.get();
  pack_options.snapshots = &snapshots;
  pack_options.plugins = PluginsOf(config, log);
  ZoneFolder time_zones(SystemZoneFolder());
  pack_options.time_zones = &time_zones;
  pack_options.marketing_approvers = config.marketing_approvers;
  pack_options.sales_approvers = config.sales_approvers;
  // Decisions wait here first: the queue is bounded by count.
  Executor deciders(config.threads, /*max_waiting=*/4096, kSpareDeciders);
  Executor bulk_deciders(config.threads, /*max_waiting=*/4096, kSpareBulkDeciders);
  engine::Reservations reservations;
  pack_options.deciders = &bulk_deciders;
  pack_options.reservations = &reservations;
  const engine::ChildCheckerOptions checker_options = CheckerOf(config, time_zones.path());
  engine::ChildChecker checker(checker_options);
  pack_options.checker = &checker;
  engine::CheckedSets checked(config.data + "/checked-packs", CheckedBy(checker_options));
  pack_options.checked = &checked;
  engine::PackRollout packs(pack_options);
  LogSandbox(config, log);
  RETURN_IF_ERROR(StartPacks(packs, config, log));
  LogPlugins(*snapshots.Get(), log);
  app::LogReference(snapshots.Get()->reference, log);

  ASSIGN_OR_RETURN(const app::NotifySettings notify, NotifyOf(config));
  snapshots.SetRecipients(app::RecipientsOf(notify));
  for (const std::string& unknown : app::UnknownNames(notify, *snapshots.GetDeciding())) {
    log.Warning("the settings of --notify name what nobody has", {{"file", config.notify}, {"problem", unknown}});
  }

  engine::EngineOptions engine_options;
  engine_options.clock = &clock;
  engine_options.ids = &ids;
  engine_options.store = store.get();
  engine_options.snapshots = &snapshots;
  engine_options.unlisted = [&log](std::string_view field, std::string_view value) {
    log.Warning("a value came in that schema.yaml does not list", {{"field", field}, {"value", value}});
  };
  engine_options.deciders = &deciders;
  engine_options.bulk_deciders = &bulk_deciders;
  engine_options.reservations = &reservations;
  engine_options.report_cells = report_cells.get();
  engine::Engine engine(engine_options);

  Executor executor(config.threads, /*max_waiting=*/4096, kSpareThreads);
  Executor answers(config.threads, /*max_waiting=*/4096);
  Executor reports(kReportThreads, /*max_waiting=*/64);
  rpc::OpenStreams streams;
  engine::Operations operations(
      {.clock = &clock,
       .ids = &ids,
       .store = store.get(),
       .error_form = rpc::ErrorForm,
       .report = [&log](const absl::Status& status, std::string_view id) {
         log.Error("what became of an operation cannot be stored", {{"operation", id}, {"error", status.ToString()}});
       }});
  rpc::WatchSource watched(engine);
  rpc::EventTail tail(watched);
  rpc::Environment env;
  env.engine = &engine;
  env.packs = &packs;
  env.operations = &operations;
  env.executor = &executor;
  env.answers = &answers;
  env.reports = &reports;
  env.streams = &streams;
  env.tail = &tail;
  env.heartbeat = config.heartbeat;
  env.report = [&log](const absl::Status& status, std::string_view call_id) {
    log.Error("a call failed", {{"call", call_id}, {"error", status.ToString()}});
  };
  ASSIGN_OR_RETURN(std::vector<rpc::NamedService> services, rpc::MakeServices(config.services, env));
  RETURN_IF_ERROR(operations.Resume({}));
  ASSIGN_OR_RETURN(std::unique_ptr<app::Server> server, app::Server::Start(server_options, std::move(services)));
  app::BackgroundOptions background_options;
  background_options.clock_interval = config.clock_interval;
  background_options.rescore_rate = config.rescore_rate;
  background_options.time_zones_interval = config.time_zones_interval;
  background_options.request_retention = config.request_retention / std::chrono::microseconds(1);
  app::Background background(engine, packs, operations, *store, time_zones, *server, background_options, log);
  app::Webhooks webhooks(notify, *store, clock, SystemRandom, TellWebhooks(log));
  LogListening(config, *server, *snapshots.Get(), log);

  int signal = app::WaitForStop();
  log.Info("stopping", {{"signal", signal}, {"drain_seconds", config.drain.count() / 1000.0}});
  server->StopServing();
  background.Stop();
  webhooks.Stop();
  streams.Shutdown();
  tail.Stop();
  operations.Stop();
  // gRPC cancels what arrives while it shuts down; calls on their way now get UNAVAILABLE from us instead.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  server->Shutdown(config.drain);
  deciders.Stop();
  bulk_deciders.Stop();
  reports.Stop();
  executor.Stop();
  answers.Stop();
  store->Close();
  log.Info("stopped");
  return absl::OkStatus();
}

}  // namespace
}  // namespace leadline

int main(int argc, char** argv) {
  std::variant<leadline::app::Config, leadline::app::Exit> read =
      leadline::app::ReadConfig(argc, argv, LEADLINE_VERSION);
  if (const auto* exit = std::get_if<leadline::app::Exit>(&read)) {
    (exit->code == 0 ? std::cout : std::cerr) << exit->text;
    return exit->code;
  }
  const auto& config = std::get<leadline::app::Config>(read);
  leadline::app::HoldStopSignals();
  leadline::SystemClock clock;
  leadline::app::Log log(config.log_level, config.log_format, clock);
  log.TakeGrpcMessages();
  absl::Status status = leadline::Run(config, log);
  if (status.ok()) return 0;
  log.Error("cannot serve",
            {{"code", absl::StatusCodeToString(status.code())}, {"error", std::string(status.message())}});
  return 1;
}
