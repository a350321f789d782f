#include "plugin/check/subject/job.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace leadline::plugin::check {
namespace {

using nlohmann::json;

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "passed";
    case Outcome::kWarning:
      return "warning";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kFailed:
      break;
  }
  return "failed";
}

std::string JobToJson(const Job& job) {
  json fields = json::array();
  for (const KnownField& field : job.fields) fields.push_back({field.name, field.kind, field.values});
  json out = {{"check", job.check},
              {"so", job.so_path},
              {"id", job.id},
              {"version", job.version},
              {"capabilities", job.capabilities},
              {"given_config", job.given_config ? json(*job.given_config) : json()},
              {"config", job.config_json},
              {"odd_configs", job.odd_configs},
              {"fields", std::move(fields)},
              {"deadly_flavours", job.deadly_flavours},
              {"seed", job.seed},
              {"fuzz_seconds", job.fuzz_seconds},
              {"fuzz_case", job.fuzz_case}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<Job> ParseJob(std::string_view text) {
  json in = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!in.is_object()) return absl::InvalidArgumentError("a probe is started by the checker only");
  Job job;
  job.check = in.at("check");
  job.so_path = in.at("so");
  job.id = in.at("id");
  job.version = in.at("version");
  job.capabilities = in.at("capabilities").get<std::vector<std::string>>();
  if (const json& given = in.at("given_config"); given.is_string()) job.given_config = given.get<std::string>();
  job.config_json = in.at("config");
  job.odd_configs = in.at("odd_configs").get<std::vector<std::string>>();
  for (const json& field : in.at("fields")) job.fields.push_back({field.at(0), field.at(1), field.at(2)});
  job.deadly_flavours = in.at("deadly_flavours").get<std::vector<int>>();
  job.seed = in.at("seed");
  job.fuzz_seconds = in.at("fuzz_seconds");
  job.fuzz_case = in.at("fuzz_case");
  return job;
}

void PostFinding(Board& board, const Finding& finding) {
  json line = {{"outcome", static_cast<int>(finding.outcome)}, {"message", finding.message}};
  std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  uint32_t at = board.finding_bytes.load();
  if (text.size() > Board::kFindingBytes - at) return;
  std::memcpy(board.findings + at, text.data(), text.size());
  board.finding_bytes.store(at + static_cast<uint32_t>(text.size()));
}

std::vector<Finding> FindingsOn(const Board& board) {
  std::vector<Finding> findings;
  // A plugin that writes where it should not may have altered any of this.
  std::string_view rest(board.findings, std::min(board.finding_bytes.load(), Board::kFindingBytes));
  while (!rest.empty()) {
    size_t end = std::min(rest.find('\n'), rest.size());
    json line = json::parse(rest.substr(0, end), nullptr, /*allow_exceptions=*/false);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.is_object() || !line.contains("outcome") || !line["outcome"].is_number_integer()) continue;
    int outcome = line["outcome"];
    if (outcome < 0 || outcome > static_cast<int>(Outcome::kFailed)) continue;
    findings.push_back({static_cast<Outcome>(outcome), line.value("message", "")});
  }
  return findings;
}

}  // namespace leadline::plugin::check
