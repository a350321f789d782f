// What the store keeps as bytes: records, payloads, decisions, snapshots, lists. The form is told in codec_format.md.
// The same value gives the same bytes; doubles keep every bit and texts every byte; members with the zero value of
// their type take no room. Reading passes over members that it does not know (a newer version wrote them) and answers
// DATA_LOSS, naming the member and the byte, for what is damaged. Functions are thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "domain/activities/activity_tally.h"
#include "domain/decision.h"
#include "domain/event.h"
#include "domain/records.h"
#include "domain/rollout.h"
#include "store/sealing/sealer.h"

namespace leadline::store {

// Whole bodies. Replaces `out`, whose capacity is used again. Id, version, snapshot and what else is kept in columns is
// not in them (members.h, ledger_members.h). With a sealer, personal members are sealed.
void Encode(const domain::Account& value, std::string& out);
void Encode(const domain::Contact& value, std::string& out, Sealer* sealer = nullptr);
void Encode(const domain::Lead& value, std::string& out, Sealer* sealer = nullptr);
void Encode(const domain::ActivityTally& value, std::string& out);
void Encode(const domain::RepState& value, std::string& out);
void Encode(const domain::MergeRecord& value, std::string& out, Sealer* sealer = nullptr);
void Encode(const domain::SnapshotRef& value, std::string& out);
void Encode(const domain::StoredDecision& value, std::string& out, Sealer* sealer = nullptr);  // without its snapshot
void Encode(const domain::EventPayload& value, std::string& out, Sealer* sealer = nullptr);    // without its type
void Encode(const domain::Rollout& value, std::string& out);
void Encode(const domain::PackContent& value, std::string& out);
void Encode(const std::vector<std::string>& value, std::string& out);

// Set every member that the body holds; those of `value` that it does not hold become zero. What is kept in columns
// stays as it is. After an error `value` is unspecified. A body of another format is refused. Personal members that
// were sealed are empty (their images are domain::kErasedImage) without an opener, and when their key is destroyed.
absl::Status Decode(std::string_view body, domain::Account& value);
absl::Status Decode(std::string_view body, domain::Contact& value, Opener* opener = nullptr);
absl::Status Decode(std::string_view body, domain::Lead& value, Opener* opener = nullptr);
absl::Status Decode(std::string_view body, domain::ActivityTally& value);
absl::Status Decode(std::string_view body, domain::RepState& value);
absl::Status Decode(std::string_view body, domain::MergeRecord& value, Opener* opener = nullptr);
absl::Status Decode(std::string_view body, domain::SnapshotRef& value);
absl::Status Decode(std::string_view body, domain::StoredDecision& value, Opener* opener = nullptr);
absl::Status Decode(std::string_view body, domain::Rollout& value);
absl::Status Decode(std::string_view body, domain::PackContent& value);
absl::Status Decode(std::string_view body, std::vector<std::string>& value);
// `type` is the alternative's index.
absl::Status DecodePayload(int64_t type, std::string_view body, domain::EventPayload& value, Opener* opener = nullptr);

// Bodies of several values: the format, then one value after the other, each of which ends itself. Structures of one's
// own need a member list, and BinaryWriter::Item and TakeItem (binary_body.h).
void AppendFormat(std::string& out);
void Append(const domain::Account& value, std::string& out);
void Append(const domain::Contact& value, std::string& out);
void Append(const domain::Lead& value, std::string& out);
void Append(const domain::MergeRecord& value, std::string& out);
void Append(const domain::SnapshotRef& value, std::string& out);
void Append(const domain::StoredDecision& value, std::string& out);  // without its snapshot
void Append(const domain::EventPayload& value, std::string& out);    // with its type
void Append(const domain::Rollout& value, std::string& out);
void Append(const domain::PackContent& value, std::string& out);
void Append(const std::vector<std::string>& value, std::string& out);
void Append(std::string_view value, std::string& out);
void Append(int64_t value, std::string& out);

// Read one value from the front of `bytes`, which then begins behind it. After an error both are unspecified.
absl::Status TakeFormat(std::string_view& bytes);
absl::Status Take(std::string_view& bytes, domain::Account& value);
absl::Status Take(std::string_view& bytes, domain::Contact& value);
absl::Status Take(std::string_view& bytes, domain::Lead& value);
absl::Status Take(std::string_view& bytes, domain::MergeRecord& value);
absl::Status Take(std::string_view& bytes, domain::SnapshotRef& value);
absl::Status Take(std::string_view& bytes, domain::StoredDecision& value);
absl::Status Take(std::string_view& bytes, domain::EventPayload& value);
absl::Status Take(std::string_view& bytes, domain::Rollout& value);
absl::Status Take(std::string_view& bytes, domain::PackContent& value);
absl::Status Take(std::string_view& bytes, std::vector<std::string>& value);
absl::Status Take(std::string_view& bytes, std::string& value);
absl::Status Take(std::string_view& bytes, int64_t& value);

// One JSON object for people, in one line; no program reads it back. Enumerations by name, attributes as they are,
// attributes that are times as RFC 3339, other times in microseconds since 1970. What is not UTF-8 is shown as U+FFFD.
std::string ToJson(const domain::Account& value);
std::string ToJson(const domain::Contact& value);
std::string ToJson(const domain::Lead& value);
std::string ToJson(const domain::MergeRecord& value);
std::string ToJson(const domain::SnapshotRef& value);
std::string ToJson(const domain::StoredDecision& value);  // with its snapshot
std::string ToJson(const domain::EventPayload& value);
std::string ToJson(const domain::Event& value);
std::string ToJson(const domain::Rollout& value);
std::string ToJson(const domain::PackContent& value);

}  // namespace leadline::store
