// Tokens that clients give back: opaque to them, checked by us. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rpc/check/checker.h"

namespace leadline::rpc {

// What a list was asked for beside its page: a token is good for the same question only (AIP-158).
std::string Scope(std::string_view method, std::initializer_list<std::string_view> arguments);

// Empty for an empty cursor.
std::string PageToken(std::string_view scope, std::string_view cursor);
// The cursor; empty for an empty token.
std::string CursorOf(const FieldPath& path, std::string_view scope, const std::string& token, Checker& check);

// What a list failed with; a cursor that the store did not make is the page token's fault.
absl::Status PageError(const absl::Status& status);

// A place in the ledger's commit order.
std::string ResumeToken(int64_t position);
int64_t PositionOf(const FieldPath& path, const std::string& token, Checker& check);

}  // namespace leadline::rpc
