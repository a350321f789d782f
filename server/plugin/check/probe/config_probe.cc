// The config schema and the config of a run. Read here, in a process that may end, since a schema may be anything; what
// comes of it is told as facts.
#include <cstring>
#include <nlohmann/json.hpp>

#include "plugin/check/probe/probes.h"
#include "plugin/check/probe/run_config.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

using nlohmann::json;

std::string TextOf(const json& facts) { return facts.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

void ProbeConfig(Probe& probe) {
  probe.Step(Phase::kLoad, "while its config schema was read");
  std::optional<std::string> schema;
  if (const char* text = probe.subject().Describe().config_schema_json; text != nullptr) schema = text;
  json facts;
  if (absl::Status status = CheckSchema(schema); !status.ok()) {
    facts["schema_fault"] = Presentable(std::string(status.message()));
  } else if (auto config = ConfigFor(schema, probe.job().given_config); !config.ok()) {
    facts["config_fault"] = Presentable(std::string(config.status().message()));
  } else {
    facts["config"] = *config;
    facts["odd"] = json::array();
    for (std::string& odd : OddConfigs(schema, *config)) {
      if (TextOf(facts).size() + odd.size() < Board::kFindingBytes / 2) facts["odd"].push_back(std::move(odd));
    }
  }
  const std::string text = TextOf(facts);
  if (text.size() > Board::kFindingBytes)
    return probe.Fail("the config for this run is longer than 256 KiB; shorten it");
  Board& board = probe.board();
  std::memcpy(board.facts, text.data(), text.size());
  board.facts_bytes = static_cast<uint32_t>(text.size());
}

}  // namespace leadline::plugin::check
