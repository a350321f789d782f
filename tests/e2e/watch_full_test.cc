// WatchEvents with DECISION_VIEW_FULL: decisions are decided again as GetTimeline does it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "tests/e2e/cli_fixture.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class WatchFullTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    stub_ = v1::LeadService::NewStub(server_.channel());
  }
  std::string Take(int number, const std::string& region) {
    v1::SubmitEnquiryRequest request = EnquiryNumber(number);
    request.mutable_enquiry()->set_region(region);
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub_->SubmitEnquiry(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.lead().name();
  }
  void Visit(const std::string& lead) {
    v1::RecordActivityRequest request;
    request.mutable_activity()->set_lead(lead);
    request.mutable_activity()->set_channel("event");
    request.mutable_activity()->set_investment("high");
    request.mutable_activity()->set_response("attend");
    v1::RecordActivityResponse response;
    const grpc::Status status = stub_->RecordActivity(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  std::vector<v1::Event> Timeline(v1::GetTimelineRequest request) {
    std::vector<v1::Event> events;
    do {
      v1::GetTimelineResponse page;
      const grpc::Status status = stub_->GetTimeline(NewContext().get(), request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      events.insert(events.end(), page.events().begin(), page.events().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return events;
  }
  // The first `count` events of the stream.
  std::vector<v1::Event> Watch(const v1::WatchEventsRequest& request, size_t count) {
    std::vector<v1::Event> events;
    const auto context = NewContext(120);
    const auto stream = stub_->WatchEvents(context.get(), request);
    v1::WatchEventsResponse response;
    while (events.size() < count && stream->Read(&response)) {
      if (response.has_event()) events.push_back(response.event());
    }
    context->TryCancel();
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(events.size(), count) << status.error_message();
    return events;
  }
  // What the stream gives of the lead is what its timeline does, in this view. The events.
  std::vector<v1::Event> HoldSame(const std::string& lead, v1::DecisionView view) {
    v1::GetTimelineRequest timeline;
    timeline.set_name(lead);
    timeline.set_view(view);
    const std::vector<v1::Event> wanted = Timeline(timeline);
    v1::WatchEventsRequest watch;
    watch.set_record(lead);
    watch.set_view(view);
    const std::vector<v1::Event> got = Watch(watch, wanted.size());
    for (size_t i = 0; i < std::min(got.size(), wanted.size()); ++i) {
      EXPECT_EQ(Bytes(got[i]), Bytes(wanted[i])) << got[i].ShortDebugString() << "\n" << wanted[i].ShortDebugString();
    }
    return got;
  }

  std::unique_ptr<v1::LeadService::Stub> stub_;
};

int EvidenceOf(const std::vector<v1::Event>& events) {
  int evidence = 0;
  for (const v1::Event& event : events) {
    for (const v1::Reason& reason : event.decision().reasons()) evidence += reason.evidence_size();
  }
  return evidence;
}

// Without where the rules stand: those that the store keeps have other folders than those that the server read.
std::string WithoutPlaces(v1::Event event) {
  for (v1::Reason& reason : *event.mutable_decision()->mutable_reasons()) reason.clear_source();
  return Bytes(event);
}

TEST_F(WatchFullTest, ItIsWhatTheTimelineSaysAlsoAfterOtherPacksDecide) {
  const std::string lead = Take(1, "emea");
  for (int i = 0; i < 6; ++i) Visit(lead);
  EXPECT_EQ(EvidenceOf(HoldSame(lead, v1::DECISION_VIEW_BASIC)), 0);
  EXPECT_EQ(EvidenceOf(HoldSame(lead, v1::DECISION_VIEW_UNSPECIFIED)), 0);
  const std::vector<v1::Event> before = HoldSame(lead, v1::DECISION_VIEW_FULL);
  EXPECT_GT(before.size(), 16u) << "more than a page";
  EXPECT_GT(EvidenceOf(before), 0);

  PackClient packs(server_.channel(), "olga");
  const std::string sha256 = packs.Kept("emea", EmeaVersion("2026.2.0", 7));
  v1::ActivatePackResponse activated;
  const grpc::Status status = packs.Activate(sha256, &activated);
  ASSERT_TRUE(status.ok()) << status.error_message();
  Visit(lead);
  const std::vector<v1::Event> after = HoldSame(lead, v1::DECISION_VIEW_FULL);
  ASSERT_GT(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(WithoutPlaces(after[i]), WithoutPlaces(before[i])) << "what was decided with the packs of then";
  }
  EXPECT_THAT(after.back().pack_hashes(), testing::Contains(sha256));
  EXPECT_THAT(before.back().pack_hashes(), Not(testing::Contains(sha256)));
}

TEST_F(WatchFullTest, WhatHappensIsDecidedAgainForWhoeverWantsIt) {
  const std::string lead = Take(1, "emea");
  v1::WatchEventsRequest request;
  request.set_record(lead);
  request.set_only_new(true);
  request.add_kinds(v1::EVENT_KIND_SCORE_CHANGED);
  const auto basic_context = NewContext(120), full_context = NewContext(120);
  const auto basic = stub_->WatchEvents(basic_context.get(), request);
  request.set_view(v1::DECISION_VIEW_FULL);
  const auto full = stub_->WatchEvents(full_context.get(), request);
  v1::WatchEventsResponse told, told_full;
  ASSERT_TRUE(basic->Read(&told));
  ASSERT_TRUE(full->Read(&told_full));
  EXPECT_FALSE(told_full.has_event()) << "the place where it begins";
  for (int i = 0; i < 3; ++i) {
    Visit(lead);
    ASSERT_TRUE(basic->Read(&told));
    ASSERT_TRUE(full->Read(&told_full));
    ASSERT_TRUE(told.has_event() && told_full.has_event());
    EXPECT_EQ(told.event().event_id(), told_full.event().event_id());
    EXPECT_EQ(told.resume_token(), told_full.resume_token());
    EXPECT_EQ(EvidenceOf({told.event()}), 0);
    EXPECT_GT(EvidenceOf({told_full.event()}), 0);
  }
  basic_context->TryCancel();
  full_context->TryCancel();
  basic->Finish();
  full->Finish();

  request.set_view(static_cast<v1::DecisionView>(9));
  const auto context = NewContext();
  const auto refused = stub_->WatchEvents(context.get(), request);
  EXPECT_FALSE(refused->Read(&told));
  EXPECT_THAT(FieldsOf(refused->Finish()), ElementsAre("view"));
}

TEST_F(WatchFullTest, TheCommandLineExplainsWhatItWatches) {
  const std::string lead = Take(1, "emea");
  const std::vector<std::string> words = {"watch", "--record", lead, "--kind", "score_changed", "--count", "1"};
  const Ended plain = Run(words);
  EXPECT_EQ(plain.exit_code, 0) << plain.output;
  EXPECT_THAT(plain.output, Not(HasSubstr("not fired")));
  std::vector<std::string> explained = words;
  explained.push_back("--explain");
  const Ended full = Run(explained);
  EXPECT_EQ(full.exit_code, 0) << full.output;
  EXPECT_THAT(full.output, AllOf(HasSubstr("not fired"), HasSubstr(" = "), HasSubstr("--explain --from ")));
  explained.insert(explained.begin(), {"-o", "json"});
  EXPECT_THAT(Run(explained).output, HasSubstr("evidence"));
}

// The events of a history that are about leads of one region.
TEST_F(WatchFullTest, ATimelineOfOneRegion) {
  const std::string emea = Take(1, "emea"), latam = Take(11, "latam");
  Visit(emea);
  Visit(latam);
  v1::Lead lead;
  v1::GetLeadRequest get;
  get.set_name(emea);
  ASSERT_TRUE(stub_->GetLead(NewContext().get(), get, &lead).ok());
  v1::GetTimelineRequest request;
  request.set_name(lead.account());
  std::map<std::string, std::vector<std::string>> wanted;
  for (const v1::Event& event : Timeline(request)) wanted[event.region()].push_back(Bytes(event));
  ASSERT_GT(wanted["emea"].size(), 2u);
  ASSERT_GT(wanted["latam"].size(), 2u) << "both enquiries are of one company";
  for (const std::string region : {"emea", "latam", "apac"}) {
    request.set_region(region);
    for (const int page_size : {0, 1, 3}) {
      request.set_page_size(page_size);
      std::vector<std::string> got;
      for (const v1::Event& event : Timeline(request)) got.push_back(Bytes(event));
      EXPECT_EQ(got, wanted[region]) << region << ", " << page_size << " to a page";
    }
  }
  request.set_region("emea");
  request.set_page_size(1);
  v1::GetTimelineResponse page;
  ASSERT_TRUE(stub_->GetTimeline(NewContext().get(), request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_region("latam");
  EXPECT_THAT(FieldsOf(stub_->GetTimeline(NewContext().get(), request, &page)), ElementsAre("page_token"));
  request.clear_page_token();
  request.set_region("emeaa");
  const grpc::Status unknown = stub_->GetTimeline(NewContext().get(), request, &page);
  EXPECT_THAT(FieldsOf(unknown), ElementsAre("region"));
  EXPECT_THAT(unknown.error_message(), HasSubstr("did you mean \"emea\"?"));
  request.set_region(std::string(257, 'x'));
  EXPECT_THAT(FieldsOf(stub_->GetTimeline(NewContext().get(), request, &page)), ElementsAre("region"));

  const Ended shown = Run({"timeline", lead.account(), "--region", "latam"});
  EXPECT_EQ(shown.exit_code, 0) << shown.output;
  EXPECT_THAT(shown.output, AllOf(HasSubstr(latam), Not(HasSubstr(emea))));
}

}  // namespace
}  // namespace leadline::e2e
