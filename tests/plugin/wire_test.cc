// The frames between server and worker: what goes in comes out, and damage is noticed or harmless.
#include "plugin/worker/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <random>

#include "plugin/worker/wire_answer.h"
#include "plugin/worker/wire_call.h"
#include "tests/plugin/random_items.h"

namespace leadline::plugin::wire {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kGeneration = 3, kInstance = 9;

// Packets of a message as Channel sends them.
std::vector<Buffer> Packets(Kind kind, uint64_t call, std::span<const char> body) {
  std::vector<Buffer> out;
  FrameHeader header;
  header.kind = static_cast<uint16_t>(kind);
  header.generation = kGeneration;
  header.instance = kInstance;
  header.call = call;
  header.total = static_cast<uint32_t>(body.size());
  do {
    size_t part = std::min(body.size() - header.offset, kMostPart);
    Buffer& packet = out.emplace_back();
    packet.Put(header);
    packet.Append(body.data() + header.offset, part);
    header.offset += static_cast<uint32_t>(part);
  } while (header.offset < header.total);
  return out;
}

TEST(WireTest, MessagesOfAnySizeAreReassembled) {
  Assembler assembler(kGeneration, kInstance);
  for (size_t size : {size_t{0}, size_t{1}, kMostPart - 1, kMostPart, kMostPart + 1, 3 * kMostPart, kMostMessage}) {
    std::string body(size, 'a');
    for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + i / 251);
    std::vector<Buffer> packets = Packets(Kind::kAnswer, size, body);
    for (size_t i = 0; i < packets.size(); ++i) {
      auto message = assembler.Add(packets[i].span());
      ASSERT_TRUE(message.ok()) << message.status();
      ASSERT_EQ(message->has_value(), i + 1 == packets.size());
      if (!message->has_value()) continue;
      EXPECT_EQ((*message)->call, size);
      EXPECT_EQ(std::string_view((*message)->body.data(), size), body);
      EXPECT_EQ(reinterpret_cast<uintptr_t>((*message)->body.data()) % 16, 0u);
    }
  }
}

TEST(WireTest, PacketsOutOfOrderAreRefused) {
  std::string body(3 * kMostPart, 'b');
  auto refused = [&](std::vector<size_t> order) {
    Assembler assembler(kGeneration, kInstance);
    std::vector<Buffer> packets = Packets(Kind::kAnswer, 1, body);
    std::vector<Buffer> other = Packets(Kind::kAnswer, 2, body);
    for (size_t i : order) {
      Buffer& packet = i < 10 ? packets[i] : other[i - 10];
      if (!assembler.Add(packet.span()).ok()) return true;
    }
    return false;
  };
  EXPECT_FALSE(refused({0, 1, 2}));
  EXPECT_TRUE(refused({1}));
  EXPECT_TRUE(refused({0, 2}));
  EXPECT_TRUE(refused({0, 0}));
  EXPECT_TRUE(refused({0, 11}));
  EXPECT_TRUE(refused({0, 1, 2, 1}));
}

TEST(WireTest, SmallMessagesComeBackAsTheyWere) {
  Buffer out;
  Start start{.copy_path = "/cache/ab.so",
              .sha256 = "ab",
              .id = "org.test.x",
              .version = "1",
              .so_path = "/x.so",
              .capabilities = {"leadline.score/1", ""},
              .wanted_capabilities = {},
              .config_json = std::string(200'000, 'c'),
              .memory_bytes = 1ULL << 40,
              .landlock = false,
              .fields_fixed = true,
              .fields = {{"lead.x", {LEADLINE_STR, 4}}, {"é", {LEADLINE_NULL, 0}}}};
  Encode(start, out);
  auto decoded = DecodeStart(out.span());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->copy_path, start.copy_path);
  EXPECT_EQ(decoded->capabilities, start.capabilities);
  EXPECT_EQ(decoded->config_json, start.config_json);
  EXPECT_EQ(decoded->memory_bytes, start.memory_bytes);
  EXPECT_FALSE(decoded->landlock);
  ASSERT_EQ(decoded->fields.size(), 2u);
  EXPECT_EQ(decoded->fields[1].name, "é");
  EXPECT_EQ(decoded->fields[0].slot.index, 4u);
  for (size_t size = 0; size < out.size(); size += 1 + size / 50) {
    EXPECT_FALSE(DecodeStart(out.span().first(size)).ok()) << size;
  }

  Buffer sandboxed;
  Encode(Sandbox{7, true, false}, sandboxed);
  EXPECT_EQ(*DecodeSandboxed(sandboxed.span()), (Sandbox{7, true, false}));
  EXPECT_FALSE(DecodeSandboxed(sandboxed.span().first(4)).ok());

  Buffer failed;
  EncodeFailed(absl::NotFoundError("no \x02 such"), failed);
  EXPECT_EQ(DecodeFailed(failed.span()), absl::NotFoundError("no ? such"));
  Buffer answer;
  EncodeFieldAnswer(FieldSlot{LEADLINE_F64, 12}, answer);
  EXPECT_EQ((**DecodeFieldAnswer(answer.span())).index, 12u);
  Buffer line;
  EncodeLog(99, "a\nb", line);
  EXPECT_EQ(DecodeLog(line.span())->text, "a b");
  EXPECT_EQ(DecodeLog(line.span())->level, LEADLINE_LOG_ERROR);
}

TEST(WireTest, CallsComeBackAsTheyWere) {
  RandomItems random(7);
  for (int round = 0; round < 300; ++round) {
    const size_t n = 1 + random.Below(kMostItems);
    std::vector<RouteRequest> requests;
    for (size_t i = 0; i < n; ++i) requests.push_back(random.Request());
    Buffer body;
    ASSERT_TRUE(EncodeRoute(requests, RandomItems::kFields, {.now = round, .time_left = 5}, body).ok());
    DecodedCall call;
    absl::Status status = DecodeCall(body.span(), call);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(call.frame.now, round);
    ASSERT_EQ(call.routes.size(), n);
    for (size_t i = 0; i < n; ++i) {
      EXPECT_TRUE(Same(call.routes[i].record, requests[i].record));
      ASSERT_EQ(call.routes[i].count, requests[i].count);
      for (uint32_t c = 0; c < requests[i].count; ++c) {
        EXPECT_TRUE(Same(call.routes[i].candidates[c], requests[i].candidates[c]));
      }
    }
    random.Forget();
  }
}

TEST(WireTest, TransitionsAndPairsComeBackAsTheyWere) {
  RandomItems random(8);
  std::vector<Transition> transitions;
  std::vector<RecordPair> pairs;
  for (int i = 0; i < 64; ++i) {
    transitions.push_back({random.Row(), StrOf(i == 0 ? "" : "inquiry"), StrOf("mql")});
    pairs.push_back({random.Row(), random.Row()});
  }
  Buffer gate, compare;
  ASSERT_TRUE(EncodeGate(transitions, RandomItems::kFields, {}, gate).ok());
  ASSERT_TRUE(EncodeCompare(pairs, RandomItems::kFields, {}, compare).ok());
  DecodedCall call;
  ASSERT_TRUE(DecodeCall(gate.span(), call).ok());
  ASSERT_EQ(call.transitions.size(), 64u);
  EXPECT_EQ(call.transitions[0].from_status.len, 0u);
  EXPECT_TRUE(Same(call.transitions[63].record, transitions[63].record));
  EXPECT_EQ(std::string_view(call.transitions[63].to_status.ptr, call.transitions[63].to_status.len), "mql");
  ASSERT_TRUE(DecodeCall(compare.span(), call).ok());
  ASSERT_EQ(call.pairs.size(), 64u);
  EXPECT_TRUE(call.transitions.empty());
  EXPECT_TRUE(Same(call.pairs[5].right, pairs[5].right));
}

TEST(WireTest, ListsAreBounded) {
  std::vector<std::array<Value, 1>> nested(10);
  nested[0][0] = IntValue(1);
  for (size_t i = 1; i < nested.size(); ++i) nested[i][0] = ListValue(nested[i - 1]);
  Buffer body;
  Record shallow = RecordOf(nested[8]);
  EXPECT_TRUE(EncodeScore({&shallow, 1}, 1, {}, body).ok());
  DecodedCall call;
  EXPECT_TRUE(DecodeCall(body.span(), call).ok());
  Record deep = RecordOf(nested[9]);
  EXPECT_EQ(EncodeScore({&deep, 1}, 1, {}, body).code(), absl::StatusCode::kInvalidArgument);

  // A list that holds itself.
  body.Clear();
  Record one = RecordOf(nested[1]);
  ASSERT_TRUE(EncodeScore({&one, 1}, 1, {}, body).ok());
  const uint64_t itself = sizeof(CallHead);
  std::memcpy(body.data() + sizeof(CallHead) + offsetof(Value, u), &itself, sizeof(itself));
  EXPECT_FALSE(DecodeCall(body.span(), call).ok());
}

// Bytes are changed, cut off and added: it is refused, or still within its bounds, which the sanitizers see.
template <class Use>
void Damage(const Buffer& good, uint64_t seed, Use use) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<char> bytes(good.data(), good.data() + good.size());
    const size_t changes = random() % 4;
    for (size_t i = 0; i < changes; ++i) {
      // Most damage goes to the front, where the counts are.
      size_t at = random() % (random() % 2 == 0 ? std::min<size_t>(64, bytes.size()) : bytes.size());
      bytes[at] = static_cast<char>(random() % 3 == 0 ? random() : uint64_t{255} * (random() % 2));
    }
    if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 32));
    // Exactly as long as it is, so that a byte more is seen.
    std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    use(std::span<char>(exact.get(), bytes.size()));
  }
}

TEST(WireTest, DamagedCallsStayWithinTheirBounds) {
  RandomItems random(9);
  std::vector<RouteRequest> requests;
  std::vector<Transition> transitions;
  for (int i = 0; i < 5; ++i) {
    requests.push_back(random.Request());
    transitions.push_back({random.Row(), StrOf("inquiry"), StrOf("mql")});
  }
  Buffer route, gate;
  ASSERT_TRUE(EncodeRoute(requests, RandomItems::kFields, {}, route).ok());
  ASSERT_TRUE(EncodeGate(transitions, RandomItems::kFields, {}, gate).ok());
  size_t accepted = 0, refused = 0, touched = 0;
  DecodedCall call;
  auto use = [&](std::span<char> bytes) {
    if (!DecodeCall(bytes, call).ok()) {
      ++refused;
      return;
    }
    ++accepted;
    for (const RouteRequest& r : call.routes) touched += Touch(r);
    for (const Transition& t : call.transitions) touched += Touch(t.record) + Touch(t.from_status) + Touch(t.to_status);
  };
  Damage(route, 1, use);
  Damage(gate, 2, use);
  EXPECT_GT(accepted, 1'000u);
  EXPECT_GT(refused, 1'000u);
  EXPECT_GT(touched, 0u);
}

TEST(WireTest, DamagedAnswersStayWithinTheirBounds) {
  std::vector<NormalizeResult> results(4);
  results[1] = {.value = "manager", .confidence = 0.5, .reasons = {{"because", 1}, {"", 0}}};
  results[3] = {.value = "é", .confidence = 1, .reasons = {{"and", -2}}};
  Buffer good;
  ASSERT_TRUE(EncodeAnswer(std::span<const NormalizeResult>(results), good).ok());
  size_t accepted = 0, refused = 0;
  Damage(good, 3, [&](std::span<char> bytes) {
    auto answer = ReadAnswer(bytes, 4);
    std::vector<NormalizeResult> out(4);
    if (!answer.ok() || !TakeAnswer(*answer, out).ok()) {
      ++refused;
      return;
    }
    ++accepted;
    for (const NormalizeResult& r : out) ASSERT_TRUE(r.confidence >= 0 && r.confidence <= 1);
  });
  EXPECT_GT(accepted, 1'000u);
  EXPECT_GT(refused, 1'000u);
}

TEST(WireTest, DamagedPacketsAndSmallMessagesAreRefusedOrSound) {
  Buffer start;
  Encode(Start{.id = "org.test.x", .capabilities = {"a", "b"}, .fields = {{"f", {LEADLINE_STR, 1}}}}, start);
  std::vector<Buffer> packets = Packets(Kind::kStart, 0, start.span());
  size_t sound = 0;
  Damage(packets[0], 4, [&](std::span<char> bytes) {
    Assembler assembler(kGeneration, kInstance);
    auto message = assembler.Add(bytes);
    if (message.ok() && message->has_value() && DecodeStart((*message)->body).ok()) ++sound;
  });
  EXPECT_GT(sound, 100u);
  Damage(start, 5, [&](std::span<char> bytes) {
    sound += DecodeReady(bytes).ok() + DecodeLog(bytes).ok() + DecodeFieldAnswer(bytes).ok() +
             DecodeForbidden(bytes).ok() + DecodeFieldQuestion(bytes).ok() + DecodeFailed(bytes).ok();
  });
}

}  // namespace
}  // namespace leadline::plugin::wire
