// Merges beside enquiries and activities of the same people, at the same time on several threads.
#include <future>

#include "base/executor.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class MergeConcurrencyTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.deciders = &deciders_;
    engine_ = std::make_unique<Engine>(options);
  }
  void TearDown() override {
    deciders_.Stop();
    EngineTest::TearDown();
  }
  static Enquiry Of(const std::string& name) {
    Enquiry e = HotEnquiry();
    e.contact.given_name = name;
    e.contact.family_name = "Family of " + name;
    e.contact.email = name + "@acme.es";
    return e;
  }
  template <typename T, typename Call>
  static std::future<absl::StatusOr<T>> Begin(Call call) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<T>>>();
    call([promise](absl::StatusOr<T> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }

  Executor deciders_{4, 4096};
};

TEST_F(MergeConcurrencyTest, MergesAndEnquiriesOfOnePersonAtOnceAreOneEntity) {
  const auto ana = Submit(Of("ana")), bea = Submit(Of("bea"));
  ASSERT_TRUE(ana.ok() && bea.ok());
  constexpr int kEach = 24;
  std::vector<std::future<absl::StatusOr<SubmitResult>>> enquiries;
  std::vector<std::future<absl::StatusOr<MergeResult>>> merges;
  std::vector<std::future<absl::StatusOr<ActivityResult>>> activities;
  for (int i = 0; i < kEach; ++i) {
    for (const char* name : {"ana", "bea"}) {
      enquiries.push_back(Begin<SubmitResult>(
          [&](Done<SubmitResult> done) { engine_->SubmitEnquiry({}, Of(name), false, std::move(done)); }));
    }
    domain::Activity activity = Did("website", "low", "visit");
    activity.lead_id = bea->lead.id;
    activities.push_back(Begin<ActivityResult>(
        [&](Done<ActivityResult> done) { engine_->RecordActivity({}, activity, std::move(done)); }));
    if (i % 8 != 4) continue;
    merges.push_back(Begin<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, ContactName(ana->contact), ContactName(bea->contact), "same", std::move(done));
    }));
    merges.push_back(Begin<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, LeadName(ana->lead), LeadName(bea->lead), "same", std::move(done));
    }));
  }
  for (auto& enquiry : enquiries) {
    const auto result = enquiry.get();
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result->contact.id == ana->contact.id || result->contact.id == bea->contact.id);
  }
  for (auto& activity : activities) {
    const auto result = activity.get();
    ASSERT_TRUE(result.ok()) << result.status();
  }
  int merged = 0;
  for (auto& merge : merges) {
    const auto result = merge.get();
    merged += result.ok() ? 1 : 0;
    EXPECT_TRUE(result.ok() || absl::IsInvalidArgument(result.status())) << result.status();
  }
  EXPECT_EQ(merged, 2) << "each pair once";
  const auto entity = engine_->GetEntity({}, ContactName(bea->contact));
  ASSERT_TRUE(entity.ok()) << entity.status();
  EXPECT_EQ(entity->contact->id, ana->contact.id);
  EXPECT_EQ(entity->activity_count, 2 + 2 * kEach + kEach);
  EXPECT_EQ(engine_->GetEntity({}, LeadName(bea->lead))->activity_count, 2 + kEach);
}

TEST_F(MergeConcurrencyTest, OfTwoThatAreMergedIntoEachOtherOneStands) {
  for (int round = 0; round < 10; ++round) {
    const std::string name = "a" + std::to_string(round), other = "b" + std::to_string(round);
    const auto one = Submit(Of(name)), two = Submit(Of(other));
    ASSERT_TRUE(one.ok() && two.ok());
    auto there = Begin<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, ContactName(one->contact), ContactName(two->contact), "same", std::move(done));
    });
    auto back = Begin<MergeResult>([&](Done<MergeResult> done) {
      engine_->Merge({}, ContactName(two->contact), ContactName(one->contact), "same", std::move(done));
    });
    const auto first = there.get(), second = back.get();
    EXPECT_NE(first.ok(), second.ok());
    EXPECT_EQ(engine_->GetEntity({}, ContactName(one->contact))->contact->id,
              engine_->GetEntity({}, ContactName(two->contact))->contact->id);
    // And back, twice at once.
    const std::string merge = first.ok() ? first->merge_id : second->merge_id;
    std::vector<std::future<absl::StatusOr<UnmergeResult>>> undone;
    for (int i = 0; i < 2; ++i) {
      undone.push_back(Begin<UnmergeResult>(
          [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merge, "not the same", std::move(done)); }));
    }
    int times = 0;
    for (auto& answer : undone) times += answer.get().ok() ? 1 : 0;
    EXPECT_EQ(times, 1);
  }
}

}  // namespace
}  // namespace leadline::engine
