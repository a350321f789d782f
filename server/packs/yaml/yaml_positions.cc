// Where each byte of a scalar's text stands in the file. YAML changes the text of a scalar on the way (indentation
// goes, lines are folded, escapes become characters), so the text is walked again beside the raw bytes.
#include <algorithm>

#include "base/utf8.h"
#include "fmt/format.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {
namespace {

bool IsBreak(char c) { return c == '\n' || c == '\r'; }
bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r'; }

class ByteMap {
 public:
  explicit ByteMap(const YamlNode& node) : raw_(node.file->text()), text_(node.text), at_(node.offset) {
    map_.reserve(text_.size() + 1);
  }

  std::vector<uint32_t> Plain() {
    while (More()) FlowByte();
    return Finish();
  }
  std::vector<uint32_t> SingleQuoted() {
    ++at_;
    while (More()) {
      if (text_[Index()] == '\'' && raw_.substr(at_).starts_with("''")) {
        Put();
        at_ += 2;
      } else {
        FlowByte();
      }
    }
    return Finish();
  }
  std::vector<uint32_t> DoubleQuoted() {
    ++at_;
    while (More()) {
      if (At() != '\\') {
        FlowByte();
      } else {
        Escape();
      }
    }
    return Finish();
  }
  std::vector<uint32_t> Block() {
    size_t indent = BlockIndent();
    SkipLine();
    SkipIndent(indent);
    while (More()) {
      const char c = text_[Index()];
      if (IsBreak(At()) && !IsBlank(c)) {  // blank lines that folding dropped
        SkipLine();
        SkipIndent(indent);
        continue;
      }
      Put();
      if (IsBreak(At())) {
        SkipLine();
        SkipIndent(indent);
      } else {
        ++at_;
      }
    }
    return Finish();
  }

 private:
  size_t Index() const { return map_.size(); }
  bool More() const { return Index() < text_.size() && at_ < raw_.size(); }
  char At() const { return at_ < raw_.size() ? raw_[at_] : '\0'; }
  void Put() { map_.push_back(static_cast<uint32_t>(at_)); }

  // A byte outside of escapes: itself, or white space with line breaks that was folded into a space or line feeds.
  void FlowByte() {
    const size_t end = std::min(raw_.find_first_not_of(" \r\n", at_), raw_.size());
    const bool folds = IsBlank(text_[Index()]) && raw_.substr(at_, end - at_).find('\n') != std::string_view::npos;
    if (!folds) {
      Put();
      ++at_;
      return;
    }
    while (Index() < text_.size() && IsBlank(text_[Index()])) Put();
    at_ = end;
  }

  // One escape gives 1 to 4 bytes; an escaped line break gives none.
  void Escape() {
    const char kind = at_ + 1 < raw_.size() ? raw_[at_ + 1] : '\0';
    if (IsBreak(kind)) {
      at_ = std::min(raw_.find_first_not_of(" \r\n", at_ + 1), raw_.size());
      return;
    }
    size_t raw_length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
    const size_t length = Utf8Length(text_.substr(std::min(Index(), text_.size())));
    for (size_t i = 0; i < length && Index() < text_.size(); ++i) Put();
    at_ += raw_length;
  }

  void SkipLine() {
    const size_t end = raw_.find('\n', at_);
    at_ = end == std::string_view::npos ? raw_.size() : end + 1;
  }
  void SkipIndent(size_t indent) {
    for (size_t i = 0; i < indent && At() == ' '; ++i) ++at_;
  }
  // Spaces before the first line that is not blank, or what an indentation indicator leaves of them.
  size_t BlockIndent() const {
    size_t at = raw_.find('\n', at_);
    while (at != std::string_view::npos && ++at < raw_.size()) {
      const size_t first = raw_.find_first_not_of(' ', at);
      if (first == std::string_view::npos) break;
      if (!IsBreak(raw_[first])) {
        const size_t spaces = first - at;
        const size_t leading = std::min(text_.find_first_not_of(" \n"), text_.size());
        const size_t line = text_.rfind('\n', leading == 0 ? 0 : leading - 1);
        const size_t kept = leading - (line == std::string_view::npos || leading == 0 ? 0 : line + 1);
        return spaces > kept ? spaces - kept : 0;
      }
      at = raw_.find('\n', first);
    }
    return 0;
  }
  std::vector<uint32_t> Finish() {
    while (map_.size() <= text_.size()) Put();
    return std::move(map_);
  }

  std::string_view raw_;
  std::string_view text_;
  size_t at_;
  std::vector<uint32_t> map_;
};

}  // namespace

std::vector<uint32_t> MapScalarBytes(const YamlNode& scalar) {
  ByteMap map(scalar);
  switch (scalar.style) {
    case YamlNode::Style::kSingleQuoted:
      return map.SingleQuoted();
    case YamlNode::Style::kDoubleQuoted:
      return map.DoubleQuoted();
    case YamlNode::Style::kLiteral:
    case YamlNode::Style::kFolded:
      return map.Block();
    case YamlNode::Style::kPlain:
      break;
  }
  return map.Plain();
}

YamlRange RangeOf(const YamlNode& node) {
  if (!node.is_scalar()) return {node.file, node.offset, node.offset + 1};
  const bool block = node.style == YamlNode::Style::kLiteral || node.style == YamlNode::Style::kFolded;
  if (block) return {node.file, node.offset, node.offset + 1};
  const bool quoted = node.style != YamlNode::Style::kPlain;
  return {node.file, node.offset, MapScalarBytes(node).back() + (quoted ? 1 : 0)};
}

YamlRange RangeOf(const YamlNode& scalar, SourceSpan span) {
  const std::vector<uint32_t> map = MapScalarBytes(scalar);
  const size_t last = map.size() - 1;
  const uint32_t begin = map[std::min<size_t>(span.begin, last)];
  // The end is one past the place of the last byte, so that escapes and folds behind the span do not count.
  uint32_t end = map[std::min<size_t>(span.end, last)];
  return {scalar.file, begin, std::max(end, begin + 1)};
}

std::string SourceOf(const YamlNode& node) {
  const SourcePosition position = node.file->PositionOf(node.offset);
  return fmt::format("{}:{}", position.file, position.line);
}

}  // namespace leadline::packs
