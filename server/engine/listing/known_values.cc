#include "engine/listing/known_values.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/input/input_schema.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using By = store::IdScan::By;

bool IsAmong(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> StatusesOf(const Snapshot& snapshot) {
  std::vector<std::string> ids;
  for (const domain::StatusDef& def : snapshot.rules->ForRegion("").lifecycle.statuses) ids.push_back(def.id);
  return ids;
}

std::string NotKnown(std::string_view what, const std::string& value, const std::vector<std::string>& known) {
  const std::string nearest = LikelyName(value, known);
  std::string hint = known.empty() ? "there is none" : fmt::format("use one of: {}", OneOf(known));
  if (!nearest.empty()) hint = fmt::format("did you mean \"{}\"? Use one of: {}", nearest, OneOf(known));
  return fmt::format("{} is not {} of the packs, and no stored lead has it; {}", Quoted(value), what, hint);
}

}  // namespace

absl::StatusOr<bool> KnownValues::Stored(By by, const std::string& value) {
  ASSIGN_OR_RETURN(const auto places, reader_.ScanIds({.by = by, .value = value}, 1));
  return !places.empty();
}

absl::StatusOr<std::string> KnownValues::UnknownListed(std::string_view field, std::string_view what,
                                                       const std::string& value, const store::JourneyFilter& having) {
  const InputSchema::Field* listed = snapshot_.input->Find(InputSchema::Record::kLead, field);
  if (listed == nullptr || listed->def->open || listed->def->values.empty()) return std::string();
  if (IsAmong(listed->def->values, value)) return std::string();
  bool stored = false;
  RETURN_IF_ERROR(reader_.ForEachJourney(having, [&](const domain::Journey&) { stored = true; }));
  return stored ? std::string() : NotKnown(what, value, listed->def->values);
}

std::string KnownValues::UnknownStatus(const std::string& value) const {
  const std::vector<std::string> known = StatusesOf(snapshot_);
  return value.empty() || IsAmong(known, value) ? std::string() : NotKnown("a status", value, known);
}

absl::StatusOr<std::string> KnownValues::Unknown(std::string_view field, const std::string& value) {
  std::vector<std::string> known;
  std::string_view what;
  auto by = By::kEverything;
  if (value.empty()) return std::string();
  if (field == "status") {
    what = "a status";
    by = By::kStatus;
    known = StatusesOf(snapshot_);
  } else if (field == "region") {
    what = "a region";
    by = By::kRegion;
    known = snapshot_.input->regions();
  } else if (field == "assignee") {
    what = "a rep";
    by = By::kAssignee;
    for (const domain::Rep& rep : snapshot_.rules->reps()) known.push_back(rep.id);
  } else if (field == "hold_queue") {
    what = "a hold queue";
    by = By::kQueueByHold;
    for (const domain::Queue& queue : snapshot_.rules->queues()) known.push_back(queue.id);
  } else if (field == "source") {
    return UnknownListed("source", "a source", value, {.source = value});
  } else if (field == "product") {
    return UnknownListed("products", "a product", value, {.product = value});
  } else {
    return std::string();
  }
  if (IsAmong(known, value)) return std::string();
  ASSIGN_OR_RETURN(const bool stored, Stored(by, value));
  return stored ? std::string() : NotKnown(what, value, known);
}

absl::StatusOr<std::string> UnknownValue(const EngineOptions& options, const CallContext& context,
                                         std::string_view field, const std::string& value) {
  const std::shared_ptr<const Snapshot> snapshot = options.snapshots->Get();
  std::string unknown;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(unknown, KnownValues(*snapshot, reader).Unknown(field, value));
        return absl::OkStatus();
      },
      context.wanted));
  return unknown;
}

}  // namespace leadline::engine
