// The bytes of a ledger transaction.
#include "store/sqlite/session/ledger_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/store/codec_bytes.h"
#include "tests/store/sealed_place.h"

namespace leadline::store {
namespace {

using domain::RecordKind;

struct Written {
  domain::RecordRef record;
  int64_t sequence = 0;
  LedgerEntry entry;
};

const LedgerHead kHead{
    .actor = "ana", .request_id = "r1", .append_time = 1'700'000'000'000'000, .generation = 5, .packs_ref = "p0"};

// Of every kind that the bytes tell apart.
std::vector<Written> Events() {
  const domain::RecordRef lead{.kind = RecordKind::kLead, .id = "l"}, contact{.kind = RecordKind::kContact, .id = "l"};
  const LedgerEntry plain{.time = kHead.append_time, .generation = 5, .packs_ref = "p0"};
  std::vector<Written> events(7, {.record = lead, .entry = plain});
  events[1].record = contact;
  events[1].entry.type = 200;
  events[1].entry.payload = "payload";
  events[1].entry.region = "emea";
  events[2].entry.region = "emea";
  events[2].entry.addressed = "old";
  events[2].entry.time = 0;
  events[3].entry.generation = -6;
  events[3].entry.packs_ref = "";
  events[3].entry.time = std::numeric_limits<Time>::min();
  events[4].entry.decided = true;  // by no snapshot, and before one is known
  events[4].entry.decision = "first";
  events[5].entry.decided = true;
  events[5].entry.snapshot_ref = "s0";
  events[5].entry.decision_names_record = true;
  events[5].entry.time = std::numeric_limits<Time>::max();
  events[6].entry.decided = true;
  events[6].entry.snapshot_ref = "s1";
  events[6].entry.decision = std::string_view("\0\xff", 2);
  events[6].entry.sealed = 300;
  int64_t of_lead = 0;
  for (Written& event : events) event.sequence = event.record == contact ? 300 : 70 + of_lead++;
  return events;
}

std::string BodyOf(const std::vector<Written>& events) {
  LedgerBodyWriter writer(kHead);
  for (const Written& event : events) writer.Add(event.record, event.sequence, event.entry);
  std::string body;
  writer.WriteContent(body);
  return body;
}

// Reads everything there is; the status of the first failure.
absl::Status ReadAll(std::string_view body, std::vector<Written>& read) {
  absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(body);
  if (!reader.ok()) return reader.status();
  while (reader->Next()) {
    const absl::StatusOr<LedgerEntry> entry = reader->Entry();
    if (!entry.ok()) return entry.status();
    read.push_back({reader->records()[reader->record()].ref, reader->sequence(), *entry});
  }
  return reader->status();
}

TEST(LedgerBodyTest, EventsComeBackAsTheyWere) {
  const std::vector<Written> events = Events();
  const std::string body = BodyOf(events);
  auto reader = LedgerBodyReader::Open(body);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->head().actor, "ana");
  EXPECT_EQ(reader->head().request_id, "r1");
  EXPECT_EQ(reader->head().append_time, kHead.append_time);
  EXPECT_EQ(reader->head().snapshot_ref, "s0") << "the first that a decision has";
  EXPECT_EQ(reader->count(), 7);
  EXPECT_EQ(reader->records().size(), 2U);
  for (size_t i = 0; i < events.size(); ++i) {
    ASSERT_TRUE(reader->Next()) << i;
    EXPECT_EQ(reader->index(), static_cast<int64_t>(i));
    EXPECT_EQ(reader->records()[reader->record()].ref, events[i].record);
    EXPECT_EQ(reader->sequence(), events[i].sequence);
    EXPECT_EQ(reader->type(), events[i].entry.type);
    const auto entry = reader->Entry();
    ASSERT_TRUE(entry.ok()) << entry.status();
    const LedgerEntry& wanted = events[i].entry;
    EXPECT_EQ(entry->region, wanted.region);
    EXPECT_EQ(entry->addressed, wanted.addressed);
    EXPECT_EQ(entry->time, wanted.time);
    EXPECT_EQ(entry->generation, wanted.generation);
    EXPECT_EQ(entry->packs_ref, wanted.packs_ref);
    EXPECT_EQ(entry->payload, wanted.payload);
    EXPECT_EQ(entry->decided, wanted.decided);
    EXPECT_EQ(entry->decision_names_record, wanted.decision_names_record);
    EXPECT_EQ(entry->snapshot_ref, wanted.snapshot_ref);
    EXPECT_EQ(entry->decision, wanted.decision);
    EXPECT_GE(reader->size(), wanted.payload.size() + wanted.decision.size() + wanted.sealed);
  }
  EXPECT_FALSE(reader->Next());
  EXPECT_TRUE(reader->status().ok());
}

TEST(LedgerBodyTest, WhatEventsShareIsThereOnce) {
  const domain::RecordRef lead{.kind = RecordKind::kLead, .id = "0198c0de-0000-7000-8000-000000000001"};
  const LedgerEntry entry{.type = 3, .region = "emea", .time = kHead.append_time, .generation = 5, .packs_ref = "p0"};
  const std::string one = BodyOf({{lead, 1, entry}}), two = BodyOf({{lead, 1, entry}, {lead, 2, entry}});
  EXPECT_EQ(two.size() - one.size(), 8U) << "a length, and seven numbers of a byte each";
}

TEST(LedgerBodyTest, DamageIsToldAndHarmsNobody) {
  const std::string body = BodyOf(Events());
  std::vector<Written> read;
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(ReadAll(std::string_view(body).substr(0, size), read).code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(ReadAll(body + "x", read).code(), absl::StatusCode::kDataLoss);
  int told = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = body;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      const absl::Status status = ReadAll(damaged, read);
      EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
      told += status.ok() ? 0 : 1;
    }
  }
  EXPECT_GT(told, 200);
}

constexpr SealedPlace kLedgerPlace = {"ledger", "default", "t1"};

// A row with a payload that has something personal of two persons, and one that has not.
std::string RowOf(KeyFile& keys, const Slots& one, const Slots& other) {
  LedgerBodyWriter writer(kHead);
  LedgerEntry entry{.time = kHead.append_time, .generation = 5, .packs_ref = "p0"};
  std::string payload;
  for (const Slots& slots : {one, other, one}) {
    payload.clear();
    BlockSealer sealer(writer.blocks(), [&]() -> absl::StatusOr<Slots> { return slots; });
    sealer.Seal("calls at night", payload);
    entry.payload = payload;
    entry.sealed = sealer.size();
    writer.Add({.kind = RecordKind::kLead, .id = "l"}, 1, entry);
  }
  std::string row;
  EXPECT_TRUE(writer.WriteRow(keys, kLedgerPlace, row).ok());
  return row;
}

// What is here must be read for ever. The random bytes are 1, 2, 3 ..., as in sealed_codec_test.cc.
TEST(LedgerRowTest, BytesOfARow) {
  const std::string row = Bytes(
      "02"                                                         // the form
      "3f 00"                                                      // 63 bytes of content, as they are
      "03 80 80 f2 81 83 89 85 06 0a 03 'ana' 02 'r1' 02 'p0' 00"  // three events; who, when, by what
      "01 03 01 'l' 01 00"                                         // one record, no texts
      "0b 10 0e 00 00 00 00 00 03 01 00 0e"                        // an event with 14 bytes at 0 in block 1
      "0b 10 0e 00 00 00 00 00 03 02 00 0e"
      "0b 10 0e 00 00 00 00 00 03 01 0e 0e"
      "00");
  absl::StatusOr<LedgerRow> opened = OpenLedgerRow(row);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->blocks.empty());
  auto reader = LedgerBodyReader::Open(opened->content);
  ASSERT_TRUE(reader.ok()) << reader.status();
  int count = 0;
  while (reader->Next()) {
    EXPECT_EQ(reader->size(), 11U + 14U);
    EXPECT_TRUE(reader->Entry().ok());
    ++count;
  }
  EXPECT_EQ(count, 3);
  EXPECT_TRUE(reader->status().ok()) << reader->status();
  const KeysPlace place(CountingBytes());
  const int64_t one = *place.keys->Take(), other = *place.keys->Take();
  const std::string written = RowOf(*place.keys, {one}, {other});
  auto content = OpenLedgerRow(written);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(ShowBytes(content->content), ShowBytes(opened->content));
  EXPECT_EQ(content->blocks.size(), 2U) << "one for each person";
}

TEST(LedgerRowTest, WhatEventsHaveInCommonTakesRoomOnce) {
  const KeysPlace place;
  const domain::RecordRef lead{.kind = RecordKind::kLead, .id = "l"};
  LedgerBodyWriter one(kHead), many(kHead);
  const LedgerEntry entry{.payload = "industry_manufacturing seniority_c_level source_referral channel_webinar"};
  one.Add(lead, 1, entry);
  for (int i = 0; i < 100; ++i) many.Add(lead, 1 + i, entry);
  std::string row_of_one, row_of_many;
  ASSERT_TRUE(one.WriteRow(*place.keys, kLedgerPlace, row_of_one).ok());
  ASSERT_TRUE(many.WriteRow(*place.keys, kLedgerPlace, row_of_many).ok());
  EXPECT_LT(row_of_many.size(), row_of_one.size() + 100);
}

TEST(LedgerRowTest, DamageIsToldAndHarmsNobody) {
  const KeysPlace place;
  const std::string row = RowOf(*place.keys, {*place.keys->Take()}, {*place.keys->Take()});
  for (size_t size = 0; size < row.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(OpenLedgerRow(std::string_view(row).substr(0, size)).status())) << size;
  }
  EXPECT_TRUE(absl::IsDataLoss(OpenLedgerRow(row + "x").status()));
  for (size_t i = 0; i < row.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = row;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      absl::StatusOr<LedgerRow> opened = OpenLedgerRow(damaged);
      std::vector<Written> read;
      if (!opened.ok()) continue;
      const absl::Status status = ReadAll(opened->content, read);
      EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
    }
  }
}

TEST(LedgerRowTest, RowsOfTheFormBeforeAreRefused) {
  EXPECT_TRUE(absl::IsDataLoss(OpenLedgerRow("\x01\x01").status()));
  EXPECT_TRUE(absl::IsDataLoss(OpenLedgerRow("").status()));
}

}  // namespace
}  // namespace leadline::store
