// Characters to tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/compile_options.h"

namespace leadline::cel {

enum class Token : uint8_t {
  kEnd,
  kName,
  kQuotedName,  // `name` in backticks
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kReserved,  // a word that may name a field but nothing else
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kNot,
  kQuestion,
  kColon,
  kComma,
  kDot,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kFault,  // already reported
};

// Gives one token at a time. Reports faults to `issues` and goes on behind them. Not thread-safe.
class Lexer {
 public:
  Lexer(std::string_view source, std::vector<Issue>& issues) : source_(source), issues_(issues) { Next(); }

  Token token() const { return token_; }
  SourceSpan span() const { return span_; }
  std::string_view text() const { return source_.substr(span_.begin, span_.end - span_.begin); }
  // End of the token before this one.
  uint32_t last_end() const { return last_end_; }
  void Next();

 private:
  Token Scan();
  Token ScanName();
  Token ScanNumber();
  Token ScanText(size_t prefix);
  Token ScanQuotedName();
  Token ScanSymbol();
  Token Fault(std::string message, std::string hint);
  void SkipSpace();
  char At(size_t offset) const { return at_ + offset < source_.size() ? source_[at_ + offset] : '\0'; }

  std::string_view source_;
  std::vector<Issue>& issues_;
  size_t at_ = 0;
  Token token_ = Token::kEnd;
  SourceSpan span_;
  uint32_t last_end_ = 0;
};

// What a string or bytes token (quotes and prefix included) stands for. False, with `message` and the fault's place
// inside `token`, when an escape is wrong.
bool DecodeLiteral(std::string_view token, bool bytes, std::string* out, std::string* message, SourceSpan* fault);

}  // namespace leadline::cel
