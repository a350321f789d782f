// Whoever asks to be contacted reaches a person, and what they do next takes nothing back.
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class ContactRequestTest : public EngineTest {
 protected:
  domain::Activity Ago(Duration ago, const std::string& response, const std::string& channel = "website") {
    return Did(channel, "low", response, clock_.Now() - ago);
  }
  // Somebody of whom nothing else gives points.
  domain::Lead Take(std::vector<domain::Activity> activities) {
    Enquiry enquiry;
    enquiry.contact.given_name = "Ana";
    enquiry.contact.family_name = fmt::format("Silva{}", ++taken_);
    enquiry.contact.email = fmt::format("ana.silva.{}@gmail.com", taken_);
    enquiry.contact.country = "DE";
    enquiry.source = "website";
    enquiry.activities = std::move(activities);
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->lead : domain::Lead();
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  domain::Lead Add(const domain::Lead& lead, domain::Activity activity) {
    activity.lead_id = lead.id;
    auto acted = Act(std::move(activity));
    EXPECT_TRUE(acted.ok()) << acted.status();
    return Now(lead);
  }

  int taken_ = 0;  // each another person
};

TEST_F(ContactRequestTest, AnOpenedMailAfterTheFormTakesNothingBack) {
  const domain::Lead lead = Take({Ago(kHour, "contact_me"), Ago(kMinute, "open", "email")});
  EXPECT_LT(lead.score.central, 100);
  EXPECT_EQ(lead.status, "mql");
  ASSERT_TRUE(lead.sla.has_value());
  EXPECT_EQ(lead.sla->sla_id, "contact_me");
  EXPECT_EQ(Add(lead, Ago(0, "visit")).status, "mql");
}

TEST_F(ContactRequestTest, EveryHandRaiserReachesAPersonAndWhoReadsDoesNot) {
  for (const char* response : {"contact_me", "demo_request", "trial", "pricing", "chat"}) {
    EXPECT_EQ(Take({Ago(kHour, response)}).status, "mql") << response;
  }
  EXPECT_EQ(Take({Ago(kHour, "view")}).status, "inquiry");
  EXPECT_NE(Take({Ago(30 * kDay, "trial")}).status, "mql") << "that was a month ago";
}

TEST_F(ContactRequestTest, WhoWasGivenBackMustAskAgain) {
  domain::Lead lead = Take({Ago(kHour, "trial")});
  ASSERT_EQ(lead.status, "mql");
  clock_.Advance(kHour);
  const auto rejected = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(lead), "timing", "", std::move(done)); });
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  ASSERT_EQ(Now(lead).status, "re_market");
  clock_.Advance(kHour);
  EXPECT_EQ(Add(lead, Ago(0, "visit")).status, "re_market") << "the old request was answered";
  EXPECT_EQ(Add(lead, Ago(0, "chat")).status, "mql");
}

}  // namespace
}  // namespace leadline::engine
