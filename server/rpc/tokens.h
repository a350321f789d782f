// Tokens that clients give back: opaque to them, checked by us. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "engine/engine.h"
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

// A place in the ledger's commit order. Whether it is one of this ledger is the engine's to say.
std::string ResumeToken(const engine::LedgerPlace& place);
// The place before the first event for an empty token.
engine::LedgerPlace PlaceOf(const FieldPath& path, const std::string& token, Checker& check);

}  // namespace leadline::rpc
