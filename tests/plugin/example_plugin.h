// The examples as built, loaded as the server loads them, over a schema that has what they read.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {

// The fields of rules/central/schema.yaml that examples read, of their kinds there.
inline std::optional<FieldSlot> CentralField(std::string_view name) {
  static const std::map<std::string_view, uint32_t> kKinds = {
      {"account.name", LEADLINE_STR},
      {"account.industry", LEADLINE_STR},
      {"account.employees", LEADLINE_I64},
      {"account.annual_revenue", LEADLINE_F64},
      {"account.target", LEADLINE_BOOL},
      {"account.customer", LEADLINE_BOOL},
      {"account.technologies", LEADLINE_LIST},
      {"account.country", LEADLINE_STR},
      {"contact.given_name", LEADLINE_STR},
      {"contact.family_name", LEADLINE_STR},
      {"contact.email_domain", LEADLINE_STR},
      {"contact.phone", LEADLINE_STR},
      {"contact.seniority", LEADLINE_STR},
      {"contact.has_public_mail", LEADLINE_BOOL},
      {"contact.country", LEADLINE_STR},
      {"lead.country", LEADLINE_STR},
      {"lead.total_visits", LEADLINE_I64},
      {"lead.time_on_site_seconds", LEADLINE_I64},
      {"lead.page_views_per_visit", LEADLINE_F64},
      {"activity.subject", LEADLINE_STR},
  };
  auto it = kKinds.find(name);
  if (it == kKinds.end()) return std::nullopt;
  return FieldSlot{it->second, static_cast<uint32_t>(std::distance(kKinds.begin(), it))};
}

inline std::string ExamplePath(std::string_view name) {
  return std::string(LEADLINE_BINARY_DIR "/plugins/").append(name).append(".so");
}

// Loads plugins/<name>.so, whose id is org.leadline.<name>.
inline absl::StatusOr<std::shared_ptr<Plugin>> LoadExample(const ScratchFolder& scratch, const std::string& name,
                                                           std::string config = "", FieldCatalog fields = CentralField,
                                                           PluginMode mode = PluginMode::kLocal) {
  LoadOptions options{.fields = std::move(fields), .cache_dir = scratch / "cache"};
  options.trust = AnyTrust();
  options.worker = TestWorkers();
  PluginRequest request{
      .id = "org.leadline." + name, .mode = mode, .path = ExamplePath(name), .config_json = std::move(config)};
  return Load(request, options);
}

// A record of the plugin's fields: those given, the others NULL. Texts must outlive it.
class FieldValues {
 public:
  using Given = std::map<std::string_view, Value>;

  FieldValues(const Plugin& plugin, const Given& given) {
    for (const std::string& name : plugin.wanted_fields()) {
      auto it = given.find(name);
      values_.push_back(it == given.end() ? NullValue() : it->second);
    }
  }
  Record record() const { return RecordOf(values_); }

 private:
  std::vector<Value> values_;
};

}  // namespace leadline::plugin
