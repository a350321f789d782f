// Takes the decisions about one record: what its fields mean, what it scores, which status it enters, who works it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "domain/lifecycle.h"
#include "domain/matching.h"
#include "domain/records.h"
#include "domain/routing.h"
#include "domain/scoring.h"
#include "engine/decide/snapshot.h"
#include "packs/run/evaluation.h"
#include "plugin/host.h"

namespace leadline::engine {

class KnownRecord;

// More moves than statuses in one go is a circle in the packs.
inline constexpr int kMaxMoves = 16;

// How much of an explanation is wanted.
enum class Explain {
  kNothing,  // the outcome alone
  kLater,    // of a score: also what ExplainScore needs
  kKept,     // which rules took part and what they gave, as the ledger keeps it; no words, nothing that they saw
  kFired,    // what took part, in words and with the values it saw
  kWhyNot,   // and each rule that did not, with the values it saw
};

// What fields mean, and how that was found.
struct Normalized {
  domain::DerivedMeaning meaning;
  // One for each field that got a meaning or whose plugin failed; none when it was derived before. Where the centre
  // does not accept a table of the region, a field has one for the region and one for the centre ("contact.seniority
  // for the central score is ...").
  std::vector<domain::Decision> decisions;
  bool derived_before = false;
};

// The seniority that somebody says of a record that is not stored: it holds where no table knows the title.
void GiveSeniority(const std::string& seniority, domain::DerivedMeaning& meaning);

struct ScoreOutcome {
  domain::Score score;
  domain::Decision decision;                  // none with Explain::kNothing and kLater
  std::vector<domain::PluginPoints> points;   // with kLater: what plugins said
  std::vector<domain::PluginAnswer> answers;  // with kLater; otherwise they are the decision's
  domain::DecayingList decaying;              // with kLater and kKept: what of the points grows less by itself
};

// A person or a company that is compared with others; one of the two may be null.
struct MatchSide {
  const domain::Contact* contact = nullptr;
  const domain::Account* account = nullptr;
};

// What gates say of one move.
struct GateVerdict {
  bool denied = false;
  std::vector<domain::Reason> reasons;
};

// Whether a person may be sent marketing.
struct MarketingDecision {
  bool marketable = false;
  std::string_view reason;  // as Contact::not_marketable_reason; valid as long as the decider's snapshot
};

struct RouteOutcome {
  std::string rep;         // id; empty: held
  std::string hold_queue;  // empty: given to a rep
  std::string route;       // id of the route that decided; empty: none did
  std::string pool;        // round robin that moved; empty: none
  std::vector<domain::PoolState> pool_states;
  domain::Decision decision;
};

// What the store says of reps, for one decision.
class RepSource {
 public:
  virtual ~RepSource() = default;
  virtual absl::StatusOr<domain::RepState> State(std::string_view rep_id) = 0;
  virtual absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view pool) = 0;
  // Id of the rep who works another open lead of the lead's enquirer, or of its company: of the newest that somebody
  // has. Empty: nobody does.
  virtual absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead& lead, domain::OpenLeadOf of) = 0;
};

// The reps whom the route is about, whether or not one of them can take the view's lead: of the region's, in their
// order. Asks `reps` at most once, for the owner of another open lead. They live as long as `rules`.
absl::StatusOr<std::vector<const domain::Rep*>> RepsAbout(const packs::RegionRules& rules, const domain::Route& route,
                                                          const packs::RecordView& view, RepSource& reps);

// Why a clock starts or is counted again, other than by what the lead came into: `trigger` of the decision.
inline constexpr std::string_view kClockOfActivity = "activity";
inline constexpr std::string_view kClockOfNext = "next";
inline constexpr std::string_view kClockOfRegion = "region";
// Why one that runs goes on otherwise.
inline constexpr std::string_view kClockOfAssignee = "assignee";
inline constexpr std::string_view kClockPaused = "paused";
inline constexpr std::string_view kClockResumed = "resumed";
inline constexpr std::string_view kClockStep = "step";

// What a lead has just come into, or what was done.
struct Entered {
  bool status = true;
  bool queue = false;
  const domain::Activity* activity = nullptr;

  // Whether the level may start then, if its condition holds.
  bool Starts(const domain::SlaDef& level, const domain::Lead& lead) const;
};

// The newest of what somebody did by then; our touches are none. Null:
// nobody did anything. Lives as long as what the view points to.
const domain::Activity* NewestInteraction(const packs::ResponseKinds& responses, const packs::RecordView& view);

// How long time may pass without a look at a record that it can change.
inline constexpr Duration kFarthestLook = 366 * kDay;

// Decides by one snapshot. Reads no store and no clock. Not thread-safe: one per thread; cheap to use again.
class Decider {
 public:
  explicit Decider(std::shared_ptr<const Snapshot> snapshot);

  // This thread's decider for the snapshot, kept between requests. Valid until the thread has asked for two others, and
  // for as long as the caller holds the snapshot, which the decider does not.
  static Decider& ForThread(const std::shared_ptr<const Snapshot>& snapshot);

  // From here on plugins are not asked: what they said is among `told`, which must outlive the decider, and one that is
  // not there was not asked then. Loaded counts as the snapshot's reference says. For deciding again.
  void AnswerFrom(std::span<const domain::PluginAnswer> told) { told_ = told; }
  // Routes are not chosen by their strategy: whoever is named gets it, if one of the candidates. With AnswerFrom.
  void PickFrom(std::string rep) { told_pick_ = std::move(rep); }

  const Snapshot& snapshot() const { return *snapshot_; }
  const packs::RegionRules& Rules(std::string_view region) const { return snapshot_->rules->ForRegion(region); }

  // What the fields of the lead mean by its region's tables and plugins, derived of what was given alone. Where
  // `lead.meaning` was derived by the same tables and plugins of the same values, it is that again and nobody is asked.
  // Without `keep` nobody will hold the meaning: it is derived anew, and carries no fingerprint to compare with.
  // An error only where the pack says that a plugin's failure is the request's.
  absl::StatusOr<Normalized> Normalize(const domain::Lead& lead, const domain::Contact& contact,
                                       const domain::Account& account, Time at, bool keep = true);

  // Whether that goes by nothing but what GivenValues compares.
  bool MeaningIsOfGiven(const packs::RegionRules& rules) { return SourcesOfMeaning(rules).given; }

  // The view's activities are distinct and oldest first; those later than its moment do not count. `known` (may be
  // null) is kept for the record between its scores. An error only where the pack says that a plugin's failure is the
  // request's.
  absl::StatusOr<ScoreOutcome> Score(const packs::RecordView& view, Explain explain, KnownRecord* known = nullptr);
  // Makes the decision of an outcome that was scored with Explain::kLater, of the same view. Plugins are not asked
  // again.
  void ExplainScore(const packs::RecordView& view, ScoreOutcome& outcome);
  // The same for many records, each with its own outcome; plugins are asked about up to kPluginBatch of them at a time.
  std::vector<absl::StatusOr<ScoreOutcome>> ScoreMany(std::span<const packs::RecordView> views, Explain explain);

  // When time alone may first change what the rules make of the view's record, or earlier, never later; 0: never, which
  // a status has that is left by a person's word alone. After it was scored for the view's moment: `decaying` are that
  // score's, and `view.lead` has it and its status. `next_activity`: when the first activity happens that is yet to
  // happen, or earlier; 0: none. At most kFarthestLook after the view's moment, so that nobody is forgotten. Plugins
  // are not asked: what they say is heard whenever the record is decided.
  Time NextDecision(const packs::RecordView& view, std::span<const domain::DecayingPoints> decaying,
                    Time next_activity);

  // The same of a record that was not scored, and whose status became another: `known` is what was told before.
  Time NextAfterMove(const packs::RecordView& view, Time known);

  // Counts activities by the region's rules; see packs::Evaluation::Count.
  bool Count(const packs::RegionRules& rules, std::span<const domain::Activity> activities,
             domain::ActivityTally& tally) {
    return evaluation_.Count(rules, activities, tally);
  }

  // `view.lead->score` is what rules read as the score. With Explain::kFired the reasons are complete when a transition
  // fired or a gate denied one, and empty of evidence otherwise. Gates are asked; an error where the pack says that a
  // gate's failure is the request's. `reason`: of a rejection.
  absl::StatusOr<domain::StatusDecision> Status(const packs::RecordView& view, std::string_view current,
                                                domain::Trigger trigger, std::string_view wanted, Explain explain,
                                                std::string_view reason = "");

  // Whether the view's person may be sent marketing, and why not; without a lead's status or score.
  MarketingDecision Marketing(const packs::RecordView& view);

  // What the gates say of a move of the record, whose condition is taken to hold; `from` is empty for a new record.
  absl::StatusOr<GateVerdict> AskGates(const packs::RecordView& view, std::string_view from, std::string_view to,
                                       domain::Trigger trigger);

  // Compares one record with others by the rules' comparisons, the contacts' or the accounts'; one result for each of
  // `right`. `counts` are as in PairEvidence, of the left one's values. Plugins are asked about up to kPluginBatch
  // pairs at a time. An error only where the pack says that a plugin's failure is the request's.
  absl::StatusOr<std::vector<domain::PairResult>> CompareContacts(const packs::RegionRules& rules,
                                                                  const MatchSide& left,
                                                                  std::span<const MatchSide> right, Time at,
                                                                  std::span<const int64_t> counts = {});
  absl::StatusOr<std::vector<domain::PairResult>> CompareAccounts(const packs::RegionRules& rules,
                                                                  const MatchSide& left,
                                                                  std::span<const MatchSide> right, Time at,
                                                                  std::span<const int64_t> counts = {});

  // Routes by the region's routes in order; `without` is a rep who must not get it (may be empty). Only with
  // Explain::kWhyNot the decision tells of the routes whose conditions do not hold; otherwise those that ask for
  // another value than the record's are not even looked at. The outcome is the same, and a route that had no rep for
  // the lead is always told.
  absl::StatusOr<RouteOutcome> Route(const packs::RecordView& view, RepSource& reps, std::string_view without,
                                     Explain explain);

  // Whether the condition of one of the region's rules of notify.yaml holds for the view's lead; -1 holds.
  bool Notifies(const packs::RecordView& view, int condition);

  // The first service level that starts now that the view's lead entered its status, its queue, or both, or that the
  // activity was done; null when none does.
  const domain::SlaDef* ServiceLevel(const packs::RecordView& view, Entered entered = Entered());

  // Whether the level's clocks stand at the view's moment.
  bool StandsStill(const packs::RecordView& view, const domain::SlaDef& level);

  // That the level's clock starts with what the lead, which has the clock, entered, or `because` of what else; or that
  // it was handed over, stands, goes on, or took a step of its ladder. `clock` is as it is from then on. Without
  // `words`, nothing that is for people only.
  domain::Decision ServiceLevelDecision(const domain::SlaDef& level, const domain::SlaClock& clock,
                                        const domain::Lead& lead, Time at, std::string_view because = "",
                                        bool words = true) const;

  domain::Decision MakeDecision(domain::DecisionKind kind, std::string record, std::string outcome, std::string summary,
                                std::vector<domain::Reason> reasons, Time at) const;

 private:
  struct Choice {
    int index = -1;
    std::string why;
    std::vector<domain::PoolState> pools;
  };
  // What a plugin said of one record, or how it failed.
  struct PointsAnswer {
    absl::Status status;
    plugin::ScoreResult result;
  };
  const packs::PluginUse& UseOf(int plugin) const { return snapshot_->rules->plugins()[static_cast<size_t>(plugin)]; }
  // Null when the plugin is not loaded, or is not to be asked.
  const BoundPlugin* BoundOf(int plugin) const { return told_ ? nullptr : bound_[static_cast<size_t>(plugin)]; }
  bool Loaded(int plugin) const;
  // An optional plugin that was not there when the packs began to decide: no news in any decision.
  bool NeverThere(int plugin) const { return !Loaded(plugin) && UseOf(plugin).optional; }
  // A plugin that is not there and is skipped then: nothing is different without it, so nothing need be done. No lead
  // is decided without a plugin that its packs need; in tests of packs it may be.
  bool LeftOut(int plugin) const {
    return !Loaded(plugin) && UseOf(plugin).on_failure == packs::PluginUse::OnFailure::kSkip;
  }
  // UNAVAILABLE when the region's pack needs a plugin of the capability and it is not loaded: its leads wait, those of
  // others do not.
  absl::Status CheckPluginsOf(const packs::RegionRules& rules, std::string_view capability) const;
  // What the plugin said then; an error when it was not asked or not heard.
  absl::StatusOr<const domain::PluginAnswer*> ToldBy(const packs::PluginUse& use, std::string_view subject) const;
  // An answer to be filled in, and what stands for one that was not heard.
  domain::PluginAnswer AnswerOf(int plugin, std::string subject) const;

  packs::RecordView BindCounted(const packs::RegionRules& rules, const packs::RecordView& view);
  absl::Status AskScorers(const packs::RegionRules& rules, Time now, Explain explain, KnownRecord* known);
  std::vector<std::vector<PointsAnswer>> AskScorersOfAll(std::span<const packs::RecordView> views);
  absl::Status TakePoints(const packs::RegionRules& rules, size_t scorer, PointsAnswer answer, Explain explain);
  ScoreOutcome Fold(const packs::RegionRules& rules, const packs::RecordView& counted, Explain explain,
                    KnownRecord* known = nullptr);
  absl::StatusOr<domain::GateAnswer> AskGate(const domain::GateDef& gate, std::string_view from, std::string_view to,
                                             Time now);
  absl::StatusOr<std::vector<std::vector<domain::PluginComparison>>> AskComparers(
      const packs::RegionRules& rules, const std::vector<domain::ComparisonDef>& comparisons, const MatchSide& left,
      std::span<const MatchSide> right, Time at);
  // What comparers said, in the form that is kept.
  std::vector<domain::PluginAnswer> ToKeep(const std::vector<domain::ComparisonDef>& comparisons,
                                           std::span<const domain::PluginComparison> said) const;
  // Binds the record as the region's rules, or the centre's, read it; nothing where they read the same.
  void BindFor(const packs::RegionRules& rules, const packs::RecordView& counted, bool regional);
  void AddFieldEvidence(const packs::RegionRules& rules, const packs::RecordView& counted,
                        std::vector<domain::Reason>& reasons);
  void AddMisses(const packs::RegionRules& rules, const packs::RecordView& counted,
                 std::vector<domain::Reason>& reasons);
  void AddSilentPlugins(const packs::RegionRules& rules, std::vector<domain::Reason>& reasons) const;
  // The value that the normaliser gives; empty: none. Adds its decision. `complete` is false afterwards when a plugin
  // was not heard.
  absl::StatusOr<std::string> NormalizeField(const packs::Normalizer& normalizer, const std::string& given, Time at,
                                             Normalized& out, bool& complete);
  // What the plugin of the normaliser says; empty: nothing.
  absl::StatusOr<std::string> AskNormalizer(const packs::Normalizer& normalizer, Time at, domain::Reason& reason,
                                            domain::PluginAnswer& answer);
  // Of the region's tables and plugins and of the values that they read; the record is bound without a meaning.
  std::string FingerprintOfMeaning(const packs::RegionRules& rules);
  // What the region's tables and their plugins read, and a hash of the tables and plugins themselves.
  struct MeaningSources {
    std::vector<int> slots;
    bool given = true;  // all of them are of given values
    uint64_t hash = 0;
  };
  const MeaningSources& SourcesOfMeaning(const packs::RegionRules& rules);
  // What the central rules give besides by the region's own meaning; their hits are those of the centre's.
  // `decaying`: what of that difference does.
  double MeaningPointsOf(const packs::RegionRules& rules, const packs::RecordView& counted,
                         domain::DecayingList& decaying);
  absl::StatusOr<std::vector<domain::RepCandidate>> Candidates(
      const packs::RegionRules& rules, const domain::Route& route, const packs::RecordView& view, RepSource& reps,
      std::string_view without, std::vector<domain::Evidence>& evidence, std::vector<domain::PassedOver>& passed_over);
  absl::StatusOr<Choice> Choose(const domain::Route& route, std::span<const domain::RepCandidate> candidates,
                                const packs::RecordView& view, std::vector<domain::PluginAnswer>& answers);
  absl::StatusOr<Choice> ChooseByPlugin(int plugin, const domain::Route& route,
                                        std::span<const domain::RepCandidate> candidates, const packs::RecordView& view,
                                        domain::PluginAnswer& answer);
  Choice ChooseAsTold(const domain::Route& route, std::span<const domain::RepCandidate> candidates) const;

  std::shared_ptr<const Snapshot> snapshot_;
  packs::Evaluation evaluation_;
  std::vector<const BoundPlugin*> bound_;  // by number of the use
  std::vector<bool> reads_given_;          // beside it: whether the plugin's fields are of given values alone
  std::vector<domain::RuleHit> hits_;
  std::vector<domain::CountedHit> counted_hits_;
  std::vector<domain::PluginPoints> points_;   // of the record being scored
  std::vector<domain::PluginAnswer> answers_;  // beside the points
  std::map<const packs::RegionRules*, MeaningSources> meaning_sources_;
  std::optional<std::span<const domain::PluginAnswer>> told_;
  std::string told_pick_;
};

}  // namespace leadline::engine
