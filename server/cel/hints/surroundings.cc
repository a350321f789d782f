#include "cel/hints/surroundings.h"

#include <algorithm>
#include <array>

namespace leadline::cel {

namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool IsPathByte(char c) { return IsWordByte(c) || c == '.'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The words that end an operand in other languages.
constexpr std::array<std::string_view, 9> kEnds = {"and", "or", "then", "else", "end", "if", "not", "when", "unless"};

bool EndsOperand(std::string_view rest) {
  rest = RestAfter(rest, 0);
  if (rest.empty() || std::string_view(")],&|?:;}").find(rest.front()) != std::string_view::npos) return true;
  size_t end = 0;
  return std::find(kEnds.begin(), kEnds.end(), WordAfter(rest, 0, &end)) != kEnds.end();
}

bool BeginsOperand(std::string_view before) {
  before = TrimRight(before);
  if (before.empty() || std::string_view("([,&|?:{;").find(before.back()) != std::string_view::npos) return true;
  size_t begin = before.size();
  while (begin > 0 && IsWordByte(before[begin - 1])) --begin;
  const std::string word = SmallLetters(before.substr(begin));
  return std::find(kEnds.begin(), kEnds.end(), word) != kEnds.end();
}

// A path, number or text in quotes at the beginning of `rest`.
std::string_view Token(std::string_view rest) {
  if (rest.empty()) return "";
  if (rest[0] == '"' || rest[0] == '\'') {
    const size_t close = rest.find(rest[0], 1);
    const std::string_view text = close == std::string_view::npos ? "" : rest.substr(0, close + 1);
    return text.find_first_of("\\`") == std::string_view::npos ? text : "";
  }
  size_t end = rest[0] == '-' ? 1 : 0;
  while (end < rest.size() && IsPathByte(rest[end])) ++end;
  const std::string_view path = rest.substr(0, end);
  return path == "-" || path.ends_with('.') ? "" : path;
}

}  // namespace

std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view RestAfter(std::string_view source, size_t at) {
  source.remove_prefix(std::min(at, source.size()));
  while (!source.empty() && IsSpace(source.front())) source.remove_prefix(1);
  return source;
}

std::string SmallLetters(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view WithoutQuotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text[0] == '"' || text[0] == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string WordAfter(std::string_view source, size_t at, size_t* end) {
  const std::string_view rest = RestAfter(source, at);
  size_t size = 0;
  while (size < rest.size() && IsWordByte(rest[size])) ++size;
  *end = source.size() - rest.size() + size;
  return SmallLetters(rest.substr(0, size));
}

std::string_view OperandBefore(std::string_view source, size_t at) {
  const std::string_view before = TrimRight(source.substr(0, std::min(at, source.size())));
  if (before.empty()) return "";
  size_t begin = before.size() - 1;
  if (before[begin] == '"' || before[begin] == '\'') {
    const size_t open = begin == 0 ? std::string_view::npos : before.rfind(before[begin], begin - 1);
    if (open == std::string_view::npos) return "";
    begin = open;
  } else {
    ++begin;
    while (begin > 0 && IsPathByte(before[begin - 1])) --begin;
  }
  const std::string_view found = before.substr(begin);
  return Token(found) == found && BeginsOperand(before.substr(0, begin)) ? found : "";
}

std::string_view OperandAfter(std::string_view source, size_t at) {
  const std::string_view rest = RestAfter(source, at);
  const std::string_view found = Token(rest);
  return EndsOperand(rest.substr(found.size())) ? found : "";
}

std::string ListAfter(std::string_view source, size_t at) {
  constexpr size_t kLongest = 80;
  std::string_view rest = RestAfter(source, at);
  if (rest.empty() || std::string_view("([{").find(rest[0]) == std::string_view::npos) return "";
  std::string out = "[";
  do {
    rest = RestAfter(rest, 1);
    const std::string_view item = Token(rest);
    rest = RestAfter(rest, item.size());
    if (item.empty() || rest.empty() || out.size() > kLongest) return "";
    if (out.size() > 1) out += ", ";
    out += item;
  } while (rest[0] == ',');
  return std::string_view(")]}").find(rest[0]) == std::string_view::npos ? "" : out + "]";
}

}  // namespace leadline::cel
