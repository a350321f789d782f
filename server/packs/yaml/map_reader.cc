#include "packs/yaml/map_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

constexpr uint64_t kStepsOfMap = 20;

std::string_view KindName(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "something else";
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string FlagHint(const YamlNode& node) {
  if (!node.is_scalar()) return "";
  const std::string word = Lower(node.text);
  for (const char* yes : {"true", "yes", "on", "y", "1"}) {
    if (word == yes) return "write true, without quotes";
  }
  for (const char* no : {"false", "no", "off", "n", "0"}) {
    if (word == no) return "write false, without quotes";
  }
  return "write true or false, without quotes";
}

// What a number with something about it was meant to be: "10,5", "15%", "+20 points".
std::string NumberHint(const YamlNode& node) {
  if (!node.is_scalar()) return "";
  const std::string& text = node.text;
  size_t end = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  const size_t first = end;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
  if (end == first) return "write a number, such as 20 or 2.5";
  if (end == text.size()) return node.is_plain() ? "" : "remove the quotes";
  if (text[end] == ',') return "write it with a point and without marks between thousands, such as 1250.5";
  return fmt::format("write the number alone: {}",
                     text.substr(text.starts_with('+') ? 1 : 0, end - (text.starts_with('+') ? 1 : 0)));
}

std::string LengthHint(const std::string& text) {
  const std::string lower = Lower(text);
  size_t end = 0;
  while (end < lower.size() && lower[end] >= '0' && lower[end] <= '9') ++end;
  const std::string number = lower.substr(0, end);
  const size_t unit_at = std::min(lower.find_first_not_of(' ', end), lower.size());
  const std::string unit = lower.substr(unit_at);
  if (number.empty() || number == "0") return "write it as 30d, 4h, 15m or 1d12h";
  if (unit.empty()) return fmt::format("say the unit: {0}d for days, {0}h for hours, {0}m for minutes", number);
  if (unit == "w" || unit == "week" || unit == "weeks") return fmt::format("write {} x 7 days, such as 14d", number);
  for (const auto& [letter, word] : {std::pair('d', "days"), std::pair('h', "hours"), std::pair('m', "minutes")}) {
    const std::string_view whole(word);
    const std::string_view singular = whole.substr(0, whole.size() - 1);
    if (unit == whole || unit == singular || unit == std::string(1, letter) || (letter == 'm' && unit == "min")) {
      return fmt::format("write {}{}", number, letter);
    }
  }
  return "write it as 30d, 4h, 15m or 1d12h";
}

}  // namespace

std::optional<std::string> ReadText(Problems& problems, const YamlNode& node, std::string_view what) {
  if (node.is_scalar()) return node.text;
  if (node.reported) return std::nullopt;
  problems.Add(node, "LL1102", fmt::format("{} must be text, not {}", what, KindName(node)));
  return std::nullopt;
}

std::optional<Time> ReadDate(Problems& problems, const YamlNode& node) {
  const std::optional<std::string> text = ReadText(problems, node, "a date");
  if (!text) return std::nullopt;
  const absl::StatusOr<Time> day = ParseDate(*text);
  if (day.ok()) return *day;
  problems.Add(node, "LL2702", fmt::format("\"{}\" is not a date", *text), "write it as 2026-12-25");
  return std::nullopt;
}

std::optional<double> ReadNumber(Problems& problems, const YamlNode& node, std::string_view what) {
  double value = 0;
  const char* end = node.text.data() + node.text.size();
  const char* begin = node.text.data() + (node.text.starts_with('+') ? 1 : 0);
  if (node.is_plain()) {
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error == std::errc() && stop == end && std::isfinite(value)) return value;
  }
  if (node.reported) return std::nullopt;
  problems.Add(node, "LL1102",
               node.is_scalar() ? fmt::format("{} must be a number, not \"{}\"", what, node.text)
                                : fmt::format("{} must be a number, not {}", what, KindName(node)),
               NumberHint(node));
  return std::nullopt;
}

MapReader::MapReader(Problems& problems, const YamlNode& node, std::string what)
    : problems_(problems), node_(node), what_(std::move(what)) {
  // A check that has stopped reads nothing more.
  if (!problems.budget().Spend(kStepsOfMap + node.keys.size())) return;
  if (node.is_map()) {
    map_ = &node;
  } else if (!node.reported) {
    problems.Add(node, "LL1102", fmt::format("{} must be a map (key: value), not {}", what_, KindName(node)));
  }
}

const YamlNode* MapReader::Get(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  if (map_ == nullptr) return nullptr;
  const YamlNode* found = map_->Find(key);
  if (found == nullptr || !found->is_null()) return found;
  if (found->reported) return nullptr;
  for (const YamlNode& k : map_->keys) {
    if (k.text == key) {
      problems_.Add(k, "LL1102", fmt::format("\"{}\" has no value", key), "give it a value or remove it");
    }
  }
  return nullptr;
}

const YamlNode* MapReader::Require(std::string_view key) {
  const YamlNode* found = Get(key);
  if (found == nullptr && map_ != nullptr && map_->Find(key) == nullptr) {
    if (std::find(missing_.begin(), missing_.end(), key) != missing_.end()) return nullptr;
    missing_.emplace_back(key);
    problems_.Add(node_, "LL1103", Missing(key), fmt::format("add  {}: ...", key));
  }
  return found;
}

std::string MapReader::Text(std::string_view key, std::string fallback) {
  const YamlNode* found = Get(key);
  if (found == nullptr) return fallback;
  return ReadText(problems_, *found, fmt::format("\"{}\"", key)).value_or(std::move(fallback));
}

std::string MapReader::RequiredText(std::string_view key) {
  const YamlNode* found = Require(key);
  if (found == nullptr) return "";
  return ReadText(problems_, *found, fmt::format("\"{}\"", key)).value_or("");
}

std::optional<double> MapReader::Number(std::string_view key) {
  const YamlNode* found = Get(key);
  if (found == nullptr) return std::nullopt;
  return ReadNumber(problems_, *found, fmt::format("\"{}\"", key));
}

std::optional<int64_t> MapReader::Integer(std::string_view key) {
  const YamlNode* found = Get(key);
  const std::optional<double> value = Number(key);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value) || std::abs(*value) > 1e15) {
    problems_.Add(*found, "LL1102", fmt::format("\"{}\" must be a whole number, not {}", key, found->text));
    return std::nullopt;
  }
  return static_cast<int64_t>(*value);
}

int64_t MapReader::Limit(std::string_view key, int64_t most) {
  const int64_t limit = Integer(key).value_or(0);
  if (limit >= 0 && limit <= most) return limit;
  problems_.Add(*Get(key), "LL1105", fmt::format("{} must be from 1 to {}, or 0 (no limit)", key, most));
  return 0;
}

bool MapReader::Flag(std::string_view key, bool fallback) {
  const YamlNode* found = Get(key);
  if (found == nullptr) return fallback;
  if (found->is_plain() && (found->text == "true" || found->text == "false")) return found->text == "true";
  problems_.Add(*found, "LL1102", fmt::format("\"{}\" must be true or false", key), FlagHint(*found));
  return fallback;
}

std::optional<Duration> MapReader::Length(std::string_view key) {
  const YamlNode* found = Get(key);
  if (found == nullptr) return std::nullopt;
  const std::optional<std::string> text = ReadText(problems_, *found, fmt::format("\"{}\"", key));
  if (!text) return std::nullopt;
  const absl::StatusOr<Duration> value = ParseDuration(*text);
  if (value.ok() && *value > 0) return *value;
  problems_.Add(*found, "LL1102", fmt::format("\"{}\" must be a length of time above zero, not \"{}\"", key, *text),
                LengthHint(*text));
  return std::nullopt;
}

std::optional<Time> MapReader::Date(std::string_view key) {
  const YamlNode* found = Get(key);
  return found == nullptr ? std::nullopt : ReadDate(problems_, *found);
}

std::vector<const YamlNode*> MapReader::List(std::string_view key) {
  std::vector<const YamlNode*> out;
  const YamlNode* found = Get(key);
  if (found == nullptr) return out;
  if (!found->is_sequence()) {
    problems_.Add(
        *found, "LL1102", fmt::format("\"{}\" must be a list, not {}", key, KindName(*found)),
        found->is_scalar() ? fmt::format("write  {}: [{}]", key, found->text) : "begin each entry with \"- \"");
    return out;
  }
  if (!problems_.budget().Spend(found->items.size())) return out;
  for (const YamlNode& item : found->items) out.push_back(&item);
  return out;
}

std::vector<const YamlNode*> MapReader::RequiredList(std::string_view key) {
  if (Require(key) == nullptr) return {};
  std::vector<const YamlNode*> out = List(key);
  const YamlNode* found = Get(key);
  if (out.empty() && found->is_sequence()) problems_.Add(*found, "LL1105", fmt::format("\"{}\" is empty", key));
  return out;
}

std::vector<std::string> MapReader::TextList(std::string_view key) {
  std::vector<std::string> out;
  std::unordered_set<std::string_view> seen;  // of the nodes' texts
  for (const YamlNode* item : List(key)) {
    std::optional<std::string> text = ReadText(problems_, *item, fmt::format("an entry of \"{}\"", key));
    if (!text) continue;
    if (!seen.insert(item->text).second) {
      problems_.Add(*item, "LL1106", fmt::format("\"{}\" is there twice in \"{}\"", *text, key),
                    "remove one of the two");
      continue;
    }
    out.push_back(std::move(*text));
  }
  return out;
}

int MapReader::Choice(std::string_view key, const std::vector<std::string>& names) {
  const YamlNode* found = Get(key);
  if (found == nullptr) return -1;
  const std::optional<std::string> text = ReadText(problems_, *found, fmt::format("\"{}\"", key));
  if (!text) return -1;
  const auto it = std::find(names.begin(), names.end(), *text);
  if (it != names.end()) return static_cast<int>(it - names.begin());
  problems_.Add(*found, "LL1104", fmt::format("\"{}\" cannot be \"{}\"", key, *text), DidYouMean(*text, names));
  return -1;
}

std::string MapReader::Missing(std::string_view key) const { return fmt::format("{} needs \"{}\"", what_, key); }

void MapReader::Finish() {
  if (map_ == nullptr) return;
  for (const YamlNode& key : map_->keys) {
    if (!key.is_scalar()) continue;
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    if (key.is_plain() && key.text == "<<") continue;  // reported when the file was read
    // A key that is missing and one that is nearly the same are one slip.
    const std::string meant = LikelyName(key.text, missing_);
    if (!meant.empty()) {
      problems_.Erase([&](const Diagnostic& d) {
        return d.code == "LL1103" && d.message == Missing(meant) && d.position == node_.file->PositionOf(node_.offset);
      });
    }
    problems_.Add(key, "LL1101", fmt::format("{} has no \"{}\"", what_, key.text),
                  meant.empty() ? DidYouMean(key.text, known_) : fmt::format("did you mean \"{}\"?", meant));
  }
}

}  // namespace leadline::packs
