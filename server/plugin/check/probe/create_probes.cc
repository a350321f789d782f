// Checks of create() and of what the host gives it.
#include "plugin/check/probe/probes.h"

namespace leadline::plugin::check {

void ProbeCreate(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  if (!instance->fault().empty()) probe.Fail(instance->fault());
  probe.Destroy(*instance);
}

void ProbeCreateTwice(Probe& probe) {
  auto first = probe.Make();
  if (first == nullptr) return;
  // The first one lives on: the server makes more while others are in use.
  auto second = probe.Make();
  if (second == nullptr) return;
  if (first->self() == second->self()) {
    probe.Warn("two instances are the same object; what one does alters the other");
  }
  probe.Destroy(*first);
  probe.Destroy(*second);
}

void ProbeHostBounds(Probe& probe) {
  CreateSettings settings = probe.Settings();
  settings.guard_host = true;
  settings.minor = probe.subject().Describe().min_host_minor;
  if (auto instance = probe.Make(settings)) probe.Destroy(*instance);
}

void ProbeConfigBounds(Probe& probe) {
  CreateSettings settings = probe.Settings();
  settings.guard_config = true;
  if (auto instance = probe.Make(settings)) probe.Destroy(*instance);
}

void ProbeNewerHost(Probe& probe) {
  CreateSettings settings = probe.Settings();
  settings.minor = LEADLINE_ABI_MINOR + 1;
  settings.extra_bytes = 64;
  if (auto instance = probe.Make(settings)) probe.Destroy(*instance);
}

void ProbeNoFields(Probe& probe) {
  for (auto fields : {CreateSettings::Fields::kNone, CreateSettings::Fields::kOtherKind}) {
    CreateSettings settings = probe.Settings();
    settings.fields = fields;
    Instance instance(probe.subject(), settings);
    bool none = fields == CreateSettings::Fields::kNone;
    probe.Step(Phase::kCreate, none ? "in create() on a host whose schema has none of its fields"
                                    : "in create() on a host where its fields are of another kind");
    int32_t code = instance.Create();
    if (!instance.fault().empty()) probe.Fail(instance.fault());
    // The host itself names the field that it refused.
    if (code == LEADLINE_OK) probe.Destroy(instance);
  }
}

void ProbeOddConfig(Probe& probe) {
  for (const std::string& config : probe.job().odd_configs) {
    CreateSettings settings;
    settings.config_json = config;
    Instance instance(probe.subject(), settings);
    probe.Step(Phase::kCreate,
               fmt::format("in create() with the config {}, which its schema lets through", config.substr(0, 200)));
    if (instance.Create() == LEADLINE_OK) probe.Destroy(instance);
    if (!instance.fault().empty()) probe.Fail(instance.fault());
  }
}

}  // namespace leadline::plugin::check
