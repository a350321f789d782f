// How much of decisions an answer holds, and that answers stay small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// What clients of other languages accept by default.
constexpr size_t kMostBytes = size_t{4} << 20;

struct Told {
  int reasons = 0;
  int evidence = 0;
  int not_fired = 0;
};
void Count(const v1::Decision& decision, Told& told) {
  for (const v1::Reason& reason : decision.reasons()) {
    ++told.reasons;
    told.evidence += reason.evidence_size();
    told.not_fired += reason.outcome() == v1::REASON_OUTCOME_NOT_FIRED ? 1 : 0;
  }
}

// A busy year.
v1::SubmitEnquiryRequest Busy(int number, int activities) {
  v1::SubmitEnquiryRequest request = EnquiryNumber(number);
  v1::Enquiry& enquiry = *request.mutable_enquiry();
  const v1::Activity like = enquiry.activities(0);
  enquiry.clear_activities();
  constexpr int64_t kStart = 1'700'000'000;
  enquiry.mutable_enquiry_time()->set_seconds(kStart);
  for (int i = 0; i < activities; ++i) {
    v1::Activity& activity = *enquiry.add_activities();
    activity = like;
    activity.mutable_occur_time()->set_seconds(kStart + i * 3600 * 10);
  }
  return request;
}

TEST(DecisionViewsTest, AnEnquiryIsAnsweredWithAsMuchAsIsAskedFor) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  const auto submit = [&](v1::DecisionView view, const std::string& request_id, int number) {
    v1::SubmitEnquiryRequest request = EnquiryNumber(number);
    request.set_view(view);
    request.set_request_id(request_id);
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  };
  Told basic, unspecified, full;
  const auto count = [&](v1::DecisionView view, int number, Told& told) {
    const v1::SubmitEnquiryResponse response = submit(view, "", number);
    for (const v1::Decision& d : response.decisions()) Count(d, told);
  };
  count(v1::DECISION_VIEW_BASIC, 1, basic);
  count(v1::DECISION_VIEW_UNSPECIFIED, 2, unspecified);
  count(v1::DECISION_VIEW_FULL, 3, full);
  EXPECT_GT(basic.reasons, 3);
  EXPECT_EQ(basic.evidence, 0);
  EXPECT_EQ(basic.not_fired, 0);
  EXPECT_EQ(unspecified.evidence, 0);
  EXPECT_GT(full.evidence, 5);
  EXPECT_GT(full.reasons, basic.reasons);

  v1::SubmitEnquiryRequest request = EnquiryNumber(4);
  request.set_view(static_cast<v1::DecisionView>(99));
  v1::SubmitEnquiryResponse response;
  const grpc::Status refused = stub->SubmitEnquiry(NewContext().get(), request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(refused), testing::ElementsAre("view"));

  // A repeated request says the same of what was decided.
  const auto first = submit(v1::DECISION_VIEW_BASIC, "once", 5), again = submit(v1::DECISION_VIEW_BASIC, "once", 5);
  EXPECT_TRUE(again.replayed());
  ASSERT_EQ(first.decisions_size(), again.decisions_size());
  for (int i = 0; i < first.decisions_size(); ++i) {
    EXPECT_EQ(first.decisions(i).kind(), again.decisions(i).kind());
    EXPECT_EQ(first.decisions(i).outcome(), again.decisions(i).outcome());
  }
  EXPECT_TRUE(submit(v1::DECISION_VIEW_FULL, "once", 5).replayed()) << "another view is the same request";
}

TEST(DecisionViewsTest, AnActivityIsAnsweredWithAsMuchAsIsAskedFor) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  const v1::SubmitEnquiryRequest enquiry = EnquiryNumber(1);
  v1::SubmitEnquiryResponse submitted;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), enquiry, &submitted).ok());
  v1::RecordActivityRequest request;
  *request.mutable_activity() = enquiry.enquiry().activities(0);
  request.mutable_activity()->set_lead(submitted.lead().name());
  request.mutable_activity()->clear_occur_time();
  const auto record = [&](v1::DecisionView view, Told& told) {
    request.set_view(view);
    v1::RecordActivityResponse response;
    const grpc::Status status = stub->RecordActivity(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Decision& d : response.decisions()) Count(d, told);
  };
  Told unspecified, basic, full;
  record(v1::DECISION_VIEW_UNSPECIFIED, unspecified);
  record(v1::DECISION_VIEW_BASIC, basic);
  record(v1::DECISION_VIEW_FULL, full);
  for (const Told& told : {unspecified, basic}) {
    EXPECT_GT(told.reasons, 0);
    EXPECT_EQ(told.evidence, 0);
    EXPECT_EQ(told.not_fired, 0);
  }
  EXPECT_GT(full.evidence, 0);

  request.set_view(static_cast<v1::DecisionView>(99));
  v1::RecordActivityResponse response;
  const grpc::Status refused = stub->RecordActivity(NewContext().get(), request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(refused), testing::ElementsAre("view"));
}

TEST(DecisionViewsTest, ListsOfLeadsWithLongTextsComeInSmallPages) {
  constexpr int kLeads = 900, kThreads = 6;
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      auto stub = v1::LeadService::NewStub(server.NewChannel());
      for (int i = t; i < kLeads; i += kThreads) {
        v1::SubmitEnquiryRequest request = EnquiryNumber(i);
        (*request.mutable_enquiry()->mutable_attributes())["message"].set_string_value(std::string(4000, 'x'));
        v1::SubmitEnquiryResponse response;
        const grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &response);
        EXPECT_TRUE(status.ok()) << status.error_message();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  auto stub = v1::LeadService::NewStub(server.NewChannel(/*max_receive_mib=*/4));
  v1::ListLeadsRequest request;
  request.set_page_size(1000);
  std::set<std::string> names;
  int pages = 0;
  do {
    v1::ListLeadsResponse response;
    const grpc::Status status = stub->ListLeads(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_GT(response.leads_size(), 0);
    for (const v1::Lead& lead : response.leads()) EXPECT_TRUE(names.insert(lead.name()).second) << "twice";
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), static_cast<size_t>(kLeads));
  EXPECT_GT(pages, 1);
}

TEST(DecisionViewsTest, HistoriesOfBusyLeadsComeInSmallPagesAndInFullOnWish) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryRequest request = Busy(1, 800);
  request.set_view(v1::DECISION_VIEW_FULL);
  v1::SubmitEnquiryResponse submitted;
  grpc::Status status = stub->SubmitEnquiry(NewContext().get(), request, &submitted);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_LT(submitted.ByteSizeLong(), kMostBytes);

  // Many long texts, so that pages end by bytes.
  for (int i = 0; i < 40; ++i) {
    v1::RecordActivityRequest act;
    *act.mutable_activity() = request.enquiry().activities(0);
    act.mutable_activity()->set_lead(submitted.lead().name());
    act.mutable_activity()->clear_occur_time();
    v1::RecordActivityResponse response;
    status = stub->RecordActivity(NewContext().get(), act, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_LT(response.ByteSizeLong(), kMostBytes);
  }
  for (const auto view : {v1::DECISION_VIEW_BASIC, v1::DECISION_VIEW_FULL}) {
    v1::GetTimelineRequest ask;
    ask.set_name(submitted.lead().name());
    ask.set_page_size(1000);
    ask.set_view(view);
    Told told;
    int64_t sequence = 0;
    int decisions = 0;
    do {
      v1::GetTimelineResponse page;
      status = stub->GetTimeline(NewContext().get(), ask, &page);
      ASSERT_TRUE(status.ok()) << status.error_message();
      ASSERT_GE(page.events_size(), 1);
      EXPECT_LT(page.ByteSizeLong(), size_t{2} << 20);
      for (const v1::Event& event : page.events()) {
        EXPECT_EQ(event.sequence(), ++sequence);
        if (!event.has_decision()) continue;
        ++decisions;
        EXPECT_FALSE(event.decision().summary().empty());
        EXPECT_EQ(event.decision().replay_note(), "") << event.decision().ShortDebugString();
        Count(event.decision(), told);
      }
      ask.set_page_token(page.next_page_token());
    } while (!ask.page_token().empty());
    EXPECT_GT(sequence, 880);
    EXPECT_GT(decisions, 40);
    if (view == v1::DECISION_VIEW_BASIC) {
      EXPECT_EQ(told.evidence, 0);
    } else {
      EXPECT_GT(told.evidence, 1000);
      EXPECT_GT(told.not_fired, 1000);
    }
  }
}

TEST(DecisionViewsTest, TheCommandLineShowsHistoriesDecidedAgain) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::LeadService::NewStub(server.channel());
  v1::SubmitEnquiryResponse submitted;
  ASSERT_TRUE(stub->SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &submitted).ok());
  const std::string program = std::filesystem::path(server.Command()[0]).parent_path() / "leadline";
  const auto run = [&](std::vector<std::string> rest) {
    std::vector<std::string> command = {program, "--server", server.address()};
    command.insert(command.end(), rest.begin(), rest.end());
    return RunProgram(command);
  };
  const Ended plain = run({"timeline", submitted.lead().name()});
  EXPECT_EQ(plain.exit_code, 0) << plain.output;
  const Ended full = run({"timeline", submitted.lead().name(), "--explain"});
  EXPECT_EQ(full.exit_code, 0) << full.output;
  EXPECT_THAT(full.output, AllOf(HasSubstr("status"), HasSubstr("not fired"), HasSubstr(" = ")));
  EXPECT_GT(full.output.size(), 4 * plain.output.size());
  const Ended explained = run({"explain", submitted.lead().name()});
  EXPECT_EQ(explained.exit_code, 0) << explained.output;
  EXPECT_THAT(explained.output, HasSubstr("Statuses so far"));
}

}  // namespace
}  // namespace leadline::e2e
