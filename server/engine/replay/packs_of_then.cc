#include "engine/replay/packs_of_then.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/zones/time_zones.h"
#include "fmt/format.h"
#include "packs/loader.h"

namespace leadline::engine {
namespace {

std::string KeyOf(const domain::SnapshotRef& then, const Snapshot& now) {
  std::string key = now.rules->time_zones()->fingerprint();
  for (const domain::PackRef& pack : then.packs) key += fmt::format(" {} {}", pack.pack, pack.sha256);
  return key;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const packs::RuleSet>> PacksOfThen::RulesOf(store::Reader& reader,
                                                                           const domain::SnapshotRef& then,
                                                                           const Snapshot& now) {
  const std::string key = KeyOf(then, now);
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const auto& k) { return k.first == key; });
  if (known != kept_.end()) {
    std::rotate(known, known + 1, kept_.end());
    return kept_.back().second;
  }
  packs::PackSet set;
  set.root = "rules";
  for (const domain::PackRef& pack : then.packs) {
    absl::StatusOr<domain::PackContent> content = reader.GetPackContent(pack.sha256);
    if (absl::IsNotFound(content.status())) {
      return absl::NotFoundError(fmt::format("the store does not keep the pack {} {} ({}) that decided then", pack.pack,
                                             pack.version, pack.sha256.substr(0, 12)));
    }
    RETURN_IF_ERROR(content.status());
    set.Put({content->pack, std::move(content->files)});
  }
  packs::LoadOptions options;
  options.time_zones = now.rules->time_zones();
  packs::LoadResult loaded = packs::LoadRuleSet(set, options);
  if (loaded.rules == nullptr) {
    return absl::FailedPreconditionError(fmt::format("this version of the server does not accept the packs of then: {}",
                                                     FormatDiagnostics(loaded.diagnostics)));
  }
  if (kept_.size() >= kMost) kept_.pop_front();
  return kept_.emplace_back(key, std::move(loaded.rules)).second;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> PacksOfThen::Get(store::Reader& reader,
                                                                 const std::shared_ptr<const domain::SnapshotRef>& then,
                                                                 const Deciding& now) {
  auto snapshot = std::make_shared<Snapshot>();
  for (const auto& deciding : {now.active, now.canary}) {
    if (deciding != nullptr && deciding->ref->packs == then->packs) snapshot->rules = deciding->rules;
  }
  if (snapshot->rules == nullptr) {
    ASSIGN_OR_RETURN(snapshot->rules, RulesOf(reader, *then, *now.active));
  }
  for (const domain::PackRef& pack : then->packs) snapshot->pack_hashes.push_back(pack.sha256);
  snapshot->ref = then;
  snapshot->reference = now.active->reference;
  return snapshot;
}

}  // namespace leadline::engine
