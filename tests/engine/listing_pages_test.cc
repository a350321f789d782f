// Pages of lists: while records change, of other lists, cut short, and what they cost.
#include <set>

#include "engine/listing/id_time.h"
#include "engine/listing/list_cursor.h"
#include "tests/engine/listing_fixture.h"

namespace leadline::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ListingPagesTest : public ListingTest {
 protected:
  void Leads(int count, const std::function<void(int, domain::Lead&)>& set = {}) {
    for (int begin = 0; begin < count; begin += 500) {
      const absl::Status status = store::WriteAndWait(*store_, "default", [&](store::Transaction& t) -> absl::Status {
        for (int i = begin; i < std::min(count, begin + 500); ++i) {
          domain::Lead lead{.id = ids_.NewId(clock_.Now()), .region = "emea", .status = "mql"};
          if (set) set(i, lead);
          domain::Event event{.transaction_id = ids_.NewId(clock_.Now()),
                              .record = {domain::RecordKind::kLead, lead.id},
                              .payload = domain::RecordCreated{.image = lead}};
          RETURN_IF_ERROR(t.Put(lead));
          RETURN_IF_ERROR(t.Append(event));
          made_.push_back(lead.id);
        }
        return absl::OkStatus();
      });
      ASSERT_TRUE(status.ok()) << status;
    }
  }
  void MergeInto(const std::string& absorbed, const std::string& survivor) {
    Update(absorbed, [&](domain::Lead& lead) { lead.merged_into = survivor; });
  }
  static std::vector<std::string> IdsOf(const ListPage<domain::Lead>& page) {
    std::vector<std::string> ids;
    for (const auto& item : page.items) ids.push_back(item.record.id);
    return ids;
  }

  std::vector<std::string> made_;
};

TEST_F(ListingPagesTest, TheTimeOfAnIdIsWhenItWasMade) {
  const Time now = clock_.Now();
  const std::string id = ids_.NewId(now);
  EXPECT_EQ(CreateTimeOf(id), now / 1000 * 1000);
  EXPECT_EQ(CreateTimeOf("l1"), 0);
  EXPECT_EQ(CreateTimeOf("01980000_0000-7000-8000-000000000000"), 0);
  EXPECT_EQ(CreateTimeOf("01980000-0000-7000-8000-00000000000G"), 0);
  EXPECT_LT(FirstIdAt(now), id);
  EXPECT_GT(FirstIdAt(now + 1), id);
  EXPECT_EQ(FirstIdAt(0), "");
  EXPECT_EQ(CreateTimeOf(FirstIdAt(5000)), 5000);
}

TEST_F(ListingPagesTest, NewRecordsDoNotMoveThoseOfLaterPages) {
  Leads(10);
  const auto first = Page("", "", 4);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(IdsOf(*first), ElementsAre(made_[9], made_[8], made_[7], made_[6]));
  Leads(3);
  MergeInto(made_[5], made_[0]);
  const auto second = Page("", "", 4, first->next);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_THAT(IdsOf(*second), ElementsAre(made_[4], made_[3], made_[2], made_[1]));
  const auto last = Page("", "", 4, second->next);
  EXPECT_THAT(IdsOf(*last), ElementsAre(made_[0]));
  EXPECT_EQ(last->next, "");
}

// Whoever asks above the last position that it saw, and again, hears of every change, whatever happens in between.
TEST_F(ListingPagesTest, ChangesAreMissedByNobody) {
  Leads(20);
  std::mt19937_64 random(5);
  std::map<std::string, std::string> copy;  // id to status
  int64_t position = 0;
  for (int round = 0; round < 200; ++round) {
    const auto page = Page("change_position > " + std::to_string(position), "", 3);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& item : page->items) {
      EXPECT_GT(item.change_position, position);
      copy[item.record.id] = item.record.status + item.record.merged_into;
    }
    if (!page->items.empty()) position = page->items.back().change_position;
    if (round > 100) continue;  // it catches up
    const std::string& id = made_[random() % made_.size()];
    Update(id, [&](domain::Lead& lead) { lead.status = random() % 2 == 0 ? "raw" : "sal"; });
    if (round == 50) MergeInto(made_[3], made_[4]);
  }
  ASSERT_EQ(copy.size(), 20U);
  for (const std::string& id : made_) {
    const auto lead = engine_->GetLead({}, "leads/" + id);
    if (id == made_[3]) {
      EXPECT_THAT(copy[id], HasSubstr(made_[4])) << "a merge is heard of";
      continue;
    }
    ASSERT_TRUE(lead.ok());
    EXPECT_EQ(copy[id], lead->status);
  }
  EXPECT_THAT(All("change_position > " + std::to_string(position)), IsEmpty());
}

TEST_F(ListingPagesTest, APageOfChangesHoldsWholeTransactions) {
  Leads(2);
  std::vector<std::string> together;
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& t) -> absl::Status {
                const std::string transaction = ids_.NewId(clock_.Now());
                together.clear();
                for (int i = 0; i < 3; ++i) {
                  domain::Lead lead{.id = ids_.NewId(clock_.Now()), .status = "raw"};
                  together.push_back(lead.id);
                  RETURN_IF_ERROR(t.Append(domain::Event{.transaction_id = transaction,
                                                         .record = {domain::RecordKind::kLead, lead.id},
                                                         .payload = domain::RecordCreated{.image = lead}}));
                  RETURN_IF_ERROR(t.Put(lead));
                }
                return absl::OkStatus();
              }).ok());
  const auto first = Page("", "change_position", 3);
  EXPECT_THAT(IdsOf(*first), ElementsAre(made_[0], made_[1])) << "the next three would be cut";
  const auto next = Page("", "change_position", 2, first->next);
  EXPECT_EQ(IdsOf(*next), together) << "longer than was asked";
  const ListRequest request{.order_by = "change_position"};
  int asked = 0;
  const auto fit = ListLeads(Options(), {}, request, [&](const Listed<domain::Lead>&) { return ++asked < 4; });
  EXPECT_THAT(IdsOf(*fit), ElementsAre(made_[0], made_[1])) << "nor by what fits";
  EXPECT_NE(fit->next, "");
}

TEST_F(ListingPagesTest, CursorsOfOtherListsAndDamagedOnesAreRefused) {
  Leads(6);
  const std::string cursor = Page("status = mql", "", 2)->next;
  ASSERT_NE(cursor, "");
  EXPECT_TRUE(Page("status = mql", "", 3, cursor).ok()) << "of another size";
  const auto code = [&](const std::string& filter, const std::string& order, const std::string& c) {
    return Page(filter, order, 2, c).status().code();
  };
  EXPECT_EQ(code("region = emea", "", cursor), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("status = mql", "create_time", cursor), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("", "", cursor), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ListContacts(Options(), {}, {.cursor = cursor}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(FieldViolationsOf(Page("", "", 2, cursor).status()).empty()) << "it is the page token's fault";
  for (size_t i = 0; i < cursor.size(); ++i) {
    std::string damaged = cursor;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_EQ(code("status = mql", "", damaged), absl::StatusCode::kInvalidArgument) << i;
    EXPECT_EQ(code("status = mql", "", cursor.substr(0, i)),
              i == 0 ? absl::StatusCode::kOk : absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(code("status = mql", "", cursor + std::string(5000, 'x')), absl::StatusCode::kInvalidArgument);
}

TEST_F(ListingPagesTest, PagesEndBeforeWhatDoesNotFit) {
  Leads(7);
  for (const char* order : {"create_time", "score desc"}) {
    const std::string filter = std::string(order) == "create_time" ? "" : "status = mql";
    ListRequest request{.filter = filter, .order_by = order};
    std::vector<std::string> ids;
    int pages = 0;
    do {
      int room = 2;
      const auto page = ListLeads(Options(), {}, request, [&](const Listed<domain::Lead>&) { return --room >= 0; });
      ASSERT_TRUE(page.ok()) << page.status();
      for (const auto& item : page->items) ids.push_back(item.record.id);
      request.cursor = page->next;
      ++pages;
    } while (!request.cursor.empty() && pages < 20);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 7U);
    EXPECT_EQ(ids.size(), 7U);
    EXPECT_EQ(pages, 4);
  }
  const auto one = ListLeads(Options(), {}, {}, [](const Listed<domain::Lead>&) { return false; });
  EXPECT_EQ(one->items.size(), 1U) << "never without any";
}

TEST_F(ListingPagesTest, ManyRecordsThatAreNotWantedEndAPage) {
  as_told_ = false;  // to look would take long
  Leads(kScanBudget + 30, [](int i, domain::Lead& lead) {
    if (i == 20) lead.assignee = "emea-tom-hughes";
  });
  const std::string filter = "status = mql AND assignee:*";
  const auto first = Page(filter, "create_time desc");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->items, IsEmpty());
  EXPECT_TRUE(first->scan_limit_reached);
  const auto second = Page(filter, "create_time desc", 50, first->next);
  EXPECT_THAT(IdsOf(*second), ElementsAre(made_[20]));
  EXPECT_FALSE(second->scan_limit_reached);
  EXPECT_EQ(second->next, "");
  const auto changes = Page("assignee:*", "change_position");
  EXPECT_THAT(IdsOf(*changes), ElementsAre(made_[20]));
  EXPECT_TRUE(changes->scan_limit_reached);
  EXPECT_THAT(All("assignee:*", "change_position"), ElementsAre(made_[20]));
  // What has too many to sort.
  EXPECT_THAT(Refused("status = mql", "update_time", "order_by"), HasSubstr("the order of update_time needs a term"));
}

TEST_F(ListingPagesTest, TooManyToSortAreRefused) {
  as_told_ = false;  // to look would take long
  Leads(kMostSorted + 1, [](int, domain::Lead& lead) {
    lead.assignee = "emea-tom-hughes";
    lead.hold_queue = "unassigned";
    lead.held_since = 1;
  });
  const std::string filter = "assignee = reps/emea-tom-hughes";
  EXPECT_THAT(Refused(filter, "update_time", "order_by"),
              HasSubstr("more than 10000 leads have this assignee, too many to sort by update_time; use order_by "
                        "\"create_time\", or add a term"));
  EXPECT_THAT(Refused("hold_queue = unassigned", "", "order_by"), HasSubstr("use order_by \"hold_time\""));
  EXPECT_EQ(Page("hold_queue = unassigned", "hold_time")->items.size(), 50U);
  EXPECT_EQ(Page(filter)->items.size(), 50U);
  Update(made_[0], [](domain::Lead& lead) { lead.assignee.clear(); });
  EXPECT_EQ(Page(filter, "update_time")->items.size(), 50U);
}

TEST_F(ListingPagesTest, HowManyThereAreIsToldWhereItIsCheap) {
  Leads(30, [](int i, domain::Lead& lead) {
    if (i % 3 == 0) lead.status = "sal";
  });
  const auto count = [&](const std::string& filter, const std::string& order = "", bool asked = true) {
    const auto page = ListLeads(Options(), {}, {.filter = filter, .order_by = order, .page_size = 2, .count = asked});
    EXPECT_TRUE(page.ok()) << page.status();
    return page->total_size;
  };
  EXPECT_EQ(count(""), 30);
  EXPECT_EQ(count("status = sal"), 10);
  EXPECT_EQ(count("status = mql", "score"), 20);
  EXPECT_EQ(count("region = emea"), 30);
  EXPECT_EQ(count("", "", false), std::nullopt);
  EXPECT_EQ(count("status = mql AND assignee:*"), std::nullopt) << "each would have to be looked at";
  EXPECT_EQ(count("create_time > 2000-01-01"), 30);
}

// The same number of records and places for a page, however many there are.
TEST_F(ListingPagesTest, APageLooksAtNoMoreThanItGives) {
  const auto set = [](int i, domain::Lead& lead) {
    lead.status = i % 2 == 0 ? "mql" : "sal";
    lead.region = i % 2 == 0 ? "emea" : "latam";
    lead.assignee = i % 2 == 0 ? "emea-tom-hughes" : "";
    lead.hold_queue = i % 2 == 0 ? "" : "unassigned";
    lead.held_since = i % 2 == 0 ? 0 : 5 + i % 7;
    lead.score.total = i % 5;
  };
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"", "create_time"},
      {"", "create_time desc"},
      {"status = mql", "create_time desc"},
      {"region = emea", "create_time"},
      {"assignee = reps/emea-tom-hughes", "create_time desc"},
      {"hold_queue = queues/unassigned", "hold_time"},
      {"status = (mql OR sal)", "score desc"},
      {"", "change_position"}};
  std::map<std::string, std::vector<int64_t>> costs;
  for (const int size : {500, 5000}) {
    Leads(size - static_cast<int>(made_.size()), set);
    CountingStore counting(*store_);
    EngineOptions options = Options();
    options.store = &counting;
    for (const auto& [filter, order] : pairs) {
      ListRequest request{.filter = filter, .order_by = order, .page_size = 20};
      for (int page = 0; page < 3; ++page) {
        counting.rows = {};
        const auto listed = ListLeads(options, {}, request);
        ASSERT_TRUE(listed.ok()) << listed.status();
        EXPECT_EQ(listed->items.size(), 20U);
        request.cursor = listed->next;
        costs[filter + " by " + order].push_back(counting.rows.leads + counting.rows.places +
                                                 counting.rows.transactions);
      }
    }
  }
  for (const auto& [pair, cost] : costs) {
    for (const int64_t c : cost) {
      EXPECT_EQ(c, cost[0]) << pair;
      EXPECT_LE(c, 20 + 2 * 21) << pair;
    }
  }
}

}  // namespace
}  // namespace leadline::engine
