#include "cli/output/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/output/text.h"
#include "packs/yaml/problem_codes.h"

namespace leadline::cli {
namespace {

using nlohmann::json;
using ordered = nlohmann::ordered_json;

const char* Level(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

// Text that came out of a broken file may hold anything; JSON must be UTF-8.
std::string Dump(const ordered& value) { return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

ordered ToJson(const Diagnostic& d) {
  ordered out = {{"severity", Level(d.severity)},
                 {"code", d.code},
                 {"file", d.position.file},
                 {"line", d.position.line},
                 {"column", d.position.column},
                 {"length", d.length},
                 {"message", d.message},
                 {"hint", d.hint},
                 {"rule", d.rule},
                 {"layer", d.layer},
                 {"sourceLine", d.source_line}};
  if (!d.related_message.empty()) {
    out["related"] = {{"file", d.related.file},
                      {"line", d.related.line},
                      {"column", d.related.column},
                      {"message", d.related_message}};
  }
  return out;
}

// A path as a URI reference (RFC 3986): what may not stand in one is escaped.
std::string UriOf(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out.starts_with('/') ? "file://" + out : out;
}

// `length` 0: only the line and column are known. What has no place in its file is shown at its beginning.
ordered PlaceOf(const SourcePosition& position, int32_t length) {
  ordered region = {{"startLine", std::max(1, position.line)}};
  if (position.known()) {
    region["startColumn"] = position.column;
    if (length > 0) region["endColumn"] = position.column + length;
  }
  return {{"artifactLocation", {{"uri", UriOf(position.file)}}}, {"region", std::move(region)}};
}

ordered ToResult(const Diagnostic& d, int rule_index) {
  ordered out = {{"ruleId", d.code},
                 {"ruleIndex", rule_index},
                 {"level", Level(d.severity)},
                 {"message", {{"text", d.hint.empty() ? d.message : d.message + "; " + d.hint}}}};
  out["locations"] = ordered::array({{{"physicalLocation", PlaceOf(d.position, d.length)}}});
  if (!d.related_message.empty()) {
    out["relatedLocations"] = ordered::array(
        {{{"id", 1}, {"physicalLocation", PlaceOf(d.related, 0)}, {"message", {{"text", d.related_message}}}}});
  }
  out["properties"] = {{"layer", d.layer}, {"rule", d.rule}};
  return out;
}

}  // namespace

ProblemCount CountProblems(const std::vector<Diagnostic>& diagnostics) {
  ProblemCount count;
  for (const Diagnostic& d : diagnostics) ++(d.severity == Severity::kError ? count.errors : count.warnings);
  return count;
}

std::string Errors(int number) { return Counted(number, "error"); }
std::string Warnings(int number) { return Counted(number, "warning"); }

std::string DescribeSoundness(const std::vector<packs::PackSoundness>& packs) {
  std::string out;
  const bool centre = !packs.empty() && packs[0].sound();
  for (const packs::PackSoundness& pack : packs) {
    const bool central = &pack == &packs[0];
    out += pack.name + ": ";
    if (!pack.checked) {
      out += "not checked, since the central pack cannot be read";
    } else if (pack.errors == 0) {
      out += central ? "good" : centre ? "fits" : "no errors of its own";
    } else if (central || !centre) {
      out += Errors(pack.errors);
    } else {
      out += fmt::format("breaks with this central pack ({})", Errors(pack.errors));
    }
    out += '\n';
  }
  return out;
}

std::string DiagnosticsToJson(const packs::LoadResult& result) {
  const ProblemCount count = CountProblems(result.diagnostics);
  ordered out = {{"ok", result.rules != nullptr && count.errors == 0},
                 {"errors", count.errors},
                 {"warnings", count.warnings},
                 {"packs", ordered::array()},
                 {"diagnostics", ordered::array()}};
  for (const packs::PackSoundness& pack : result.packs) {
    ordered entry = {{"pack", pack.name},
                     {"sha256", pack.sha256},
                     {"checked", pack.checked},
                     {"sound", pack.sound()},
                     {"errors", pack.errors}};
    if (result.rules != nullptr) {
      for (const packs::PackInfo& info : result.rules->packs()) {
        if (info.ref.pack != pack.name) continue;
        entry["version"] = info.ref.version;
        entry["testedAgainst"] = info.tested_against;
        entry["scoringRules"] = info.scoring_rules;
        entry["routes"] = info.routes;
        entry["reps"] = info.reps;
      }
    }
    out["packs"].push_back(std::move(entry));
  }
  for (const Diagnostic& d : result.diagnostics) out["diagnostics"].push_back(ToJson(d));
  return Dump(out);
}

std::string DiagnosticsToSarif(const std::vector<Diagnostic>& diagnostics, const std::string& version) {
  std::map<std::string, int> index;  // in the order of codes
  for (const Diagnostic& d : diagnostics) index.emplace(d.code, 0);
  ordered rules = ordered::array();
  for (auto& [code, number] : index) {
    number = static_cast<int>(rules.size());
    const std::string description = packs::DescribeCode(code);
    rules.push_back({{"id", code}, {"shortDescription", {{"text", description.empty() ? code : description}}}});
  }
  ordered results = ordered::array();
  for (const Diagnostic& d : diagnostics) results.push_back(ToResult(d, index[d.code]));
  const ordered driver = {{"name", "leadline"}, {"version", version}, {"rules", std::move(rules)}};
  const ordered run = {
      {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  return Dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
               {"version", "2.1.0"},
               {"runs", ordered::array({run})}});
}

}  // namespace leadline::cli
