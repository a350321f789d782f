// What the server is told by its command line and its configuration file.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace leadline::app {

struct Config {
  std::string listen = "127.0.0.1:50151";
  bool allow_remote = false;
  std::string data = "leadline-data";
  std::string rules = "rules";
  bool verify = false;
  bool adopt_rules = false;
  std::vector<std::string> marketing_approvers;  // empty: everybody
  std::vector<std::string> sales_approvers;      // empty: everybody
  int rescore_rate = 500;                        // leads a second
  std::string notify;                            // file; empty: nobody outside is told of anything
  std::string plugins;                           // empty: none
  std::string plugin_trust;                      // file; empty: no plugin may load
  std::string plugin_worker;                     // empty: the program beside this one
  int plugin_timeout_ms = 250;
  int plugin_memory_mib = 1'024;
  int plugin_quarantine = 5;  // deaths of workers within a minute
  std::string pack_checker;   // empty: the program beside this one
  int check_memory_mib = 1'024;
  int check_seconds = 60;  // of the processor; twice that by the clock
  bool plugin_without_landlock = false;
  std::vector<std::string> services;  // empty: all
  std::string log_level = "info";
  std::string log_format = "json";
  int max_message_mib = 16;
  int threads = 4;  // for reads
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds clock_interval{5'000};
  std::chrono::milliseconds time_zones_interval{300'000};
  std::chrono::milliseconds request_retention{30LL * 24 * 3600 * 1000};
  std::chrono::milliseconds drain{10'000};
};

// The program ends at once with this text and exit status: help, version, or what is wrong.
struct Exit {
  int code = 0;
  std::string text;
};

// The command line overrides the file that `--config` names; the file overrides the defaults. All that is wrong in
// the file is told at once, with file:line:column.
std::variant<Config, Exit> ReadConfig(int argc, const char* const* argv, const std::string& version);

}  // namespace leadline::app
