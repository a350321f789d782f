// Contract: which packs decide, the files of packs, and going over all leads.
#include <thread>

#include "base/status_macros.h"
#include "tests/store/contract.h"
#include "tests/store/generated.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(StoreContractTest, RolloutsComeBackWholeEvenAfterReopening) {
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), domain::Rollout{});
  Generator make(41);
  int64_t version = 0;
  for (int i = 0; i < 40; ++i) {
    domain::Rollout rollout = make.Rollout();
    rollout.version = version;
    const absl::Status status = Write([&](Transaction& t) { return t.Put(rollout); });
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(rollout.version, ++version);
    if (i % 10 == 9) {
      Reopen();
    }
    EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), rollout);
  }
}

TEST_P(StoreContractTest, ARefusedRolloutChangesNothing) {
  domain::Rollout absent{.generation = 9, .version = 4};
  EXPECT_EQ(Write([&](Transaction& t) { return t.Put(absent); }).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), domain::Rollout{});
  domain::Rollout stored{.generation = 1};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(stored); }).ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(stored); }).ok());
  for (const int64_t version : {0, 1, 3}) {
    domain::Rollout other{.generation = 9, .version = version};
    const absl::Status status = Write([&](Transaction& t) { return t.Put(other); });
    EXPECT_EQ(status.code(), version == 0 ? absl::StatusCode::kAlreadyExists : absl::StatusCode::kAborted);
    EXPECT_EQ(other.version, version);
    EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), stored);
  }
}

TEST_P(StoreContractTest, ProgressDoesNotTurnAwayAChangeThatWasReadBefore) {
  domain::Rollout rollout{.generation = 1, .rescoring = domain::Rescoring{.total = 5}};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(rollout); }).ok());
  domain::Rollout ahead = rollout;
  ahead.rescoring->done = 3;
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutProgress(ahead); }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), ahead);
  rollout.generation = 2;
  EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(rollout); }).ok());
  // Progress with what decided before is of no use.
  EXPECT_EQ(Write([&](Transaction& t) { return t.PutProgress(ahead); }).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }), rollout);
}

TEST_P(StoreContractTest, ServersThatChangeTheRolloutTogetherLoseNoChange) {
  constexpr int kThreads = 4, kEach = 25;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int done = 0; done < kEach;) {
        domain::Rollout rollout = Read([](Reader& r) { return r.GetRollout(); });
        ++rollout.generation;
        const absl::Status status = Write([rollout](Transaction& t) mutable { return t.Put(rollout); });
        done += status.ok() ? 1 : 0;
        ASSERT_TRUE(status.ok() || status.code() == absl::StatusCode::kAborted ||
                    status.code() == absl::StatusCode::kAlreadyExists)
            << status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const domain::Rollout rollout = Read([](Reader& r) { return r.GetRollout(); });
  EXPECT_EQ(rollout.generation, kThreads * kEach);
  EXPECT_EQ(rollout.version, kThreads * kEach);
}

TEST_P(StoreContractTest, PackContentsComeBackWholeEvenAfterReopening) {
  Generator make(42);
  std::vector<domain::PackContent> contents;
  for (int i = 0; i < 40; ++i) {
    contents.push_back(make.PackContent());
  }
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                for (const domain::PackContent& content : contents) {
                  RETURN_IF_ERROR(t.Put(content));
                }
                return absl::OkStatus();
              }).ok());
  Reopen();
  for (const domain::PackContent& content : contents) {
    EXPECT_EQ(Read([&](Reader& r) { return r.GetPackContent(content.sha256); }), content);
  }
}

TEST_P(StoreContractTest, WhatIsKeptUnderAHashStays) {
  const domain::PackContent first{.sha256 = "ab", .pack = "emea", .files = {{"pack.yaml", "a"}}, .stored_at = 1};
  const domain::PackContent again{.sha256 = "ab", .pack = "latam", .files = {{"pack.yaml", "b"}}, .stored_at = 2};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(first); }).ok());
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.Put(first));
                return t.Put(again);
              }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetPackContent("ab"); }), first);
  const absl::Status unknown =
      store_->Read("default", [](Reader& r) { return r.GetPackContent("no such hash").status(); });
  EXPECT_EQ(unknown.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("no such hash"));
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetPackContent(""); }), absl::StatusCode::kNotFound);
}

TEST_P(StoreContractTest, DroppedFilesAreGoneWithTheTransactionThatDropsThem) {
  const domain::PackContent one{.sha256 = "ab", .pack = "emea", .files = {{"pack.yaml", "a"}}, .stored_at = 1};
  const domain::PackContent two{.sha256 = "cd", .pack = "emea", .files = {{"pack.yaml", "b"}}, .stored_at = 2};
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.Put(one));
                return t.Put(two);
              }).ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(one); }, "another").ok());
  EXPECT_FALSE(Write([&](Transaction& t) -> absl::Status {
                 RETURN_IF_ERROR(t.DropPackContent("ab"));
                 EXPECT_EQ(t.GetPackContent("ab").status().code(), absl::StatusCode::kNotFound);
                 return absl::CancelledError("something else went wrong");
               }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetPackContent("ab"); }), one);
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                RETURN_IF_ERROR(t.DropPackContent("no such hash"));
                return t.DropPackContent("ab");
              }).ok());
  Reopen();
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetPackContent("ab"); }), absl::StatusCode::kNotFound);
  EXPECT_EQ(Read([](Reader& r) { return r.GetPackContent("cd"); }), two);
  EXPECT_EQ(Read([](Reader& r) { return r.GetPackContent("ab"); }, "another"), one);
  EXPECT_EQ(Read([](Reader& r) { return r.CountRows(); }).pack_contents, 1);
  // They may come back.
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(one); }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetPackContent("ab"); }), one);
}

TEST_P(StoreContractTest, PacksOfTenantsAreApart) {
  const domain::PackContent content{.sha256 = "ab", .pack = "emea"};
  domain::Rollout one{.generation = 1}, two{.generation = 2};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(one); }, "one").ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(two); }, "two").ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(content); }, "one").ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }, "one"), one);
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }, "two"), two);
  EXPECT_EQ(Read([](Reader& r) { return r.GetRollout(); }, "three"), domain::Rollout{});
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetPackContent("ab"); }, "two"), absl::StatusCode::kNotFound);
}

// Every character there is, and as many bytes as a pack may have.
TEST_P(StoreContractTest, TheLargestPackComesBackWhole) {
  constexpr size_t kMostBytes = 16U << 20;
  constexpr uint32_t kFirstSurrogate = 0xd800, kLastSurrogate = 0xdfff, kLast = 0x10ffff;
  domain::PackContent content{.sha256 = "large", .pack = "central"};
  std::string& every = content.files["every character.yaml"];
  for (uint32_t c = 0; c <= kLast; ++c) {
    if (c >= kFirstSurrogate && c <= kLastSurrogate) continue;
    const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) {
      every += static_cast<char>(c);
    } else if (c < 0x800) {
      every += {static_cast<char>(0xc0 | (c >> 6)), tail(0)};
    } else if (c < 0x10000) {
      every += {static_cast<char>(0xe0 | (c >> 12)), tail(6), tail(0)};
    } else {
      every += {static_cast<char>(0xf0 | (c >> 18)), tail(12), tail(6), tail(0)};
    }
  }
  // A control character takes six bytes of JSON.
  content.files["control.yaml"] = std::string(4U << 20, '\x01');
  content.files["rest.yaml"] = std::string(kMostBytes - every.size() - (4U << 20), '"');
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(content); }).ok());
  Reopen();
  const domain::PackContent read = Read([](Reader& r) { return r.GetPackContent("large"); });
  EXPECT_TRUE(read == content) << "not printed: it is large";
}

TEST_P(StoreContractTest, LeadIdsGoOverEveryUnmergedLeadInOrder) {
  for (const int i : {5, 2, 7, 0, 3, 6, 1, 4}) {
    PutLead({.id = "l" + std::to_string(i), .merged_into = i == 3 ? "l0" : ""});
  }
  domain::Lead theirs{.id = "l9"};
  ASSERT_TRUE(Write([&](Transaction& t) { return t.Put(theirs); }, "other").ok());
  const auto ids = [&](std::string_view after, int limit) {
    return Read([&](Reader& r) { return r.LeadIds(after, limit); });
  };
  EXPECT_THAT(ids("", 100), ElementsAre("l0", "l1", "l2", "l4", "l5", "l6", "l7"));
  EXPECT_THAT(ids("", 3), ElementsAre("l0", "l1", "l2"));
  EXPECT_THAT(ids("l2", 3), ElementsAre("l4", "l5", "l6"));
  EXPECT_THAT(ids("l3", 1), ElementsAre("l4")) << "the place of a lead that is merged meanwhile stays";
  EXPECT_THAT(ids("l6", 3), ElementsAre("l7"));
  EXPECT_THAT(ids("l7", 3), IsEmpty());
  domain::Lead lead = Read([](Reader& r) { return r.GetLead("l5"); });
  lead.merged_into = "l0";
  PutLead(lead);
  EXPECT_THAT(ids("l4", 3), ElementsAre("l6", "l7"));
  EXPECT_EQ(ReadCode([](Reader& r) { return r.LeadIds("", 0); }), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace leadline::store
