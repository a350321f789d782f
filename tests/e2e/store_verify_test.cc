// A store that differs from its ledger is found, beside its server and before one serves it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_macros.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::HasSubstr;

ServerSetup Verifying() {
  ServerSetup setup;
  setup.flags = {"--verify"};
  return setup;
}

void SubmitSome(const ServerProcess& server, int count) {
  v1::LeadService::Stub stub(server.channel());
  for (int i = 0; i < count; ++i) {
    v1::SubmitEnquiryResponse response;
    const grpc::Status status = stub.SubmitEnquiry(NewContext().get(), EnquiryNumber(i), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

// Gives one lead another source, and no event tells it.
absl::Status Tamper(const std::string& folder) {
  ASSIGN_OR_RETURN(auto store, store::OpenSqliteStore({.path = folder + "/leadline.db"}));
  return store::WriteAndWait(*store, "default", [](store::Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, t.LeadIds("", 1));
    ASSIGN_OR_RETURN(domain::Lead lead, t.GetLead(ids.at(0)));
    lead.source = "nobody said so";
    return t.Put(lead);
  });
}

TEST(StoreVerifyTest, ADifferenceIsFoundBesideTheServerAndKeepsTheNextFromServing) {
  ServerProcess server(Verifying());
  ASSERT_TRUE(server.Start()) << "a new store differs from nothing: " << server.output();
  SubmitSome(server, 20);
  Ended live = VerifyStore(server);
  EXPECT_EQ(live.exit_code, 0) << live.output;
  EXPECT_THAT(live.output, HasSubstr(" 20 leads"));
  EXPECT_EQ(server.Stop().exit_code, 0);
  ASSERT_TRUE(server.Start()) << server.output();
  EXPECT_EQ(server.Stop().exit_code, 0);

  const absl::Status tampered = Tamper(server.data());
  ASSERT_TRUE(tampered.ok()) << tampered;
  EXPECT_FALSE(server.Start()) << "it serves a store that differs";
  EXPECT_THAT(server.output(), HasSubstr("in 1 places: leads/"));
  EXPECT_THAT(server.output(), HasSubstr("source is"));
  EXPECT_THAT(server.output(), HasSubstr("leadline store verify --db " + server.data() + "/leadline.db"));
  const Ended offline = VerifyStore(server);
  EXPECT_EQ(offline.exit_code, 1) << offline.output;
  EXPECT_THAT(offline.output, HasSubstr("nobody said so"));

  ServerSetup trusting;
  trusting.data = server.data();
  ServerProcess another(trusting);
  ASSERT_TRUE(another.Start()) << "without the flag it is served as it is: " << another.output();
  EXPECT_EQ(VerifyStore(another).exit_code, 1) << "nothing was repaired";
}

}  // namespace
}  // namespace leadline::e2e
