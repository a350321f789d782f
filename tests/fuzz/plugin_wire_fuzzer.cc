// Any bytes as packets between the server and a worker, and as the bodies of their messages: each is refused or keeps
// within its bounds. The first byte of the input says as what it is read.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "plugin/limits.h"
#include "plugin/text.h"
#include "plugin/worker/wire.h"
#include "plugin/worker/wire_answer.h"
#include "plugin/worker/wire_call.h"

namespace leadline::fuzz {
namespace {

namespace wire = plugin::wire;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Reads all of it.
void Touch(leadline_str text) {
  volatile char last = 0;
  for (uint64_t i = 0; i < text.len; ++i) last = text.ptr[i];
  (void)last;
}
void Touch(const plugin::Value& value) {
  if (value.kind == LEADLINE_STR) Touch({value.u.str, value.len});
  for (uint32_t i = 0; value.kind == LEADLINE_LIST && i < value.len; ++i) Touch(value.u.list[i]);
}
void Touch(const plugin::Record& record) {
  for (uint32_t i = 0; i < record.count; ++i) Touch(record.fields[i]);
}

void ReadCall(std::span<char> body) {
  wire::DecodedCall call;
  if (!wire::DecodeCall(body, call).ok()) return;
  const size_t items = call.records.size() + call.transitions.size() + call.routes.size() + call.pairs.size();
  Require(items >= 1 && items <= wire::kMostItems, "a number of items");
  for (const auto& record : call.records) Touch(record);
  for (const auto& t : call.transitions) {
    Touch(t.record);
    Touch(t.from_status);
    Touch(t.to_status);
  }
  for (const auto& r : call.routes) {
    Touch(r.record);
    for (uint32_t i = 0; i < r.count; ++i) Touch(r.candidates[i].rep_id);
  }
  for (const auto& p : call.pairs) {
    Touch(p.left);
    Touch(p.right);
  }
}

void CheckReasons(const std::vector<plugin::Reason>& reasons) {
  Require(reasons.size() <= plugin::kMostReasons, "a number of reasons");
  for (const plugin::Reason& reason : reasons) {
    Require(std::isfinite(reason.weight), "a finite weight");
    Require(reason.text.size() <= plugin::kMostReasonBytes && plugin::IsUtf8(reason.text), "a text");
  }
}

void ReadAnswer(std::span<const char> body, uint32_t items) {
  auto answer = wire::ReadAnswer(body, items);
  if (!answer.ok()) return;
  Require(plugin::IsUtf8(answer->message), "a message");
  if (answer->code != absl::StatusCode::kOk) return;
  std::vector<plugin::ScoreResult> scores(items);
  if (wire::TakeAnswer(*answer, scores).ok()) {
    for (const auto& s : scores) {
      Require(std::isfinite(s.points), "finite points");
      CheckReasons(s.reasons);
    }
  }
  std::vector<plugin::NormalizeResult> normalized(items);
  if (wire::TakeAnswer(*answer, normalized).ok()) {
    for (const auto& n : normalized) Require(!n.value || plugin::IsUtf8(*n.value), "a value");
  }
  std::vector<plugin::RouteRequest> requests(items);
  for (uint32_t i = 0; i < items; ++i) requests[i].count = i;
  std::vector<plugin::RouteResult> routes(items);
  if (wire::TakeAnswer(*answer, requests, routes).ok()) {
    for (uint32_t i = 0; i < items; ++i) Require(!routes[i].choice || *routes[i].choice < i, "a candidate");
  }
  std::vector<plugin::StatusResult> gates(items);
  wire::TakeAnswer(*answer, gates).IgnoreError();
  std::vector<plugin::MergeResult> merges(items);
  wire::TakeAnswer(*answer, merges).IgnoreError();
}

void ReadSmall(std::span<const char> body) {
  auto start = wire::DecodeStart(body);
  if (start.ok()) {
    wire::Buffer again;
    wire::Encode(*start, again);
    Require(wire::DecodeStart(again.span()).ok(), "a start that can be written again");
  }
  wire::DecodeSandboxed(body).IgnoreError();
  wire::DecodeReady(body).IgnoreError();
  wire::DecodeFailed(body).IgnoreError();
  wire::DecodeFieldQuestion(body).IgnoreError();
  wire::DecodeFieldAnswer(body).IgnoreError();
  wire::DecodeForbidden(body).IgnoreError();
  if (auto line = wire::DecodeLog(body); line.ok()) Require(plugin::IsUtf8(line->text), "a line");
}

// The input as packets: a byte with the length, then that many bytes behind a header that may be right.
void ReadPackets(std::span<const char> input) {
  wire::Assembler assembler(1, 2);
  while (!input.empty()) {
    size_t size = std::min<size_t>(static_cast<unsigned char>(input[0]), input.size() - 1);
    std::vector<char> packet(input.begin() + 1, input.begin() + 1 + static_cast<std::ptrdiff_t>(size));
    input = input.subspan(1 + size);
    auto message = assembler.Add(packet);
    if (!message.ok()) return;
    if (message->has_value()) Require((*message)->body.size() <= wire::kMostMessage, "a size");
  }
}

void Read(std::span<const char> input) {
  if (input.empty()) return;
  const auto as = static_cast<unsigned char>(input[0]);
  input = input.subspan(1);
  // Exactly as long as it is, and aligned as packets are.
  std::unique_ptr<char[]> bytes(new char[input.size()]);
  if (!input.empty()) std::memcpy(bytes.get(), input.data(), input.size());
  std::span<char> body(bytes.get(), input.size());
  switch (as % 4) {
    case 0:
      return ReadCall(body);
    case 1:
      return ReadAnswer(body, as / 4 % wire::kMostItems + 1);
    case 2:
      return ReadSmall(body);
    default:
      return ReadPackets(body);
  }
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadline::fuzz::Read({reinterpret_cast<const char*>(data), size});
  return 0;
}
