#include "plugin/admit/json_text.h"

#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin {

absl::StatusOr<nlohmann::json> ParseStrictJson(std::string_view text) {
  using nlohmann::json;
  std::vector<std::set<std::string>> open;  // the members of each object around the place
  std::string twice;
  auto see = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second && twice.empty()) {
      twice = value.get<std::string>();
    }
    return true;
  };
  json value;
  try {
    value = json::parse(text, see);
  } catch (const json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
    std::string_view what = e.what();
    if (size_t end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
    return absl::InvalidArgumentError(Presentable(what));
  }
  if (!twice.empty()) return absl::InvalidArgumentError(fmt::format("\"{}\" is there twice", Presentable(twice)));
  return value;
}

}  // namespace leadline::plugin
