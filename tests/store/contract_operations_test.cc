// Contract: long work, what is kept of it, and what is forgotten.
#include <random>

#include "base/status_macros.h"
#include "tests/store/contract.h"

namespace leadline::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Operation OperationNumber(int number, Time ended_at) {
  return {.id = "o" + std::to_string(number),
          .method = "DiffPack",
          .subject = "packs/emea",
          .actor = "olga",
          .request_id = "r",
          .validate_only = true,
          .created_at = 1000 + number,
          .begun_at = 2000,
          .ended_at = ended_at,
          .tries = 2,
          .cancelled = true,
          .done = 3,
          .total = 4,
          .request = ended_at == 0 ? std::string(100'000, 'q') : "",
          .result = ended_at == 0 ? "" : std::string("a\0b", 3),
          .samples =
              number % 2 == 0
                  ? std::vector<OperationSample>()
                  : std::vector<OperationSample>{
                        {{"leads/l1", "contacts/c1"}, std::string("c\0", 2)}, {{}, "of nobody"}, {{"leads/l2"}, ""}}};
}

TEST_P(StoreContractTest, OperationsAreKeptReplacedAndForgotten) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(OperationNumber(i, i % 2 == 0 ? 0 : 100 * i)); }).ok());
  }
  Reopen();
  const auto get = [&](const std::string& id) { return Read([&](Reader& r) { return r.GetOperation(id); }); };
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(get("o" + std::to_string(i)), OperationNumber(i, i % 2 == 0 ? 0 : 100 * i));
  }
  EXPECT_EQ(ReadCode([](Reader& r) { return r.GetOperation("x"); }), absl::StatusCode::kNotFound);
  EXPECT_THAT(Read([](Reader& r) { return r.OperationIds("", 2); }), ElementsAre("o5", "o4"));
  EXPECT_THAT(Read([](Reader& r) { return r.OperationIds("o2", 9); }), ElementsAre("o1", "o0"));
  EXPECT_THAT(Read([](Reader& r) { return r.UnfinishedOperations(2); }), ElementsAre("o0", "o2"));
  EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(OperationNumber(0, 50)); }).ok());
  EXPECT_EQ(get("o0"), OperationNumber(0, 50)) << "replaced";
  const auto forget = [&](Time before, int most, int64_t most_bytes = 1'000'000) {
    int forgotten = -1;
    EXPECT_TRUE(Write([&](Transaction& t) -> absl::Status {
                  ASSIGN_OR_RETURN(forgotten, t.ForgetOperations(before, most, most_bytes));
                  return absl::OkStatus();
                }).ok());
    return forgotten;
  };
  EXPECT_EQ(forget(50, 10), 0) << "of that very time";
  EXPECT_EQ(forget(51, 10), 1);
  EXPECT_EQ(forget(0, 2), 1) << "the oldest beyond so many";
  EXPECT_THAT(Read([](Reader& r) { return r.OperationIds("", 9); }), ElementsAre("o5", "o4", "o3", "o2"))
      << "what has not ended stays";
  EXPECT_TRUE(Write([](Transaction& t) { return t.DropOperation("o5"); }).ok());
  EXPECT_TRUE(Write([](Transaction& t) { return t.DropOperation("x"); }).ok()) << "there is none";
  EXPECT_THAT(Read([](Reader& r) { return r.OperationIds("", 9); }), ElementsAre("o4", "o3", "o2"));
}

TEST_P(StoreContractTest, SamplesOfOperationsAreForgottenByRecord) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(OperationNumber(i, 10)); }).ok());
  }
  const auto samples = [&](const std::string& id) {
    return Read([&](Reader& r) { return r.GetOperation(id); }).samples;
  };
  const auto before = samples("o1");
  ASSERT_EQ(before.size(), 3u);
  EXPECT_TRUE(Write([](Transaction& t) { return t.ForgetSamples({"leads/l", "contacts/c2", "l1"}); }).ok());
  EXPECT_EQ(samples("o1"), before);
  EXPECT_TRUE(Write([](Transaction& t) { return t.ForgetSamples({"contacts/c1", "leads/none"}); }).ok());
  for (const char* id : {"o1", "o3"}) {
    EXPECT_THAT(samples(id), ElementsAre(before[1], before[2])) << "one name of several is enough";
  }
  EXPECT_THAT(samples("o2"), IsEmpty());
  Operation rest = OperationNumber(3, 10);
  rest.samples = samples("o3");
  EXPECT_EQ(Read([&](Reader& r) { return r.GetOperation("o3"); }), rest);
}

TEST_P(StoreContractTest, OperationsGiveWayByTheirBytes) {
  std::mt19937 random(7);
  for (int i = 0; i < 4; ++i) {
    Operation operation = OperationNumber(i, 100 - i);
    operation.result.resize(1000);  // of bytes that cannot be made fewer
    for (char& c : operation.result) c = static_cast<char>(random());
    EXPECT_TRUE(Write([&](Transaction& t) { return t.Put(operation); }).ok());
  }
  int forgotten = -1;
  EXPECT_TRUE(Write([&](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(forgotten, t.ForgetOperations(0, 10, 2500));
                return absl::OkStatus();
              }).ok());
  EXPECT_EQ(forgotten, 2);
  EXPECT_THAT(Read([](Reader& r) { return r.OperationIds("", 9); }), ElementsAre("o1", "o0")) << "they ended last";
}

}  // namespace
}  // namespace leadline::store
