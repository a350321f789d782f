// What the server and the worker of a plugin say to each other: flat frames over a SOCK_SEQPACKET socket.
//
// A message is a kind and a body. It travels in one or more packets of at most kMostPacket bytes, each with a
// FrameHeader in front, since a datagram has to fit the socket's buffer: the parts of a body stand at offsets that
// follow on each other, and no other message stands between them. Numbers are little-endian, as on every machine a
// plugin is built for. A frame carries the number of the loaded plugin (`generation`), of the process (`instance`) and
// of the call it belongs to, so that an answer that comes late is never taken for another.
//
//   server -> worker   kStart, then kFieldAnswer as asked, then any number of kCall
//   worker -> server   kSandboxed, kFieldQuestion ..., then kReady, then one kAnswer for each kCall;
//                      kFailed in the place of what comes before kReady; kLog at any time after kSandboxed;
//                      kForbidden as the last it says
//
// Both sides check every length, offset and number: neither trusts the other.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"

namespace leadline::plugin::wire {

inline constexpr uint32_t kMagic = 0x57504C4C;  // "LLPW"
inline constexpr uint16_t kVersion = 3;         // of this format; both sides must have the same
inline constexpr size_t kMostPacket = 64 * 1024;
inline constexpr size_t kMostMessage = 16 << 20;
inline constexpr uint32_t kMostItems = 64;     // of one kCall
inline constexpr size_t kMostFailure = 8'192;  // bytes of the text of a failure

// The other side said what it may not: `what` it did, such as "sent a broken start".
absl::Status Nonsense(std::string what);

enum class Kind : uint16_t {
  kStart = 1,
  kSandboxed,
  kReady,
  kFailed,
  kFieldQuestion,
  kFieldAnswer,
  kCall,
  kAnswer,
  kLog,
  kForbidden,
  // Between the server and the program that checks packs; it asks plugins with kCall, too (engine/packcheck).
  kCheckFile,
  kCheckStart,
  kCheckFound,
  kCheckPlugins,
  kCheckTests,
};

struct FrameHeader {
  uint32_t magic = kMagic;
  uint16_t version = kVersion;
  uint16_t kind = 0;
  uint32_t generation = 0;
  uint32_t instance = 0;
  uint64_t call = 0;    // 0 when it belongs to none
  uint32_t total = 0;   // bytes of the body
  uint32_t offset = 0;  // of this packet's part of it
};
static_assert(sizeof(FrameHeader) == 32 && std::is_trivially_copyable_v<FrameHeader>);

inline constexpr size_t kMostPart = kMostPacket - sizeof(FrameHeader);

// Bytes that are written once, kept for the next message and aligned to 16. Not thread-safe.
class Buffer {
 public:
  size_t size() const { return size_; }
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::span<const char> span() const { return {bytes_.get(), size_}; }
  std::span<char> span() { return {bytes_.get(), size_}; }

  // Drops the content, and memory beyond what ordinary messages need.
  void Clear();
  // Adds `count` bytes, not set to anything, and gives their offset: an offset since the next Add() may move them.
  size_t Add(size_t count);
  void Append(const void* bytes, size_t count);
  template <class T>
  void Put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    Append(&value, sizeof(value));
  }
  // A length and the bytes.
  void PutText(std::string_view text);

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Reads what Buffer's Put functions wrote. After the first read beyond the end, ok() is false and all is empty or 0.
// Not thread-safe.
class Reader {
 public:
  explicit Reader(std::span<const char> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  // Whether all was read, and nothing was missing.
  bool AtEnd() const { return ok_ && at_ == bytes_.size(); }
  std::string_view Bytes(size_t count);
  std::string_view Text() { return Bytes(Get<uint32_t>()); }
  template <class T>
  T Get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (std::string_view bytes = Bytes(sizeof(T)); ok_) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  // A number of entries of at least `least` bytes each; 0 when that many cannot follow.
  uint32_t Count(size_t least);

 private:
  std::span<const char> bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

// A whole message. `body` dies with the next packet.
struct Message {
  Kind kind = Kind::kLog;
  uint64_t call = 0;
  std::span<char> body;
};

// Puts messages together from packets. Not thread-safe.
class Assembler {
 public:
  Assembler(uint32_t generation, uint32_t instance) : generation_(generation), instance_(instance) {}

  // Takes the next packet, aligned to 16 bytes, which must live as long as the message. nullopt: more packets are to
  // come. INTERNAL, as an unfinished sentence, when it is no packet of ours: then the peer is not to be trusted
  // further.
  absl::StatusOr<std::optional<Message>> Add(std::span<char> packet);

 private:
  absl::Status Check(const FrameHeader& header, size_t part) const;

  const uint32_t generation_;
  const uint32_t instance_;
  FrameHeader first_;  // of the message under way
  size_t received_ = 0;
  Buffer body_;
};

// ---------------------------------------------------------------------------------------------- Small messages

struct Field {
  std::string name;
  FieldSlot slot;
};

// All a worker is told of its plugin.
struct Start {
  std::string copy_path;  // of the admitted module
  std::string sha256;
  std::string id;
  std::string version;
  std::string so_path;  // the author's file, for messages
  std::vector<std::string> capabilities;
  std::vector<std::string> wanted_capabilities;
  std::string config_json;
  uint64_t memory_bytes = 0;
  bool landlock = true;       // shut files off by it, or do not begin
  bool fields_fixed = false;  // `fields` is what the first process asked for, and there are no questions
  std::vector<Field> fields;
};
void Encode(const Start& start, Buffer& out);
absl::StatusOr<Start> DecodeStart(std::span<const char> body);

// What holds the worker from now on: said before the plugin's first instruction, so by nobody but the worker itself.
void Encode(const Sandbox& sandbox, Buffer& out);
absl::StatusOr<Sandbox> DecodeSandboxed(std::span<const char> body);

// The plugin stands. `index` of a field is 0: only the server knows it.
struct Ready {
  bool concurrent = false;
  bool pure = false;
  std::vector<Field> fields;
};
void Encode(const Ready& ready, Buffer& out);
absl::StatusOr<Ready> DecodeReady(std::span<const char> body);

// A failure to start, in the plugin's or the host's words. Decoding gives the failure itself as the status, in words
// that are fit for a message; INTERNAL when the body is none.
void EncodeFailed(const absl::Status& failure, Buffer& out);
absl::Status DecodeFailed(std::span<const char> body);

void EncodeFieldQuestion(std::string_view name, Buffer& out);
absl::StatusOr<std::string_view> DecodeFieldQuestion(std::span<const char> body);
void EncodeFieldAnswer(const std::optional<FieldSlot>& slot, Buffer& out);
absl::StatusOr<std::optional<FieldSlot>> DecodeFieldAnswer(std::span<const char> body);

struct LogLine {
  int level = LEADLINE_LOG_INFO;
  std::string text;  // fit for a log
};
void EncodeLog(int level, std::string_view text, Buffer& out);
absl::StatusOr<LogLine> DecodeLog(std::span<const char> body);

// The system call that ended a worker. Plain, so that a signal handler can send it.
struct Forbidden {
  uint32_t system_call = 0;
  uint32_t machine = 0;  // AUDIT_ARCH_*
};
absl::StatusOr<Forbidden> DecodeForbidden(std::span<const char> body);

}  // namespace leadline::plugin::wire
