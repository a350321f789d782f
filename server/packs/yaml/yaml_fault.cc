#include "packs/yaml/yaml_fault.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

constexpr const char* kQuoteWhole = "put the whole value between '...'";

uint32_t U32(size_t n) { return static_cast<uint32_t>(n); }

size_t LineStart(std::string_view text, size_t at) {
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}
size_t LineEnd(std::string_view text, size_t at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  return end > at && text[end - 1] == '\r' ? end - 1 : end;
}
size_t Indent(std::string_view text, size_t line) {
  return std::min(text.find_first_not_of(' ', line), text.size()) - line;
}

// Past the entry marks and the key of the line that begins at `line`: where its value stands.
size_t ValueStart(std::string_view text, size_t line) {
  const size_t end = LineEnd(text, line);
  size_t at = line + Indent(text, line);
  while (at + 1 < end && text[at] == '-' && text[at + 1] == ' ') {
    at = std::min(text.find_first_not_of(' ', at + 1), end);
  }
  size_t word = at;
  const auto in_key = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  while (word < end && in_key(text[word])) ++word;
  if (word == at || word >= end || text[word] != ':') return std::min(at, end);
  return std::min(text.find_first_not_of(' ', word + 1), end);
}

// The closing quote of the quoted text that begins at `open`; npos when there is none.
size_t ClosingQuote(std::string_view text, size_t open) {
  const char quote = text[open];
  for (size_t i = open + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && i + 1 < text.size() && text[i + 1] == quote) {
        ++i;
      } else {
        return i;
      }
    }
  }
  return std::string_view::npos;
}

// A quoted value that ends right before the fault: what stands behind it is too much, or the quote should have ended
// lines ago.
std::optional<YamlFault> QuotedValueBefore(std::string_view text, size_t at) {
  size_t last = std::min(at, text.size());
  while (last > 0 && (text[last - 1] == ' ' || text[last - 1] == '\n')) --last;
  size_t line = LineStart(text, last);
  for (int lines = 0; lines < 200; ++lines) {
    const size_t value = ValueStart(text, line);
    if (value < text.size() && (text[value] == '"' || text[value] == '\'')) {
      const size_t close = ClosingQuote(text, value);
      if (close == std::string_view::npos || LineEnd(text, value) < close) {
        if (close != std::string_view::npos && close + 1 < last) return std::nullopt;
        return YamlFault{U32(value), U32(LineEnd(text, value)), "the quote that opens here is not closed in this line",
                         fmt::format("end the text with {}", text[value])};
      }
      if (close + 1 == last && line == LineStart(text, at)) {
        const size_t behind = std::min(text.find_first_not_of(' ', close + 1), LineEnd(text, value));
        return YamlFault{
            U32(behind), U32(LineEnd(text, value)), "there is text after the closing quote",
            text[value] == '"' ? std::string(kQuoteWhole) : "write the quotes inside as \", or each twice: ''"};
      }
    }
    if (line == 0) break;
    line = LineStart(text, line - 1);
  }
  return std::nullopt;
}

// `key:value` on the faulty line or the one above it.
std::optional<YamlFault> MissingSpace(std::string_view text, size_t at) {
  size_t line = LineStart(text, at);
  for (int lines = 0; lines < 2; ++lines) {
    const size_t end = LineEnd(text, line);
    size_t word = line + Indent(text, line);
    if (text.substr(word).starts_with("- ")) word += 2;
    const size_t begin = word;
    while (word < end && ((text[word] >= 'a' && text[word] <= 'z') || text[word] == '_')) ++word;
    if (word > begin && word + 1 < end && text[word] == ':' && text[word + 1] != ' ' && text[word + 1] != ':') {
      return YamlFault{
          U32(word), U32(word + 1), "a space is missing after this colon",
          fmt::format("write  {}: {}", text.substr(begin, word - begin), text.substr(word + 1, end - word - 1))};
    }
    if (line == 0) break;
    line = LineStart(text, line - 1);
  }
  return std::nullopt;
}

// Whether a quote or bracket behind `before` begins something, and is no part of a plain value.
bool CanBegin(char before) {
  return before == ' ' || before == '\n' || before == '[' || before == '{' || before == ',';
}

// The last bracket of YAML's own that is open at `at`: those in quotes, comments and behind plain text do not count.
std::optional<size_t> OpenBracket(std::string_view text, size_t at) {
  std::vector<size_t> open;
  for (size_t i = 0; i < std::min(at, text.size()); ++i) {
    const char before = i == 0 ? '\n' : text[i - 1];
    const bool starts = CanBegin(before);
    if (text[i] == '#' && (before == ' ' || before == '\n')) {
      i = std::min(text.find('\n', i), text.size());
    } else if (starts && (text[i] == '"' || text[i] == '\'')) {
      const size_t close = ClosingQuote(text, i);
      if (close == std::string_view::npos) break;
      i = close;
    } else if (starts && (text[i] == '{' || text[i] == '[')) {
      open.push_back(i);
    } else if ((text[i] == '}' || text[i] == ']') && !open.empty()) {
      open.pop_back();
    }
  }
  if (open.empty()) return std::nullopt;
  return open.back();
}

YamlFault NeedsQuotes(size_t from, size_t to) {
  return {U32(from), U32(to), "inside { } and [ ], a value with a bracket, comma or quote needs quotes", kQuoteWhole};
}

// A plain value with a bracket in it, in the flow collection that begins at `open` and ends at `end`: YAML reads what
// follows as something else, and stumbles lines later.
std::optional<YamlFault> BracketInPlainValue(std::string_view text, size_t open, size_t at, size_t& end) {
  end = at;
  size_t value = open;  // where the value that is read begins
  int depth = 0;
  for (size_t i = open; i < std::min(at, text.size()); ++i) {
    const char c = text[i], before = i == 0 ? '\n' : text[i - 1];
    const bool starts = CanBegin(before);
    if (starts && (c == '"' || c == '\'')) {
      const size_t close = ClosingQuote(text, i);
      if (close == std::string_view::npos) return std::nullopt;
      i = close;
    } else if (c == '[' || c == '{') {
      if (!starts && i != open) return NeedsQuotes(value, i + 1);
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      end = i;
      return std::nullopt;
    } else if (starts && c != ' ' && (before != ' ' || (i >= 2 && (text[i - 2] == ':' || text[i - 2] == ',')))) {
      value = i;
    }
  }
  return std::nullopt;
}

// The same, of the collections that are values up to `at`.
std::optional<YamlFault> BracketInPlainValue(std::string_view text, size_t at) {
  size_t line = 0;
  while (line < at) {
    const size_t value = ValueStart(text, line);
    size_t end = line;
    if (value < text.size() && (text[value] == '{' || text[value] == '[')) {
      if (auto fault = BracketInPlainValue(text, value, at, end)) return fault;
    }
    end = text.find('\n', end);
    if (end == std::string_view::npos) break;
    line = end + 1;
  }
  return std::nullopt;
}

YamlFault FlowFault(std::string_view text, size_t at) {
  const size_t line = LineStart(text, at);
  const std::optional<size_t> open = OpenBracket(text, at);
  if (!open || (*open >= line && at < text.size() && text[at] != '\n')) {
    // A plain value inside brackets goes up to the next bracket, comma or quote.
    size_t from = text.substr(line, at - line).rfind(": ");
    from = from == std::string_view::npos ? at : line + from + 2;
    return NeedsQuotes(from, std::max(at, from + 1));
  }
  return {U32(*open), U32(*open + 1), fmt::format("this \"{}\" is never closed", text[*open]),
          fmt::format("add \"{}\"", text[*open] == '{' ? '}' : ']')};
}

// The line stands in a column where nothing began.
YamlFault IndentFault(std::string_view text, size_t at) {
  const size_t line = LineStart(text, at);
  const size_t first = line + Indent(text, line);
  size_t above = line;
  while (above > 0) {
    above = LineStart(text, above - 1);
    const size_t content = above + Indent(text, above);
    if (content < text.size() && text[content] != '\n' && text[content] != '\r' && text[content] != '#') break;
  }
  return {U32(std::min(first, text.size())), U32(LineEnd(text, first)),
          fmt::format("this line is indented by {} spaces, which fits no line above", Indent(text, line)),
          fmt::format("indent it like the entries that it belongs to (the line above has {})", Indent(text, above))};
}

YamlFault ColonFault(std::string_view text, size_t at) {
  const size_t line = LineStart(text, at);
  const size_t value = ValueStart(text, line);
  if (value < at) {
    return {U32(at), U32(at + 1), "a value with \": \" in it needs quotes", kQuoteWhole};
  }
  return IndentFault(text, at);
}

}  // namespace

YamlFault ExplainYamlFault(std::string_view text, uint32_t at, std::string_view reason) {
  at = std::min(at, U32(text.size()));
  if (auto fault = BracketInPlainValue(text, at)) return *fault;
  const auto has = [&](std::string_view part) { return reason.find(part) != std::string_view::npos; };
  if (has("flow")) {
    const std::optional<size_t> open = OpenBracket(text, at);
    if (has("illegal flow end") && !open)
      return {at, at + 1, "nothing is open that this bracket could close", "remove it"};
    return FlowFault(text, at);
  }
  if (has("EOF in scalar")) {
    if (auto fault = QuotedValueBefore(text, text.size())) return *fault;
    return {at, at + 1, "a quote is never closed", "look for the text that has only one"};
  }
  if (has("escape") || has("hex") || has("unicode")) {
    return {at, at + 1, "a backslash in \"...\" begins an escape that does not exist",
            "use '...', where it is an ordinary character"};
  }
  if (has("unknown token") && static_cast<unsigned char>(text.substr(at, 1).empty() ? 0xFF : text[at]) < 0x80) {
    const std::string shown(text.substr(at, 1));
    return {at, at + 1, fmt::format("a value cannot begin with {}", shown), kQuoteWhole};
  }
  if (auto fault = MissingSpace(text, at)) return *fault;
  if (auto fault = QuotedValueBefore(text, at)) return *fault;
  if (has("illegal map value") || has("illegal map key")) return ColonFault(text, at);
  if (has("end of map") || has("end of sequence") || has("block entry")) return IndentFault(text, at);
  return {at, at + 1, fmt::format("this is not readable as YAML: {}", reason),
          "check the indentation, quotes and brackets up to here"};
}

}  // namespace leadline::packs
