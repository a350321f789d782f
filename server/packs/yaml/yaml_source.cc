#include "packs/yaml/yaml_source.h"

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "base/utf8.h"
#include "fmt/format.h"
#include "packs/yaml/yaml_fault.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace leadline::packs {
namespace {

constexpr size_t kBlock = 256;
// Of a line that a diagnostic shows, and of slips of one kind in one file: more would fill the screen, and memory.
constexpr size_t kMaxShownLine = 4000;
constexpr size_t kMaxByteProblems = 50;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

YamlNode::Style StyleAt(std::string_view text, uint32_t offset, bool plain) {
  if (plain || offset >= text.size()) return YamlNode::Style::kPlain;
  switch (text[offset]) {
    case '\'':
      return YamlNode::Style::kSingleQuoted;
    case '"':
      return YamlNode::Style::kDoubleQuoted;
    case '|':
      return YamlNode::Style::kLiteral;
    case '>':
      return YamlNode::Style::kFolded;
    default:
      return YamlNode::Style::kPlain;
  }
}

// Ends the parsing of a file whose problem has been reported.
struct StopParsing {};

// Builds the tree from yaml-cpp's events: its own node tree keeps neither duplicate keys apart nor the places of
// scalars.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlFile& file, YamlNode& root, std::vector<Diagnostic>& problems)
      : file_(file), root_(root), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      Report(Offset(mark), "LL1006", "a second document begins in this file", "keep one document per file; remove ---");
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckAnchor(mark, anchor);
    Add(Make(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Report(Offset(mark), "LL1005", "aliases (*name) are not supported",
           "write the value out where it is needed; a text that begins with * needs quotes");
    Add(Reported(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckAnchor(mark, anchor);
    const bool plain = tag == "?";
    if (!plain && tag != "!" && !tag.empty()) {
      CheckTag(mark);
      Add(Reported(mark));
      return;
    }
    YamlNode node = Make(YamlNode::Kind::kScalar, mark);
    node.style = StyleAt(file_.text(), node.offset, plain);
    node.text = value;
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

  int documents() const { return documents_; }
  size_t nodes() const { return nodes_; }

 private:
  uint32_t Offset(const YAML::Mark& mark) const {
    return mark.pos < 0 ? 0 : std::min(static_cast<uint32_t>(mark.pos), static_cast<uint32_t>(file_.text().size()));
  }
  void Report(uint32_t offset, const char* code, std::string message, std::string hint) {
    Report(file_.At(offset, offset + 1, code, std::move(message), std::move(hint)));
  }
  void Report(Diagnostic d) {
    problems_.push_back(std::move(d));
    if (++reported_ < kMaxFormProblems) return;
    Diagnostic rest = problems_.back();
    rest.code = "LL1303";
    rest.message = fmt::format("this file has {} faults of form, and the rest of it was not read", kMaxFormProblems);
    rest.hint = "mend the others first, and check again";
    rest.related = {};
    rest.related_message.clear();
    problems_.push_back(std::move(rest));
    throw StopParsing();
  }
  YamlNode Make(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (++nodes_ > kMaxYamlNodes) {
      Report(Offset(mark), "LL1008", fmt::format("the file holds more than {} values", kMaxYamlNodes),
             "take out what no rule needs");
      throw StopParsing();
    }
    YamlNode node;
    node.kind = kind;
    node.offset = Offset(mark);
    node.file = &file_;
    return node;
  }
  void CheckAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    Report(Offset(mark), "LL1005", "anchors (&name) are not supported", "write the value out where it is needed");
  }
  void CheckTag(const YAML::Mark& mark) {
    const std::string_view rest = std::string_view(file_.text()).substr(Offset(mark));
    const std::string_view line = rest.substr(0, rest.find_first_of(",}]\r\n"));
    const uint32_t begin = Offset(mark);
    Report(file_.At(begin, begin + static_cast<uint32_t>(line.size()), "LL1005",
                    "YAML takes a value that begins with ! for a tag, and tags are not supported",
                    fmt::format("put it in quotes: '{}'", line)));
  }
  // Stands for a value that has been reported.
  YamlNode Reported(const YAML::Mark& mark) {
    YamlNode node = Make(YamlNode::Kind::kNull, mark);
    node.reported = true;
    return node;
  }
  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    CheckAnchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) CheckTag(mark);
    if (open_.size() >= kMaxYamlDepth) {
      Report(Offset(mark), "LL1009", fmt::format("lists and maps are nested more than {} deep", kMaxYamlDepth),
             "no pack needs that; look for a bracket too many");
      throw StopParsing();
    }
    open_.push_back(Make(kind, mark));
    seen_.emplace_back();
    if (open_.size() > 1 && ExpectsKey(open_[open_.size() - 2]) && !key_reported_) {
      key_reported_ = true;
      Report(open_.back().offset, "LL1001", "a key must be plain text", "write  key: value");
    }
  }
  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    seen_.pop_back();
    Add(std::move(node));
  }
  static bool ExpectsKey(const YamlNode& parent) {
    return parent.is_map() && parent.keys.size() == parent.items.size();
  }
  void Add(YamlNode node) {
    if (documents_ > 1) return;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    if (!ExpectsKey(parent)) {
      parent.items.push_back(std::move(node));
      return;
    }
    CheckKey(parent, node);
    parent.keys.push_back(std::move(node));
  }
  void CheckKey(const YamlNode& parent, const YamlNode& key) {
    const YamlRange range = RangeOf(key);
    if (key.is_plain() && key.text == "<<") {
      Report(file_.At(range.begin, range.end, "LL1004", "merge keys (<<) are not supported",
                      "write the entries out where they are needed"));
      return;
    }
    if (!key.is_scalar()) return;
    const auto [first, inserted] = seen_.back().try_emplace(key.text, key.offset);
    // When an entry begins again without its "- ", its other keys stand twice, too; the first of them says it.
    if (inserted || restarted_ == parent.offset) return;
    const bool restart = key.text == parent.keys.front().text && parent.keys.size() > 1 && open_.size() > 1 &&
                         open_[open_.size() - 2].is_sequence();
    if (restart) restarted_ = parent.offset;
    Diagnostic d = file_.At(
        range.begin, range.end, "LL1002", fmt::format("the key \"{}\" is used twice here", key.text),
        restart ? fmt::format("when a new entry begins here, write  - {}: ...", key.text) : "remove one of the two");
    d.related = file_.PositionOf(first->second);
    d.related_message = "the first one";
    Report(std::move(d));
  }

  const YamlFile& file_;
  YamlNode& root_;
  std::vector<Diagnostic>& problems_;
  std::vector<YamlNode> open_;
  std::vector<std::unordered_map<std::string, uint32_t>> seen_;  // beside open_: keys of a map and where they stand
  int documents_ = 0;
  size_t nodes_ = 0;
  size_t reported_ = 0;
  bool key_reported_ = false;
  uint32_t restarted_ = UINT32_MAX;  // the entry in which another begins without "- "
};

// With U+FFFD for each byte that is not UTF-8.
std::string WellFormed(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text.substr(i));
    out += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(i, length);
    i += std::max<size_t>(length, 1);
  }
  return out;
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

YamlFile::YamlFile(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
  uint32_t count = 0;
  for (size_t block = 0; block * kBlock <= text_.size(); ++block) {
    code_points_.push_back(count);
    count += static_cast<uint32_t>(CountCodePoints(std::string_view(text_).substr(block * kBlock, kBlock)));
  }
}

size_t YamlFile::CodePointsBefore(uint32_t offset) const {
  const size_t block = offset / kBlock;
  return code_points_[block] + CountCodePoints(std::string_view(text_).substr(block * kBlock, offset - block * kBlock));
}

size_t YamlFile::LineIndex(uint32_t offset) const {
  return static_cast<size_t>(std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) -
                             line_starts_.begin()) -
         1;
}

SourcePosition YamlFile::PositionOf(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const size_t line = LineIndex(offset);
  const uint32_t start = line_starts_[line];
  return {path_, static_cast<int32_t>(line + 1),
          static_cast<int32_t>(CodePointsBefore(offset) - CodePointsBefore(start) + 1)};
}

std::string_view YamlFile::LineAt(uint32_t offset) const {
  const size_t line = LineIndex(std::min(offset, static_cast<uint32_t>(text_.size())));
  std::string_view rest = std::string_view(text_).substr(line_starts_[line]);
  if (line == 0 && rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  rest = rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

int32_t YamlFile::LengthOf(uint32_t begin, uint32_t end) const {
  const std::string_view line = LineAt(begin);
  const uint32_t line_end = static_cast<uint32_t>(line.data() - text_.data() + line.size());
  end = std::min(end, line_end);
  if (end <= begin) return 1;
  const auto length = CountCodePoints(std::string_view(text_).substr(begin, end - begin));
  return std::max<int32_t>(1, static_cast<int32_t>(length));
}

Diagnostic YamlFile::At(uint32_t begin, uint32_t end, std::string code, std::string message, std::string hint) const {
  Diagnostic d;
  d.code = std::move(code);
  d.position = PositionOf(begin);
  d.length = LengthOf(begin, end);
  d.message = std::move(message);
  d.hint = std::move(hint);
  if (const std::string_view line = LineAt(begin); line.size() <= kMaxShownLine) d.source_line = WellFormed(line);
  return d;
}

bool YamlFile::CheckBytes(std::vector<Diagnostic>& problems) const {
  const size_t before = problems.size();
  if (text_.starts_with(kByteOrderMark)) {
    problems.push_back(At(0, 1, "LL1003", "the file begins with a byte order mark", "save it as UTF-8 without BOM"));
    return false;
  }
  for (size_t i = 0; i < text_.size() && problems.size() - before < kMaxByteProblems;) {
    const size_t length = Utf8Length(std::string_view(text_).substr(i));
    const unsigned char c = static_cast<unsigned char>(text_[i]);
    const uint32_t at = static_cast<uint32_t>(i);
    if (length == 0) {
      problems.push_back(At(at, at + 1, "LL1003", fmt::format("byte 0x{:02x} is not UTF-8", c), "save it as UTF-8"));
      return false;  // what follows is likely wrong in the same way
    }
    const bool crlf = c == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n';
    if (c == '\t') {
      problems.push_back(At(at, at + 1, "LL1003", "a tab", "use spaces"));
    } else if ((c < 0x20 && c != '\n' && !crlf) || c == 0x7F) {
      problems.push_back(At(at, at + 1, "LL1003", fmt::format("the control character 0x{:02x}", c), "remove it"));
    }
    i += length;
  }
  return problems.size() == before;
}

// yaml-cpp holds everything behind an open bracket in memory until it knows what it is.
bool YamlFile::CheckBrackets(std::vector<Diagnostic>& problems) const {
  size_t brackets = 0;
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] != '[' && text_[i] != '{') continue;
    if (++brackets <= kMaxYamlNodes) continue;
    const uint32_t at = static_cast<uint32_t>(i);
    problems.push_back(At(at, at + 1, "LL1008", fmt::format("the file holds more than {} brackets", kMaxYamlNodes),
                          "take out what no rule needs"));
    return false;
  }
  return true;
}

bool YamlFile::Parse(std::vector<Diagnostic>& problems) {
  if (!CheckBytes(problems) || !CheckBrackets(problems)) return false;
  const size_t before = problems.size();
  // Before the end of a file that cannot be read, what was found at the same slip from another side goes.
  const auto drop_form_problems = [&] {
    const auto is_form = [](const Diagnostic& d) { return d.code == "LL1001"; };
    problems.erase(std::remove_if(problems.begin() + static_cast<ptrdiff_t>(before), problems.end(), is_form),
                   problems.end());
  };
  TreeBuilder builder(*this, root_, problems);
  try {
    std::istringstream stream(text_);
    YAML::Parser parser(stream);
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& e) {
    drop_form_problems();
    const uint32_t at = e.mark.pos < 0 ? 0 : static_cast<uint32_t>(e.mark.pos);
    YamlFault fault = ExplainYamlFault(text_, at, e.msg);
    problems.push_back(At(fault.begin, fault.end, "LL1001", std::move(fault.message), std::move(fault.hint)));
    root_ = YamlNode{};
    return false;
  } catch (const StopParsing&) {
    drop_form_problems();
    root_ = YamlNode{};
    return false;
  } catch (const YAML::Exception& e) {
    problems.push_back(At(0, 1, "LL1001", fmt::format("this is not readable as YAML: {}", e.msg)));
    return false;
  }
  nodes_ = builder.nodes();
  if (builder.documents() == 0 || root_.is_null()) {
    root_ = YamlNode{};
    root_.file = this;
    if (problems.size() == before) problems.push_back(At(0, 1, "LL1006", "the file is empty", "delete it or fill it"));
    return false;
  }
  return problems.size() == before;
}

}  // namespace leadline::packs
