// Hold queues through the API and the command line: shown, listed, and left by a person's word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/routing_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

class QueuesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.output(); }

  // Asks to be called, by a name that is a walk over the keyboard.
  v1::Lead Junk(const std::string& mail) {
    v1::SubmitEnquiryRequest request;
    v1::Enquiry& enquiry = *request.mutable_enquiry();
    enquiry.set_source("website");
    enquiry.mutable_contact()->set_given_name("Asdfgh");
    enquiry.mutable_contact()->set_family_name("Qwertz");
    enquiry.mutable_contact()->set_email(mail);
    v1::Activity& activity = *enquiry.add_activities();
    activity.set_channel("website");
    activity.set_investment("high");
    activity.set_response("contact_me");
    v1::SubmitEnquiryResponse response;
    const grpc::Status status =
        v1::LeadService::NewStub(server_.channel())->SubmitEnquiry(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.lead();
  }
  v1::Queue Queue(const std::string& name) {
    v1::ListQueuesResponse response;
    const grpc::Status status =
        v1::RoutingService::NewStub(server_.channel())->ListQueues(NewContext().get(), {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Queue& queue : response.queues()) {
      if (queue.name() == "queues/" + name) return queue;
    }
    return {};
  }
  Ended Run(std::vector<std::string> arguments) {
    std::vector<std::string> command = {kClient, "--server", server_.address()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command);
  }

  ServerProcess server_;
};

TEST_F(QueuesTest, JunkIsShownAndRescued) {
  const v1::Lead first = Junk("a@mailinator.com"), second = Junk("b@mailinator.com");
  EXPECT_EQ(first.hold_queue(), "queues/junk");
  EXPECT_EQ(first.hold_rule(), "junk");
  EXPECT_TRUE(first.has_hold_time());
  EXPECT_EQ(first.assignee(), "");
  const v1::Queue junk = Queue("junk");
  EXPECT_EQ(junk.lead_count(), 2);
  EXPECT_EQ(junk.owner(), "marketing-operations");
  EXPECT_EQ(junk.region(), "");
  EXPECT_TRUE(junk.declared());
  EXPECT_EQ(junk.overdue_lead_count(), 0);
  EXPECT_EQ(junk.oldest_hold_time().seconds(), first.hold_time().seconds());

  v1::ListLeadsRequest request;
  request.set_filter("hold_queue = \"queues/junk\"");
  request.set_order_by("hold_time");
  request.set_page_size(1);
  std::vector<std::string> listed;
  do {
    v1::ListLeadsResponse page;
    const grpc::Status status =
        v1::LeadService::NewStub(server_.channel())->ListLeads(NewContext().get(), request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::Lead& lead : page.leads()) listed.push_back(lead.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(listed, testing::ElementsAre(first.name(), second.name()));

  const Ended list = Run({"queue", "list"});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_THAT(list.output, AllOf(ContainsRegex("junk +marketing-operations +2 +0"), HasSubstr("data_quality"),
                                 HasSubstr("2 leads in 3 queues")));
  const Ended show = Run({"queue", "show", "junk"});
  EXPECT_EQ(show.exit_code, 0);
  EXPECT_THAT(show.output, AllOf(HasSubstr(first.name()), HasSubstr("inquiry"), HasSubstr("2 leads in junk")));
  EXPECT_LT(show.output.find(first.name()), show.output.find(second.name()));
  EXPECT_THAT(Run({"-o", "json", "queue", "list"}).output, ContainsRegex("\"name\": ?\"queues/junk\""));
  EXPECT_THAT(Run({"-o", "json", "queue", "show", "junk"}).output, ContainsRegex("\"holdQueue\": ?\"queues/junk\""));
  EXPECT_THAT(Run({"queue", "get", "queues/junk"}).output, ContainsRegex("junk +marketing-operations +2 +0"));
  EXPECT_THAT(Run({"lead", "get", first.name()}).output, ContainsRegex("queue +junk since .* by junk"));
  EXPECT_THAT(Run({"timeline", first.name()}).output, HasSubstr("held in queue \"junk\" by junk"));

  const Ended rescued = Run({"status", "transition", first.name(), "mql", "--reason", "they exist"});
  EXPECT_EQ(rescued.exit_code, 0) << rescued.output;
  const Ended thrown = Run({"status", "transition", second.name(), "disqualified", "--reason", "a bot"});
  EXPECT_EQ(thrown.exit_code, 0) << thrown.output;
  EXPECT_EQ(Queue("junk").lead_count(), 0);
  EXPECT_THAT(Run({"timeline", second.name()}).output, HasSubstr("out of its queue"));
  const Ended unknown = Run({"queue", "show", "junkk"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("did you mean \"junk\"?"));
}

}  // namespace
}  // namespace leadline::e2e
