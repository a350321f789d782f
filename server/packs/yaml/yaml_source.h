// A YAML file as a tree in which every node, and every byte of a scalar, knows its place in the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"

namespace leadline::packs {

class YamlFile;

// One value. Plain data, immutable once its file is parsed.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };
  enum class Style : uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

  Kind kind = Kind::kNull;
  Style style = Style::kPlain;
  uint32_t offset = 0;    // first byte in the file: of the text, the quote, the | or >, the first entry
  bool reported = false;  // what is wrong with it has been said: readers pass it over
  const YamlFile* file = nullptr;
  std::string text;             // of a scalar, as YAML reads it
  std::vector<YamlNode> keys;   // of a map, in the file's order
  std::vector<YamlNode> items;  // of a sequence; values of a map, beside `keys`

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }
  bool is_plain() const { return is_scalar() && style == Style::kPlain; }
  // The value under `key` of a map; null when there is none.
  const YamlNode* Find(std::string_view key) const;
};

// A half-open range of bytes in a file.
struct YamlRange {
  const YamlFile* file = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// How deep lists and maps may stand inside each other.
inline constexpr size_t kMaxYamlDepth = 32;
// How many values (keys, lists, maps, texts) a file may hold.
inline constexpr size_t kMaxYamlNodes = 120'000;
// How many faults of form are told of a file before the rest of it is left unread.
inline constexpr size_t kMaxFormProblems = 200;

// One file. Nodes point into it, so it stands still. Immutable after Parse and thread-safe then.
class YamlFile {
 public:
  YamlFile(std::string path, std::string text);
  YamlFile(const YamlFile&) = delete;
  YamlFile& operator=(const YamlFile&) = delete;

  // Reads the text and adds what is wrong with its form to `problems` (LL10xx). False when there is no tree.
  bool Parse(std::vector<Diagnostic>& problems);

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  const YamlNode& root() const { return root_; }
  // How many values the tree holds.
  size_t nodes() const { return nodes_; }

  SourcePosition PositionOf(uint32_t offset) const;
  std::string_view LineAt(uint32_t offset) const;
  // Code points between two offsets, ending with the line; at least 1.
  int32_t LengthOf(uint32_t begin, uint32_t end) const;
  // A finding at a range of bytes, with the text of its line.
  Diagnostic At(uint32_t begin, uint32_t end, std::string code, std::string message, std::string hint = "") const;

 private:
  bool CheckBytes(std::vector<Diagnostic>& problems) const;
  bool CheckBrackets(std::vector<Diagnostic>& problems) const;
  size_t LineIndex(uint32_t offset) const;
  // Code points before `offset`.
  size_t CodePointsBefore(uint32_t offset) const;

  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
  std::vector<uint32_t> code_points_;  // before every kBlock-th byte, so that long lines cost no more than short ones
  YamlNode root_;
  size_t nodes_ = 0;
};

// For each byte of a scalar's text, and for its end, the byte of the file it was read from: through indentation, line
// folding and escapes.
std::vector<uint32_t> MapScalarBytes(const YamlNode& scalar);
// The bytes that a finding about the whole node underlines: a scalar, or the first byte of a map or sequence.
YamlRange RangeOf(const YamlNode& node);
// The bytes that `span` of a scalar's text was read from.
YamlRange RangeOf(const YamlNode& scalar, SourceSpan span);
// Where the node begins: "rules/central/scoring.yaml:17".
std::string SourceOf(const YamlNode& node);

}  // namespace leadline::packs
