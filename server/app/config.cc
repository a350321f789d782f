#include "app/config.h"

#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/clock.h"
#include "base/source_position.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

// Sets one value from its text; what is wrong with it, or empty.
using Setter = std::string (*)(const std::string& text, Config& config);

struct Setting {
  std::string name;   // of the flag; the file writes "_" for "-"
  std::string value;  // what stands behind the flag in the help; empty for a switch
  std::string help;
  Setter set;
};

template <auto kMember>
std::string SetText(const std::string& text, Config& config) {
  if (text.empty()) return "must not be empty";
  config.*kMember = text;
  return {};
}

template <auto kMember, int kLeast, int kMost>
std::string SetNumber(const std::string& text, Config& config) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < kLeast || value > kMost) {
    return fmt::format("\"{}\" is not a whole number from {} to {}", text, kLeast, kMost);
  }
  config.*kMember = value;
  return {};
}

template <auto kMember, int kMostDays = 1>
std::string SetDuration(const std::string& text, Config& config) {
  auto duration = ParseDuration(text);
  if (!duration.ok() || *duration < kSecond || *duration > kMostDays * kDay) {
    return fmt::format("\"{}\" is not a duration from 1s to {}d, such as 15s or 2m", text, kMostDays);
  }
  config.*kMember = std::chrono::milliseconds(*duration / 1000);
  return {};
}

template <auto kMember, const char*... kWords>
std::string SetOneOf(const std::string& text, Config& config) {
  const std::vector<std::string> words = {kWords...};
  if (std::find(words.begin(), words.end(), text) == words.end()) {
    return fmt::format("\"{}\" is none of: {}", text, fmt::join(words, ", "));
  }
  config.*kMember = text;
  return {};
}

template <auto kMember>
std::string SetSwitch(const std::string& text, Config& config) {
  if (text != "true" && text != "false") return fmt::format("\"{}\" is neither true nor false", text);
  config.*kMember = text == "true";
  return {};
}

template <auto kMember>
std::string SetNames(const std::string& text, Config& config) {
  (config.*kMember).clear();
  size_t begin = 0;
  while (begin <= text.size()) {
    size_t end = std::min(text.find(',', begin), text.size());
    if (end == begin) return "has an empty name; write names with commas between: one,two";
    (config.*kMember).push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return {};
}

constexpr char kJson[] = "json", kText[] = "text";
constexpr char kDebug[] = "debug", kInfo[] = "info", kWarning[] = "warning", kError[] = "error";

const std::vector<Setting>& Settings() {
  static const auto* const kSettings = new std::vector<Setting>{
      {"listen", "ADDRESS", "host:port or unix:/path to listen on [127.0.0.1:50151]", SetText<&Config::listen>},
      {"allow-remote", "", "allow an address other than loopback; callers are not authenticated yet",
       SetSwitch<&Config::allow_remote>},
      {"data", "DIR", "folder of the database, made when it is not there [leadline-data]", SetText<&Config::data>},
      {"verify", "",
       "before serving, compare all that the database holds with what its ledger tells, and refuse to serve when they "
       "differ; reads everything",
       SetSwitch<&Config::verify>},
      {"rules", "DIR", "folder with central/ and regions/ [rules]", SetText<&Config::rules>},
      {"adopt-rules", "", "let the packs of --rules decide even when the database holds others; for development",
       SetSwitch<&Config::adopt_rules>},
      {"marketing-approvers", "NAMES", "who may approve central packs for marketing; everybody without it",
       SetNames<&Config::marketing_approvers>},
      {"sales-approvers", "NAMES", "who may approve central packs for sales; everybody without it",
       SetNames<&Config::sales_approvers>},
      {"rescore-rate", "N", "leads a second that are scored again after an activation, 1 to 100000 [500]",
       SetNumber<&Config::rescore_rate, 1, 100'000>},
      {"notify", "FILE", "who outside is told of what the packs' notify.yaml says; without it nobody is",
       SetText<&Config::notify>},
      {"plugins", "DIR", "folder of plugin modules; without it none are loaded", SetText<&Config::plugins>},
      {"plugin-trust", "FILE", "trust policy that says which plugins may load; without it none may",
       SetText<&Config::plugin_trust>},
      {"plugin-worker", "PATH", "program that runs plugins apart from the server [leadline-plugin-worker beside it]",
       SetText<&Config::plugin_worker>},
      {"plugin-timeout-ms", "N", "milliseconds that a worker may take for a call before it is ended, 1 to 60000 [250]",
       SetNumber<&Config::plugin_timeout_ms, 1, 60'000>},
      {"plugin-memory-mib", "N", "most memory of a worker, in MiB, 16 to 1048576 [1024]",
       SetNumber<&Config::plugin_memory_mib, 16, 1'048'576>},
      {"plugin-quarantine", "N", "deaths of a plugin's workers within a minute that end it, 1 to 1000000 [5]",
       SetNumber<&Config::plugin_quarantine, 1, 1'000'000>},
      {"pack-checker", "PATH", "program that checks packs apart from the server [leadline-pack-checker beside it]",
       SetText<&Config::pack_checker>},
      {"check-memory-mib", "N", "most memory of a check of packs, in MiB, 8 to 1048576 [1024]",
       SetNumber<&Config::check_memory_mib, 8, 1'048'576>},
      {"check-seconds", "N",
       "seconds of processor time that a check of packs may take, and half of what it may by the clock, 1 to 3600 [60]",
       SetNumber<&Config::check_seconds, 1, 3'600>},
      {"plugin-without-landlock", "",
       "run plugins in workers also where the kernel has no Landlock; while one is opened, it may then read what the "
       "server's user may read",
       SetSwitch<&Config::plugin_without_landlock>},
      {"services", "NAMES",
       "serve only these, with commas between: "
       "lead,contact,account,status,scoring,routing,merge,report,notification,admin",
       SetNames<&Config::services>},
      {"log-level", "LEVEL", "debug, info, warning or error [info]",
       SetOneOf<&Config::log_level, kDebug, kInfo, kWarning, kError>},
      {"log-format", "FORMAT", "json or text, to standard error [json]", SetOneOf<&Config::log_format, kJson, kText>},
      {"max-message-mib", "N", "largest message taken, in MiB, 1 to 1024 [16]",
       SetNumber<&Config::max_message_mib, 1, 1024>},
      {"threads", "N", "threads for reads, 1 to 256 [4]", SetNumber<&Config::threads, 1, 256>},
      {"heartbeat", "TIME", "how long WatchEvents is silent at most [15s]", SetDuration<&Config::heartbeat>},
      {"clock-interval", "TIME", "how often service levels are advanced [5s]", SetDuration<&Config::clock_interval>},
      {"time-zones-interval", "TIME",
       "how often time zones (tzdata) are looked for that changed; an activation looks too. New ones decide from then "
       "on, under a new generation [5m]",
       SetDuration<&Config::time_zones_interval>},
      {"request-retention", "TIME",
       "how long names of requests and rows of imports are kept, so that a retry acts once [30d]",
       SetDuration<&Config::request_retention, 3650>},
      {"drain", "TIME", "how long running calls may take at the stop [10s]", SetDuration<&Config::drain>},
  };
  return *kSettings;
}

std::string FileName(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// A value as the flag would give it: lists with commas.
std::string ValueText(const YAML::Node& node, std::string& problem) {
  if (node.IsScalar()) return node.Scalar();
  if (!node.IsSequence()) problem = "must be a value or a list of values";
  std::string text;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) problem = "must be a list of plain values";
    if (problem.empty()) text += (text.empty() ? "" : ",") + item.Scalar();
  }
  return text;
}

std::string At(const std::string& path, const YAML::Mark& mark) {
  return SourcePosition{path, mark.line + 1, mark.column + 1}.ToString();
}

// What is wrong with the file, a line each.
std::vector<std::string> ReadFile(const std::string& path, Config& config) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::BadFile&) {
    return {fmt::format("{}: cannot be read", path)};
  } catch (const YAML::Exception& e) {
    return {fmt::format("{}: {}", At(path, e.mark), e.msg)};
  }
  if (root.IsNull()) return {};
  if (!root.IsMap()) return {fmt::format("{}: must be a map of settings", At(path, root.Mark()))};
  std::vector<std::string> problems;
  std::vector<std::string> names;
  for (const Setting& setting : Settings()) names.push_back(FileName(setting.name));
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const std::string place = At(path, entry.first.Mark());
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    auto found = std::find(names.begin(), names.end(), key);
    std::string problem;
    if (found == names.end()) {
      std::string nearest = NearestName(key, names);
      problem = nearest.empty() ? fmt::format("is not a setting; these are: {}", fmt::join(names, ", "))
                                : fmt::format("is not a setting; did you mean \"{}\"?", nearest);
    } else if (!seen.insert(key).second) {
      problem = "is there twice";
    } else {
      std::string text = ValueText(entry.second, problem);
      if (problem.empty()) problem = Settings()[found - names.begin()].set(text, config);
    }
    if (!problem.empty()) problems.push_back(fmt::format("{}: {}: {}", place, key, problem));
  }
  return problems;
}

}  // namespace

std::variant<Config, Exit> ReadConfig(int argc, const char* const* argv, const std::string& version) {
  CLI::App cli{"leadlined, the Leadline server: decides what happens to leads, by rule packs and plugins.",
               "leadlined"};
  cli.set_version_flag("--version", "leadlined " + version);
  cli.footer("A configuration file holds the same settings as a YAML map, with \"_\" for \"-\": max_message_mib: 16");
  std::string file;
  cli.add_option("--config", file, "YAML file with these settings; flags come before it")->type_name("FILE");
  std::map<std::string, std::string> given;
  for (const Setting& setting : Settings()) {
    std::string* text = &given[setting.name];
    if (setting.value.empty()) {
      cli.add_flag_callback(
          "--" + setting.name, [text] { *text = "true"; }, setting.help);
    } else {
      cli.add_option("--" + setting.name, *text, setting.help)->type_name(setting.value);
    }
  }
  try {
    cli.parse(argc, argv);
  } catch (const CLI::CallForVersion& e) {
    return Exit{0, std::string(e.what()) + "\n"};
  } catch (const CLI::CallForHelp&) {
    return Exit{0, cli.help()};
  } catch (const CLI::ParseError& e) {
    return Exit{2, fmt::format("leadlined: {}\nTry leadlined --help.\n", e.what())};
  }
  Config config;
  std::vector<std::string> problems;
  if (!file.empty()) problems = ReadFile(file, config);
  for (const Setting& setting : Settings()) {
    if (cli.count("--" + setting.name) == 0) continue;
    std::string problem = setting.set(given[setting.name], config);
    if (!problem.empty()) problems.push_back(fmt::format("--{}: {}", setting.name, problem));
  }
  if (problems.empty()) return config;
  return Exit{2, fmt::format("leadlined: {}\nTry leadlined --help.\n", fmt::join(problems, "\nleadlined: "))};
}

}  // namespace leadline::app
