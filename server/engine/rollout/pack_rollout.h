// How packs come to decide: checked, kept by their hash, approved, tried beside the active ones, activated, rolled
// back; and how a plugin's new file comes to decide with them.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/event.h"
#include "domain/rollout.h"
#include "engine/decide/build_snapshot.h"
#include "engine/decide/deciding.h"
#include "engine/decide/snapshot.h"
#include "engine/engine.h"
#include "engine/packcheck/checked_sets.h"
#include "engine/packcheck/pack_checker.h"
#include "engine/rollout/pack_candidate.h"
#include "engine/rollout/pack_diff.h"
#include "packs/pack_files.h"

namespace leadline {
class ZoneFolder;
}

namespace leadline::engine {

// Who the ledger says did what no person did: the packs of the first start, and tables that were found changed.
inline constexpr char kServerActor[] = "server";

struct PackRolloutOptions {
  const Clock* clock = nullptr;
  IdSource* ids = nullptr;
  store::Store* store = nullptr;
  SnapshotHolder* snapshots = nullptr;
  PluginFolder plugins;
  // Where time zones are read, see TakeTimeZones; null: those of SystemTimeZones() decide for ever.
  ZoneFolder* time_zones = nullptr;
  // Who may approve for a side; empty: everybody who gives a name.
  std::vector<std::string> marketing_approvers;
  std::vector<std::string> sales_approvers;
  // The engine's for bulk work: leads are scored again there, in turn with requests about them. Null: on the calling
  // thread; in no turn.
  Executor* deciders = nullptr;
  Reservations* reservations = nullptr;
  // Who checks packs that clients send; null: the calling thread.
  PackChecker* checker = nullptr;
  // What was checked before and is not checked again; null: what this object has checked.
  CheckedSets* checked = nullptr;
};

// How often this server has proved a set of packs or run its tests, and how often it did not, since that was done
// before.
struct CheckCounts {
  int64_t proved = 0;
  int64_t proofs_spared = 0;
  int64_t tested = 0;
  int64_t tests_spared = 0;
};

// What one step of scoring leads again did.
struct RescoreStep {
  int leads = 0;                                // that were begun or tried again
  int64_t left_out = 0;                         // gone over without; 0, and no leads: nothing to do now
  std::vector<domain::SetAsideLead> set_aside;  // whose step failed just now, to be tried again
  std::vector<domain::SetAsideLead> skipped;    // that failed too often, just now: they keep what they have
};

// A candidate that a trial compares with the packs that decide.
struct TrialReport {
  domain::Trial trial;
  int64_t compared = 0;  // leads that were decided on since it began, each time counted
  PackDiff diff;         // of those
};

struct RolloutView {
  domain::Rollout rollout;
  std::optional<TrialReport> trial;  // while one runs; counts begin anew when the server starts
  // The last change of the store's packs that this server could not follow; empty: none. It goes on with what it had.
  std::string refresh_error;
};

// A plugin that a pack names or the plugin folder holds.
struct PluginView {
  PluginStatus status;          // of the one that decides
  plugin::PluginHealth health;  // when it is loaded
  std::string last_load_error;  // of the last call to load its file that failed since one succeeded; empty: none
  std::optional<plugin::Sandbox> sandbox;  // that holds its workers; nothing: not loaded, or in the server's process
  std::string revoked;                     // why the trust policy would not let it load any more; empty: it would
};

struct PluginLoad {
  std::string id;
  enum class Action { kLoad, kReload } action = Action::kReload;
  std::string reason;
  bool rescore = true;              // score again the leads of regions that ask it, in the background
  int64_t expected_generation = 0;  // as of ActivateRequest
};

struct DiffRequest {
  packs::PackFiles files;  // name empty: the kept version `sha256` is meant
  std::string sha256;
  std::string region;     // only leads of this region; empty: all
  int64_t max_leads = 0;  // 0: all
  int max_samples = 20;
};

// What came of a proposal.
struct PackProposal {
  domain::PackCandidate candidate;              // as it is kept
  std::vector<domain::PackCandidate> gave_way;  // older ones of its pack that left the list for it, oldest first
};

struct ActivateRequest {
  std::string sha256;  // of a kept version
  enum class Mode { kActive, kShadow, kCanary } mode = Mode::kActive;
  int canary_percent = 0;  // 1 to 99 with kCanary
  std::string reason;
  bool rescore = true;  // with kActive: score again the leads that other rules decide now, in the background
  // That decides as far as the caller knows. When it is another: ABORTED, GENERATION_MISMATCH. 0: not compared.
  int64_t expected_generation = 0;
};

// Thread-safe. Every call blocks: give it a thread that may wait. Errors change nothing. Changes by different callers
// are taken one after the other; another server's come through Refresh. A change with a request_id acts once: asked
// again, it is answered with what there is now. No change waits for somebody's check: what Propose, Validate, Diff,
// Activate and LoadPlugin try out, they try before their turn. An Activate that was overtaken is tried again, a
// LoadPlugin is ABORTED. All but LoadPlugin end with CANCELLED or DEADLINE_EXCEEDED when nobody waits for them any
// more. With `validate_only` of the context Approve, Activate, Rollback, StopTrial and LoadPlugin look at all that they
// look at otherwise, answer what would be, and change nothing.
class PackRollout {
 public:
  explicit PackRollout(PackRolloutOptions options);
  ~PackRollout();

  // Whether the store has packs that decide.
  absl::StatusOr<bool> HasPacks();
  // Decides what decides when the server starts: the store's packs; those of the folder when the store has none yet or
  // `adopt` says so. Sets the holder's snapshot. Call it once, before the others. `folder_differs` is set when the
  // folder holds other packs than those that decide now.
  absl::Status Start(const packs::PackSet& folder, bool adopt, std::vector<Diagnostic>* diagnostics,
                     bool* folder_differs);

  // Checks a pack in the place of the active one of its name. Keeps nothing.
  absl::StatusOr<PackCheck> Validate(const CallContext& context, const packs::PackFiles& files);
  // Checks it and keeps it as a candidate; an older one of its pack may give way to it, see AddCandidate.
  // FAILED_PRECONDITION when the check failed, which `check` then tells; TOO_MANY_CANDIDATES.
  absl::StatusOr<PackProposal> Propose(const CallContext& context, const packs::PackFiles& files, PackCheck* check);
  // Approves a candidate of the central pack for one side, in the caller's name. `reason`: needed when the candidate
  // fails tests of regions (PackCheck::warning); an approval without one can be given again with it.
  absl::StatusOr<domain::PackCandidate> Approve(const CallContext& context, std::string_view sha256,
                                                domain::ApprovalSide side, std::string reason = "");
  // On the store's own leads. CANCELLED when nobody wants it any more; tells how far it is.
  absl::StatusOr<PackDiff> Diff(const CallContext& context, const DiffRequest& request);
  // Makes a kept version decide, or starts a trial of it; a running trial ends. What a canary decided that ends is
  // decided again in the background, also when the leads of other regions keep their scores. It is checked again when
  // other packs decide beside it now than when it was checked. FAILED_PRECONDITION RESCORING_GOES_ON: too many canaries
  // ended whose leads wait for that. ABORTED: others changed again and again what decides.
  absl::StatusOr<domain::Rollout> Activate(const CallContext& context, const ActivateRequest& request);
  // Makes the version before the active one decide again. A region that was not there at the first start goes away
  // again when its first version is rolled back. This is the way out of trouble: it waits for no check, and the packs
  // are read and compiled, but neither proved nor tested.
  absl::StatusOr<domain::Rollout> Rollback(const CallContext& context, std::string_view pack, std::string reason,
                                           int64_t expected_generation = 0);
  // Ends the trial. The leads that a canary decided are decided again in the background: by the active packs, as if it
  // had not been, but for what people said of them and who works them.
  absl::StatusOr<domain::Rollout> StopTrial(const CallContext& context, std::string reason,
                                            int64_t expected_generation = 0);
  absl::StatusOr<RolloutView> Get(const CallContext& context);

  // Loads a plugin's file beside the one that decides, tries it on smoke records, and lets it decide from then on, in a
  // trial that runs as well. Calls under way end with the old one. NOT_FOUND: no active pack names it.
  // FAILED_PRECONDITION: PLUGIN_IS_LOADED with kLoad, PLUGIN_IS_NOT_LOADED with kReload; PLUGIN_LOAD_FAILED: the file
  // was not let in, could not be loaded or failed on a smoke record. ABORTED: what decides changed just now.
  absl::StatusOr<PluginView> LoadPlugin(const CallContext& context, const PluginLoad& load);
  // By id. Plugins() leaves `revoked` empty; ListPlugins() reads the trust policy for it, as it is now.
  std::vector<PluginView> Plugins();
  std::vector<PluginView> ListPlugins();
  // Of its lifetime.
  CheckCounts checks() const;

  // Background work, called by the server's timer.
  // Follows what other servers on the same store have activated.
  absl::Status Refresh(const CallContext& context);
  // Lets the time zones decide that the system has now, where they are others than those that decide: the packs that
  // decide, and those of a trial, under new numbers and with these zones. Calls under way end with the old ones; the
  // times of service levels that run already stay. The ledger tells it, and nothing is scored again. False: they are
  // the same. An error changes nothing. Every activation and every rollback looks first, too.
  absl::StatusOr<bool> TakeTimeZones(const CallContext& context);
  // Scores up to `limit` leads again, some of them at the same time, each in a transaction of its own; goes on where it
  // stopped, also after a restart. Leads of regions whose rules decide as before are passed over, some thousands of
  // them at a time. A lead that is decided as before is not written. One whose step fails is set aside and tried again
  // later, and after Rescoring::kMostTries skipped. An error is of the store, or of too much that waits: call again
  // later. One call at a time.
  absl::StatusOr<RescoreStep> RescoreSome(const CallContext& context, int limit);
  // Compares up to `limit` leads that were decided on since the trial began or the last call; how many it did.
  absl::StatusOr<int> CompareSome(const CallContext& context, int limit);

 private:
  struct Trying;

  absl::StatusOr<domain::Rollout> Stored(const CallContext& context);
  absl::StatusOr<packs::PackSet> Contents(const CallContext& context, std::span<const domain::PackRef> refs);
  absl::StatusOr<packs::PackSet> ActiveSet(const CallContext& context, const domain::Rollout& rollout);
  // Which checks of a set are wanted, and whether what decides by it is.
  struct Wish {
    bool tests = true;
    bool snapshot = true;
    bool remember = true;  // when it is good; what anybody may ask at any time must not drive out what decides
  };
  // That a comparison looks at, as far as that is known before.
  absl::StatusOr<int64_t> CountLeads(const CallContext& context, const DiffRequest& request);
  // Has the checker look at the packs of `rollout` with `files` in their place.
  absl::StatusOr<CandidateCheck> CheckInPlace(const CallContext& context, const domain::Rollout& rollout,
                                              packs::PackFiles files, int64_t generation, const Wish& wish);
  std::vector<PluginView> ViewsOf(const Snapshot& snapshot);
  // The snapshot of the same packs, which is checked only as far as nobody has before; `check` is empty where they
  // were. Errors of the packs are FAILED_PRECONDITION, PACK_CHECK_FAILED.
  absl::StatusOr<CandidateCheck> Checked(const CallContext& context, const domain::Rollout& rollout,
                                         packs::PackFiles files, int64_t generation, bool tests);
  // With the plugins that run, as far as they are those of `rollout`, and with `zones`; null: those that decide. Only
  // read and compiled: for packs that have decided before, or were checked.
  absl::StatusOr<std::shared_ptr<const Snapshot>> Build(const packs::PackSet& set, const domain::Rollout& rollout,
                                                        int64_t generation,
                                                        std::vector<Diagnostic>* diagnostics = nullptr,
                                                        std::shared_ptr<const TimeZones> zones = nullptr);
  // The same, proved on this thread unless it was before, without the limits of a check: for packs of the operator's
  // folder, and, after another version of the server or of its tables came, for those that the store has let decide.
  absl::StatusOr<std::shared_ptr<const Snapshot>> BuildProved(const packs::PackSet& set, const domain::Rollout& rollout,
                                                              int64_t generation, std::vector<Diagnostic>* diagnostics,
                                                              std::shared_ptr<const TimeZones> zones);
  SnapshotResult BuildAsWished(const packs::PackSet& set, const domain::Rollout& rollout, int64_t generation,
                               std::shared_ptr<const TimeZones> zones, const SnapshotWish& wish);
  CheckedSets& checked_sets() { return options_.checked != nullptr ? *options_.checked : checked_here_; }
  // What of the request `rollout` allows: the candidate that it names.
  absl::StatusOr<domain::PackRef> MayActivate(domain::Rollout& rollout, const ActivateRequest& request);
  // As they are now on this machine; while their files cannot be read, those that decide.
  std::shared_ptr<const TimeZones> ZonesNow();
  absl::StatusOr<bool> TakeTimeZonesLocked(const CallContext& context);
  absl::Status CheckApprover(const CallContext& context, const domain::PackCandidate& candidate,
                             domain::ApprovalSide side);
  // Stores the record with one ledger entry for each change, in one transaction; with `contents`, and from then on
  // without those of the hashes `dropped`.
  absl::Status Write(const CallContext& context, domain::Rollout& rollout, std::vector<domain::EventPayload> changes,
                     const std::vector<domain::PackContent>& contents = {},
                     const std::vector<std::string>& dropped = {});
  // A checked version waits from now on.
  absl::StatusOr<PackProposal> Keep(const CallContext& context, domain::Rollout rollout, const domain::PackRef& ref,
                                    const packs::PackFiles& files);
  absl::StatusOr<domain::Rollout> StartTrial(const CallContext& context, domain::Rollout rollout,
                                             const domain::PackRef& ref, const ActivateRequest& request,
                                             std::shared_ptr<const Snapshot> snapshot);
  absl::StatusOr<domain::Rollout> MakeActive(const CallContext& context, domain::Rollout rollout,
                                             const domain::PackRef& ref, std::string action, std::string reason,
                                             bool rescore, std::shared_ptr<const Snapshot> snapshot);
  // Lets `snapshot` decide from now on.
  absl::StatusOr<domain::Rollout> Switch(const CallContext& context, domain::Rollout rollout,
                                         domain::PackChanged change, bool rescore,
                                         std::shared_ptr<const Snapshot> snapshot);
  absl::Status AdoptFolder(const CallContext& context, const packs::PackSet& folder, domain::Rollout rollout,
                           std::vector<Diagnostic>* diagnostics);
  // Lets `active` decide, and the candidate of the trial that runs take part.
  absl::Status Follow(const CallContext& context, const domain::Rollout& rollout,
                      std::shared_ptr<const Snapshot> active);
  // Swaps what decides; a trial's comparison begins anew. `candidate` may be null.
  void Decide(std::shared_ptr<const Snapshot> active, const domain::Rollout& rollout,
              std::shared_ptr<const Snapshot> candidate);
  // The packs of the trial that runs, with these zones; null when none runs.
  absl::StatusOr<std::shared_ptr<const Snapshot>> BuildTrial(const CallContext& context, const domain::Rollout& rollout,
                                                             const std::shared_ptr<const TimeZones>& zones);
  // The same packs under a new number, since other plugins or tables than those of `rollout` were found.
  absl::Status TakeFound(const CallContext& context, domain::Rollout rollout, std::shared_ptr<const Snapshot> snapshot,
                         std::string_view reason);
  // What decides, `active`, with the plugin's file as it is now, tried out. `set` are the active packs. `apart`: the
  // plugin comes into no process but workers of its own, wherever the packs want it.
  absl::StatusOr<std::shared_ptr<const Snapshot>> TryPlugin(const packs::PackSet& set,
                                                            const std::shared_ptr<const Snapshot>& active,
                                                            int64_t generation, const PluginLoad& load, bool apart);
  absl::Status SwitchPlugin(const CallContext& context, domain::Rollout rollout, const PluginLoad& load,
                            std::shared_ptr<const Snapshot> snapshot);
  // What to decide by, and how far it got; nothing when there is nothing to do.
  absl::StatusOr<std::optional<domain::Rescoring>> RescoringToDo(const CallContext& context,
                                                                 std::shared_ptr<const Deciding>& deciding);
  // Which leads are decided again: those of the regions that the snapshot decides otherwise than what did so far, or of
  // none; in both cases those of shares that canaries decided.
  enum class Leads { kAllThatDiffer, kOfShares };
  // Of a rescoring that follows the rollout's last one, by the same packs: what that one has not gone over.
  static Leads LeadsLeft(const domain::Rollout& rollout) {
    const bool done = !rollout.rescoring || rollout.rescoring->finished_at != 0;
    return done ? Leads::kOfShares : Leads::kAllThatDiffer;
  }
  // By `snapshot`, which decides from now on. `ended`: of the trial that ends with it.
  absl::Status BeginRescoring(const CallContext& context, const Snapshot& snapshot, domain::Rollout& rollout,
                              const std::optional<domain::TrialShare>& ended = std::nullopt,
                              Leads leads = Leads::kAllThatDiffer);
  // What decides now, when the request was done before; nothing when it is new. ALREADY_EXISTS when another request had
  // its name.
  absl::StatusOr<std::optional<domain::Rollout>> DoneBefore(const CallContext& context);

  PackRolloutOptions options_;
  const EngineOptions writing_;  // the same, as writes of leads take it
  std::mutex mutex_;          // of changes of what decides, and of `followed_`; never held while something is checked
  domain::Rollout followed_;  // what this server decides by
  std::mutex refresh_mutex_;  // of `refresh_error_`
  std::string refresh_error_;
  std::shared_ptr<const Snapshot> candidate_;                    // of the trial; guarded by mutex_
  std::shared_ptr<Trying> trying_;                               // null: no trial runs; read and set atomically
  std::mutex plugins_mutex_;                                     // of `load_errors_`
  std::map<std::string, std::string, std::less<>> load_errors_;  // of the last load, by plugin
  PackCheckerHere checker_here_;
  CheckedSets checked_here_{"", ""};
  std::atomic<int64_t> proved_{0}, proofs_spared_{0}, tested_{0}, tests_spared_{0};
};

}  // namespace leadline::engine
