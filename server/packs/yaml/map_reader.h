// Reads the entries of one YAML map with their types, and finds the ones nobody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Every question about a key makes the key known; Finish() reports the others. Wrong types are reported once and read
// as absent. Not thread-safe.
class MapReader {
 public:
  // `what` names the thing for messages: "a scoring rule".
  MapReader(Problems& problems, const YamlNode& node, std::string what);

  // Whether the node is a map; otherwise that has been reported and everything is absent.
  bool ok() const { return map_ != nullptr; }
  const YamlNode& node() const { return node_; }

  // Null when absent or null.
  const YamlNode* Get(std::string_view key);
  const YamlNode* Require(std::string_view key);
  std::string Text(std::string_view key, std::string fallback = "");
  std::string RequiredText(std::string_view key);
  std::optional<double> Number(std::string_view key);
  std::optional<int64_t> Integer(std::string_view key);
  // A limit from 1 to `most`; 0, as without the key, when it says that there is none, or another number (reported).
  int64_t Limit(std::string_view key, int64_t most);
  bool Flag(std::string_view key, bool fallback = false);
  std::optional<Duration> Length(std::string_view key);
  // The first moment of a day that is written as 2026-12-25 (LL2702 otherwise).
  std::optional<Time> Date(std::string_view key);
  // The items of a list; empty when absent.
  std::vector<const YamlNode*> List(std::string_view key);
  std::vector<const YamlNode*> RequiredList(std::string_view key);
  std::vector<std::string> TextList(std::string_view key);
  // One of `names`, with its place in them; -1 when absent or another (reported).
  int Choice(std::string_view key, const std::vector<std::string>& names);
  // Reports keys that were never asked for.
  void Finish();

 private:
  std::string Missing(std::string_view key) const;

  Problems& problems_;
  const YamlNode& node_;
  const YamlNode* map_ = nullptr;
  std::string what_;
  std::vector<std::string> known_;
  std::vector<std::string> missing_;  // required keys that were reported as missing
};

// The number that a scalar writes; reports and gives nothing otherwise.
std::optional<double> ReadNumber(Problems& problems, const YamlNode& node, std::string_view what);
// As MapReader::Date, of one node.
std::optional<Time> ReadDate(Problems& problems, const YamlNode& node);
// Whether a day that was read so has begun nowhere on earth at `now`.
inline bool IsToCome(Time day, Time now) { return day > now + kDay; }
// The text of a scalar; reports and gives nothing otherwise.
std::optional<std::string> ReadText(Problems& problems, const YamlNode& node, std::string_view what);

}  // namespace leadline::packs
