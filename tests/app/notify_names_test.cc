// Names in the settings, and in questions about the outbox, that nobody has.
#include "app/notify_names.h"

#include <gmock/gmock.h>

#include "engine/outbox/deliveries.h"
#include "tests/app/webhook_fixture.h"

namespace leadline::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NotifyNamesTest : public WebhookTest {
 protected:
  static Endpoint Named(std::string id, std::set<std::string, std::less<>> regions = {}) {
    Endpoint endpoint;
    endpoint.id = std::move(id);
    endpoint.regions = std::move(regions);
    return endpoint;
  }
  std::vector<std::string> Unknown(std::vector<Endpoint> endpoints) {
    return UnknownNames({.endpoints = std::move(endpoints)}, *holder_->GetDeciding());
  }
  absl::Status List(const std::string& endpoint) {
    return engine::ListDeliveries(engine_->options(), {}, endpoint, std::nullopt, {}, 10).status();
  }
};

TEST_F(NotifyNamesTest, NamesOfThePacksAreKnown) {
  EXPECT_THAT(Unknown({}), IsEmpty());
  EXPECT_THAT(Unknown({Named("crm"), Named("emea", {"emea"}), Named("ops")}), IsEmpty());
}

TEST_F(NotifyNamesTest, ASlipIsToldWithTheNearestName) {
  EXPECT_THAT(Unknown({Named("crmm"), Named("ops", {"emea", "emeaa"}), Named("chat")}),
              ElementsAre("no rule of notify.yaml tells the endpoint \"crmm\"; did you mean \"crm\"?",
                          "no pack has the region \"emeaa\" of the endpoint \"ops\"; did you mean \"emea\"?",
                          "no rule of notify.yaml tells the endpoint \"chat\"; use one of: crm, emea or ops"));
}

TEST_F(NotifyNamesTest, DeliveriesOfAnEndpointThatNobodyHasAreRefused) {
  EXPECT_TRUE(List("").ok());
  EXPECT_TRUE(List("crm").ok()) << "nothing waits for it yet";
  const absl::Status slip = List("crmm");
  EXPECT_TRUE(absl::IsNotFound(slip)) << slip;
  EXPECT_THAT(std::string(slip.message()), AllOf(HasSubstr("\"crmm\""), HasSubstr("did you mean \"crm\"?")));
  const absl::Status replayed = engine::ReplayDeliveries(engine_->options(), {}, "crmm", {}).status();
  EXPECT_TRUE(absl::IsNotFound(replayed)) << replayed;

  holder_->SetRecipients(RecipientsOf({.endpoints = {Named("chat")}}));
  EXPECT_TRUE(List("chat").ok()) << "the settings have it";
  EXPECT_TRUE(List("crm").ok()) << "a rule names it";
}

TEST_F(NotifyNamesTest, WhatWaitsForAnEndpointIsListedAlsoWhenItIsNamedNoMore) {
  ASSERT_TRUE(store::WriteAndWait(*store_, "default", [](store::Transaction& tx) {
                return tx.Put(store::Delivery{.endpoint = "former", .position = 1 << 20, .created_at = 1, .due = 1});
              }).ok());
  EXPECT_TRUE(List("former").ok());
}

}  // namespace
}  // namespace leadline::app
