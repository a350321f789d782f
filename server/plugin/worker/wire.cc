#include "plugin/worker/wire.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin::wire {
namespace {

// Memory that a buffer keeps between messages.
constexpr size_t kKeptBytes = 1 << 20;
constexpr size_t kMostName = 1'024;
constexpr size_t kMostLogLine = 4'096;

void PutTexts(const std::vector<std::string>& texts, Buffer& out) {
  out.Put(static_cast<uint32_t>(texts.size()));
  for (const std::string& text : texts) out.PutText(text);
}

std::vector<std::string> Texts(Reader& in) {
  std::vector<std::string> out;
  for (uint32_t n = in.Count(sizeof(uint32_t)); n > 0 && in.ok(); --n) out.emplace_back(in.Text());
  return out;
}

void PutFields(const std::vector<Field>& fields, Buffer& out) {
  out.Put(static_cast<uint32_t>(fields.size()));
  for (const Field& field : fields) {
    out.PutText(field.name);
    out.Put(field.slot.kind);
    out.Put(field.slot.index);
  }
}

// False when a name or a kind is none.
bool TakeFields(Reader& in, std::vector<Field>& out) {
  bool good = true;
  for (uint32_t n = in.Count(3 * sizeof(uint32_t)); n > 0 && in.ok(); --n) {
    Field field;
    field.name = in.Text();
    field.slot.kind = in.Get<uint32_t>();
    field.slot.index = in.Get<uint32_t>();
    good = good && field.name.size() <= kMostName && IsUtf8(field.name) && field.slot.kind <= LEADLINE_LIST;
    out.push_back(std::move(field));
  }
  return good && in.ok();
}

}  // namespace

absl::Status Nonsense(std::string what) { return absl::InternalError(std::move(what)); }

// ------------------------------------------------------------------------------------------------------- Bytes

void Buffer::Clear() {
  size_ = 0;
  if (capacity_ > kKeptBytes) {
    bytes_.reset();
    capacity_ = 0;
  }
}

size_t Buffer::Add(size_t count) {
  const size_t at = size_;
  if (count > capacity_ - size_) {
    size_t larger = std::max<size_t>({4'096, 2 * capacity_, size_ + count});
    // Not set to anything: all of it is written before it is read.
    std::unique_ptr<char[]> bytes(new char[larger]);
    if (size_ != 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = larger;
  }
  size_ += count;
  return at;
}

void Buffer::Append(const void* bytes, size_t count) {
  if (count == 0) return;
  size_t at = Add(count);
  std::memcpy(bytes_.get() + at, bytes, count);
}

void Buffer::PutText(std::string_view text) {
  Put(static_cast<uint32_t>(text.size()));
  Append(text.data(), text.size());
}

std::string_view Reader::Bytes(size_t count) {
  if (!ok_ || count > bytes_.size() - at_) {
    ok_ = false;
    return {};
  }
  std::string_view out(bytes_.data() + at_, count);
  at_ += count;
  return out;
}

uint32_t Reader::Count(size_t least) {
  auto count = Get<uint32_t>();
  if (ok_ && count > (bytes_.size() - at_) / least) ok_ = false;
  return ok_ ? count : 0;
}

// ----------------------------------------------------------------------------------------------------- Packets

absl::Status Assembler::Check(const FrameHeader& header, size_t part) const {
  if (header.magic != kMagic) return Nonsense("sent a packet without our mark");
  if (header.version != kVersion) {
    return Nonsense(fmt::format("speaks version {} of the format, not {}", header.version, kVersion));
  }
  if (header.generation != generation_ || header.instance != instance_) {
    return Nonsense(
        fmt::format("sent a packet of {}/{}, it is {}/{}", header.generation, header.instance, generation_, instance_));
  }
  if (header.kind < static_cast<uint16_t>(Kind::kStart) || header.kind > static_cast<uint16_t>(Kind::kCheckTests)) {
    return Nonsense(fmt::format("sent a message of kind {}, which does not exist", header.kind));
  }
  if (header.total > kMostMessage) {
    return Nonsense(fmt::format("sent a message of {} bytes; at most {} are taken", header.total, kMostMessage));
  }
  if (header.offset != received_ || part > header.total - header.offset || (part == 0 && header.total != 0)) {
    return Nonsense(fmt::format("sent bytes {} to {} of {} after {}", header.offset, header.offset + part, header.total,
                                received_));
  }
  bool goes_on = received_ != 0;
  if (goes_on && (header.kind != first_.kind || header.call != first_.call || header.total != first_.total)) {
    return Nonsense("began a message within another");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Message>> Assembler::Add(std::span<char> packet) {
  FrameHeader header;
  if (packet.size() < sizeof(header)) return Nonsense("sent a packet without a whole header");
  std::memcpy(&header, packet.data(), sizeof(header));
  std::span<char> part = packet.subspan(sizeof(header));
  if (absl::Status status = Check(header, part.size()); !status.ok()) return status;
  Message message{static_cast<Kind>(header.kind), header.call, part};
  if (part.size() == header.total) return message;  // which is all of it
  if (received_ == 0) {
    first_ = header;
    body_.Clear();
  }
  body_.Append(part.data(), part.size());
  received_ += part.size();
  if (received_ < header.total) return std::nullopt;
  received_ = 0;
  message.body = body_.span();
  return message;
}

// ---------------------------------------------------------------------------------------------- Small messages

void Encode(const Start& start, Buffer& out) {
  for (const std::string* text : {&start.copy_path, &start.sha256, &start.id, &start.version, &start.so_path}) {
    out.PutText(*text);
  }
  PutTexts(start.capabilities, out);
  PutTexts(start.wanted_capabilities, out);
  out.PutText(start.config_json);
  out.Put(start.memory_bytes);
  out.Put(uint32_t{start.landlock});
  out.Put(uint32_t{start.fields_fixed});
  PutFields(start.fields, out);
}

absl::StatusOr<Start> DecodeStart(std::span<const char> body) {
  Reader in(body);
  Start start;
  for (std::string* text : {&start.copy_path, &start.sha256, &start.id, &start.version, &start.so_path}) {
    *text = in.Text();
  }
  start.capabilities = Texts(in);
  start.wanted_capabilities = Texts(in);
  start.config_json = in.Text();
  start.memory_bytes = in.Get<uint64_t>();
  start.landlock = in.Get<uint32_t>() != 0;
  start.fields_fixed = in.Get<uint32_t>() != 0;
  if (!TakeFields(in, start.fields) || !in.AtEnd()) return Nonsense("sent a broken start");
  return start;
}

void Encode(const Sandbox& sandbox, Buffer& out) {
  out.Put(int32_t{sandbox.landlock_abi});
  out.Put(uint32_t{sandbox.seccomp});
  out.Put(uint32_t{sandbox.no_new_privileges});
}

absl::StatusOr<Sandbox> DecodeSandboxed(std::span<const char> body) {
  Reader in(body);
  Sandbox sandbox;
  sandbox.landlock_abi = in.Get<int32_t>();
  sandbox.seccomp = in.Get<uint32_t>() != 0;
  sandbox.no_new_privileges = in.Get<uint32_t>() != 0;
  if (!in.AtEnd() || sandbox.landlock_abi < 0) return Nonsense("told of its sandbox in a broken message");
  return sandbox;
}

void Encode(const Ready& ready, Buffer& out) {
  out.Put(uint32_t{ready.concurrent});
  out.Put(uint32_t{ready.pure});
  PutFields(ready.fields, out);
}

absl::StatusOr<Ready> DecodeReady(std::span<const char> body) {
  Reader in(body);
  Ready ready;
  ready.concurrent = in.Get<uint32_t>() != 0;
  ready.pure = in.Get<uint32_t>() != 0;
  if (!TakeFields(in, ready.fields) || !in.AtEnd()) return Nonsense("said it is ready in a broken message");
  return ready;
}

void EncodeFailed(const absl::Status& failure, Buffer& out) {
  out.Put(static_cast<int32_t>(failure.code()));
  out.PutText(Presentable(std::string(failure.message()), kMostFailure));
}

absl::Status DecodeFailed(std::span<const char> body) {
  Reader in(body);
  auto code = in.Get<int32_t>();
  std::string text = Presentable(in.Text(), kMostFailure);
  if (!in.AtEnd() || code <= LEADLINE_OK || code > LEADLINE_UNAUTHENTICATED) {
    return Nonsense("said it failed in a broken message");
  }
  return absl::Status(static_cast<absl::StatusCode>(code), text);
}

void EncodeFieldQuestion(std::string_view name, Buffer& out) { out.PutText(name.substr(0, kMostName + 1)); }

absl::StatusOr<std::string_view> DecodeFieldQuestion(std::span<const char> body) {
  Reader in(body);
  std::string_view name = in.Text();
  if (!in.AtEnd() || name.size() > kMostName + 1) return Nonsense("asked for a field in a broken message");
  return name;
}

void EncodeFieldAnswer(const std::optional<FieldSlot>& slot, Buffer& out) {
  out.Put(uint32_t{slot.has_value()});
  out.Put(slot.value_or(FieldSlot{}));
}

absl::StatusOr<std::optional<FieldSlot>> DecodeFieldAnswer(std::span<const char> body) {
  Reader in(body);
  bool found = in.Get<uint32_t>() != 0;
  auto slot = in.Get<FieldSlot>();
  if (!in.AtEnd() || slot.kind > LEADLINE_LIST) return Nonsense("answered for a field in a broken message");
  return found ? std::optional(slot) : std::nullopt;
}

void EncodeLog(int level, std::string_view text, Buffer& out) {
  out.Put(int32_t{level});
  out.PutText(text.substr(0, kMostLogLine));
}

absl::StatusOr<LogLine> DecodeLog(std::span<const char> body) {
  Reader in(body);
  LogLine line;
  line.level = std::clamp<int>(in.Get<int32_t>(), LEADLINE_LOG_DEBUG, LEADLINE_LOG_ERROR);
  line.text = Presentable(in.Text());
  if (!in.AtEnd()) return Nonsense("logged in a broken message");
  return line;
}

absl::StatusOr<Forbidden> DecodeForbidden(std::span<const char> body) {
  Reader in(body);
  auto forbidden = in.Get<Forbidden>();
  if (!in.AtEnd()) return Nonsense("told of a system call in a broken message");
  return forbidden;
}

}  // namespace leadline::plugin::wire
