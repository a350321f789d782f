// Plugins: from and to the wire. Pure and thread-safe.
#pragma once

#include "engine/rollout/pack_rollout.h"
#include "leadline/v1/admin_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

void ToProto(const engine::PluginView& from, v1::PluginInfo* to);

// Of a LoadPluginRequest or a ReloadPluginRequest.
template <typename Request>
engine::PluginLoad PluginLoadFrom(const Request& from, engine::PluginLoad::Action action, Checker& check) {
  const FieldPath root;
  engine::PluginLoad load;
  load.id = check.RequiredId(root / "name", from.name(), {domain::RecordKind::kPlugin});
  load.action = action;
  load.reason = check.Text(root / "reason", from.reason());
  load.rescore = !from.skip_rescoring();
  load.expected_generation = check.NotNegative(root / "expected_generation", from.expected_generation());
  return load;
}

}  // namespace leadline::rpc
