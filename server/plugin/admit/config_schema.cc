#include "plugin/admit/config_schema.h"

// Without this the library aborts the process where it could throw.
#define VALIJSON_USE_EXCEPTIONS 1

#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

// The library names a place as "<root>", "[limits]", "[hot]", and every level above a fault as another fault.
std::string Place(const std::vector<std::string>& context) {
  std::string out = "config";
  for (size_t i = 1; i < context.size(); ++i) out += context[i];
  return out;
}

std::string Faults(valijson::ValidationResults& results) {
  std::string out;
  size_t deepest = 0;
  valijson::ValidationResults::Error error;
  std::vector<valijson::ValidationResults::Error> errors;
  while (results.popError(error)) {
    errors.push_back(error);
    deepest = std::max(deepest, error.context.size());
  }
  for (const auto& e : errors) {
    bool of_another = e.context.size() < deepest && e.description.find("Failed to validate against schema") == 0;
    if (of_another) continue;
    if (!out.empty()) out += "; ";
    out += fmt::format("{}: {}", Place(e.context), e.description);
  }
  return out;
}

}  // namespace

absl::Status CheckConfig(const char* schema_json, std::string_view config_json) {
  json config = json::parse(config_json, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return absl::InvalidArgumentError("the config is not a JSON object");
  if (schema_json == nullptr) {
    if (config.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("the plugin takes no config; remove it");
  }
  json document = json::parse(schema_json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return absl::FailedPreconditionError("the plugin's config schema is not a JSON object");
  // The library reports through exceptions; none may leave this function.
  try {
    valijson::Schema schema;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(NlohmannJsonAdapter(document), schema);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema, NlohmannJsonAdapter(config), &results)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        fmt::format("the config is not what the plugin takes: {}", Presentable(Faults(results))));
  } catch (const std::exception& e) {
    return absl::FailedPreconditionError(
        fmt::format("the plugin's config schema cannot be used: {}", Presentable(e.what())));
  }
}

}  // namespace leadline::plugin
