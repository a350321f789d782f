#include "engine/rollout/plugin_smoke.h"

#include <array>
#include <chrono>
#include <limits>

#include "base/status_macros.h"
#include "engine/decide/plugin_record.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

constexpr size_t kMostCases = 16;
constexpr std::chrono::seconds kCallLimit{5};

using plugin::Value;

Value ValueOf(uint32_t kind, Time now, const Value& item) {
  switch (kind) {
    case LEADLINE_BOOL:
      return plugin::BoolValue(true);
    case LEADLINE_I64:
      return plugin::IntValue(1);
    case LEADLINE_F64:
      return plugin::DoubleValue(1.5);
    case LEADLINE_STR:
      return plugin::StringValue("Zoë 1");
    case LEADLINE_TIME:
      return plugin::TimeValue(now);
    case LEADLINE_LIST:
      return plugin::ListValue({&item, 1});
    default:
      return plugin::NullValue();
  }
}

// Two reps, one of whom nothing is known.
std::array<plugin::Candidate, 2> Reps(Time now) {
  std::array<plugin::Candidate, 2> reps{};
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  reps[0] = {plugin::StrOf("ana"), 1, 48.1, 11.6, now, 3, 10, 2, LEADLINE_CANDIDATE_AVAILABLE};
  reps[1] = {plugin::StrOf("ben"), 2, unknown, unknown, LEADLINE_TIME_NONE, 0, 0, 0, 0};
  return reps;
}

// One call of one capability.
absl::Status Call(plugin::Plugin& plugin, std::string_view capability, const plugin::Record& record, Time now) {
  plugin::CallOptions options;
  options.now = now;
  options.deadline = std::chrono::steady_clock::now() + kCallLimit;
  if (capability == LEADLINE_NORMALIZE_V1) {
    plugin::NormalizeResult result;
    return plugin.Normalize({&record, 1}, {&result, 1}, options);
  }
  if (capability == LEADLINE_SCORE_V1) {
    plugin::ScoreResult result;
    return plugin.Score({&record, 1}, {&result, 1}, options);
  }
  if (capability == LEADLINE_STATUS_V1) {
    const plugin::Transition transition{record, plugin::StrOf("inquiry"), plugin::StrOf("mql")};
    plugin::StatusResult result;
    return plugin.Gate({&transition, 1}, {&result, 1}, options);
  }
  if (capability == LEADLINE_ROUTE_V1) {
    const std::array<plugin::Candidate, 2> reps = Reps(now);
    const plugin::RouteRequest request{record, reps.data(), reps.size(), 0};
    plugin::RouteResult result;
    return plugin.Route({&request, 1}, {&result, 1}, options);
  }
  if (capability == LEADLINE_MERGE_V1) {
    const plugin::RecordPair pair{record, record};
    plugin::MergeResult result;
    return plugin.Compare({&pair, 1}, {&result, 1}, options);
  }
  return absl::OkStatus();
}

absl::Status CallAll(const BoundPlugin& bound, const plugin::Record& record, std::string_view what, Time now) {
  for (const std::string& capability : bound.request.capabilities) {
    absl::Status status = Call(*bound.plugin, capability, record, now);
    if (status.ok()) continue;
    return absl::FailedPreconditionError(
        fmt::format("it fails on a smoke record ({}, {}): {}", capability, what, std::string(status.message())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SmokePlugin(const Snapshot& snapshot, std::string_view id, const std::vector<packs::TestCase>& cases,
                         Time now) {
  const auto loaded = snapshot.plugins.find(id);
  if (loaded == snapshot.plugins.end()) return absl::OkStatus();
  const BoundPlugin& bound = loaded->second;
  std::vector<Value> nothing, something;
  const Value item = plugin::StringValue("one");
  for (const plugin::FieldSlot& slot : bound.plugin->wanted_slots()) {
    nothing.push_back(plugin::NullValue());
    something.push_back(ValueOf(slot.kind, now, item));
  }
  RETURN_IF_ERROR(CallAll(bound, plugin::RecordOf(nothing), "no field has a value", now));
  RETURN_IF_ERROR(CallAll(bound, plugin::RecordOf(something), "each field has a value", now));
  // From all over the suites, not only from the first.
  const size_t step = cases.size() / kMostCases + 1;
  packs::Evaluation evaluation(*snapshot.rules);
  for (size_t i = 0; i < cases.size(); i += step) {
    const packs::TestCase& test = cases[i];
    evaluation.Bind(snapshot.rules->ForRegion(test.input.lead.region),
                    {&test.input.lead, test.input.has_contact ? &test.input.contact : nullptr,
                     test.input.has_account ? &test.input.account : nullptr,
                     HappenedBy(test.input.activities, test.now), test.now});
    const PluginRecord record(bound.field_slots, evaluation);
    RETURN_IF_ERROR(CallAll(bound, record.record(), fmt::format("{}: {}", test.suite, test.name), test.now));
  }
  return absl::OkStatus();
}

}  // namespace leadline::engine
