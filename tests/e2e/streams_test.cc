// Streams and retries: nothing lost, nothing twice.
#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

// The message's bytes with the entries of maps in order: on the wire protobuf leaves their order open.
std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  EXPECT_TRUE(message.SerializeToCodedStream(&coded));
  coded.Trim();
  return bytes;
}

using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Event ids in the order they came, reading on until `more` says no; `hang_up_after` events per stream (0: never).
std::vector<std::string> Follow(v1::LeadService::Stub& stub, size_t until, int hang_up_after) {
  std::vector<std::string> ids;
  v1::WatchEventsRequest request;
  while (ids.size() < until) {
    auto context = NewContext(30);
    auto stream = stub.WatchEvents(context.get(), request);
    v1::WatchEventsResponse response;
    int read = 0;
    while (ids.size() < until && (hang_up_after == 0 || read < hang_up_after)) {
      if (!stream->Read(&response)) break;
      request.set_resume_token(response.resume_token());
      if (!response.has_event()) continue;
      ids.push_back(response.event().event_id());
      ++read;
    }
    context->TryCancel();
    grpc::Status status = stream->Finish();
    if (status.error_code() != grpc::StatusCode::CANCELLED && !status.ok()) {
      ADD_FAILURE() << status.error_message() << " after " << ids.size() << " events";
      break;
    }
  }
  return ids;
}

// All events that are there, until a heartbeat says that there are no more.
std::vector<v1::Event> AllEvents(v1::LeadService::Stub& stub) {
  std::vector<v1::Event> events;
  auto context = NewContext();
  auto stream = stub.WatchEvents(context.get(), {});
  v1::WatchEventsResponse response;
  while (stream->Read(&response) && response.has_event()) events.push_back(response.event());
  context->TryCancel();
  stream->Finish();
  return events;
}

// Whether the server has scored the account that the events are of, which it does by itself soon after.
bool HasScoredAnAccount(v1::LeadService::Stub& stub) {
  for (int looks = 0; looks < 20; ++looks) {
    for (const v1::Event& event : AllEvents(stub)) {
      if (!event.has_account_scored()) continue;
      EXPECT_TRUE(event.record().starts_with("accounts/"));
      EXPECT_EQ(event.account_scored().score().people_count(), 1);
      return true;
    }
  }
  return false;
}

TEST(WatchEventsTest, ResumesWithoutGapOrRepeat) {
  ServerSetup setup;
  setup.flags = {"--heartbeat", "1s"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  constexpr int kCallers = 4, kEach = 40;

  // Watchers that begin before the first event and follow while others write.
  constexpr size_t kAtLeast = kCallers * kEach * 3;
  std::vector<std::string> steady, restless;
  std::thread steady_watcher([&] { steady = Follow(*stub, kAtLeast, 0); });
  std::thread restless_watcher([&] { restless = Follow(*stub, kAtLeast, 7); });
  std::vector<std::thread> callers;
  for (int c = 0; c < kCallers; ++c) {
    callers.emplace_back([&, c] {
      for (int i = 0; i < kEach; ++i) {
        v1::SubmitEnquiryResponse response;
        grpc::Status status = stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(c * kEach + i), &response);
        ASSERT_TRUE(status.ok()) << status.error_message();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  steady_watcher.join();
  restless_watcher.join();

  std::vector<v1::Event> all = AllEvents(*stub);
  ASSERT_GE(all.size(), kAtLeast);
  std::map<std::string, int64_t> last_sequence;
  std::set<std::string> seen;
  std::vector<std::string> ids;
  int created = 0;
  for (const v1::Event& event : all) {
    EXPECT_TRUE(seen.insert(event.event_id()).second) << "twice: " << event.event_id();
    EXPECT_EQ(event.sequence(), ++last_sequence[event.record()]) << event.record();
    ids.push_back(event.event_id());
    if (event.has_record_created() && event.record().starts_with("leads/")) ++created;
  }
  EXPECT_EQ(created, kCallers * kEach);
  ids.resize(kAtLeast);
  EXPECT_EQ(steady, ids);
  EXPECT_EQ(restless, ids);
}

TEST(WatchEventsTest, OnlyNewBeginsAtTheEnd) {
  ServerSetup setup;
  setup.flags = {"--heartbeat", "1s"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryResponse before, after;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &before).ok());
  ASSERT_TRUE(HasScoredAnAccount(*stub));
  auto context = NewContext();
  v1::WatchEventsRequest request;
  request.set_only_new(true);
  auto stream = stub->WatchEvents(context.get(), request);
  v1::WatchEventsResponse first, second, event;
  ASSERT_TRUE(stream->Read(&first));   // where it stands
  ASSERT_TRUE(stream->Read(&second));  // a heartbeat, since nothing happens
  EXPECT_FALSE(first.has_event());
  EXPECT_FALSE(second.has_event());
  EXPECT_EQ(first.resume_token(), second.resume_token());
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(2), &after).ok());
  do {
    ASSERT_TRUE(stream->Read(&event));
  } while (!event.has_event());
  for (const v1::Event& old : AllEvents(*stub)) {
    if (old.event_id() == event.event().event_id()) break;
    EXPECT_NE(old.record(), after.lead().name());
  }
  context->TryCancel();
  stream->Finish();
}

// Reads on from a token; the status with which the stream ends, or nothing when it goes on.
std::optional<grpc::Status> Refusal(v1::LeadService::Stub& stub, const std::string& token) {
  auto context = NewContext();
  v1::WatchEventsRequest request;
  request.set_resume_token(token);
  auto stream = stub.WatchEvents(context.get(), request);
  v1::WatchEventsResponse response;
  if (!stream->Read(&response)) return stream->Finish();
  context->TryCancel();
  stream->Finish();
  return std::nullopt;
}

TEST(WatchEventsTest, ATokenIsOfOneHistory) {
  ServerSetup setup;
  setup.flags = {"--heartbeat", "1s"};
  ServerProcess one(setup), other(setup);
  for (ServerProcess* server : {&one, &other}) {
    ASSERT_TRUE(server->Start()) << server->output();
    auto stub = v1::LeadService::NewStub(server->channel());
    v1::SubmitEnquiryResponse response;
    ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &response).ok());
  }
  auto stub = v1::LeadService::NewStub(one.channel());
  const auto token_now = [&] {
    auto context = NewContext();
    v1::WatchEventsRequest request;
    request.set_only_new(true);
    auto stream = stub->WatchEvents(context.get(), request);
    v1::WatchEventsResponse response;
    EXPECT_TRUE(stream->Read(&response));
    context->TryCancel();
    stream->Finish();
    return response.resume_token();
  };
  const std::string token = token_now();
  EXPECT_FALSE(Refusal(*stub, token).has_value());
  const auto elsewhere = Refusal(*v1::LeadService::NewStub(other.channel()), token);
  ASSERT_TRUE(elsewhere.has_value());
  EXPECT_EQ(elsewhere->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorInfoOf(*elsewhere), "RESUME_TOKEN_OF_ANOTHER_HISTORY@leadline.dev");
  EXPECT_THAT(FieldsOf(*elsewhere), testing::ElementsAre("resume_token"));
  const auto malformed = Refusal(*stub, "x");
  ASSERT_TRUE(malformed.has_value());
  EXPECT_EQ(malformed->error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  // The store is put back to an older copy, and goes on from there.
  const std::string database = one.data() + "/leadline.db", copy = one.data() + "/copy.db";
  one.Stop();
  std::filesystem::copy_file(database, copy);
  ASSERT_TRUE(one.Start()) << one.output();
  stub = v1::LeadService::NewStub(one.channel());
  v1::SubmitEnquiryResponse response;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(2), &response).ok());
  const std::string lost = token_now();
  one.Stop();
  std::filesystem::copy_file(copy, database, std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(one.Start()) << one.output();
  stub = v1::LeadService::NewStub(one.channel());
  EXPECT_FALSE(Refusal(*stub, token).has_value()) << "the copy has that far";
  for (int i = 3; i < 6; ++i) {
    const auto refusal = Refusal(*stub, lost);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(ErrorInfoOf(*refusal), "RESUME_TOKEN_OF_ANOTHER_HISTORY@leadline.dev");
    ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(i), &response).ok());
  }
}

// The clock is the machine's: the shortest time that can be set has to pass.
TEST(RetryTest, ANameIsForgottenAfterItsTime) {
  ServerSetup setup;
  setup.flags = {"--request-retention", "1s"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryRequest request = EnquiryNumber(1);
  request.set_request_id("form-4711");
  v1::SubmitEnquiryResponse first, again;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &first).ok());
  for (int i = 0; i < 600; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &again).ok());
    if (!again.replayed()) break;
  }
  EXPECT_FALSE(again.replayed());
  EXPECT_NE(again.lead().name(), first.lead().name());
}

TEST(RetryTest, ActsOnce) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryRequest request = EnquiryNumber(1);
  request.set_request_id("form-4711");
  v1::SubmitEnquiryResponse first, again, other;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &first).ok());
  EXPECT_FALSE(first.replayed());
  server.Kill();
  ASSERT_TRUE(server.Start()) << server.output();
  stub = v1::LeadService::NewStub(server.channel());
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &again).ok());
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.lead().name(), first.lead().name());
  EXPECT_EQ(again.decisions_size(), first.decisions_size());
  request.mutable_enquiry()->set_source("trade_show");
  grpc::Status reused = stub->SubmitEnquiry(NewContext().get(), request, &other);
  EXPECT_EQ(reused.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ErrorInfoOf(reused), "REQUEST_ID_REUSED@leadline.dev");
}

TEST(RetryTest, ValidateOnlyStoresNothing) {
  ServerSetup setup;
  setup.flags = {"--heartbeat", "1s"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryRequest request = EnquiryNumber(1);
  request.set_validate_only(true);
  const size_t before = AllEvents(*stub).size();
  v1::SubmitEnquiryResponse response;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), request, &response).ok());
  EXPECT_GT(response.lead().score().total(), 0);
  EXPECT_THAT(AllEvents(*stub), SizeIs(before));
}

TEST(ImportTest, SetsBadRowsAsideAndActsOnce) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  auto run = [&] {
    auto context = NewContext();
    auto stream = stub->ImportLeads(context.get());
    v1::ImportLeadsResponse response;
    for (int message = 0; message < 3; ++message) {
      v1::ImportLeadsRequest request;
      request.set_import_id("spring");
      for (int i = 0; i < 50; ++i) {
        v1::ImportRow* row = request.add_rows();
        row->set_row(message * 50 + i + 1);
        *row->mutable_enquiry() = EnquiryNumber(message * 50 + i).enquiry();
        if (i == 7) row->mutable_enquiry()->mutable_contact()->set_email("nobody");
      }
      EXPECT_TRUE(stream->Write(request));
      EXPECT_TRUE(stream->Read(&response));
      EXPECT_THAT(response.rejects(), SizeIs(1));
      EXPECT_EQ(response.rejects(0).row(), message * 50 + 8);
      EXPECT_EQ(response.rejects(0).field(), "enquiry.contact.email");
      EXPECT_THAT(response.rejects(0).message(), Not(IsEmpty()));
      EXPECT_EQ(response.rejects(0).reason(), "INVALID_ARGUMENT");
    }
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
    return response;
  };
  v1::ImportLeadsResponse first = run();
  EXPECT_EQ(first.received_count(), 150);
  EXPECT_EQ(first.created_count(), 147);
  EXPECT_EQ(first.rejected_count(), 3);
  v1::ImportLeadsResponse again = run();
  EXPECT_EQ(again.created_count(), 0);
  EXPECT_EQ(again.already_imported_count(), 147);
  EXPECT_EQ(again.rejected_count(), 3);
}

TEST(BatchScoreTest, EqualsSingleScores) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::ScoringService::NewStub(server.channel());
  google::protobuf::Timestamp as_of;
  as_of.set_seconds(1'767'225'600);
  auto context = NewContext();
  auto stream = stub->BatchScore(context.get());
  for (int message = 0; message < 3; ++message) {
    v1::BatchScoreRequest batch;
    *batch.mutable_as_of_time() = as_of;
    for (int i = 0; i < 20; ++i) {
      v1::Enquiry enquiry = EnquiryNumber(i).enquiry();
      v1::ScoringRecord* record = batch.add_records();
      *record->mutable_contact() = enquiry.contact();
      *record->mutable_account() = enquiry.account();
      record->mutable_lead()->set_source(i % 2 == 0 ? "web_form" : "trade_show");
      record->mutable_lead()->set_region(i % 3 == 0 ? "emea" : "latam");
      *record->add_activities() = enquiry.activities(0);
      record->mutable_activities(0)->mutable_occur_time()->set_seconds(as_of.seconds() - 86'400 * i);
    }
    ASSERT_TRUE(stream->Write(batch));
    v1::BatchScoreResponse scores;
    ASSERT_TRUE(stream->Read(&scores));
    ASSERT_EQ(scores.results_size(), batch.records_size());
    for (int i = 0; i < batch.records_size(); ++i) {
      v1::ScoreRequest single;
      *single.mutable_record() = batch.records(i);
      *single.mutable_as_of_time() = as_of;
      v1::ScoreResponse score;
      ASSERT_TRUE(stub->Score(NewContext().get(), single, &score).ok());
      EXPECT_EQ(Bytes(score), Bytes(scores.results(i)));
      EXPECT_GT(score.score().total(), 0);
    }
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace leadline::e2e
