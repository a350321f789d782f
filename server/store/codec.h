// Records, payloads, decisions and snapshots as compact JSON, and back. The same value gives the same bytes; doubles
// keep every bit and texts every byte, also those that are not UTF-8; members with the zero value of their type are
// left out. Reading passes over members it does not know (a newer version wrote them) and answers DATA_LOSS, naming the
// member, for text that is damaged.
// Functions are thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "domain/decision.h"
#include "domain/event.h"
#include "domain/records.h"
#include "domain/rollout.h"

namespace leadline::store {

// Replaces `out`, whose capacity is used again.
void Encode(const domain::Account& value, std::string& out);
void Encode(const domain::Contact& value, std::string& out);
void Encode(const domain::Lead& value, std::string& out);
void Encode(const domain::MergeRecord& value, std::string& out);
void Encode(const domain::SnapshotRef& value, std::string& out);
void Encode(const domain::StoredDecision& value, std::string& out);  // without its snapshot
void Encode(const domain::EventPayload& value, std::string& out);
void Encode(const domain::Rollout& value, std::string& out);
void Encode(const domain::PackContent& value, std::string& out);
void Encode(const std::vector<std::string>& value, std::string& out);

// Set every member that the text holds; those of `value` that it does not hold become zero. Id, version, snapshot and
// what else is kept in columns stay as they are. After an error `value` is unspecified.
absl::Status Decode(std::string_view json, domain::Account& value);
absl::Status Decode(std::string_view json, domain::Contact& value);
absl::Status Decode(std::string_view json, domain::Lead& value);
absl::Status Decode(std::string_view json, domain::MergeRecord& value);
absl::Status Decode(std::string_view json, domain::SnapshotRef& value);
absl::Status Decode(std::string_view json, domain::StoredDecision& value);
absl::Status Decode(std::string_view json, domain::Rollout& value);
absl::Status Decode(std::string_view json, domain::PackContent& value);
absl::Status Decode(std::string_view json, std::vector<std::string>& value);
// `type` is the alternative's index.
absl::Status DecodePayload(int64_t type, std::string_view json, domain::EventPayload& value);

}  // namespace leadline::store
