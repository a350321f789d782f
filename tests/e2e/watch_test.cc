// Many watchers of the real server, each with a filter of its own: what a filter over the whole ledger finds, and no
// more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <functional>
#include <random>
#include <thread>
#include <utility>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

// Events in the order they came, and the token of the last message.
struct Told {
  std::vector<std::string> events;
  std::string token;
};

std::string TextOf(const v1::Event& event) { return event.event_id() + " " + Bytes(event); }

// Follows `request` from `told.token` on, until `enough` says so after a message.
void FollowUntil(v1::LeadService::Stub& stub, v1::WatchEventsRequest request, Told& told,
                 const std::function<bool(const v1::WatchEventsResponse&)>& enough) {
  request.set_resume_token(told.token);
  const auto context = NewContext(120);
  const auto stream = stub.WatchEvents(context.get(), request);
  v1::WatchEventsResponse response;
  bool done = false;
  while (!done && stream->Read(&response)) {
    if (response.has_event()) told.events.push_back(TextOf(response.event()));
    told.token = response.resume_token();
    done = enough(response);
  }
  context->TryCancel();
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(done) << status.error_message();
}

// Of the kinds that the test asks for.
v1::EventKind KindOf(const v1::Event& event) {
  if (event.has_status_changed()) return v1::EVENT_KIND_STATUS_CHANGED;
  if (event.has_score_changed()) return v1::EVENT_KIND_SCORE_CHANGED;
  if (event.has_assigned()) return v1::EVENT_KIND_ASSIGNED;
  if (event.has_activity_recorded()) return v1::EVENT_KIND_ACTIVITY_RECORDED;
  return v1::EVENT_KIND_UNSPECIFIED;
}

bool Wants(const v1::WatchEventsRequest& request, const v1::Event& event) {
  if (request.kinds_size() > 0 && request.kinds(0) != KindOf(event)) return false;
  return request.record().empty() || request.record() == event.record();
}

class WatchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.output();
    stub_ = v1::LeadService::NewStub(server_.channel());
  }
  void Submit(int number) {
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub_->SubmitEnquiry(NewContext().get(), EnquiryNumber(number), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    last_lead_ = response.lead().name();
  }
  // Everything so far, until a heartbeat.
  Told All(v1::WatchEventsRequest request = {}) {
    Told told;
    FollowUntil(*stub_, std::move(request), told, [](const auto& response) { return !response.has_event(); });
    return told;
  }

  static ServerSetup QuickBeat() {
    ServerSetup setup;
    setup.flags = {"--heartbeat", "1s"};
    return setup;
  }
  ServerProcess server_{QuickBeat()};
  std::unique_ptr<v1::LeadService::Stub> stub_;
  std::string last_lead_;
};

TEST_F(WatchTest, EachFilterFindsWhatIsThere) {
  for (int i = 0; i < 5; ++i) Submit(i);
  const std::string lead = last_lead_;
  constexpr v1::EventKind kKinds[] = {v1::EVENT_KIND_STATUS_CHANGED, v1::EVENT_KIND_SCORE_CHANGED,
                                      v1::EVENT_KIND_ASSIGNED, v1::EVENT_KIND_ACTIVITY_RECORDED};
  std::vector<v1::WatchEventsRequest> requests(1);
  for (const v1::EventKind kind : kKinds) {
    requests.emplace_back().add_kinds(kind);
    requests.emplace_back().add_kinds(kind);
    requests.back().set_record(lead);
  }
  requests.emplace_back().set_record(lead);
  // Each twice: one stream through, and one that is cut after every few messages.
  std::atomic<bool> complete{false};
  std::vector<Told> whole(requests.size()), cut(requests.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < requests.size(); ++i) {
    threads.emplace_back([&, i] {
      // Two heartbeats after all is done: the first may have been on its way.
      int silent = 0;
      FollowUntil(*stub_, requests[i], whole[i], [&](const auto& response) {
        silent = complete && !response.has_event() ? silent + 1 : 0;
        return silent > 1;
      });
    });
    threads.emplace_back([&, i] {
      std::mt19937_64 random(i);
      for (bool last = false; !last;) {
        last = complete;
        int left = 1 + static_cast<int>(random() % 6), silent = 0;
        FollowUntil(*stub_, requests[i], cut[i], [&](const auto& response) {
          silent = response.has_event() ? 0 : silent + 1;
          return last ? silent > 1 : --left == 0;
        });
      }
    });
  }
  for (int i = 5; i < 60; ++i) Submit(i);
  // What the server does by itself soon after, such as scores of accounts, comes to an end.
  for (size_t before = 0, now = All().events.size(); before != now;) {
    before = std::exchange(now, All().events.size());
  }
  complete = true;
  for (std::thread& thread : threads) thread.join();

  std::vector<v1::Event> all;
  Told everything;
  FollowUntil(*stub_, {}, everything, [&](const auto& response) {
    if (response.has_event()) all.push_back(response.event());
    return !response.has_event();
  });
  for (size_t i = 0; i < requests.size(); ++i) {
    SCOPED_TRACE(requests[i].ShortDebugString());
    std::vector<std::string> wanted;
    for (const v1::Event& event : all) {
      if (Wants(requests[i], event)) wanted.push_back(TextOf(event));
    }
    EXPECT_FALSE(wanted.empty());
    EXPECT_EQ(whole[i].events, wanted);
    EXPECT_EQ(cut[i].events, wanted);
  }
}

TEST_F(WatchTest, StopEndsEveryStream) {
  constexpr int kStreams = 200;
  v1::WatchEventsRequest request;
  request.set_only_new(true);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchEventsResponse>>> streams;
  v1::WatchEventsResponse response;
  for (int i = 0; i < kStreams; ++i) {
    contexts.push_back(NewContext());
    streams.push_back(stub_->WatchEvents(contexts.back().get(), request));
    ASSERT_TRUE(streams.back()->Read(&response));
  }
  Submit(1);
  for (const auto& stream : streams) {
    do {
      ASSERT_TRUE(stream->Read(&response));
    } while (!response.has_event());
  }
  server_.Signal(SIGTERM);
  for (const auto& stream : streams) {
    while (stream->Read(&response)) {
    }
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(ErrorInfoOf(status), "SHUTTING_DOWN@leadline.dev");
  }
  const std::optional<Ended> ended = server_.WaitForEnd(std::chrono::seconds(30));
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->exit_code, 0) << ended->output;
}

TEST_F(WatchTest, BytesThatAreNoRequestAreRefused) {
  std::string response;
  const grpc::Status status =
      CallRaw(server_.channel(), "/leadline.v1.LeadService/WatchEvents", "\xff\xff\xff", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("WatchEventsRequest"));
}

}  // namespace
}  // namespace leadline::e2e
