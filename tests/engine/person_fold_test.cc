// What a person is, and what is known of them, follows from all that came in, whatever came in last.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class PersonFoldTest : public EngineTest {
 protected:
  absl::Status Move(const std::string& name, std::string status) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->Transition({}, name, std::move(status), "as it is", std::move(done));
           })
        .status();
  }
  absl::Status Reject(const domain::Lead& lead, std::string reason) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->RejectLead({}, LeadName(lead), std::move(reason), "", std::move(done));
           })
        .status();
  }
  domain::Contact Person(const std::string& id) {
    domain::Contact contact;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto found = reader.GetContact(id);
      if (found.ok()) contact = *found;
      return found.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }
  domain::Account Company(const std::string& id) {
    domain::Account account;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto found = reader.GetAccount(id);
      if (found.ok()) account = *found;
      return found.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return account;
  }
  // Of the person with this number, at a company of their own.
  static Enquiry Of(int number) {
    Enquiry e = HotEnquiry();
    e.contact.email = fmt::format("person{}@company{}.es", number, number);
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.account.name = fmt::format("Company {}", number);
    e.account.domain = fmt::format("company{}.es", number);
    return e;
  }
  static Time Day(const char* day) { return *ParseTime(std::string(day) + "T10:00:00Z"); }
  std::vector<std::pair<Time, std::string>> HistoryOf(const std::string& contact) {
    auto history = engine_->GetStatusHistory({}, "contacts/" + contact);
    EXPECT_TRUE(history.ok()) << history.status();
    std::vector<std::pair<Time, std::string>> out;
    for (const StatusPeriod& period : *history) {
      EXPECT_TRUE(period.exit == 0 || period.enter <= period.exit) << "no stay is negative";
      // Of one moment the last counts.
      if (!out.empty() && out.back().first == period.enter) out.pop_back();
      if (out.empty() || out.back().second != period.status) out.emplace_back(period.enter, period.status);
    }
    return out;
  }
  domain::Lead Customer(const Enquiry& enquiry) {
    auto submitted = Submit(enquiry);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    for (const std::string status : {"sal", "sql", "customer"}) {
      clock_.Advance(kHour);
      EXPECT_TRUE(Move(LeadName(submitted->lead), status).ok());
    }
    clock_.Advance(kHour);
    return *engine_->GetLead({}, LeadName(submitted->lead));
  }
  int64_t CustomersInFunnel() {
    ReportFilter filter;
    filter.contacts = true;
    auto funnels = engine_->GetFunnel({}, filter, {});
    EXPECT_TRUE(funnels.ok()) << funnels.status();
    for (const auto& stage : funnels->front().stages) {
      if (stage.status == "customer") return stage.current;
    }
    return 0;
  }
};

TEST_F(PersonFoldTest, ACustomerStaysOneWhateverBecomesOfAnotherLead) {
  for (const std::string reason : {"duplicate", "competitor", "no_budget"}) {
    const domain::Lead customer = Customer(HotEnquiry());
    Enquiry second = HotEnquiry();
    second.activities = {Did("website", "high", "contact_me")};
    auto other = Submit(second);
    ASSERT_TRUE(other.ok()) << other.status();
    const std::string person = customer.contacts.front().contact_id;
    ASSERT_EQ(other->contact.id, person);
    EXPECT_EQ(other->contact.status, "mql") << "a customer goes round";
    clock_.Advance(kHour);
    ASSERT_TRUE(Reject(other->lead, reason).ok());
    EXPECT_EQ(Person(person).status, "customer") << reason;
    EXPECT_EQ(CustomersInFunnel(), 1) << reason;
  }
}

TEST_F(PersonFoldTest, TheOldLeadOfACustomerMakesNobodyWhatTheyWere) {
  const domain::Lead customer = Customer(HotEnquiry());
  const domain::Contact before = Person(customer.contacts.front().contact_id);
  Enquiry old = HotEnquiry();
  old.created_at = Day("2019-03-01");
  old.activities = {Did("website", "high", "contact_me", old.created_at)};
  old.history = {{Day("2019-03-05"), "sal", "", ""}, {Day("2019-04-01"), "disqualified", "", "closed"}};
  ASSERT_EQ(Import("old", {{1, old}})->created, 1);
  const domain::Contact after = Person(before.id);
  EXPECT_EQ(after.status, "customer");
  EXPECT_EQ(after.status_since, before.status_since);
  EXPECT_EQ(after.score.total, before.score.total);
  EXPECT_GE(after.score.as_of, before.score.as_of);
  EXPECT_EQ(after.created_at, Day("2019-03-01"));
  const auto history = HistoryOf(before.id);
  EXPECT_EQ(history.front().first, Day("2019-03-01"));
  EXPECT_EQ(history.back(), std::pair(before.status_since, std::string("customer")));
  EXPECT_EQ(CustomersInFunnel(), 1);
}

// Rows of one person with their pasts, in every order: the same person, the same history. Titles and sizes are worth
// the same, since a lead's own past is decided by what is known when it comes in.
TEST_F(PersonFoldTest, ImportedPastsGiveTheSamePersonInAnyOrder) {
  const auto rows = [](int person) {
    std::vector<Enquiry> out(3, Of(person));
    out[0].created_at = Day("2019-03-01");
    out[0].activities = {Did("website", "low", "click", out[0].created_at)};
    out[0].history = {{Day("2019-03-05"), "sal", "", ""}, {Day("2019-04-01"), "disqualified", "", "closed"}};
    out[0].contact.title = "Sachbearbeiterin";
    out[0].account.employees = 20;
    out[1].created_at = Day("2022-05-01");
    out[1].activities = {Did("event", "high", "attend", out[1].created_at)};
    out[1].history = {{Day("2022-05-09"), "sal", "", ""},
                      {Day("2022-06-01"), "sql", "", ""},
                      {Day("2022-07-01"), "customer", "", ""}};
    out[1].contact.title = "Sachbearbeiterin Vertrieb";
    out[1].account.employees = 21;
    out[1].contact.attributes["department"] = std::string("canteen");
    out[2].created_at = Day("2025-01-01");
    out[2].activities = {Did("website", "low", "click", out[2].created_at)};
    out[2].history = {{Day("2025-02-01"), "re_market", "", ""}};
    out[2].contact.title = "Sachbearbeiterin Einkauf";
    out[2].account.employees = 22;
    return out;
  };
  std::vector<size_t> order = {0, 1, 2};
  std::optional<std::vector<std::pair<Time, std::string>>> first;
  std::optional<double> score;
  int person = 0;
  do {
    const std::vector<Enquiry> given = rows(++person);
    std::string contact, account;
    for (const size_t i : order) {
      auto submitted = Submit(given[i]);
      ASSERT_TRUE(submitted.ok()) << submitted.status();
      contact = submitted->contact.id;
      account = submitted->account.id;
    }
    const domain::Contact stored = Person(contact);
    EXPECT_EQ(stored.status, "customer");
    EXPECT_EQ(stored.status_since, Day("2022-07-01"));
    EXPECT_EQ(stored.created_at, Day("2019-03-01"));
    EXPECT_EQ(stored.title, "Sachbearbeiterin Einkauf");
    EXPECT_EQ(Company(account).employees, 22);
    EXPECT_EQ(std::get<std::string>(stored.attributes.at("department")), "canteen");
    const auto history = HistoryOf(contact);
    if (!first.has_value()) first = history, score = stored.score.total;
    EXPECT_EQ(history, *first) << ::testing::PrintToString(order);
    EXPECT_EQ(stored.score.total, *score) << ::testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(PersonFoldTest, AnOldRowChangesNothingThatIsNewer) {
  Enquiry today = HotEnquiry();
  today.contact.title = "Geschäftsführerin";
  today.contact.phone = "+34 600 111 222";
  today.account.employees = 250;
  today.account.industry = "manufacturing";
  auto submitted = Submit(today);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const domain::Contact before = submitted->contact;
  Enquiry old = HotEnquiry();
  old.created_at = Day("2019-03-01");
  old.activities.clear();
  old.contact.title = "Praktikantin";
  old.contact.phone = "+34 600 999 888";
  old.contact.country = "FR";
  old.contact.attributes["department"] = std::string("canteen");
  old.account.employees = 20;
  old.account.industry = "retail";
  auto later = Submit(old);
  ASSERT_TRUE(later.ok()) << later.status();
  ASSERT_EQ(later->contact.id, before.id);
  const domain::Contact after = Person(before.id);
  EXPECT_EQ(after.title, "Geschäftsführerin");
  EXPECT_EQ(after.phone, "+34600111222");
  EXPECT_EQ(after.country, "ES");
  EXPECT_EQ(after.attributes.count("department"), 1u) << "what nobody said before is taken";
  EXPECT_EQ(after.score.total, before.score.total);
  EXPECT_EQ(Company(submitted->account.id).employees, 250);
  EXPECT_EQ(Company(submitted->account.id).industry, "manufacturing");
}

// A value that was said again is as new as the last time.
TEST_F(PersonFoldTest, WhatIsSaidAgainIsAsNewAsThat) {
  Enquiry e = HotEnquiry();
  e.activities.clear();
  const auto say = [&](const char* day, const std::string& title, int64_t employees) {
    e.created_at = Day(day);
    e.contact.title = title;
    e.account.employees = employees;
    auto submitted = Submit(e);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return *submitted;
  };
  say("2019-01-01", "Leiterin", 250);
  say("2025-01-01", "Leiterin", 250);
  SubmitResult last = say("2022-01-01", "Praktikantin", 20);
  EXPECT_EQ(last.contact.title, "Leiterin");
  EXPECT_EQ(last.account.employees, 250);
  last = say("2025-06-01", "Vorständin", 300);
  EXPECT_EQ(last.contact.title, "Vorständin");
  EXPECT_EQ(last.account.employees, 300);
}

TEST_F(PersonFoldTest, TheFurthestOfTwoLeadsStands) {
  auto first = Submit(Of(1));
  auto second = Submit(Of(1));
  ASSERT_TRUE(first.ok() && second.ok());
  const std::string person = first->contact.id;
  ASSERT_EQ(second->contact.id, person);
  clock_.Advance(kHour);
  ASSERT_TRUE(Move(LeadName(first->lead), "sql").ok());
  EXPECT_EQ(Person(person).status, "sql");
  clock_.Advance(kHour);
  ASSERT_TRUE(Reject(second->lead, "no_budget").ok());
  EXPECT_EQ(Person(person).status, "sql");
  clock_.Advance(kHour);
  ASSERT_TRUE(Reject(first->lead, "no_budget").ok());
  EXPECT_EQ(Person(person).status, "re_market");
}

}  // namespace
}  // namespace leadline::engine
