#include "plugin/worker/wire_call.h"

#include <cstring>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin::wire {
namespace {

constexpr int kMostNesting = 8;
constexpr size_t kAlign = 16;

struct TransitionTexts {
  uint32_t from_at, from_len, to_at, to_len;
};
struct Choice {  // the candidates of a route request
  uint32_t first, count, reserved[2];
};
static_assert(sizeof(TransitionTexts) == 16 && sizeof(Choice) == 16 && sizeof(Value) == 16 && sizeof(Candidate) == 64);

// --------------------------------------------------------------------------------------------------- Encoding

// Writes into a buffer by offset, since what it points to moves as it grows. Not thread-safe.
class Encoder {
 public:
  explicit Encoder(Buffer& out) : out_(out), base_(out.size()) {}

  absl::Status Begin(Capability capability, size_t items, size_t records, size_t fields, size_t candidates,
                     const CallFrame& frame) {
    CallHead head{static_cast<uint32_t>(capability),
                  static_cast<uint32_t>(items),
                  static_cast<uint32_t>(fields),
                  static_cast<uint32_t>(candidates),
                  frame.now,
                  frame.time_left};
    const bool extras = capability == Capability::kStatus || capability == Capability::kRoute;
    const size_t fixed = sizeof(head) + records * fields * sizeof(Value) +
                         (extras ? items * sizeof(TransitionTexts) : 0) + candidates * sizeof(Candidate);
    if (fixed > kMostMessage) return TooLarge();
    out_.Add(fixed);
    Write(0, head);
    next_value_ = sizeof(head);
    next_extra_ = next_value_ + records * fields * sizeof(Value);
    next_candidate_ = next_extra_ + (extras ? items * sizeof(TransitionTexts) : 0);
    return absl::OkStatus();
  }

  absl::Status Put(const Record& record) {
    if (record.count == 0) return absl::OkStatus();
    std::memcpy(At(next_value_), record.fields, record.count * sizeof(Value));
    const size_t at = next_value_;
    next_value_ += record.count * sizeof(Value);
    return Relocate({record.fields, record.count}, at, 0);
  }

  absl::Status Put(const Transition& t) {
    TransitionTexts texts{};
    RETURN_IF_ERROR(PutText({t.from_status.ptr, t.from_status.len}, texts.from_at));
    RETURN_IF_ERROR(PutText({t.to_status.ptr, t.to_status.len}, texts.to_at));
    texts.from_len = static_cast<uint32_t>(t.from_status.len);
    texts.to_len = static_cast<uint32_t>(t.to_status.len);
    Write(next_extra_, texts);
    next_extra_ += sizeof(texts);
    return Put(t.record);
  }

  absl::Status Put(const RouteRequest& request) {
    Write(next_extra_, Choice{candidates_, request.count, {}});
    next_extra_ += sizeof(Choice);
    candidates_ += request.count;
    for (uint32_t i = 0; i < request.count; ++i) {
      Candidate candidate = request.candidates[i];
      uint32_t at = 0;
      RETURN_IF_ERROR(PutText({candidate.rep_id.ptr, candidate.rep_id.len}, at));
      candidate.rep_id.ptr = AsPointer(at);
      Write(next_candidate_, candidate);
      next_candidate_ += sizeof(candidate);
    }
    return Put(request.record);
  }

  absl::Status Put(const RecordPair& pair) {
    RETURN_IF_ERROR(Put(pair.left));
    return Put(pair.right);
  }

 private:
  static absl::Status TooLarge() {
    return absl::ResourceExhaustedError(fmt::format("a batch of more than {} MiB", kMostMessage >> 20));
  }
  static const char* AsPointer(uint64_t offset) { return reinterpret_cast<const char*>(offset); }
  char* At(size_t offset) { return out_.data() + base_ + offset; }
  template <class T>
  void Write(size_t offset, const T& value) {
    std::memcpy(At(offset), &value, sizeof(value));
  }
  size_t Used() const { return out_.size() - base_; }

  absl::Status PutText(std::string_view text, uint32_t& at) {
    if (text.size() > kMostMessage - Used()) return TooLarge();
    at = static_cast<uint32_t>(Used());
    out_.Append(text.data(), text.size());
    return absl::OkStatus();
  }

  // `values` were copied to the offset `at`: copies what they point to, and writes where to.
  absl::Status Relocate(std::span<const Value> values, size_t at, int depth) {
    for (const Value& value : values) {
      if (value.kind == LEADLINE_STR) {
        uint32_t text = 0;
        RETURN_IF_ERROR(PutText({value.u.str, value.len}, text));
        Write(at + offsetof(Value, u), uint64_t{text});
      } else if (value.kind == LEADLINE_LIST) {
        RETURN_IF_ERROR(PutList(value, at, depth));
      } else if (value.kind > LEADLINE_LIST) {
        return absl::InvalidArgumentError("a value of a kind that does not exist");
      }
      at += sizeof(Value);
    }
    return absl::OkStatus();
  }

  absl::Status PutList(const Value& value, size_t at, int depth) {
    if (depth == kMostNesting) return absl::InvalidArgumentError("lists nested too deeply");
    const size_t padding = (kAlign - Used() % kAlign) % kAlign;
    const size_t bytes = value.len * sizeof(Value);
    if (padding + bytes > kMostMessage - Used()) return TooLarge();
    static constexpr char kZeros[kAlign] = {};
    out_.Append(kZeros, padding);
    const size_t list = Used();
    out_.Append(value.u.list, bytes);
    Write(at + offsetof(Value, u), uint64_t{list});
    return Relocate({value.u.list, value.len}, list, depth + 1);
  }

  Buffer& out_;
  const size_t base_;
  size_t next_value_ = 0;
  size_t next_extra_ = 0;
  size_t next_candidate_ = 0;
  uint32_t candidates_ = 0;
};

template <class Item>
absl::Status EncodeItems(Capability capability, std::span<const Item> items, size_t records, size_t fields,
                         size_t candidates, const CallFrame& frame, Buffer& out) {
  Encoder encoder(out);
  RETURN_IF_ERROR(encoder.Begin(capability, items.size(), records, fields, candidates, frame));
  for (const Item& item : items) RETURN_IF_ERROR(encoder.Put(item));
  return absl::OkStatus();
}

// --------------------------------------------------------------------------------------------------- Decoding

// Reads and patches a body. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(std::span<char> body) : body_(body), budget_(body.size() / sizeof(Value)) {}

  bool Fits(uint64_t at, uint64_t count, uint64_t size) const {
    return at <= body_.size() && count <= (body_.size() - at) / size;
  }
  template <class T>
  T* Items(uint64_t at, uint64_t count) const {
    bool aligned = at % alignof(T) == 0;
    return aligned && Fits(at, count, sizeof(T)) ? reinterpret_cast<T*>(body_.data() + at) : nullptr;
  }
  bool Text(uint64_t at, uint64_t length, leadline_str& out) const {
    if (!Fits(at, length, 1)) return false;
    out = {body_.data() + at, length};
    return true;
  }

  // Turns offsets into pointers. A value that was turned already has none that fits, so nothing is turned twice; the
  // budget bounds lists that overlap.
  bool Patch(Value* values, uint64_t count, int depth) {
    if (count > budget_) return false;
    budget_ -= count;
    for (uint64_t i = 0; i < count; ++i) {
      Value& value = values[i];
      if (value.kind == LEADLINE_STR) {
        if (!Fits(Offset(value), value.len, 1)) return false;
        value.u.str = body_.data() + Offset(value);
      } else if (value.kind == LEADLINE_LIST) {
        auto* list = Items<Value>(Offset(value), value.len);
        if (list == nullptr || depth == kMostNesting) return false;
        value.u.list = list;
        if (!Patch(list, value.len, depth + 1)) return false;
      } else if (value.kind > LEADLINE_LIST) {
        return false;
      }
    }
    return true;
  }

 private:
  static uint64_t Offset(const Value& value) { return static_cast<uint64_t>(value.u.i64); }

  std::span<char> body_;
  uint64_t budget_;
};

// Where the parts of a body begin.
struct Layout {
  CallHead head;
  Value* values = nullptr;
  uint64_t extras_at = 0;
  uint64_t candidates_at = 0;
};

absl::StatusOr<Layout> ReadLayout(std::span<char> body, Decoder& decoder) {
  Layout out;
  if (body.size() < sizeof(CallHead)) return Nonsense("sent a call without a whole head");
  std::memcpy(&out.head, body.data(), sizeof(CallHead));
  const CallHead& head = out.head;
  const auto capability = static_cast<Capability>(head.capability);
  if (capability < Capability::kNormalize || capability > Capability::kMerge)
    return Nonsense("called what does not exist");
  if (head.items == 0 || head.items > kMostItems) return Nonsense(fmt::format("called with {} items", head.items));
  const uint64_t records = uint64_t{head.items} * (capability == Capability::kMerge ? 2 : 1);
  const uint64_t values = records * head.fields;
  out.values = decoder.Items<Value>(sizeof(CallHead), values);
  if (out.values == nullptr) return Nonsense("sent fewer values than it says");
  out.extras_at = sizeof(CallHead) + values * sizeof(Value);
  const bool extras = capability == Capability::kStatus || capability == Capability::kRoute;
  out.candidates_at = out.extras_at + (extras ? head.items * sizeof(TransitionTexts) : 0);
  if (!decoder.Fits(out.candidates_at, head.candidates, sizeof(Candidate))) {
    return Nonsense("sent fewer candidates than it says");
  }
  if (!decoder.Patch(out.values, values, 0)) return Nonsense("sent a value that points outside of the call");
  return out;
}

absl::Status ReadTransitions(const Layout& layout, const Decoder& decoder, DecodedCall& out) {
  const auto* texts = decoder.Items<const TransitionTexts>(layout.extras_at, layout.head.items);
  if (texts == nullptr) return Nonsense("sent fewer transitions than it says");
  for (uint32_t i = 0; i < layout.head.items; ++i) {
    Transition t{out.records[i], {}, {}};
    if (!decoder.Text(texts[i].from_at, texts[i].from_len, t.from_status) ||
        !decoder.Text(texts[i].to_at, texts[i].to_len, t.to_status)) {
      return Nonsense("sent a status that points outside of the call");
    }
    out.transitions.push_back(t);
  }
  out.records.clear();
  return absl::OkStatus();
}

absl::Status ReadRoutes(const Layout& layout, const Decoder& decoder, DecodedCall& out) {
  const auto* choices = decoder.Items<const Choice>(layout.extras_at, layout.head.items);
  auto* candidates = decoder.Items<Candidate>(layout.candidates_at, layout.head.candidates);
  if (choices == nullptr || candidates == nullptr) return Nonsense("sent fewer candidates than it says");
  for (uint32_t i = 0; i < layout.head.candidates; ++i) {
    leadline_str& id = candidates[i].rep_id;
    if (!decoder.Text(reinterpret_cast<uint64_t>(id.ptr), id.len, id)) {
      return Nonsense("sent a candidate that points outside of the call");
    }
  }
  for (uint32_t i = 0; i < layout.head.items; ++i) {
    const Choice& choice = choices[i];
    if (choice.first > layout.head.candidates || choice.count > layout.head.candidates - choice.first) {
      return Nonsense("sent candidates that are not there");
    }
    out.routes.push_back({out.records[i], candidates + choice.first, choice.count, 0});
  }
  out.records.clear();
  return absl::OkStatus();
}

}  // namespace

absl::Status EncodeNormalize(std::span<const Record> records, size_t fields, const CallFrame& frame, Buffer& out) {
  return EncodeItems(Capability::kNormalize, records, records.size(), fields, 0, frame, out);
}

absl::Status EncodeScore(std::span<const Record> records, size_t fields, const CallFrame& frame, Buffer& out) {
  return EncodeItems(Capability::kScore, records, records.size(), fields, 0, frame, out);
}

absl::Status EncodeGate(std::span<const Transition> items, size_t fields, const CallFrame& frame, Buffer& out) {
  return EncodeItems(Capability::kStatus, items, items.size(), fields, 0, frame, out);
}

absl::Status EncodeRoute(std::span<const RouteRequest> items, size_t fields, const CallFrame& frame, Buffer& out) {
  size_t candidates = 0;
  for (const RouteRequest& request : items) candidates += request.count;
  return EncodeItems(Capability::kRoute, items, items.size(), fields, candidates, frame, out);
}

absl::Status EncodeCompare(std::span<const RecordPair> items, size_t fields, const CallFrame& frame, Buffer& out) {
  return EncodeItems(Capability::kMerge, items, 2 * items.size(), fields, 0, frame, out);
}

absl::Status DecodeCall(std::span<char> body, DecodedCall& out) {
  out.records.clear();
  out.transitions.clear();
  out.routes.clear();
  out.pairs.clear();
  Decoder decoder(body);
  ASSIGN_OR_RETURN(Layout layout, ReadLayout(body, decoder));
  const CallHead& head = layout.head;
  out.capability = static_cast<Capability>(head.capability);
  out.frame = {head.now, head.time_left};
  auto record = [&](uint64_t i) { return Record{layout.values + i * head.fields, head.fields, 0}; };
  for (uint32_t i = 0; i < head.items; ++i) {
    if (out.capability == Capability::kMerge) {
      out.pairs.push_back({record(2 * uint64_t{i}), record(2 * uint64_t{i} + 1)});
    } else {
      out.records.push_back(record(i));
    }
  }
  if (out.capability == Capability::kStatus) return ReadTransitions(layout, decoder, out);
  if (out.capability == Capability::kRoute) return ReadRoutes(layout, decoder, out);
  return absl::OkStatus();
}

}  // namespace leadline::plugin::wire
