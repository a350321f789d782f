// Tokens that clients give back: opaque to them, checked by us; and pages that they lead through. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "engine/engine.h"
#include "rpc/check/checker.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {

// Answers stay below the 4 MiB that clients of all languages accept.
inline constexpr size_t kMostAnswerBytes = size_t{3} << 20;

// What a list was asked for beside its page: a token is good for the same question only (AIP-158), and for who asked
// it: the caller is one of the arguments.
std::string Scope(std::string_view method, std::initializer_list<std::string_view> arguments);

// Empty for an empty cursor.
std::string PageToken(std::string_view scope, std::string_view cursor);
// The cursor; empty for an empty token.
std::string CursorOf(const FieldPath& path, std::string_view scope, const std::string& token, Checker& check);

// What a list failed with; a cursor that the store did not make is the page token's fault.
absl::Status PageError(const absl::Status& status);

// Gives `response` a page of leads that stays below the 4 MiB that clients of all languages accept: at most
// `page_size`, and at least one if there is one. `list(n)` is the page of n at most. The cursor of the next page.
template <typename Response, typename List>
absl::StatusOr<std::string> AddLeads(int page_size, const Present& present, Response* response, List list) {
  ASSIGN_OR_RETURN(store::Page<domain::Lead> page, list(page_size));
  size_t bytes = 0;
  int fit = 0;
  for (const domain::Lead& lead : page.items) {
    ToProto(lead, present, response->add_leads());
    bytes += response->leads().rbegin()->ByteSizeLong() + sizeof(int64_t);
    if (bytes > kMostAnswerBytes && fit > 0) break;
    ++fit;
  }
  if (static_cast<size_t>(fit) == page.items.size()) return std::move(page.next);
  // Listed again, so that the cursor is that of what is answered.
  response->clear_leads();
  ASSIGN_OR_RETURN(page, list(fit));
  for (const domain::Lead& lead : page.items) ToProto(lead, present, response->add_leads());
  return std::move(page.next);
}

// A place in the ledger's commit order. Whether it is one of this ledger is the engine's to say.
std::string ResumeToken(const engine::LedgerPlace& place);
// The place before the first event for an empty token.
engine::LedgerPlace PlaceOf(const FieldPath& path, const std::string& token, Checker& check);

}  // namespace leadline::rpc
