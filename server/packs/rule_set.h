// Rule packs, compiled: what a folder of YAML becomes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/env.h"
#include "cel/program.h"
#include "domain/deals/buying_group.h"
#include "domain/decision.h"
#include "domain/history/merging.h"
#include "domain/lifecycle.h"
#include "domain/mail_providers.h"
#include "domain/matching.h"
#include "domain/routing.h"
#include "domain/scoring.h"
#include "domain/sla.h"

namespace leadline {
class TimeZones;
}

namespace leadline::packs {

struct ScoringPlan;
struct TimePlan;

// One pack as its pack.yaml describes it.
struct PackInfo {
  domain::PackRef ref;
  std::string description;
  std::string owner;
  std::string extends;         // empty for the central pack
  std::string tested_against;  // regions: SHA-256 of the central pack that it was tested with; may be empty
  int scoring_rules = 0;
  int routes = 0;
  int reps = 0;
};

// A plugin that a pack names.
struct PluginUse {
  std::string id;
  std::string capability;  // "leadline.normalize/1"
  std::string slot;        // "normalize contact.seniority", "route strategy", "score", "status", "merge account.name"
  bool optional = false;   // every pack that names it so can do without it
  std::vector<std::string> layers;     // the packs that name it so, central first
  std::vector<std::string> needed_by;  // those of them that cannot do without it
  // Where it runs: in a supervised process of its own, or in the server.
  enum class Mode { kWorker, kLocal } mode = Mode::kWorker;
  enum class OnFailure { kFail, kSkip, kFallback } on_failure = OnFailure::kFail;
  // normalize: the value; route: the strategy; score: the points; status: allow or deny; merge: the comparator.
  std::string fallback;
  double fallback_points = 0;  // score: the same as a number
  std::string config_json = "{}";
  std::string layer;   // the first of `layers`
  std::string source;  // file:line

  // Whether leads of the region cannot be decided without it; "" is the centre.
  bool NeededIn(std::string_view region) const {
    return std::any_of(needed_by.begin(), needed_by.end(),
                       [&](const std::string& pack) { return pack == "central" || pack == region; });
  }
};

// Gives a field its meaning: the first table row that holds, then the plugin.
struct NormalizeRow {
  std::string value;
  int condition = -1;
  std::string layer;
  std::string source;
  bool before_regions = false;  // a central row that is asked before any region's
};
struct Normalizer {
  // "contact.seniority", "contact.department", "account.industry", "lead.source" or "lead.language".
  std::string field;
  // As they are asked: the centre's that come before regions, the region's, the others of the centre.
  std::vector<NormalizeRow> rows;
  int plugin = -1;                // index into RuleSet::plugins(); -1: none
  bool plugin_if_absent = false;  // the plugin is asked only when the field has no value
  // What it counts for. Where the centre does not accept a region's table as it is, a field has two: the region's own
  // and, after it, what the centre accepts.
  enum class CountsFor { kBoth, kRegion, kCentre } counts_for = CountsFor::kBoth;
};

// What makes a lead ready for sales, in words, and who agreed to it. Empty where the central pack does not say.
struct SalesReady {
  struct Signature {
    std::string side;  // "marketing" or "sales"
    std::string name;
    Time day = 0;  // the first moment of it, UTC
  };
  std::string definition;
  std::vector<Signature> signatures;
  Time review_by = 0;  // the first moment of the last day on which it stands without another look; 0: not said
};

// What amounts are worth in one currency, so that rules can compare them.
struct CurrencyTable {
  std::string currency;                              // that they are converted to; empty: none is
  Time as_of = 0;                                    // the first moment of the day that the rates are of
  std::map<std::string, double, std::less<>> rates;  // what one unit of each other currency is worth in it

  // What one unit is worth in `currency`; nothing for one without a rate.
  std::optional<double> RateOf(std::string_view of) const;
  // In `currency`; nothing for a currency without a rate.
  std::optional<double> Convert(const domain::Money& money) const;
};

// What people say by what they do of whether they want to be written to, or what says that they cannot be.
struct Refusal {
  std::string id;
  std::vector<std::string> channels;   // of the activities that refuse; empty: any
  std::vector<std::string> responses;  // that refuse
  std::vector<std::string> until;      // that take it back, by any channel
};

// What responses of activities mean.
struct ResponseKinds {
  std::vector<std::string> touches;           // of ours alone, such as "sent": not an interaction
  std::vector<std::string> contact_requests;  // by which somebody asks to be contacted; interactions all of them
  int64_t request_days = 0;                   // a request counts until it is so many days old
  std::vector<Refusal> refusals;
};

// Who is told when something happens: a rule of notify.yaml.
struct NotifyRule {
  enum class On : uint8_t { kAssigned, kSlaWarned, kSlaBreached, kQualified, kQueueLong, kCalendarEnding };
  std::string id;
  On on = On::kAssigned;
  int condition = -1;           // on the lead as it is afterwards; -1: for every lead. Of leads only
  std::vector<std::string> to;  // endpoints, each once; the server's settings say where they are
  std::string queue;            // kQueueLong: which
  int64_t longer_than = 0;      // kQueueLong: leads
  std::string calendar;         // kCalendarEnding: which; empty: any that the pack may name
  Duration within = 0;          // kCalendarEnding: before its last day off
  std::string layer;
  std::string source;  // file:line
};
// As notify.yaml writes it: "assigned", "sla_warned", ...
std::string_view NotifyOnName(NotifyRule::On on);

// A compiled condition with its place.
struct Condition {
  std::shared_ptr<const cel::Program> program;
  SourcePosition position;
  // Of a condition that a region made tighter: who wrote which bytes of it. Empty when one hand wrote it all.
  struct Share {
    SourceSpan span;
    std::string layer;
    SourcePosition position;
  };
  std::vector<Share> shares;
};

// Why a person is not marketable: one of the two.
struct MarketingBar {
  std::string id;
  std::string layer;
  std::string source;  // file:line
  int refusal = -1;    // that stands; number in ResponseKinds::refusals
  int condition = -1;  // that holds
};

struct FieldInput;

// A field that rules may read.
struct FieldDef {
  std::string name;  // "contact.seniority", "lead.attributes..." are declared without "attributes": "lead.total_visits"
  cel::Type type;
  cel::TypeKind kind = cel::TypeKind::kDyn;  // of the type, without its wrapper
  std::string layer;                         // the region that declares it for its own rules; empty: the centre
  bool standard = false;                     // read from the record itself; otherwise from its attributes
  bool meant = false;               // an attribute that tables give a meaning, which stands before what was given
  std::vector<std::string> values;  // that a string may have; empty: any
  bool open = false;                // clients may send others too, which no rule can name
  bool not_negative = false;        // a count or an age
  int64_t flag_days = 0;            // a flag that comes out otherwise at this age (see FindAgeField); 0: none
  uint32_t max_len = 256;           // bytes of a string, also inside a list
  uint32_t max_items = 32;          // of a list
  std::string description;
  cel::Value (*accessor)(const FieldInput& input) = nullptr;  // see fields.h

  // Whether the field never has other values than the listed ones.
  bool closed() const { return !values.empty() && !open; }
};

// What decides for one region: the central pack and, where there is one, the region's. Immutable and thread-safe.
// Conditions are numbered within it; policies refer to them by number.
struct RegionRules {
  std::string region;  // empty: the central pack alone
  domain::Lifecycle lifecycle;
  domain::ScoringPolicy scoring;
  SalesReady sales_ready;
  domain::RoutingPolicy routing;
  domain::MatchPolicy matching;
  domain::MergePolicy merging;
  domain::SlaPolicy sla;
  // Who may not be marketed to: the first that holds says why. The centre's alone.
  std::vector<MarketingBar> not_marketable;
  // What `contact.has_public_mail` goes by. Matching goes by `matching.identity`, which no region changes.
  std::shared_ptr<const domain::MailProviders> public_mail = std::make_shared<domain::MailProviders>();
  // What `lead.value_converted` goes by.
  std::shared_ptr<const CurrencyTable> currencies = std::make_shared<CurrencyTable>();
  // What `lead.buying_group_completeness` goes by. The centre's alone.
  std::shared_ptr<const domain::BuyingGroups> buying_groups = std::make_shared<const domain::BuyingGroups>();
  std::vector<Normalizer> normalizers;  // a field's own table before the one that counts for the centre
  std::string normalizers_sha256;       // of what they say; see FingerprintOfNormalizers
  // The centre's and the region's own; more than one may hold.
  std::vector<NotifyRule> notify;
  std::vector<Condition> conditions;
  // Conditions that read `activity.*`, by condition number.
  std::vector<bool> reads_activity;
  // How ScoringHits tests the rules; made from the above.
  std::shared_ptr<const ScoringPlan> plan;
  // What of it goes by the time; made from the above.
  std::shared_ptr<const TimePlan> timing;
};

// Every pack of a server, compiled against each other. Immutable and thread-safe.
class RuleSet {
 public:
  // The rules of a region; the central ones when the region has no pack.
  const RegionRules& ForRegion(std::string_view region) const;
  // The region whose territory (central or its own) holds the country; empty when none does.
  std::string RegionOfCountry(std::string_view country) const;

  const std::vector<PackInfo>& packs() const { return packs_; }         // central first, then by name
  const std::vector<PluginUse>& plugins() const { return plugins_; }    // each id once per slot
  const std::vector<FieldDef>& fields() const { return fields_; }       // by slot number of the environment
  const std::vector<std::string>& regions() const { return regions_; }  // that have a pack
  const FieldDef* FindField(std::string_view name) const;
  // Slot number; -1 when there is no such field.
  int FieldSlot(std::string_view name) const;
  // Every rep of every pack, once.
  const std::vector<domain::Rep>& reps() const { return reps_; }
  // Every queue of every pack, once: the centre's first, then by region.
  const std::vector<domain::Queue>& queues() const { return queues_; }
  const ResponseKinds& responses() const { return responses_; }
  // The zones of its calendars and conditions.
  const std::shared_ptr<const TimeZones>& time_zones() const { return time_zones_; }

 private:
  friend class RuleSetBuilder;
  std::vector<PackInfo> packs_;
  std::vector<PluginUse> plugins_;
  std::vector<FieldDef> fields_;
  std::map<std::string, int, std::less<>> field_slots_;
  std::vector<std::string> regions_;
  std::vector<domain::Rep> reps_;
  std::vector<domain::Queue> queues_;
  ResponseKinds responses_;
  std::shared_ptr<const TimeZones> time_zones_;
  std::map<std::string, std::string, std::less<>> region_by_country_;
  std::map<std::string, std::unique_ptr<const RegionRules>, std::less<>> by_region_;  // "" is central
};

}  // namespace leadline::packs
