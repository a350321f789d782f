#include "rpc/convert/plugins.h"

#include "rpc/convert/decisions.h"

namespace leadline::rpc {
namespace {

v1::PluginState StateOf(plugin::PluginHealth::State state) {
  switch (state) {
    case plugin::PluginHealth::State::kServing:
      return v1::PLUGIN_STATE_SERVING;
    case plugin::PluginHealth::State::kRestarting:
      return v1::PLUGIN_STATE_RESTARTING;
    case plugin::PluginHealth::State::kQuarantined:
      return v1::PLUGIN_STATE_QUARANTINED;
  }
  return v1::PLUGIN_STATE_UNSPECIFIED;
}

}  // namespace

void ToProto(const engine::PluginView& from, v1::PluginInfo* to) {
  const engine::PluginStatus& status = from.status;
  ToProto(status.ref, to->mutable_ref());
  to->set_loaded(status.loaded);
  to->set_optional(status.optional);
  for (const std::string& capability : status.capabilities) to->add_capabilities(capability);
  for (const std::string& use : status.used_by) to->add_used_by(use);
  to->set_error(status.error);
  if (!status.used_by.empty()) {
    to->set_mode(status.mode == plugin::PluginMode::kLocal ? v1::PLUGIN_MODE_LOCAL : v1::PLUGIN_MODE_WORKER);
  }
  to->set_last_load_error(from.last_load_error);
  if (!status.loaded) return;
  to->set_revoked(from.revoked);
  if (from.sandbox) {
    v1::PluginSandbox* sandbox = to->mutable_sandbox();
    sandbox->set_landlock_abi(from.sandbox->landlock_abi);
    sandbox->set_seccomp(from.sandbox->seccomp);
    sandbox->set_no_new_privileges(from.sandbox->no_new_privileges);
  }
  v1::PluginHealth* health = to->mutable_health();
  health->set_state(StateOf(from.health.state));
  health->set_call_count(static_cast<int64_t>(from.health.calls));
  health->set_failure_count(static_cast<int64_t>(from.health.failures));
  health->set_timeout_count(static_cast<int64_t>(from.health.timeouts));
  health->set_death_count(static_cast<int64_t>(from.health.deaths));
  health->set_last_failure(from.health.last_failure);
}

}  // namespace leadline::rpc
