// What rules of notify.yaml say, from an enquiry to the message that an endpoint gets.
#include "app/webhook/endpoint_queue.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/webhook/backoff.h"
#include "app/webhook/outbox_bounds.h"
#include "app/webhook/signature.h"
#include "engine/outbox/deliveries.h"
#include "store/erasure/erase_contact.h"
#include "tests/app/receiver.h"
#include "tests/app/webhook_fixture.h"

namespace leadline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using nlohmann::json;

class EndpointQueueTest : public WebhookTest {
 protected:
  // Steps until nothing is due, with the clock going on as the queue asks for; what was posted.
  std::vector<HttpPost> SendAll(EndpointQueue& queue, FakePoster& poster, int most_steps = 200) {
    for (int i = 0; i < most_steps; ++i) {
      const size_t before = poster.posts.size();
      const Duration wait = queue.Step();
      if (poster.posts.size() == before && (queue.down() || wait == EndpointQueue::kIdle)) break;
      clock_.Advance(wait);
    }
    return poster.posts;
  }
  static std::vector<std::string> TypesOf(const std::vector<HttpPost>& posts) {
    std::vector<std::string> out;
    for (const HttpPost& post : posts) out.push_back(json::parse(post.body)["type"]);
    return out;
  }
  static std::string Header(const HttpPost& post, const std::string& name) {
    for (const auto& [key, value] : post.headers) {
      if (key == name) return value;
    }
    return "";
  }
};

TEST_F(EndpointQueueTest, AnEventAndItsRowsAreOfOneTransaction) {
  Submit(Asks("acme"));
  const std::vector<store::Delivery> rows = Rows("crm");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].rules, "tell.ready");
  EXPECT_EQ(rows[1].rules, "tell.assigned");
  EXPECT_EQ(domain::TransactionAt(rows[0].position), domain::TransactionAt(rows[1].position));
  EXPECT_THAT(Rows("emea"), IsEmpty()) << "the lead is of another region";
  const auto events = engine_->EventsAfter({}, rows[1].position - 1, 1);
  ASSERT_TRUE(events.ok() && events->size() == 1);
  EXPECT_TRUE(std::holds_alternative<domain::Assigned>(events->front().payload)) << "the one that WatchEvents tells";
}

TEST_F(EndpointQueueTest, AnEndpointOfARegionIsToldOfThatRegionAlone) {
  Submit(Asks("acme", "ES"));
  EXPECT_THAT(Rows("emea"), SizeIs(1));
  Endpoint other = emea_;
  other.regions = {"apac"};  // since then
  FakePoster poster;
  EndpointQueue queue = Queue(other, poster);
  EXPECT_THAT(SendAll(queue, poster), IsEmpty());
  EXPECT_THAT(Rows("emea"), IsEmpty());
}

// A store that cannot be read at some times.
class StoreWithFailingReads final : public store::Store {
 public:
  explicit StoreWithFailingReads(store::Store& store) : store_(store) {}

  int reads_that_work = 0;  // from now on; then one fails

  void Write(std::string_view tenant, store::WriteFunction write, store::WriteDone done, Deadline deadline,
             store::WorkClass work) override {
    store_.Write(tenant, std::move(write), std::move(done), deadline, work);
  }
  void Apply(std::string_view tenant, store::ChangeSet set, store::DecidePart decide, store::WriteDone done,
             Deadline deadline, store::WorkClass work) override {
    store_.Apply(tenant, std::move(set), std::move(decide), std::move(done), deadline, work);
  }
  absl::Status Read(std::string_view tenant, const store::ReadFunction& read,
                    const store::StillWanted& wanted) override {
    if (reads_that_work-- == 0) return absl::UnavailableError("the disk fails");
    return store_.Read(tenant, read, wanted);
  }
  int AddListener(std::function<void()> listener) override { return store_.AddListener(std::move(listener)); }
  void RemoveListener(int id) override { store_.RemoveListener(id); }
  store::StoreHealth Check() override { return store_.Check(); }
  void Close() override { store_.Close(); }

 private:
  store::Store& store_;
};

TEST_F(EndpointQueueTest, WhileTheStoreCannotBeReadNoMessageIsDropped) {
  Submit(Asks("acme"));
  StoreWithFailingReads failing(*store_);
  FakePoster poster;
  EndpointQueue queue = Queue(crm_, poster, &failing);
  for (const int reads_that_work : {0, 1}) {  // what is due; the event
    failing.reads_that_work = reads_that_work;
    queue.Step();
    EXPECT_THAT(poster.posts, IsEmpty());
    EXPECT_THAT(Rows("crm"), SizeIs(2)) << "after " << reads_that_work << " reads";
    EXPECT_THAT(Rows("crm", /*dead=*/true), IsEmpty());
    clock_.Advance(kSecond);
  }
  failing.reads_that_work = 1'000;
  EXPECT_THAT(SendAll(queue, poster), SizeIs(2));
}

TEST_F(EndpointQueueTest, NobodyIsToldWhereNoEndpointsAreSet) {
  holder_->SetRecipients(RecipientsOf({}));
  Submit(Asks("acme"));
  EXPECT_THAT(Rows("crm"), IsEmpty());
}

TEST_F(EndpointQueueTest, AConditionChoosesAndAnEndpointIsToldOnce) {
  Submit(Asks("acme", "US", 9));
  const std::vector<store::Delivery> rows = Rows("crm");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[1].rules, "tell.assigned tell.good");
}

TEST_F(EndpointQueueTest, AMessageIsASignedCloudEvent) {
  const domain::Lead lead = Submit(Asks("acme"));
  FakePoster poster;
  EndpointQueue queue = Queue(crm_, poster);
  const std::vector<HttpPost> posts = SendAll(queue, poster);
  ASSERT_EQ(TypesOf(posts),
            (std::vector<std::string>{"dev.leadline.v1.lead.qualified", "dev.leadline.v1.lead.assigned"}));
  const json message = json::parse(posts[1].body);
  EXPECT_EQ(message["specversion"], "1.0");
  EXPECT_EQ(message["source"], "https://leads.example.com");
  EXPECT_EQ(message["subject"], "leads/" + lead.id);
  EXPECT_EQ(message["time"], "2026-03-02T10:00:00.250Z");
  EXPECT_EQ(message["datacontenttype"], "application/json");
  EXPECT_EQ(message["region"], "north_america");
  EXPECT_EQ(message["data"]["rules"], json::array({"tell.assigned"}));
  EXPECT_EQ(message["data"]["event"]["assigned"]["rep"], "reps/avery");
  EXPECT_EQ(message["data"]["event"]["eventId"], message["id"]);
  EXPECT_EQ(Header(posts[1], "webhook-id"), message["id"]);
  const Time sent = std::stoll(Header(posts[1], "webhook-timestamp")) * kSecond;
  EXPECT_EQ(Header(posts[1], "webhook-signature"),
            SignatureOf(crm_.secrets, message["id"].get<std::string>(), sent, posts[1].body));
  EXPECT_THAT(Rows("crm"), IsEmpty());
}

TEST_F(EndpointQueueTest, WarningsAndBreachesAreTold) {
  Submit(Asks("acme"));
  FakePoster poster;
  EndpointQueue queue = Queue(crm_, poster);
  SendAll(queue, poster);
  poster.posts.clear();
  clock_.Advance(3 * kHour + kMinute);
  ASSERT_TRUE(engine_->AdvanceClocks({}, 100).ok());
  clock_.Advance(kHour);
  ASSERT_TRUE(engine_->AdvanceClocks({}, 100).ok());
  const std::vector<HttpPost> posts = SendAll(queue, poster);
  EXPECT_EQ(TypesOf(posts),
            (std::vector<std::string>{"dev.leadline.v1.lead.sla_warned", "dev.leadline.v1.lead.sla_breached"}));
  EXPECT_EQ(json::parse(posts[1].body)["data"]["event"]["slaChanged"]["clock"]["state"], "SLA_STATE_BREACHED");
}

TEST_F(EndpointQueueTest, AReceiverThatIsDownForADayLosesNothingAndIsNotFlooded) {
  for (int i = 0; i < 30; ++i) Submit(Asks("firm" + std::to_string(i)));
  FakePoster poster;
  poster.answer = [](const HttpPost&) { return HttpAnswer{.status = 503}; };
  EndpointQueue queue = Queue(crm_, poster);
  const Time end = clock_.Now() + kDay;
  while (clock_.Now() < end) clock_.Advance(std::max<Duration>(queue.Step(), kSecond / 2));
  EXPECT_TRUE(queue.down());
  EXPECT_LT(poster.posts.size(), 24u * 60 / 4 + 5) << "one at a time, every four minutes at the most";
  EXPECT_THAT(Rows("crm"), SizeIs(60));
  EXPECT_THAT(Rows("crm", /*dead=*/true), IsEmpty());
  poster.posts.clear();
  poster.answer = [](const HttpPost&) { return HttpAnswer{.status = 200}; };
  const Time back = clock_.Now();
  while (clock_.Now() < back + 5 * kMinute && poster.posts.empty()) clock_.Advance(std::max<Duration>(queue.Step(), 1));
  size_t first_seconds = 0;
  const Time found = clock_.Now();
  while (!Rows("crm").empty()) {
    clock_.Advance(std::max<Duration>(queue.Step(), 1));
    if (clock_.Now() < found + 3 * kSecond) first_seconds = poster.posts.size();
  }
  EXPECT_LE(first_seconds, 6u);
  EXPECT_THAT(poster.posts, SizeIs(60));
}

TEST_F(EndpointQueueTest, OneRecordsMessageThatFailsHoldsUpThoseOfItsRecordAlone) {
  const domain::Lead bad = Submit(Asks("bad"));
  Submit(Asks("good"));
  FakePoster poster;
  poster.answer = [&](const HttpPost& post) {
    return HttpAnswer{.status = post.body.find(bad.id) != std::string::npos ? 400 : 200};
  };
  EndpointQueue queue = Queue(crm_, poster);
  SendAll(queue, poster);
  ASSERT_THAT(Rows("crm"), SizeIs(2)) << "both of the bad lead";
  EXPECT_EQ(Rows("crm")[0].tries, 1);
  EXPECT_EQ(Rows("crm")[0].error, "HTTP 400");
  EXPECT_EQ(Rows("crm")[1].tries, 0) << "the second waits for the first";
  EXPECT_FALSE(queue.down());
}

TEST_F(EndpointQueueTest, AMessageThatMakesTheReceiverFailDoesNotTakeItDownForGood) {
  const domain::Lead bad = Submit(Asks("bad"));
  for (int i = 0; i < 5; ++i) Submit(Asks("good" + std::to_string(i)));
  FakePoster poster;
  poster.answer = [&](const HttpPost& post) {
    return HttpAnswer{.status = post.body.find(bad.id) != std::string::npos ? 500 : 200};
  };
  EndpointQueue queue = Queue(crm_, poster);
  const Time end = clock_.Now() + kHour;
  while (clock_.Now() < end) clock_.Advance(std::max<Duration>(queue.Step(), kSecond / 10));
  EXPECT_THAT(Rows("crm"), SizeIs(2)) << "all but those of the bad lead are sent";
}

TEST_F(EndpointQueueTest, WhatIsRefusedAgainAndAgainIsGivenUpListedAndReplayed) {
  const domain::Lead lead = Submit(Asks("acme"));
  FakePoster poster;
  poster.answer = [](const HttpPost&) { return HttpAnswer{.status = 400}; };
  EndpointQueue queue = Queue(crm_, poster);
  const Time begin = clock_.Now();
  std::vector<Time> tried;
  while (Rows("crm", true).empty() && clock_.Now() < begin + 30 * kDay) {
    const size_t before = poster.posts.size();
    queue.Step();
    if (poster.posts.size() > before) tried.push_back(clock_.Now());
    clock_.Advance(before == poster.posts.size() ? kMinute : kSecond);
  }
  EXPECT_EQ(static_cast<int64_t>(tried.size()), kMostTries);
  EXPECT_GT(clock_.Now() - begin, 3 * kDay);
  const auto list = engine::ListDeliveries(engine_->options(), {}, "", true, {}, 10);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_THAT(list->deliveries, SizeIs(1));
  EXPECT_EQ(list->deliveries[0].delivery.record.id, lead.id);
  EXPECT_EQ(list->deliveries[0].event_id, json::parse(poster.posts[0].body)["id"]);
  poster.posts.clear();
  poster.answer = [](const HttpPost&) { return HttpAnswer{.status = 200}; };
  const int64_t position = list->deliveries[0].delivery.position;
  const auto replayed =
      engine::ReplayDeliveries(engine_->options(), {.request_id = "again", .fingerprint = "f"}, "crm", {position});
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(*replayed, 1);
  EXPECT_EQ(
      *engine::ReplayDeliveries(engine_->options(), {.request_id = "again", .fingerprint = "f"}, "crm", {position}), 1)
      << "the same request acts once";
  EXPECT_TRUE(absl::IsNotFound(engine::ReplayDeliveries(engine_->options(), {}, "crm", {position}).status()));
  SendAll(queue, poster);
  EXPECT_EQ(poster.posts.size(), 2u);
  EXPECT_THAT(Rows("crm", true), IsEmpty());
  EXPECT_THAT(Rows("crm"), IsEmpty());
}

TEST_F(EndpointQueueTest, APersonWhoIsErasedLeavesWhatWaits) {
  const domain::Lead lead = Submit(Asks("acme"));
  const auto reassign = [&] {
    std::promise<absl::StatusOr<domain::Lead>> promise;
    engine_->ReassignLead({}, "leads/" + lead.id, "reps/lucia", "Pat Kowalski asked for her",
                          [&](absl::StatusOr<domain::Lead> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  };
  ASSERT_TRUE(reassign().ok());
  std::promise<absl::StatusOr<engine::EraseResult>> erased;
  engine_->EraseContact({}, "contacts/" + lead.contacts[0].contact_id, "asked",
                        [&](absl::StatusOr<engine::EraseResult> result) { erased.set_value(std::move(result)); });
  ASSERT_TRUE(erased.get_future().get().ok());
  FakePoster poster;
  EndpointQueue queue = Queue(crm_, poster);
  SendAll(queue, poster);
  ASSERT_THAT(poster.posts, SizeIs(3));
  for (const HttpPost& post : poster.posts) EXPECT_THAT(post.body, Not(HasSubstr("Kowalski")));
  EXPECT_EQ(json::parse(poster.posts[2].body)["data"]["event"]["contentErased"], true);
}

TEST_F(EndpointQueueTest, TheOutboxIsBoundedByCountAndByAgeAndSaysSoBefore) {
  for (int i = 0; i < 41; ++i) Submit(Asks("firm" + std::to_string(i)));
  ASSERT_THAT(Rows("crm"), SizeIs(82));
  std::vector<std::string> told;
  EndpointLimits limits;
  limits.most_kept = 100;
  OutboxBounds bounds(*store_, {{"crm", limits}},
                      [&](const std::string&, const std::string& text, const std::string&) { told.push_back(text); });
  ASSERT_TRUE(*bounds.Tend(clock_.Now()));
  ASSERT_TRUE(*bounds.Tend(clock_.Now()));
  EXPECT_THAT(told, ElementsAre(HasSubstr("nearly full"))) << "once, and nothing is dropped";
  EXPECT_THAT(Rows("crm"), SizeIs(82));
  for (int i = 0; i < 20; ++i) Submit(Asks("more" + std::to_string(i)));
  ASSERT_TRUE(bounds.Tend(clock_.Now()).ok());
  EXPECT_THAT(Rows("crm"), SizeIs(100));
  told.clear();
  clock_.Advance(6 * kDay);
  ASSERT_TRUE(*bounds.Tend(clock_.Now()));
  EXPECT_THAT(told, testing::Contains(HasSubstr("soon given up")));
  clock_.Advance(kDay);
  ASSERT_TRUE(bounds.Tend(clock_.Now()).ok());
  EXPECT_THAT(Rows("crm"), IsEmpty());
  EXPECT_THAT(Rows("crm", true), SizeIs(100));
  clock_.Advance(29 * kDay);
  ASSERT_TRUE(bounds.Tend(clock_.Now()).ok());
  EXPECT_THAT(told, testing::Contains(HasSubstr("soon dropped")));
  clock_.Advance(kDay);
  ASSERT_TRUE(bounds.Tend(clock_.Now()).ok());
  EXPECT_THAT(Rows("crm", true), IsEmpty());
}

TEST_F(EndpointQueueTest, RetryAfterIsKept) {
  Submit(Asks("acme"));
  FakePoster poster;
  poster.answer = [](const HttpPost&) { return HttpAnswer{.status = 429, .failure = "", .retry_after = kHour}; };
  EndpointQueue queue = Queue(crm_, poster);
  queue.Step();
  clock_.Advance(59 * kMinute);
  queue.Step();
  EXPECT_THAT(poster.posts, SizeIs(1));
  clock_.Advance(kMinute);
  queue.Step();
  EXPECT_THAT(poster.posts, SizeIs(2));
}

TEST_F(EndpointQueueTest, ARealReceiverIsTold) {
  Receiver receiver;
  crm_.url = receiver.Url();
  Submit(Asks("acme"));
  CurlPoster poster;
  EndpointQueue queue = Queue(crm_, poster);
  queue.Step();
  clock_.Advance(kSecond);
  queue.Step();
  const std::vector<Received> received = receiver.received();
  ASSERT_THAT(received, SizeIs(2));
  EXPECT_EQ(received[0].headers.at("content-type"), "application/cloudevents+json; charset=utf-8");
  EXPECT_EQ(json::parse(received[0].body)["id"], received[0].headers.at("webhook-id"));
  EXPECT_THAT(Rows("crm"), IsEmpty());
}

}  // namespace
}  // namespace leadline::app
