// Lists of leads, contacts and accounts, and many records by their names: what is found, and what is refused.
#include "tests/engine/listing_fixture.h"

namespace leadline::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ListingRecordsTest : public ListingTest {
 protected:
  template <typename T>
  static std::vector<std::string> IdsOf(const absl::StatusOr<ListPage<T>>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> ids;
    if (!page.ok()) return ids;
    for (const auto& item : page->items) ids.push_back(item.record.id);
    return ids;
  }
  std::vector<std::string> Contacts(const std::string& filter, const std::string& order = "") {
    return IdsOf(ListContacts(Options(), {}, {.filter = filter, .order_by = order}));
  }
  std::vector<std::string> Accounts(const std::string& filter, const std::string& order = "") {
    return IdsOf(ListAccounts(Options(), {}, {.filter = filter, .order_by = order}));
  }
  template <typename T>
  static std::string Message(const absl::StatusOr<ListPage<T>>& page) {
    EXPECT_EQ(page.status().code(), absl::StatusCode::kInvalidArgument) << page.status();
    return std::string(page.status().message());
  }
};

TEST_F(ListingRecordsTest, LeadsAsTheyWereSubmitted) {
  Enquiry enquiry = HotEnquiry();
  enquiry.attributes["external_id"] = std::string("crm/7");
  const auto hot = Submit(std::move(enquiry));
  ASSERT_TRUE(hot.ok()) << hot.status();
  clock_.Advance(kHour);
  Enquiry other = HotEnquiry();
  other.account = {};
  other.contact.email = "kim@other.com";
  other.contact.given_name = "Kim";
  other.contact.family_name = "Lee";
  const auto second = Submit(std::move(other));
  ASSERT_TRUE(second.ok()) << second.status();
  const std::string a = hot->lead.id, b = second->lead.id;
  EXPECT_THAT(All(""), ElementsAre(b, a));
  EXPECT_THAT(All("", "create_time"), ElementsAre(a, b));
  EXPECT_THAT(All("attributes.external_id = \"crm/7\""), ElementsAre(a));
  EXPECT_THAT(All("account = accounts/" + hot->account.id), ElementsAre(a));
  EXPECT_THAT(All("contact = contacts/" + second->contact.id), ElementsAre(b));
  EXPECT_THAT(All("assignee = reps/" + hot->lead.assignee), testing::Contains(a));
  EXPECT_THAT(All("status = " + hot->lead.status, "score desc"), testing::Contains(a));
  EXPECT_THAT(All("create_time > 2026-03-02T10:30:00Z AND source = website"), ElementsAre(b));
  EXPECT_THAT(All("account = accounts/" + hot->account.id + " AND due_time:*", "due_time"), ElementsAre(a));
  const auto page = Page("");
  EXPECT_GT(page->items[0].change_position, page->items[1].change_position);
  // As the times of the ledger are.
  const auto events = History(LeadName(hot->lead));
  EXPECT_EQ(page->items[1].change_position, domain::TransactionAt(events->back().position));
}

TEST_F(ListingRecordsTest, FiltersOfLeadsThatAreRefused) {
  EXPECT_THAT(Refused("statsu = mql"), HasSubstr("at character 1: there is no field \"statsu\" here; did you mean "
                                                 "\"status\"?"));
  EXPECT_THAT(Refused("region = emea AND status = mqll"),
              HasSubstr("at character 28: \"mqll\" is not a status of the packs, and no stored lead has it; did you "
                        "mean \"mql\"?"));
  EXPECT_THAT(Refused("status IN (mql, mqll)"), HasSubstr("at character 17: \"mqll\" is not a status"));
  EXPECT_THAT(Refused("assignee IN (reps/emea-tom-hughes, reps/nobody)"), HasSubstr("at character 36: \"nobody\""));
  EXPECT_THAT(Refused("account IN (\"\", accounts/none)"), HasSubstr("at character 17: there is no accounts/none"));
  EXPECT_THAT(Refused("region = emae"), HasSubstr("did you mean \"emea\"?"));
  EXPECT_THAT(Refused("assignee = reps/emea-tom-hugh"), HasSubstr("is not a rep of the packs"));
  EXPECT_THAT(Refused("hold_queue = queues/nobody"), HasSubstr("is not a hold queue of the packs"));
  EXPECT_THAT(Refused("assignee = contacts/x"), HasSubstr("is not a name such as \"reps/abc\""));
  EXPECT_THAT(Refused("account = accounts/none"), HasSubstr("there is no accounts/none"));
  EXPECT_THAT(Refused("contact = contacts/none"), HasSubstr("there is no contacts/none"));
  EXPECT_THAT(Refused("status > mql"), HasSubstr("status has no order to compare by"));
  EXPECT_THAT(Refused("score:5"), HasSubstr("score is one value: use ="));
  EXPECT_THAT(Refused("score = high"), HasSubstr("character 9: \"high\" is not a number"));
  EXPECT_THAT(Refused("create_time > yesterday"), HasSubstr("is not a time in the form of RFC 3339"));
  EXPECT_THAT(Refused("change_position > 1.5"), HasSubstr("is not a position"));
  EXPECT_THAT(Refused("product:* OR product:suite"), HasSubstr("product:* stands alone"));
  EXPECT_THAT(Refused("source = website"),
              HasSubstr("no index serves it, and all leads would be read; add a term with = on "
                        "attributes.external_id, contact, account, assignee, hold_queue, status or region"));
  EXPECT_THAT(Refused("-status = mql"), HasSubstr("no index serves it"));
  EXPECT_THAT(Refused("assignee = \"\""), HasSubstr("no index serves it"));
  EXPECT_THAT(Refused("", "score", "order_by"), HasSubstr("the order of score needs a term with = on"));
  EXPECT_THAT(Refused("", "product", "order_by"),
              HasSubstr("\"product\" orders no list; use one of: score, create_time"));
  EXPECT_THAT(Refused("", "create_tiem", "order_by"), HasSubstr("did you mean \"create_time\"?"));
  EXPECT_THAT(Refused("", "create_time, score", "order_by"), HasSubstr("a list has one order"));
  EXPECT_THAT(Refused("", "create_time down", "order_by"), HasSubstr("comes desc or nothing"));
  EXPECT_THAT(Refused("", "change_position desc", "order_by"), HasSubstr("goes up alone"));
  for (const int size : {0, -1, kMostPageSize + 1}) {
    EXPECT_EQ(FieldViolationsOf(Page("", "", size).status()).at(0).field, "page_size");
  }
}

TEST_F(ListingRecordsTest, ValuesThatOnlyStoredLeadsHaveAreKnown) {
  as_told_ = false;  // no event tells of it
  const domain::Lead lead = PutLead({.region = "atlantis", .status = "forgotten", .assignee = "long-gone"});
  EXPECT_THAT(All("status = forgotten"), ElementsAre(lead.id));
  EXPECT_THAT(All("region = atlantis"), ElementsAre(lead.id));
  EXPECT_THAT(All("assignee = reps/long-gone"), ElementsAre(lead.id));
}

TEST_F(ListingRecordsTest, ContactsByWhatTheyAreFoundBy) {
  Enquiry enquiry = HotEnquiry();
  enquiry.contact.phone = "+34 912 345 678";
  const auto ana = Submit(std::move(enquiry));
  ASSERT_TRUE(ana.ok()) << ana.status();
  Enquiry more = HotEnquiry();
  more.contact = {.given_name = "Luis", .family_name = "Vega", .email = "luis@acme.es", .country = "ES"};
  const auto luis = Submit(std::move(more));
  ASSERT_TRUE(luis.ok()) << luis.status();
  const std::string a = ana->contact.id, l = luis->contact.id;
  ASSERT_NE(a, l);
  EXPECT_THAT(Contacts(""), ElementsAre(l, a));
  EXPECT_THAT(Contacts("email = \"Ana.Silva@ACME.es\""), ElementsAre(a));
  EXPECT_THAT(Contacts("email = nobody@acme.es"), IsEmpty());
  EXPECT_THAT(Contacts("phone = \"+34 912-345-678\""), ElementsAre(a));
  EXPECT_THAT(Contacts("phone = \"0034912345678\""), ElementsAre(a));
  EXPECT_THAT(Contacts("account = accounts/" + ana->account.id, "create_time"), ElementsAre(a, l));
  EXPECT_THAT(Contacts("account = accounts/" + ana->account.id + " AND -phone:*"), ElementsAre(l));
  EXPECT_THAT(Contacts("account = accounts/" + ana->account.id, "score desc").size(), 2U);
  EXPECT_THAT(Contacts("change_position > 0"), ElementsAre(a, l));
  const auto message = [&](const std::string& filter) {
    return Message(ListContacts(Options(), {}, {.filter = filter}));
  };
  EXPECT_THAT(message("status = mql"), HasSubstr("add a term with = on email, phone or account"));
  EXPECT_THAT(message("email = ana"), HasSubstr("is no address of mail"));
  EXPECT_THAT(message("phone = 12"), HasSubstr("is no telephone number"));
  EXPECT_THAT(message("account:* AND status = mqll"), HasSubstr("is not a status of the packs"));
}

TEST_F(ListingRecordsTest, AccountsByWhatTheyAreFoundBy) {
  const auto acme = Submit(HotEnquiry());
  ASSERT_TRUE(acme.ok()) << acme.status();
  Enquiry other = HotEnquiry();
  other.account = {.name = "Zenith GmbH", .domain = "zenith.de", .country = "DE"};
  other.contact = {.given_name = "Jan", .family_name = "Weber", .email = "jan@zenith.de"};
  const auto zenith = Submit(std::move(other));
  ASSERT_TRUE(zenith.ok()) << zenith.status();
  const std::string a = acme->account.id, z = zenith->account.id;
  EXPECT_THAT(Accounts(""), ElementsAre(z, a));
  EXPECT_THAT(Accounts("", "create_time"), ElementsAre(a, z));
  EXPECT_THAT(Accounts("domain = acme.es"), ElementsAre(a));
  EXPECT_THAT(Accounts("domain = \"https://www.zenith.de/shop\""), ElementsAre(z));
  EXPECT_THAT(Accounts("domain = (acme.es OR zenith.de)", "create_time"), ElementsAre(a, z));
  EXPECT_THAT(Accounts("domain = nobody.com"), IsEmpty());
  EXPECT_THAT(Accounts("create_time >= 2026-03-01 AND country = DE"), ElementsAre(z));
  EXPECT_THAT(Accounts("", "change_position"), ElementsAre(a, z));
  const auto message = [&](const std::string& filter) {
    return Message(ListAccounts(Options(), {}, {.filter = filter}));
  };
  EXPECT_THAT(message("country = DE"), HasSubstr("add a term with = on domain"));
  EXPECT_THAT(message("domain = gmail.com"), HasSubstr("gives mail to everybody"));
  EXPECT_THAT(message("domain = acme"), HasSubstr("is no domain"));
}

TEST_F(ListingRecordsTest, WhatWasMergedLeadsOn) {
  const auto first = Submit(HotEnquiry());
  Enquiry twin = HotEnquiry();
  twin.contact.email = "a.silva@gmail.com";
  twin.contact.given_name = "Anna Maria";
  twin.account = {.name = "Zenith GmbH", .domain = "zenith.de"};
  const auto second = Submit(std::move(twin));
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_NE(first->contact.id, second->contact.id);
  const auto merge = [&](const std::string& survivor, const std::string& absorbed) {
    return Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge({}, survivor, absorbed, "the same", std::move(done)); });
  };
  ASSERT_TRUE(merge(ContactName(first->contact), ContactName(second->contact)).ok());
  for (const auto& id : {first->contact.id, second->contact.id}) {
    EXPECT_THAT(All("contact = contacts/" + id), ElementsAre(second->lead.id, first->lead.id)) << "either name";
  }
  EXPECT_THAT(Contacts(""), ElementsAre(first->contact.id));
  EXPECT_THAT(Contacts("", "change_position"), testing::UnorderedElementsAre(first->contact.id, second->contact.id));
  ASSERT_TRUE(merge(LeadName(first->lead), LeadName(second->lead)).ok());
  EXPECT_THAT(All(""), ElementsAre(first->lead.id));
  EXPECT_THAT(All("", "change_position"), testing::UnorderedElementsAre(first->lead.id, second->lead.id));
  ASSERT_TRUE(merge("accounts/" + first->account.id, "accounts/" + second->account.id).ok());
  EXPECT_THAT(Accounts(""), ElementsAre(first->account.id));
  EXPECT_THAT(All("account = accounts/" + second->account.id), ElementsAre(first->lead.id));
}

TEST_F(ListingRecordsTest, ManyRecordsByTheirNames) {
  const auto first = Submit(HotEnquiry());
  clock_.Advance(kMinute);
  const auto second = Submit(HotEnquiry());
  ASSERT_TRUE(first.ok() && second.ok());
  const std::vector<std::string> names = {LeadName(second->lead), LeadName(first->lead), LeadName(second->lead)};
  const auto leads = BatchGetLeads(Options(), {}, names);
  ASSERT_TRUE(leads.ok()) << leads.status();
  ASSERT_EQ(leads->size(), 3U);
  EXPECT_EQ((*leads)[0].record.id, second->lead.id);
  EXPECT_EQ((*leads)[1].record.id, first->lead.id);
  EXPECT_GT((*leads)[0].change_position, (*leads)[1].change_position);
  const std::vector<std::string> contact = {ContactName(first->contact)}, account = {"accounts/" + first->account.id};
  EXPECT_EQ(BatchGetContacts(Options(), {}, contact)->at(0).record.email, "ana.silva@acme.es");
  EXPECT_EQ(BatchGetAccounts(Options(), {}, account)->at(0).record.domain, "acme.es");
  EXPECT_EQ(FieldViolationsOf(BatchGetLeads(Options(), {}, {}).status()).at(0).field, "names");
  const std::vector<std::string> missing = {names[0], "leads/none", "leads/nor-this"}, wrong = {"contacts/x"};
  const absl::Status status = BatchGetLeads(Options(), {}, missing).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "leads/none (names[1]) does not exist");
  EXPECT_EQ(FieldViolationsOf(BatchGetLeads(Options(), {}, wrong).status()).at(0).field, "names[0]");
  const std::vector<std::string> many(kMostBatchGet + 1, names[0]);
  EXPECT_EQ(FieldViolationsOf(BatchGetLeads(Options(), {}, many).status()).at(0).field, "names");
}

TEST_F(ListingRecordsTest, OfAnErasedPersonNothingIsFound) {
  Enquiry enquiry = HotEnquiry();
  enquiry.attributes["external_id"] = std::string("crm-7");
  const auto submitted = Submit(std::move(enquiry));
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_THAT(All("attributes.external_id = crm-7"), ElementsAre(submitted->lead.id));
  const auto erased = Wait<EraseResult>([&](Done<EraseResult> done) {
    engine_->EraseContact({}, ContactName(submitted->contact), "asked to", std::move(done));
  });
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_THAT(All("attributes.external_id = crm-7"), IsEmpty());
  EXPECT_THAT(Contacts("email = ana.silva@acme.es"), IsEmpty());
  EXPECT_THAT(All(""), ElementsAre(submitted->lead.id)) << "the lead itself stays";
}

}  // namespace
}  // namespace leadline::engine
