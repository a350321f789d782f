#include "packs/condition/text_functions.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "domain/matching.h"

namespace leadline::packs {
namespace {

using cel::Type;
using cel::Value;

Value NotText() { return Value::Error(cel::ErrorCode::kNoSuchOverload, "no such overload: the text is absent"); }

bool IsFolded(std::string_view word) {
  for (const char c : word) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ')) return false;
  }
  return !word.empty() && word.front() != ' ' && word.back() != ' ' && word.find("  ") == std::string_view::npos;
}

Value FoldFunction(std::span<const Value> arguments, cel::Arena& arena) {
  if (!arguments[0].is_string()) return NotText();
  return Value::String(arena.Copy(FoldedOnce(arguments[0].as_string())));
}

Value HasWordFunction(std::span<const Value> arguments, cel::Arena&) {
  if (!arguments[0].is_string() || !arguments[1].is_string()) return NotText();
  return Value::Bool(HasFoldedWord(FoldedOnce(arguments[0].as_string()), FoldedWord(arguments[1].as_string())));
}

}  // namespace

std::string_view FoldedOnce(std::string_view text) {
  thread_local std::string last_text;
  thread_local std::string last_folded;
  if (text != last_text || last_folded.empty()) {
    last_folded = domain::FoldText(text);
    last_text = text;
  }
  return last_folded;
}

std::string_view FoldedWord(std::string_view word) {
  constexpr size_t kMostWords = 1'024;
  if (IsFolded(word)) return word;
  thread_local std::map<std::string, std::string, std::less<>> known;
  if (const auto found = known.find(word); found != known.end()) return found->second;
  if (known.size() >= kMostWords) known.clear();
  return known.emplace(word, domain::FoldText(word)).first->second;
}

bool HasFoldedWord(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == ' ';
    const size_t end = at + word.size();
    if (begins && (end == text.size() || text[end] == ' ')) return true;
  }
  return false;
}

void AddTextFunctions(cel::Env& env) {
  cel::FunctionSignature fold;
  fold.member = true;
  fold.parameters = {Type::String()};
  fold.result = Type::String();
  fold.function = FoldFunction;
  env.AddFunction("fold", fold).IgnoreError();  // the names are ours: nothing else has them
  cel::FunctionSignature has_word;
  has_word.member = true;
  has_word.parameters = {Type::String(), Type::String()};
  has_word.result = Type::Bool();
  has_word.function = HasWordFunction;
  env.AddFunction("hasWord", has_word).IgnoreError();
}

}  // namespace leadline::packs
