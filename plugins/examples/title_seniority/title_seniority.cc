// The plugin: reads contact.title, and the contact's language where there is one. See README.md.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "classify.h"
#include "leadline_plugin.hpp"

namespace title_seniority {
namespace {

namespace sdk = leadline::sdk;

// One config's classifier. Immutable, so thread-safe.
class TitleSeniority {
 public:
  static constexpr uint32_t kFlags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE;
  static constexpr const char* kConfigSchema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "overrides": {
        "type": "object",
        "additionalProperties": {
          "enum": ["c_level", "vp", "director", "head", "manager", "senior", "staff", "junior", "intern", "owner", null]
        }
      }
    }
  })";

  explicit TitleSeniority(sdk::Setup& setup)
      : title_(setup.Field("contact.title", LEADLINE_STR)),
        language_(setup.OptionalField("contact.language", LEADLINE_STR)),
        locale_(setup.OptionalField("contact.locale", LEADLINE_STR)) {
    nlohmann::json config = nlohmann::json::parse(setup.config_json());
    auto overrides = config.find("overrides");
    if (overrides == config.end()) return;
    for (const auto& [phrase, seniority] : overrides->items()) {
      classifier_.Override(phrase, seniority.is_null() ? std::nullopt : SeniorityNamed(seniority.get<std::string>()));
    }
  }

  leadline_normalize_out Normalize(sdk::Fields record, sdk::Call& call) const {
    leadline_normalize_out out{};
    std::optional<std::string_view> title = record.Text(title_);
    if (!title) return out;
    std::string_view language = Language(record);
    std::optional<Reading> reading = classifier_.Classify(title->substr(0, kMostBytes), language);
    if (!reading) return out;
    std::string_view name = SeniorityName(reading->seniority);
    call.Reason("\"" + reading->evidence + "\" reads as " + std::string(name));
    out.value = call.Text(name);
    out.confidence = reading->confidence;
    return out;
  }

 private:
  // No real title is longer; keeps a pasted page from costing time.
  static constexpr size_t kMostBytes = 512;

  std::string_view Language(sdk::Fields record) const {
    std::optional<std::string_view> tag = language_ ? record.Text(*language_) : std::nullopt;
    if (!tag && locale_) tag = record.Text(*locale_);
    return tag.value_or("");
  }

  uint32_t title_;
  std::optional<uint32_t> language_;
  std::optional<uint32_t> locale_;
  Classifier classifier_;
};

}  // namespace
}  // namespace title_seniority

LEADLINE_PLUGIN(title_seniority::TitleSeniority)
