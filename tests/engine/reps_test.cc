// Reps and queues as resources.
#include "engine/routing/reps.h"

#include <gmock/gmock.h>

#include <set>

#include "engine/routing/queue_view.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RepsTest : public PeopleTest {
 protected:
  absl::StatusOr<store::Page<RepView>> List(RepFilter filter = {}, std::string_view cursor = "", int limit = 1000) {
    return ListReps(options_, {}, filter, cursor, limit);
  }
};

TEST_F(RepsTest, ARepIsGivenWithWhatTheStoreKnows) {
  const auto anna = GetRep(options_, {}, "reps/emea-anna-weber");
  ASSERT_TRUE(anna.ok()) << anna.status();
  EXPECT_EQ(anna->rep.name, "Anna Weber");
  EXPECT_TRUE(anna->available);
  const Time until = clock_.Now() + kDay;
  ASSERT_TRUE(Wait<RepView>([&](Done<RepView> done) {
                engine_->SetAvailability({}, "reps/emea-anna-weber", false, until, std::move(done));
              }).ok());
  const auto away = GetRep(options_, {}, "reps/emea-anna-weber");
  EXPECT_FALSE(away->available);
  EXPECT_EQ(away->state.unavailable_until, until);
  clock_.Advance(2 * kDay);
  EXPECT_TRUE(GetRep(options_, {}, "reps/emea-anna-weber")->available);
  const auto slip = GetRep(options_, {}, "reps/emea-anna-webber");
  EXPECT_TRUE(absl::IsNotFound(slip.status())) << slip.status();
  EXPECT_THAT(std::string(slip.status().message()), HasSubstr("did you mean \"emea-anna-weber\"?"));
  EXPECT_TRUE(absl::IsInvalidArgument(GetRep(options_, {}, "leads/x").status()));
}

TEST_F(RepsTest, AnAbsenceThatIsOverIsNotShown) {
  const Time now = clock_.Now();
  const domain::Absence soon{now + kDay, now + 2 * kDay}, later{now + 5 * kDay, now + 6 * kDay};
  ASSERT_TRUE(Wait<RepView>([&](Done<RepView> done) {
                engine_->PlanAbsences({}, "reps/emea-anna-weber", {soon, later}, std::move(done));
              }).ok());
  const auto shown = [&] { return GetRep(options_, {}, "reps/emea-anna-weber")->state.absences; };
  clock_.Set(soon.end - 1);
  EXPECT_THAT(shown(), ElementsAre(soon, later));
  clock_.Set(soon.end);
  EXPECT_THAT(shown(), ElementsAre(later));
  const auto all = List();
  ASSERT_TRUE(all.ok()) << all.status();
  for (const RepView& view : all->items) {
    if (view.rep.id != "emea-anna-weber") continue;
    EXPECT_THAT(view.state.absences, ElementsAre(later));
  }
}

TEST_F(RepsTest, OpenLeadsAreOfToday) {
  const SubmitResult taken = Take(HotEnquiry());
  ASSERT_FALSE(taken.lead.assignee.empty());
  EXPECT_EQ(GetRep(options_, {}, "reps/" + taken.lead.assignee)->state.open_leads, 1);
}

TEST_F(RepsTest, PagesGoOverAllOfThemOnceInOrder) {
  const auto all = List();
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->items.size(), BuildOnce()->rules->reps().size());
  EXPECT_EQ(all->next, "");
  std::vector<std::string> ids;
  std::string cursor;
  do {
    const auto page = List({}, cursor, 7);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_LE(page->items.size(), 7u);
    for (const RepView& view : page->items) ids.push_back(view.rep.id);
    cursor = page->next;
  } while (!cursor.empty());
  ASSERT_EQ(ids.size(), all->items.size());
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

TEST_F(RepsTest, RegionAndTeamChoose) {
  const auto fast = List({"emea", "emea_fast_response"});
  ASSERT_TRUE(fast.ok()) << fast.status();
  EXPECT_FALSE(fast->items.empty());
  for (const RepView& view : fast->items) {
    EXPECT_EQ(view.rep.region, "emea");
    EXPECT_EQ(view.rep.team, "emea_fast_response");
  }
  EXPECT_LT(fast->items.size(), List({"emea", ""})->items.size());
  EXPECT_LT(List({"emea", ""})->items.size(), List()->items.size());
  EXPECT_THAT(List({"nowhere", ""})->items, IsEmpty());
}

TEST_F(RepsTest, ABadPageIsRefused) {
  EXPECT_EQ(FieldsAtFault(List({}, "", 0).status()), std::vector<std::string>{"page_size"});
  EXPECT_EQ(FieldsAtFault(List({}, "", kMostRepsInPage + 1).status()), std::vector<std::string>{"page_size"});
  EXPECT_EQ(FieldsAtFault(List({}, "no cursor!", 5).status()), std::vector<std::string>{"page_token"});
}

TEST_F(RepsTest, AQueueIsGivenAsItIsListed) {
  const auto all = engine_->ListQueues({});
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_FALSE(all->empty());
  for (const QueueView& listed : *all) {
    const auto queue = GetQueue(options_, {}, listed.queue.id);
    ASSERT_TRUE(queue.ok()) << queue.status();
    EXPECT_EQ(queue->queue.owner, listed.queue.owner);
    EXPECT_EQ(queue->leads, listed.leads);
    EXPECT_TRUE(queue->declared);
  }
  const std::string id = all->front().queue.id;
  const auto slip = GetQueue(options_, {}, id + "x");
  EXPECT_TRUE(absl::IsNotFound(slip.status())) << slip.status();
  EXPECT_THAT(std::string(slip.status().message()), HasSubstr(id));
}

}  // namespace
}  // namespace leadline::engine
