// What commands that change or list records make of their options.
#include "cli/commands/options/change_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/commands/batch_file.h"
#include "cli/commands/options/event_options.h"
#include "cli/commands/options/field_changes.h"
#include "cli/commands/options/list_options.h"
#include "leadline/v1/lead_service.pb.h"
#include "leadline/v1/routing_service.pb.h"

namespace leadline::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ChangeOptionsTest, AnEtagMayBeWrittenAsItsNumber) {
  EXPECT_EQ(EtagOf("3"), "\"3\"");
  EXPECT_EQ(EtagOf("\"3\""), "\"3\"");
  EXPECT_EQ(EtagOf(""), "");
  EXPECT_EQ(EtagOf("3x"), "3x") << "the server says what is wrong with it";
}

TEST(ChangeOptionsTest, ARequestGetsWhatItHasFieldsFor) {
  ChangeFlags flags;
  flags.request_id = "form-1";
  flags.etag = "7";
  flags.validate_only = true;
  v1::ReassignLeadRequest reassign;
  SetChange(flags, reassign);
  EXPECT_EQ(reassign.request_id(), "form-1");
  EXPECT_EQ(reassign.etag(), "\"7\"");
  EXPECT_TRUE(reassign.validate_only());
  v1::RouteLeadRequest route;  // has no validate_only
  SetChange(flags, route);
  EXPECT_EQ(route.etag(), "\"7\"");
}

TEST(FilterTextTest, JoinsTermsAndQuotesValues) {
  EXPECT_EQ(FilterText("").text(), "");
  EXPECT_EQ(FilterText("").Equal("status", "").text(), "");
  EXPECT_EQ(FilterText("").Equal("status", "mql").Equal("region", "emea").text(),
            "status = \"mql\" AND region = \"emea\"");
  EXPECT_EQ(FilterText("score > 80").Equal("source", R"(a "b" \c)").text(), R"(score > 80 AND source = "a \"b\" \\c")");
}

TEST(FieldChangesTest, SetsFieldsByTheirType) {
  v1::Lead lead;
  google::protobuf::FieldMask mask;
  for (const char* change : {"value=12.50 EUR", "probability=0.4", "products=a,,b", "account=x", "attributes.budget=ok",
                             "attributes.size=", "source="}) {
    EXPECT_TRUE(SetField(change, lead, mask).ok()) << change;
  }
  EXPECT_EQ(lead.value().units(), 12);
  EXPECT_EQ(lead.value().nanos(), 500'000'000);
  EXPECT_EQ(lead.probability(), 0.4);
  EXPECT_THAT(lead.products(), ElementsAre("a", "b"));
  EXPECT_EQ(lead.account(), "accounts/x");
  EXPECT_EQ(lead.attributes().at("budget").string_value(), "ok");
  EXPECT_FALSE(lead.attributes().contains("size"));
  EXPECT_EQ(mask.paths_size(), 7) << "what is unset stands in the mask";

  v1::Account account;
  mask.Clear();
  EXPECT_TRUE(SetField("employee_count=1200", account, mask).ok());
  EXPECT_TRUE(SetField("owner=ana", account, mask).ok());
  EXPECT_EQ(account.employee_count(), 1200);
  EXPECT_EQ(account.owner(), "reps/ana");
  v1::Contact contact;
  EXPECT_TRUE(SetField("email=ana@acme.example", contact, mask).ok());
  EXPECT_EQ(contact.email(), "ana@acme.example");
}

TEST(FieldChangesTest, RefusesWhatCannotBeSetAndSaysWhatCan) {
  v1::Lead lead;
  v1::Contact contact;
  v1::Account account;
  google::protobuf::FieldMask mask;
  EXPECT_THAT(std::string(SetField("status=mql", lead, mask).message()),
              HasSubstr("\"status\" cannot be set here; there are account, source"));
  EXPECT_THAT(std::string(SetField("source", lead, mask).message()), HasSubstr("write field=value"));
  EXPECT_THAT(std::string(SetField("probability=much", lead, mask).message()), HasSubstr("is not a number"));
  EXPECT_THAT(std::string(SetField("value=12", lead, mask).message()), HasSubstr("write \"12000 EUR\""));
  EXPECT_THAT(std::string(SetField("employee_count=1.5", account, mask).message()), HasSubstr("is not a number"));
  EXPECT_FALSE(SetField("seniority=head", contact, mask).ok());
  EXPECT_EQ(mask.paths_size(), 0);
}

TEST(FieldChangesTest, EveryFieldThatIsOfferedCanBeSet) {
  v1::Contact contact;
  google::protobuf::FieldMask mask;
  for (const char* field : {"account", "given_name", "family_name", "email", "phone", "title", "language", "country"}) {
    EXPECT_TRUE(SetField(std::string(field) + "=x", contact, mask).ok()) << field;
  }
}

TEST(EventKindsTest, AreThoseOfTheContract) {
  const std::vector<std::string> names = EventKindNames();
  EXPECT_EQ(names.size(), static_cast<size_t>(v1::EventKind_descriptor()->value_count()) - 1);
  EXPECT_THAT(names, Contains("status_changed"));
  EXPECT_THAT(names, Not(Contains("unspecified")));
  google::protobuf::RepeatedField<int> kinds;
  SetKinds(names, kinds);
  EXPECT_EQ(kinds.size(), static_cast<int>(names.size()));
  EXPECT_THAT(kinds, Contains(v1::EVENT_KIND_ACCOUNT_SCORED));
}

TEST(BatchFileTest, ReadsLinesAndNamesTheOneThatIsWrong) {
  const std::string path = testing::TempDir() + "/batch.jsonl";
  std::ofstream(path) << "{\"name\": \"leads/a\", \"rep\": \"reps/x\"}\n\n  \r\n{\"name\": \"leads/b\"}";
  const auto lines = ReadBatch<v1::ReassignLeadRequest>(path);
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0].number, 1);
  EXPECT_EQ((*lines)[0].request.rep(), "reps/x");
  EXPECT_EQ((*lines)[1].number, 4);
  EXPECT_EQ((*lines)[1].request.name(), "leads/b");

  std::ofstream(path) << "{\"name\": \"leads/a\"}\n{\"lead\": \"leads/b\"}\n";
  EXPECT_THAT(std::string(ReadBatch<v1::ReassignLeadRequest>(path).status().message()),
              HasSubstr("batch.jsonl:2 holds no ReassignLeadRequest in JSON"));
  EXPECT_FALSE(ReadBatch<v1::ReassignLeadRequest>("/nowhere.jsonl").ok());
}

}  // namespace
}  // namespace leadline::cli
