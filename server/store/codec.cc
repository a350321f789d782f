#include "store/codec.h"

#include <utility>

#include "fmt/format.h"
#include "store/binary_body.h"

namespace leadline::store {

namespace {

template <size_t... I>
absl::Status DecodeAlternative(size_t type, std::string_view body, domain::EventPayload& value, Opener* opener,
                               std::index_sequence<I...>) {
  absl::Status status;
  (void)((type == I && (status = DecodeBody(body, value.emplace<I>(), opener), true)) || ...);
  return status;
}

}  // namespace

absl::Status CheckFormat(std::string_view body) {
  if (body.empty()) {
    return absl::DataLossError("the stored body is empty");
  }
  if (body.front() != kBodyFormat) {
    return absl::DataLossError(
        fmt::format("the stored body is of format {}, and this version reads format {}: a version of another format "
                    "wrote it, or it is damaged",
                    static_cast<unsigned char>(body.front()), static_cast<int>(kBodyFormat)));
  }
  return absl::OkStatus();
}

void AppendFormat(std::string& out) { out.push_back(kBodyFormat); }

absl::Status TakeFormat(std::string_view& bytes) {
  absl::Status status = CheckFormat(bytes);
  if (status.ok()) bytes.remove_prefix(1);
  return status;
}

void Encode(const domain::Account& value, std::string& out) { EncodeBody(value, out); }
void Encode(const domain::Contact& value, std::string& out, Sealer* sealer) { EncodeBody(value, out, sealer); }
void Encode(const domain::Lead& value, std::string& out, Sealer* sealer) { EncodeBody(value, out, sealer); }
void Encode(const domain::RepState& value, std::string& out) { EncodeBody(value, out); }
void Encode(const domain::MergeRecord& value, std::string& out, Sealer* sealer) { EncodeBody(value, out, sealer); }
void Encode(const domain::SnapshotRef& value, std::string& out) { EncodeBody(value, out); }
void Encode(const domain::StoredDecision& value, std::string& out, Sealer* sealer) { EncodeBody(value, out, sealer); }
void Encode(const domain::Rollout& value, std::string& out) { EncodeBody(value, out); }
void Encode(const domain::PackContent& value, std::string& out) { EncodeBody(value, out); }
void Encode(const std::vector<std::string>& value, std::string& out) { EncodeBody(value, out); }
void Encode(const domain::EventPayload& value, std::string& out, Sealer* sealer) {
  std::visit([&](const auto& payload) { EncodeBody(payload, out, sealer); }, value);
}

absl::Status Decode(std::string_view body, domain::Account& value) { return DecodeBody(body, value); }
absl::Status Decode(std::string_view body, domain::Contact& value, Opener* opener) {
  return DecodeBody(body, value, opener);
}
absl::Status Decode(std::string_view body, domain::Lead& value, Opener* opener) {
  return DecodeBody(body, value, opener);
}
absl::Status Decode(std::string_view body, domain::MergeRecord& value, Opener* opener) {
  return DecodeBody(body, value, opener);
}
absl::Status Decode(std::string_view body, domain::RepState& value) { return DecodeBody(body, value); }
absl::Status Decode(std::string_view body, domain::SnapshotRef& value) { return DecodeBody(body, value); }
absl::Status Decode(std::string_view body, domain::StoredDecision& value, Opener* opener) {
  return DecodeBody(body, value, opener);
}
absl::Status Decode(std::string_view body, domain::Rollout& value) { return DecodeBody(body, value); }
absl::Status Decode(std::string_view body, domain::PackContent& value) { return DecodeBody(body, value); }
absl::Status Decode(std::string_view body, std::vector<std::string>& value) { return DecodeBody(body, value); }

absl::Status DecodePayload(int64_t type, std::string_view body, domain::EventPayload& value, Opener* opener) {
  constexpr size_t kTypes = std::variant_size_v<domain::EventPayload>;
  if (type < 0 || type >= static_cast<int64_t>(kTypes)) {
    return absl::DataLossError(fmt::format("event type {} is unknown: this version knows 0 to {}", type, kTypes - 1));
  }
  return DecodeAlternative(static_cast<size_t>(type), body, value, opener, std::make_index_sequence<kTypes>());
}

void Append(const domain::Account& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::Contact& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::Lead& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::MergeRecord& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::SnapshotRef& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::StoredDecision& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::EventPayload& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::Rollout& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const domain::PackContent& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(const std::vector<std::string>& value, std::string& out) { BinaryWriter::Item(value, out); }
void Append(std::string_view value, std::string& out) { PutText(value, out); }
void Append(int64_t value, std::string& out) { BinaryWriter::Item(value, out); }

absl::Status Take(std::string_view& bytes, domain::Account& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::Contact& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::Lead& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::MergeRecord& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::SnapshotRef& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::StoredDecision& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::EventPayload& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::Rollout& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, domain::PackContent& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, std::vector<std::string>& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, std::string& value) { return TakeItem(bytes, value); }
absl::Status Take(std::string_view& bytes, int64_t& value) { return TakeItem(bytes, value); }

}  // namespace leadline::store
