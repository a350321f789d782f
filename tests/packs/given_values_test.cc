// What was given of a record, member by member: no field that goes by given values alone may change unnoticed.
#include "packs/run/given_values.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "packs/run/fields.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using Change = std::function<void(Sample&)>;

// A record all of whose values are there, so that any of them can become another.
Sample Whole() {
  Sample sample;
  domain::Lead& lead = sample.lead;
  lead.source = "referral";
  lead.region = "emea";
  lead.country = "DE";
  lead.language = "de";
  lead.meaning.central = {"manager", "retail", "partner", "de"};
  lead.products = {"suite"};
  lead.contacts = {{"c1", "enquirer"}};
  lead.value = domain::Money{"EUR", 5'000'000};
  lead.probability = 0.25;
  lead.status = "inquiry";
  lead.status_since = kNow - 5 * kDay;
  lead.assignee = "ana";
  lead.activity_count = 1;
  lead.last_activity_at = kNow - kDay;
  lead.created_at = kNow - 9 * kDay;
  domain::Contact& contact = sample.contact;
  contact.given_name = "Ana";
  contact.family_name = "Silva";
  contact.email = "ana@acme.de";
  contact.phone = "+493012345678";
  contact.title = "Leiterin Einkauf";
  contact.language = "de";
  contact.country = "DE";
  contact.created_at = kNow - 9 * kDay;
  domain::Account& account = sample.account;
  account.name = "Acme GmbH";
  account.domain = "acme.de";
  account.country = "DE";
  account.region = "emea";
  account.industry = "retail";
  account.employees = 120;
  account.owner = "ben";
  account.created_at = kNow - 99 * kDay;
  sample.activities = {MakeActivity("website", "low", "visit", kDay)};
  return sample;
}

const std::vector<Change>& ChangesOfGiven() {
  static const auto* const changes = new std::vector<Change>{
      [](Sample& s) { s.lead.source = "partner"; },
      [](Sample& s) { s.lead.meaning.central.source = "email"; },
      [](Sample& s) { s.lead.region = "latam"; },
      [](Sample& s) { s.lead.country = "AT"; },
      [](Sample& s) { s.lead.meaning.central.language = "en"; },
      [](Sample& s) {
        s.lead.language = "en";
        s.lead.meaning.central.language.clear();
      },
      [](Sample& s) { s.lead.products.push_back("platform"); },
      [](Sample& s) {
        s.lead.contacts.push_back({"c2", "decision_maker"});
      },
      [](Sample& s) { s.lead.contacts[0].role = "decision_maker"; },
      [](Sample& s) { s.lead.value->micros += 1'000'000; },
      [](Sample& s) { s.lead.value->currency = "USD"; },
      [](Sample& s) { s.lead.value.reset(); },
      [](Sample& s) { s.lead.probability = 0.5; },
      [](Sample& s) { s.lead.purchased = true; },
      [](Sample& s) { s.lead.created_at -= kDay; },
      [](Sample& s) { s.lead.attributes["total_visits"] = 12.0; },
      [](Sample& s) { s.lead.meaning.central.seniority = "owner"; },
      [](Sample& s) { s.lead.meaning.central.industry = "mining"; },
      [](Sample& s) { s.contact.given_name = "Anna"; },
      [](Sample& s) { s.contact.family_name = "Souza"; },
      [](Sample& s) { s.contact.email = "ana@gmail.com"; },
      [](Sample& s) { s.contact.phone = "n/a"; },
      [](Sample& s) { s.contact.title = "CEO"; },
      [](Sample& s) { s.contact.language = "en"; },
      [](Sample& s) { s.contact.country = "AT"; },
      [](Sample& s) { s.contact.created_at -= kDay; },
      [](Sample& s) { s.contact.attributes["department"] = std::string("it"); },
      [](Sample& s) { s.account.name = "Acme AG"; },
      [](Sample& s) { s.account.domain = "acme.com"; },
      [](Sample& s) { s.account.country = "AT"; },
      [](Sample& s) { s.account.region = "latam"; },
      [](Sample& s) {
        s.account.industry = "mining";
        s.lead.meaning.central.industry.clear();
      },
      [](Sample& s) { s.account.employees = 5000; },
      [](Sample& s) { s.account.owner.clear(); },
      [](Sample& s) { s.account.created_at -= kDay; },
      [](Sample& s) { s.account.attributes["target"] = true; },
  };
  return *changes;
}

const std::vector<Change>& ChangesByWhatHappens() {
  static const auto* const changes = new std::vector<Change>{
      [](Sample& s) {
        s.lead.status = "mql";
        s.lead.status_since = kNow;
      },
      [](Sample& s) {
        s.lead.assignee = "carla";
        s.lead.hold_queue = "q";
        s.lead.open = true;
      },
      [](Sample& s) { s.lead.disposition = "connected"; },
      [](Sample& s) {
        s.lead.score.total = s.lead.score.central = 120;
        s.lead.score.qualified = true;
      },
      [](Sample& s) {
        s.lead.activity_count = 7;
        s.lead.last_activity_at = kNow;
      },
      [](Sample& s) {
        s.lead.sla = domain::SlaClock{};
        s.lead.next_decision_at = kNow;
      },
      [](Sample& s) {
        s.lead.version = 4;
        s.lead.updated_at = kNow;
        s.lead.meaning.generation = 9;
      },
      [](Sample& s) {
        s.contact.status = "mql";
        s.contact.status_since = kNow;
        s.contact.marketable = true;
      },
      [](Sample& s) {
        s.contact.score.total = 9;
        s.contact.disposition = "connected";
      },
      [](Sample& s) { s.activities.push_back(MakeActivity("email", "low", "click", 0)); },
      [](Sample& s) {
        s.account.score.emplace().products = {{"suite", 3}};
      },
  };
  return *changes;
}

// Names of the fields that go by given values alone and read differently of the two.
std::set<std::string> Differing(const Sample& a, const Sample& b, Time now) {
  const RegionRules& region = Rules().ForRegion("emea");
  Evaluation first(Rules()), second(Rules());
  first.Bind(region, a.view());
  RecordView later = b.view();
  later.now = now;
  second.Bind(region, later);
  std::set<std::string> out;
  for (size_t i = 0; i < Rules().fields().size(); ++i) {
    const FieldDef& field = Rules().fields()[i];
    if (!ReadsGivenAlone(field)) continue;
    const cel::Value x = first.Field(static_cast<int>(i)), y = second.Field(static_cast<int>(i));
    if (x.kind() != y.kind() || !cel::Equals(x, y)) out.insert(field.name);
  }
  return out;
}

TEST(GivenValues, NoFieldOfThemChangesUnnoticed) {
  std::set<std::string> seen;
  for (size_t i = 0; i < ChangesOfGiven().size(); ++i) {
    Sample sample = Whole();
    GivenValues given;
    EXPECT_FALSE(given.AreStill(sample.view()));
    EXPECT_TRUE(given.AreStill(sample.view()));
    ChangesOfGiven()[i](sample);
    const std::set<std::string> differing = Differing(Whole(), sample, kNow);
    seen.insert(differing.begin(), differing.end());
    EXPECT_FALSE(given.AreStill(sample.view())) << "change " << i;
    EXPECT_TRUE(given.AreStill(sample.view())) << "change " << i;
  }
  // A field that is added to them is changed above, too.
  for (const FieldDef& field : Rules().fields()) {
    if (!field.standard || !ReadsGivenAlone(field)) continue;
    EXPECT_TRUE(seen.contains(field.name)) << field.name;
  }
}

TEST(GivenValues, WhatHappensChangesNoneOfThem) {
  for (size_t i = 0; i < ChangesByWhatHappens().size(); ++i) {
    Sample sample = Whole();
    GivenValues given;
    given.AreStill(sample.view());
    ChangesByWhatHappens()[i](sample);
    RecordView later = sample.view();
    later.now += 40 * kDay;
    EXPECT_TRUE(given.AreStill(later)) << "change " << i;
    EXPECT_EQ(Differing(Whole(), sample, later.now), std::set<std::string>()) << "change " << i;
  }
}

TEST(GivenValues, ARecordThatIsNotThereIsAnotherOne) {
  const Sample sample = Whole();
  GivenValues given;
  given.AreStill(sample.view());
  RecordView without = sample.view();
  without.account = nullptr;
  EXPECT_FALSE(given.AreStill(without));
  EXPECT_TRUE(given.AreStill(without));
  EXPECT_FALSE(given.AreStill(sample.view()));
  // A meaning of the view's own is compared with nothing.
  const domain::Meaning meaning;
  RecordView meant = sample.view();
  meant.meaning = &meaning;
  EXPECT_FALSE(given.AreStill(meant));
  EXPECT_FALSE(given.AreStill(meant));
  EXPECT_FALSE(given.AreStill(sample.view()));
}

}  // namespace
}  // namespace leadline::packs
