#include "rpc/tokens.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "base/ids.h"
#include "engine/replay/ledger_place.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

constexpr std::string_view kPagePrefix = "p2:";
constexpr std::string_view kResumePrefix = "e2:";

std::string Encode(const std::string& text) {
  std::string out;
  absl::WebSafeBase64Escape(text, &out);
  return out;
}

// The text behind `prefix`; false when the token is not one of ours.
bool Decode(const std::string& token, std::string_view prefix, std::string& rest) {
  std::string text;
  if (token.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(token, &text) || Encode(text) != token)
    return false;
  if (text.compare(0, prefix.size(), prefix) != 0) return false;
  rest = text.substr(prefix.size());
  return true;
}

// So that what was damaged on its way does not lead to another place.
std::string SumOf(std::string_view scope, std::string_view cursor) {
  return Sha256Hex(fmt::format("{}:{}", scope, cursor)).substr(0, 8);
}

}  // namespace

std::string Scope(std::string_view method, std::initializer_list<std::string_view> arguments) {
  std::string text(method);
  for (std::string_view argument : arguments) text += fmt::format("|{}:{}", argument.size(), argument);
  return Sha256Hex(text).substr(0, 12);
}

std::string PageToken(std::string_view scope, std::string_view cursor) {
  if (cursor.empty()) return {};
  return Encode(fmt::format("{}{}:{}:{}", kPagePrefix, scope, SumOf(scope, cursor), cursor));
}

std::string CursorOf(const FieldPath& path, std::string_view scope, const std::string& token, Checker& check) {
  if (token.empty()) return {};
  std::string rest;
  std::vector<std::string> parts;  // scope, sum, cursor
  if (Decode(token, kPagePrefix, rest)) parts = absl::StrSplit(rest, absl::MaxSplits(':', 2));
  if (parts.size() != 3 || parts[2].empty() || parts[1] != SumOf(parts[0], parts[2])) {
    check.Refuse(path, "is not a page token that this server gave");
    return {};
  }
  if (parts[0] != scope) {
    check.Refuse(path,
                 "belongs to a list with other arguments, or of another caller; give the same ones with every page");
    return {};
  }
  return std::move(parts[2]);
}

absl::Status PageError(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status) || !FieldViolationsOf(status).empty()) return status;
  return InvalidField("page_token", std::string(status.message()));
}

std::string ResumeToken(const engine::LedgerPlace& place) {
  return Encode(fmt::format("{}{}", kResumePrefix, engine::FormatPlace(place)));
}

engine::LedgerPlace PlaceOf(const FieldPath& path, const std::string& token, Checker& check) {
  if (token.empty()) return {};
  std::string rest;
  if (Decode(token, kResumePrefix, rest)) {
    std::optional<engine::LedgerPlace> place = engine::ParsePlace(rest);
    if (place.has_value() && engine::FormatPlace(*place) == rest) return *std::move(place);
  }
  check.Refuse(path, "is not a resume token that this server gave");
  return {};
}

}  // namespace leadline::rpc
