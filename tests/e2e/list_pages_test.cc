// Lists that are short give pages all the same: of one item as of all, and for the same question only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/merge_service.grpc.pb.h"
#include "leadline/v1/routing_service.grpc.pb.h"
#include "tests/e2e/cli_fixture.h"
#include "tests/e2e/rpc_client.h"

namespace leadline::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ListPagesTest : public CliTest {
 protected:
  // Asks with `list`, a call of grpc::Status(ClientContext*, Request, Response*), page by page; `items` finds what
  // a response lists. Gives the items' bytes of one page with all.
  template <typename Request, typename Response, typename List, typename Items>
  std::vector<std::string> HoldPages(Request request, List list, Items items) {
    const auto bytes = [&](const Response& response) {
      std::vector<std::string> out;
      for (const auto& item : items(response)) out.push_back(Bytes(item));
      return out;
    };
    Response all;
    EXPECT_TRUE(list(NewContext().get(), request, &all).ok());
    EXPECT_EQ(all.next_page_token(), "");
    const std::vector<std::string> whole = bytes(all);
    EXPECT_GT(whole.size(), 1u);

    std::vector<std::string> paged, tokens;
    request.set_page_size(1);
    do {
      Response page;
      const grpc::Status status = list(NewContext().get(), request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      const std::vector<std::string> one = bytes(page);
      EXPECT_EQ(one.size(), 1u);
      paged.insert(paged.end(), one.begin(), one.end());
      request.set_page_token(page.next_page_token());
      tokens.push_back(page.next_page_token());
    } while (!request.page_token().empty() && paged.size() < 100);
    EXPECT_EQ(paged, whole);

    // A token goes on, whatever the size is; for whoever it was given to.
    request.set_page_token(tokens.front());
    request.set_page_size(5000);
    Response rest;
    EXPECT_TRUE(list(NewContext().get(), request, &rest).ok());
    EXPECT_EQ(bytes(rest), std::vector<std::string>(whole.begin() + 1, whole.end()));
    const auto stranger = NewContext();
    stranger->AddMetadata("leadline-actor", "bob");
    grpc::Status refused = list(stranger.get(), request, &rest);
    EXPECT_THAT(FieldsOf(refused), ElementsAre("page_token"));
    EXPECT_THAT(refused.error_message(), HasSubstr("or of another caller"));
    request.set_page_token(last_token_);
    refused = list(NewContext().get(), request, &rest);
    EXPECT_EQ(refused.ok(), last_token_.empty());
    if (!last_token_.empty()) {
      EXPECT_THAT(FieldsOf(refused), ElementsAre("page_token")) << "of another list";
    }
    last_token_ = tokens.front();
    request.set_page_token("garbage");
    refused = list(NewContext().get(), request, &rest);
    EXPECT_THAT(FieldsOf(refused), ElementsAre("page_token"));
    request.clear_page_token();
    request.set_page_size(-1);
    refused = list(NewContext().get(), request, &rest);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(FieldsOf(refused), ElementsAre("page_size"));
    return whole;
  }

  std::string last_token_;  // of the list before
};

TEST_F(ListPagesTest, PagesOfOneAreTheSameAsOnePage) {
  const auto channel = server_.channel();
  const auto routing = v1::RoutingService::NewStub(channel);
  HoldPages<v1::ListQueuesRequest, v1::ListQueuesResponse>(
      {}, [&](auto... a) { return routing->ListQueues(a...); },
      [](const v1::ListQueuesResponse& response) { return response.queues(); });
  const auto admin = v1::AdminService::NewStub(channel);
  const std::vector<std::string> packs = HoldPages<v1::ListPacksRequest, v1::ListPacksResponse>(
      {}, [&](auto... a) { return admin->ListPacks(a...); },
      [](const v1::ListPacksResponse& response) { return response.packs(); });
  v1::PackInfo first;
  ASSERT_TRUE(first.ParseFromString(packs.front()));
  EXPECT_EQ(first.ref().pack(), "packs/central");
  HoldPages<v1::ListPluginsRequest, v1::ListPluginsResponse>(
      {}, [&](auto... a) { return admin->ListPlugins(a...); },
      [](const v1::ListPluginsResponse& response) { return response.plugins(); });

  const std::string survivor = Submit("ana@acme.example")["contact"]["name"];
  const auto merges = v1::MergeService::NewStub(channel);
  for (const char* name : {"Bento", "Clara", "Duarte"}) {
    v1::MergeRecordsRequest merge;
    merge.set_survivor(survivor);
    merge.set_absorbed(std::string(Submit(std::string(name) + "@one.example", name)["contact"]["name"]));
    merge.set_reason("one person");
    v1::MergeRecordsResponse merged;
    const grpc::Status status = merges->MergeRecords(NewContext().get(), merge, &merged);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  v1::ListMergesRequest request;
  request.set_survivor(survivor);
  const auto listed = HoldPages<v1::ListMergesRequest, v1::ListMergesResponse>(
      request, [&](auto... a) { return merges->ListMerges(a...); },
      [](const v1::ListMergesResponse& response) { return response.merges(); });
  EXPECT_EQ(listed.size(), 3u);
  request.set_survivor(Submit("else@acme.example", "Else")["contact"]["name"]);
  request.set_page_token(last_token_);
  v1::ListMergesResponse response;
  EXPECT_THAT(FieldsOf(merges->ListMerges(NewContext().get(), request, &response)), ElementsAre("page_token"))
      << "a token is of its own survivor";
}

TEST_F(ListPagesTest, TheCommandLineGoesOnWhereAListEnded) {
  for (const char* group : {"queue", "pack", "plugin"}) {
    const Ended one = Run({group, "list", "--limit", "1"});
    EXPECT_EQ(one.exit_code, 0) << one.output;
    const size_t at = one.output.find("--page-token ");
    ASSERT_NE(at, std::string::npos) << one.output;
    const std::string token = one.output.substr(at + 13, one.output.find('\n', at) - at - 13);
    const Ended rest = Run({group, "list", "--page-token", token});
    EXPECT_EQ(rest.exit_code, 0) << rest.output;
    EXPECT_THAT(rest.output, Not(HasSubstr("There are more")));
    EXPECT_THAT(Run({group, "list", "--all"}).output, Not(HasSubstr("There are more")));
  }
  EXPECT_THAT(Run({"pack", "list", "--limit", "1"}).output, Not(HasSubstr("emea")));
  EXPECT_THAT(Run({"pack", "list", "--limit", "3"}).output, HasSubstr("emea"));
}

}  // namespace
}  // namespace leadline::e2e
