// The plugin: compares account.name. See README.md.
#include <string_view>

#include "comparison.h"
#include "leadline_config.h"
#include "leadline_plugin.hpp"

namespace company_name {
namespace {

namespace sdk = leadline::sdk;

// Immutable, so thread-safe.
class CompanyName {
 public:
  static constexpr uint32_t kFlags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE;
  static constexpr const char* kConfigSchema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "exact": {"type": "number", "minimum": 0, "maximum": 30},
      "strong": {"type": "number", "minimum": 0, "maximum": 30},
      "weak": {"type": "number", "minimum": 0, "maximum": 30},
      "different": {"type": "number", "minimum": -30, "maximum": 0},
      "other_form": {"type": "number", "minimum": -30, "maximum": 0}
    }
  })";

  explicit CompanyName(sdk::Setup& setup) : name_(setup.Field("account.name", LEADLINE_STR)) {
    leadline_str config = sdk::Str(setup.config_json());
    leadline_config_number(config, "exact", &weights_.exact);
    leadline_config_number(config, "strong", &weights_.strong);
    leadline_config_number(config, "weak", &weights_.weak);
    leadline_config_number(config, "different", &weights_.different);
    leadline_config_number(config, "other_form", &weights_.other_form);
  }

  leadline_merge_out Compare(sdk::Fields left, sdk::Fields right, sdk::Call& call) const {
    Comparison comparison = company_name::Compare(Name(left), Name(right), weights_);
    for (const Finding& finding : comparison.findings) call.Reason(finding.text, finding.weight);
    leadline_merge_out out{};
    out.level = comparison.level;
    out.weight = comparison.weight;
    return out;
  }

 private:
  // No real name is longer; keeps a pasted page from costing time.
  static constexpr size_t kMostBytes = 256;

  std::string_view Name(sdk::Fields record) const { return record.Text(name_).value_or("").substr(0, kMostBytes); }

  uint32_t name_;
  Weights weights_;
};

}  // namespace
}  // namespace company_name

LEADLINE_PLUGIN(company_name::CompanyName)
