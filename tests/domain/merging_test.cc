#include "domain/history/merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "domain/history/record_fields.h"

namespace leadline::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

MergePolicy Rules(std::vector<SurvivorshipRule> rules) { return {std::move(rules)}; }

// Fields that were changed.
std::vector<FieldChange> Merge(const MergePolicy& policy, const Account& absorbed, Account& survivor) {
  return MergeFields(policy, absorbed, survivor).changed;
}
std::vector<FieldChange> Merge(const MergePolicy& policy, const Contact& absorbed, Contact& survivor) {
  return MergeFields(policy, absorbed, survivor).changed;
}
std::vector<FieldChange> Merge(const MergePolicy& policy, const Lead& absorbed, Lead& survivor) {
  return MergeFields(policy, absorbed, {}, survivor).changed;
}

TEST(MergeFieldsTest, ATextThatIsNoNumberNeverTakesANumbersPlace) {
  MergePolicy policy{.rules = {{"*", Survivorship::kMostRecent}}};
  Contact number{.phone = "+34912345678", .value_times = {.first = 1}};
  Contact text{.phone = "n/a", .value_times = {.first = 2}};
  Contact survivor = number;
  Merge(policy, text, survivor);
  EXPECT_EQ(survivor.phone, "+34912345678");
  survivor = text;
  Merge(policy, number, survivor);
  EXPECT_EQ(survivor.phone, "+34912345678");
}

TEST(MergeFieldsTest, DigitsThatAreTooFewForTheirCountryNeverTakeANumbersPlace) {
  const MergePolicy policy{.rules = {{"*", Survivorship::kMostRecent}}};
  const Contact number{.phone = "+34912345678", .country = "ES", .value_times = {.first = 1}};
  for (const char* digits : {"+34 912 345 67", "912 345 67"}) {
    const Contact text{.phone = digits, .country = "ES", .value_times = {.first = 2}};
    Contact survivor = number;
    Merge(policy, text, survivor);
    EXPECT_EQ(survivor.phone, "+34912345678") << digits;
    survivor = text;
    Merge(policy, number, survivor);
    EXPECT_EQ(survivor.phone, "+34912345678") << digits;
  }
  Contact newer{.phone = "+34 600 123 456", .country = "ES", .value_times = {.first = 2}};
  Contact survivor = number;
  Merge(policy, newer, survivor);
  EXPECT_EQ(survivor.phone, newer.phone);
}

TEST(MergeFieldsTest, EmptyFieldsAreFilledAndNothingElseChanges) {
  Contact survivor{.id = "s", .email = "ana@acme.es", .status = "mql", .created_at = 5, .updated_at = 7, .version = 3};
  Contact absorbed{.id = "a",
                   .account_id = "acc",
                   .given_name = "Ana",
                   .email = "other@acme.es",
                   .phone = "+34912345678",
                   .status = "customer",
                   .created_at = 9,
                   .updated_at = 99,
                   .version = 8};
  auto images = Merge({}, absorbed, survivor);
  EXPECT_EQ(survivor.given_name, "Ana");
  EXPECT_EQ(survivor.phone, "+34912345678");
  EXPECT_EQ(survivor.account_id, "acc");
  EXPECT_EQ(survivor.email, "ana@acme.es");
  EXPECT_EQ(survivor.id, "s");
  EXPECT_EQ(survivor.status, "mql");
  EXPECT_EQ(survivor.created_at, 5);
  EXPECT_EQ(survivor.updated_at, 7);
  EXPECT_EQ(survivor.version, 3);
  EXPECT_EQ(images.size(), 3U);
}

TEST(MergeFieldsTest, EachWayToSurvive) {
  Account survivor{.name = "Acme", .country = "ES", .industry = "software", .value_times = {.first = 1}};
  Account absorbed{.name = "Acme Iberia", .country = "PT", .industry = "retail", .value_times = {.first = 2}};
  MergePolicy policy =
      Rules({{"name", Survivorship::kLongest}, {"country", Survivorship::kMostRecent}, {"*", Survivorship::kSurvivor}});
  Merge(policy, absorbed, survivor);
  EXPECT_EQ(survivor.name, "Acme Iberia");
  EXPECT_EQ(survivor.country, "PT");
  EXPECT_EQ(survivor.industry, "software");
}

TEST(MergeFieldsTest, TheRestsRuleComesAfterTheFieldsOwn) {
  Account survivor{.name = "Acme", .country = "ES", .value_times = {.first = 1}};
  Account absorbed{.name = "Zenith", .country = "PT", .value_times = {.first = 2}};
  Merge(Rules({{"*", Survivorship::kMostRecent}, {"name", Survivorship::kSurvivor}}), absorbed, survivor);
  EXPECT_EQ(survivor.name, "Acme");
  EXPECT_EQ(survivor.country, "PT");
}

TEST(MergeFieldsTest, TheOlderNeverReplacesAndEmptyNeverWins) {
  Account survivor{.name = "Acme", .country = "ES", .value_times = {.first = 2}};
  Account absorbed{.name = "Zenith", .value_times = {.first = 1}};
  EXPECT_THAT(Merge(Rules({{"*", Survivorship::kMostRecent}}), absorbed, survivor), IsEmpty());
  absorbed.value_times.first = 3;
  Merge(Rules({{"*", Survivorship::kMostRecent}}), absorbed, survivor);
  EXPECT_EQ(survivor.name, "Zenith");
  EXPECT_EQ(survivor.country, "ES");
}

TEST(MergeFieldsTest, BuyingGroupsAreJoinedUnlessThePolicySaysOtherwise) {
  Lead survivor{.contacts = {{"c1", "enquirer"}, {"c2", "user"}}, .products = {"crm"}};
  Lead absorbed{.contacts = {{"c2", "decision_maker"}, {"c3", "payer"}}, .products = {"erp", "crm"}};
  Lead plain = survivor;
  Merge({}, absorbed, plain);
  EXPECT_THAT(plain.contacts,
              ElementsAre(ContactRole{"c1", "enquirer"}, ContactRole{"c2", "user"}, ContactRole{"c3", "payer"}));
  EXPECT_THAT(plain.products, ElementsAre("crm", "erp"));
  Lead strict = survivor;
  Merge(Rules({{"*", Survivorship::kSurvivor}}), absorbed, strict);
  EXPECT_EQ(strict, survivor);
}

TEST(MergeFieldsTest, TheEarlierCreationStands) {
  Lead survivor{.created_at = 10};
  Lead absorbed{.created_at = 4};
  const auto images = Merge({}, absorbed, survivor);
  EXPECT_EQ(survivor.created_at, 4);
  EXPECT_THAT(images, Contains(::testing::Field(&FieldChange::field, "created_at")));
}

TEST(MergeFieldsTest, TheLaterHandlingStands) {
  Contact survivor{.handled_at = 4};
  const Contact absorbed{.handled_at = 9};
  EXPECT_THAT(Merge({}, absorbed, survivor), Contains(::testing::Field(&FieldChange::field, "handled_at")));
  EXPECT_EQ(survivor.handled_at, 9);
  Lead newer{.handled_at = 9};
  EXPECT_THAT(Merge({}, Lead{.handled_at = 4}, newer), IsEmpty());
  EXPECT_EQ(newer.handled_at, 9);
}

TEST(MergeFieldsTest, Attributes) {
  Contact survivor{.attributes = {{"budget", 5.0}, {"tags", std::vector<std::string>{"a"}}, {"note", std::string()}}};
  Contact absorbed{.attributes = {{"budget", 9.0},
                                  {"tags", std::vector<std::string>{"a", "b"}},
                                  {"note", std::string("call")},
                                  {"new", true},
                                  {"nothing", std::monostate()}},
                   .value_times = {.first = 1}};
  const auto images = Merge(Rules({{"attributes.budget", Survivorship::kMostRecent}}), absorbed, survivor);
  EXPECT_EQ(survivor.attributes.at("budget"), AttributeValue(9.0));
  EXPECT_EQ(survivor.attributes.at("tags"), AttributeValue(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(survivor.attributes.at("note"), AttributeValue(std::string("call")));
  EXPECT_EQ(survivor.attributes.at("new"), AttributeValue(true));
  EXPECT_FALSE(survivor.attributes.contains("nothing"));
  EXPECT_EQ(images.size(), 4U);
}

// The date of each value decides, not that of the record; and goes with the value.
TEST(MergeFieldsTest, EachValueHasADateOfItsOwn) {
  const MergePolicy policy = Rules({{"*", Survivorship::kMostRecent}});
  Contact survivor{.title = "Buyer", .language = "es", .country = "ES", .value_times = {.first = 5}};
  survivor.value_times.later = {{"title", 30}};
  Contact absorbed{.title = "CEO", .language = "pt", .country = "ES", .value_times = {.first = 20}};
  const FieldMerge merge = MergeFields(policy, absorbed, survivor);
  EXPECT_EQ(survivor.title, "Buyer");
  EXPECT_EQ(survivor.language, "pt");
  EXPECT_THAT(merge.changed, ElementsAre(FieldChange{"language", "ses", "spt"}));
  EXPECT_THAT(merge.times, ElementsAre(ValueTime{"language", 20}, ValueTime{"country", 20})) << "both say the country";
  Lead lead{.language = "es"};
  const FieldTimes times{.absorbed = {.first = 9, .later = {{"language", 1}}}, .survivor = {.first = 2}};
  EXPECT_THAT(MergeFields(policy, Lead{.language = "pt"}, times, lead).changed, IsEmpty());
}

TEST(DiffFieldsTest, EachChangedFieldAsImages) {
  Lead before{.source = "web", .products = {"crm"}, .attributes = {{"budget", 5.0}, {"gone", std::string("x")}}};
  Lead after = before;
  after.source = "event";
  after.value = Money{"EUR", 2'500'000};
  after.probability = 0.25;
  after.products.push_back("erp");
  after.attributes = {{"budget", 6.0}, {"added", true}};
  after.status = "mql";
  after.version = 9;
  after.updated_at = 4;
  EXPECT_THAT(DiffFields(before, after),
              ElementsAre(FieldChange{"source", "sweb", "sevent"}, FieldChange{"products", "l3:crm", "l3:crm3:erp"},
                          FieldChange{"value", "-", "m2500000:EUR"}, FieldChange{"probability", "d0x0p+0", "d0x1p-2"},
                          FieldChange{"attributes.added", "-", "b1"},
                          FieldChange{"attributes.budget", "d0x1.4p+2", "d0x1.8p+2"},
                          FieldChange{"attributes.gone", "sx", "-"}));
  EXPECT_THAT(DiffFields(after, after), IsEmpty());
}

TEST(DiffFieldsTest, AccountsAndContacts) {
  EXPECT_THAT(DiffFields(Account{}, Account{.name = "Acme", .employees = 12}),
              ElementsAre(FieldChange{"name", "s", "sAcme"}, FieldChange{"employees", "i0", "i12"}));
  EXPECT_THAT(DiffFields(Contact{.marketable = true}, Contact{}), ElementsAre(FieldChange{"marketable", "b1", "b0"}));
}

// Random records: often empty fields, few different values, attributes of every kind.
class Records {
 public:
  explicit Records(uint64_t seed) : random_(seed) {}

  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  std::string Text() {
    return Pick(3) == 0 ? "" : std::string(static_cast<size_t>(1 + Pick(5)), static_cast<char>('a' + Pick(3)));
  }
  std::vector<std::string> List() {
    std::vector<std::string> list;
    for (int i = Pick(4); i > 0; --i) list.push_back(Text());
    return list;
  }
  AttributeValue Value() {
    switch (Pick(6)) {
      case 0:
        return Text();
      case 1:
        return Pick(10) / 3.0;
      case 2:
        return Pick(2) == 0;
      case 3:
        return Moment{Pick(100)};
      case 4:
        return List();
      default:
        return std::monostate();
    }
  }
  Attributes SomeAttributes() {
    Attributes attributes;
    for (int i = Pick(5); i > 0; --i) attributes[std::string(1, static_cast<char>('p' + Pick(5)))] = Value();
    return attributes;
  }
  MergePolicy Policy() {
    MergePolicy policy;
    for (const char* field : {"name", "contacts", "attributes.p", "email", "value", "*"}) {
      if (Pick(2) == 0) policy.rules.push_back({field, static_cast<Survivorship>(Pick(4))});
    }
    return policy;
  }
  void Make(Account& a) {
    a = {.id = Text(),
         .name = Text(),
         .domain = Text(),
         .country = Text(),
         .region = Text(),
         .industry = Text(),
         .employees = Pick(3),
         .owner = Text(),
         .attributes = SomeAttributes(),
         .created_at = Pick(5),
         .updated_at = Pick(5),
         .version = Pick(5)};
  }
  void Make(Contact& c) {
    c = {.id = Text(),
         .account_id = Text(),
         .given_name = Text(),
         .family_name = Text(),
         .email = Text(),
         .phone = Text(),
         .title = Text(),
         .language = Text(),
         .country = Text(),
         .status = Text(),
         .marketable = Pick(2) == 0,
         .attributes = SomeAttributes(),
         .created_at = Pick(5),
         .updated_at = Pick(5),
         .version = Pick(5)};
  }
  void Make(Lead& l) {
    l = {.id = Text(),
         .account_id = Text(),
         .source = Text(),
         .region = Text(),
         .country = Text(),
         .language = Text(),
         .products = List(),
         .probability = Pick(3) / 2.0,
         .purchased = Pick(2) == 0,
         .status = Text(),
         .attributes = SomeAttributes(),
         .created_at = Pick(5),
         .updated_at = Pick(5)};
    for (int i = Pick(4); i > 0; --i) l.contacts.push_back({"c" + std::to_string(i), Text()});
    if (Pick(2) == 0) l.value = Money{Text(), Pick(3)};
  }

 private:
  std::mt19937_64 random_;
};

template <typename Record>
void MergeTwice(uint64_t seed) {
  Records records(seed);
  for (int round = 0; round < 1500; ++round) {
    Record survivor;
    Record absorbed;
    records.Make(survivor);
    records.Make(absorbed);
    const Record original = survivor;
    MergePolicy policy = records.Policy();
    const auto images = Merge(policy, absorbed, survivor);
    EXPECT_EQ(DiffFields(original, survivor).size() >= 1 || images.empty(), true);
    // The images lead there, and back.
    Record there = original;
    for (const FieldChange& image : images) ASSERT_TRUE(SetField(image, there)) << image.field;
    EXPECT_EQ(there, survivor);
    for (const FieldChange& image : images) {
      ASSERT_TRUE(SetField({image.field, image.after, image.before}, there)) << image.field;
    }
    EXPECT_EQ(there, original);
    // The same again gives the same; and a merge with itself changes nothing.
    Record again = original;
    EXPECT_EQ(Merge(policy, absorbed, again), images);
    Record self = original;
    Merge(policy, original, self);
    EXPECT_EQ(DiffFields(original, self).size(), 0U);
  }
}

TEST(MergeProperty, ImagesOfAccounts) { MergeTwice<Account>(61); }
TEST(MergeProperty, ImagesOfContacts) { MergeTwice<Contact>(62); }
TEST(MergeProperty, ImagesOfLeads) { MergeTwice<Lead>(63); }

}  // namespace
}  // namespace leadline::domain
