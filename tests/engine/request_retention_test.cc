// Names of requests are kept for a time: until then a retry acts once, and after that the name is a new one.
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class RequestRetentionTest : public EngineTest {
 protected:
  static CallContext Named(const std::string& id) {
    CallContext context;
    context.request_id = id;
    context.fingerprint = "the same";
    return context;
  }
  bool Replayed(const std::string& id) {
    auto submitted = Submit(HotEnquiry(), Named(id));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() && submitted->replayed;
  }
  int Forget(int limit = 100) {
    auto forgotten = engine_->ForgetRequests({}, 30 * kDay, limit);
    EXPECT_TRUE(forgotten.ok()) << forgotten.status();
    return forgotten.value_or(-1);
  }
};

TEST_F(RequestRetentionTest, ANameActsOnceForItsTimeAndIsANewOneAfter) {
  EXPECT_FALSE(Replayed("form-1"));
  clock_.Advance(30 * kDay);
  EXPECT_EQ(Forget(), 0) << "not older than thirty days";
  EXPECT_TRUE(Replayed("form-1"));
  clock_.Advance(1);
  EXPECT_EQ(Forget(), 1);
  EXPECT_EQ(Forget(), 0);
  EXPECT_FALSE(Replayed("form-1"));
  EXPECT_TRUE(Replayed("form-1"));
  EXPECT_EQ(NewestLeads().size(), 2u);
}

TEST_F(RequestRetentionTest, TheOldestAreForgottenFirstAFewAtATime) {
  for (int i = 0; i < 7; ++i) {
    EXPECT_FALSE(Replayed("form-" + std::to_string(i)));
    clock_.Advance(kMinute);
  }
  clock_.Advance(30 * kDay - 2 * kMinute);
  EXPECT_EQ(Forget(2), 2);
  EXPECT_TRUE(Replayed("form-2"));
  EXPECT_EQ(Forget(2), 2);
  EXPECT_EQ(Forget(2), 1) << "the last two are of less than thirty days ago";
  EXPECT_EQ(Forget(2), 0);
  EXPECT_FALSE(Replayed("form-4"));
  EXPECT_TRUE(Replayed("form-6"));
}

TEST_F(RequestRetentionTest, RowsOfImportsAreForgottenLikewise) {
  const auto send = [&] { return Import("spring", {{1, HotEnquiry(), "", ""}}); };
  EXPECT_EQ(send()->created, 1);
  EXPECT_EQ(send()->already_imported, 1);
  clock_.Advance(30 * kDay + 1);
  EXPECT_EQ(Forget(), 1);
  EXPECT_EQ(send()->created, 1);
}

}  // namespace
}  // namespace leadline::engine
