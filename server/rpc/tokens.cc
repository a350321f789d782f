#include "rpc/tokens.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "base/ids.h"
#include "engine/work/ledger_place.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

constexpr std::string_view kPagePrefix = "p1:";
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

}  // namespace

std::string Scope(std::string_view method, std::initializer_list<std::string_view> arguments) {
  std::string text(method);
  for (std::string_view argument : arguments) text += fmt::format("|{}:{}", argument.size(), argument);
  return Sha256Hex(text).substr(0, 12);
}

std::string PageToken(std::string_view scope, std::string_view cursor) {
  if (cursor.empty()) return {};
  return Encode(fmt::format("{}{}:{}", kPagePrefix, scope, cursor));
}

std::string CursorOf(const FieldPath& path, std::string_view scope, const std::string& token, Checker& check) {
  if (token.empty()) return {};
  std::string rest;
  size_t colon = std::string::npos;
  if (Decode(token, kPagePrefix, rest)) colon = rest.find(':');
  if (colon == std::string::npos || colon + 1 == rest.size()) {
    check.Refuse(path, "is not a page token that this server gave");
    return {};
  }
  if (std::string_view(rest).substr(0, colon) != scope) {
    check.Refuse(path,
                 "belongs to a list with other arguments, or of another caller; give the same ones with every page");
    return {};
  }
  return rest.substr(colon + 1);
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
