#include "engine/listing/filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

constexpr std::array<std::pair<std::string_view, FilterOp>, 7> kOps = {{{"!=", FilterOp::kNotEqual},
                                                                        {"<=", FilterOp::kLessEqual},
                                                                        {">=", FilterOp::kGreaterEqual},
                                                                        {"=", FilterOp::kEqual},
                                                                        {"<", FilterOp::kLess},
                                                                        {">", FilterOp::kGreater},
                                                                        {":", FilterOp::kHas}}};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsNameByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; }
// What ends a bare value. A colon does not: times have some.
bool EndsValue(char c) { return IsBlank(c) || std::string_view("()\"'=<>!,[]").find(c) != std::string_view::npos; }
bool IsKeyword(std::string_view word) { return word == "AND" || word == "OR" || word == "NOT"; }

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<FilterTerm>> Run() {
    std::vector<FilterTerm> terms;
    SkipBlanks();
    if (at_ == text_.size()) return terms;
    RETURN_IF_ERROR(Conjunction(/*inside=*/false, terms));
    return terms;
  }

 private:
  using Terms = std::vector<FilterTerm>;

  absl::Status Error(size_t at, std::string_view message) const { return FilterError(text_, at, message); }
  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }
  bool At(char c) const { return at_ < text_.size() && text_[at_] == c; }
  // The word that begins here, without taking it.
  std::string_view Word() const {
    size_t end = at_;
    while (end < text_.size() && IsNameByte(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool Take(std::string_view keyword) {
    if (Word() != keyword) return false;
    at_ += keyword.size();
    SkipBlanks();
    return true;
  }

  // Up to the end, or to the closing parenthesis, which stays.
  absl::Status Conjunction(bool inside, Terms& terms) {
    while (true) {
      RETURN_IF_ERROR(Factor(inside, terms));
      if (at_ == text_.size() && !inside) return absl::OkStatus();
      if (inside && At(')')) return absl::OkStatus();
      if (Take("AND")) continue;
      return WhatFollows(inside);
    }
  }

  // The error about what stands after a term.
  absl::Status WhatFollows(bool inside) const {
    if (at_ == text_.size()) return Error(at_, "the filter ends before ')' closes the parenthesis");
    if (At(')')) return Error(at_, "there is no '(' that this ')' closes");
    const std::string word = absl::AsciiStrToUpper(std::string(Word()));
    if (word == "AND" || word == "OR") return Error(at_, fmt::format("write {} in capitals", word));
    if (text_.substr(at_).starts_with("&&")) return Error(at_, "write AND instead of &&");
    if (text_.substr(at_).starts_with("||")) return Error(at_, "write OR instead of ||");
    return Error(at_, inside ? "write AND or OR between two terms, or ')' at the end"
                             : "write AND or OR between two terms; side by side they would be a fuzzy match, which "
                               "this list does not have");
  }

  absl::Status Factor(bool inside, Terms& terms) {
    const size_t begin = terms.size(), at = at_;
    RETURN_IF_ERROR(Term(inside, terms));
    while (Take("OR")) {
      Terms other;
      const size_t other_at = at_;
      RETURN_IF_ERROR(Term(inside, other));
      if (terms.size() - begin != 1 || other.size() != 1) {
        return Error(terms.size() - begin != 1 ? at : other_at, "what stands beside OR must be one term, without AND");
      }
      RETURN_IF_ERROR(Join(other_at, std::move(other[0]), terms.back()));
    }
    return absl::OkStatus();
  }

  absl::Status Join(size_t at, FilterTerm other, FilterTerm& term) const {
    if (other.field != term.field) {
      return Error(at, fmt::format("OR joins values of one field; here it is {} and {}: ask for each in a list of its "
                                   "own",
                                   term.field, other.field));
    }
    const bool joins = !term.negated && !other.negated && term.op == other.op &&
                       (term.op == FilterOp::kEqual || term.op == FilterOp::kHas);
    if (!joins) {
      return Error(at, fmt::format("OR joins terms with = alone (or with : alone), such as {0} = \"a\" OR {0} = \"b\"",
                                   term.field));
    }
    for (FilterValue& value : other.values) term.values.push_back(std::move(value));
    return absl::OkStatus();
  }

  absl::Status Term(bool inside, Terms& terms) {
    const size_t at = at_;
    const bool minus = At('-');
    if (minus) ++at_;
    const bool negated = minus || Take("NOT");
    if (At('(')) {
      if (negated) return Error(at, "NOT and - stand before one term, not before a parenthesis");
      return Parenthesis(inside, terms);
    }
    FilterTerm term;
    RETURN_IF_ERROR(Restriction(term));
    term.negated = negated;
    terms.push_back(std::move(term));
    return absl::OkStatus();
  }

  absl::Status Parenthesis(bool inside, Terms& terms) {
    const size_t at = at_;
    if (inside) return Error(at, "parentheses stand one level deep; take these away");
    ++at_;
    SkipBlanks();
    RETURN_IF_ERROR(Conjunction(/*inside=*/true, terms));
    ++at_;  // the closing one
    SkipBlanks();
    return absl::OkStatus();
  }

  absl::Status Restriction(FilterTerm& term) {
    const size_t at = at_;
    const std::string_view field = Word();
    if (field.empty()) return NoField();
    if (IsKeyword(field)) {
      return Error(at, fmt::format("expected a field, such as status = \"mql\", where {} stands", field));
    }
    constexpr size_t kMostNameBytes = 128;
    if (!absl::ascii_isalpha(static_cast<unsigned char>(field[0])) || field.back() == '.' ||
        field.find("..") != std::string_view::npos || field.size() > kMostNameBytes) {
      return Error(at, fmt::format("{} is not the name of a field", Quoted(field)));
    }
    term.field = std::string(field);
    term.at = at;
    at_ += field.size();
    if (At('(')) return Error(at, "functions are not part of this list's filters");
    SkipBlanks();
    if (Take("IN")) return Members(term);
    RETURN_IF_ERROR(Operator(term));
    SkipBlanks();
    if (At('(')) return Values(term);
    RETURN_IF_ERROR(Value(term));
    SkipBlanks();
    return absl::OkStatus();
  }

  absl::Status NoField() const {
    if (at_ == text_.size()) return Error(at_, "the filter ends where a term is expected, such as status = \"mql\"");
    if (At('"') || At('\'')) {
      return Error(at_, "a text alone asks for a search, which this list does not have; write FIELD = \"text\"");
    }
    return Error(at_, "expected a field, such as status = \"mql\"");
  }

  absl::Status Operator(FilterTerm& term) {
    for (const auto& [text, op] : kOps) {
      if (!text_.substr(at_).starts_with(text)) continue;
      at_ += text.size();
      term.op = op;
      if (op == FilterOp::kEqual && At('=')) return Error(at_ - 1, "write = instead of ==");
      return absl::OkStatus();
    }
    if (absl::AsciiStrToUpper(std::string(Word())) == "IN") {
      return Error(at_, "write IN in capitals");
    }
    if (absl::AsciiStrToUpper(std::string(Word())) == "NOT" || At('!')) {
      return Error(at_, fmt::format("NOT stands before the field, such as NOT {} IN (\"a\", \"b\")", term.field));
    }
    return Error(at_, fmt::format("after {} expected one of = != < <= > >= : IN", term.field));
  }

  // What stands behind IN.
  absl::Status Members(FilterTerm& term) {
    if (!At('(')) {
      return Error(at_, fmt::format("after IN stand values in parentheses: {} IN (\"a\", \"b\")", term.field));
    }
    listed_ = true;
    do {
      ++at_;  // the parenthesis or the comma
      SkipBlanks();
      RETURN_IF_ERROR(Value(term));
      SkipBlanks();
    } while (At(','));
    listed_ = false;
    return EndOfValues(fmt::format("expected a comma and another value, or ')': {} IN (\"a\", \"b\")", term.field));
  }

  absl::Status Values(FilterTerm& term) {
    const size_t at = at_++;
    if (term.op != FilterOp::kEqual && term.op != FilterOp::kHas) {
      return Error(at, fmt::format("several values stand after = or :, not after {}", TextOf(term.op)));
    }
    do {
      SkipBlanks();
      if (At('(')) return Error(at_, "parentheses stand one level deep; take these away");
      RETURN_IF_ERROR(Value(term));
      SkipBlanks();
    } while (Take("OR"));
    return EndOfValues(fmt::format("expected OR and another value, or ')': {} = (\"a\" OR \"b\")", term.field));
  }

  absl::Status EndOfValues(std::string_view expected) {
    if (!At(')')) return Error(at_, expected);
    ++at_;
    SkipBlanks();
    return absl::OkStatus();
  }

  absl::Status Value(FilterTerm& term) {
    if (++values_ > kMostFilterValues) {
      return Error(at_, fmt::format("the filter has more than {} values; ask for fewer at a time", kMostFilterValues));
    }
    FilterValue value;
    value.at = at_;
    if (At('"') || At('\'')) {
      RETURN_IF_ERROR(QuotedValue(value));
    } else {
      RETURN_IF_ERROR(BareValue(term, value));
    }
    term.values.push_back(std::move(value));
    return absl::OkStatus();
  }

  bool MayFollow(char c) const { return IsBlank(c) || c == ')' || (listed_ && c == ','); }

  absl::Status QuotedValue(FilterValue& value) {
    const char quote = text_[at_++];
    value.quoted = true;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\') {
        const bool known =
            at_ + 1 < text_.size() && std::string_view("\\\"'").find(text_[at_ + 1]) != std::string::npos;
        if (!known) return Error(at_, "after \\ comes a quote or another \\");
        ++at_;
      }
      value.text += text_[at_++];
    }
    if (at_ == text_.size())
      return Error(value.at, fmt::format("the text that begins here has no {} at its end", quote));
    ++at_;
    if (!IsUtf8(value.text)) return Error(value.at, "the text is not UTF-8");
    if (at_ < text_.size() && !MayFollow(text_[at_])) return Error(at_, "expected a blank after the text");
    return absl::OkStatus();
  }

  absl::Status BareValue(const FilterTerm& term, FilterValue& value) {
    size_t end = at_;
    while (end < text_.size() && !EndsValue(text_[end])) ++end;
    value.text = std::string(text_.substr(at_, end - at_));
    if (value.text.empty() || IsKeyword(value.text)) {
      return Error(at_, fmt::format("expected a value after {} {}: a word, a number, or a text in quotes", term.field,
                                    listed_ ? "IN" : TextOf(term.op)));
    }
    if (value.text == "*") {
      if (term.op != FilterOp::kHas) {
        return Error(at_, fmt::format("whether a field has a value is asked with {}:*", term.field));
      }
      value.any = true;
    } else if (value.text.find('*') != std::string::npos) {
      return Error(at_, "this list has no wildcards; write the whole value");
    }
    if (!IsUtf8(value.text)) return Error(at_, "the value is not UTF-8");
    if (end < text_.size() && !MayFollow(text_[end])) {
      return Error(end, "a value with this character stands in quotes");
    }
    at_ = end;
    return absl::OkStatus();
  }

  const std::string_view text_;
  size_t at_ = 0;
  size_t values_ = 0;
  bool listed_ = false;  // within the parentheses of IN
};

}  // namespace

std::string_view TextOf(FilterOp op) {
  for (const auto& [text, known] : kOps) {
    if (known == op) return text;
  }
  return "";
}

absl::Status FilterError(std::string_view filter, size_t at, std::string_view message) {
  at = std::min(at, filter.size());
  // Characters, as whoever wrote it counts them.
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto column = 1 + std::count_if(filter.begin(), filter.begin() + static_cast<std::ptrdiff_t>(at), begins);
  const bool end = at == filter.size();
  return InvalidField("filter",
                      fmt::format("{} {}: {}", end ? "at its end, character" : "at character", column, message));
}

absl::StatusOr<std::vector<FilterTerm>> ParseFilter(std::string_view filter) {
  if (filter.size() > kMostFilterBytes) {
    return InvalidField("filter", fmt::format("has {} bytes; {} is the most", filter.size(), kMostFilterBytes));
  }
  return FilterParser(filter).Run();
}

}  // namespace leadline::engine
