// Who is taken for whom when an enquiry comes in, by the packs that ship: what people share is no person.
#include <gmock/gmock.h>

#include "engine/merge/duplicates.h"
#include "engine/replay/timeline.h"
#include "tests/engine/people_fixture.h"

namespace leadline::engine {
namespace {

using domain::DuplicateVerdict;
using ::testing::HasSubstr;

constexpr char kSwitchboard[] = "+49 30 901820";
constexpr char kMobile[] = "+49 170 1234567";

class DifferentPeopleTest : public PeopleTest {
 protected:
  // Somebody at Klein Maschinenbau; what is not given is not known.
  static Enquiry At(std::string given, std::string family, std::string email, std::string phone = "",
                    std::string title = "") {
    Enquiry e;
    e.account.name = "Klein Maschinenbau GmbH";
    e.account.domain = "klein-maschinenbau.de";
    e.account.country = "DE";
    e.contact.given_name = std::move(given);
    e.contact.family_name = std::move(family);
    e.contact.email = std::move(email);
    e.contact.phone = std::move(phone);
    e.contact.title = std::move(title);
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }
  static Enquiry Alone(std::string given, std::string family, std::string email, std::string phone = "") {
    Enquiry e = At(std::move(given), std::move(family), std::move(email), std::move(phone));
    e.account = {};
    return e;
  }

  std::vector<DuplicateCandidate> DuplicatesOf(const domain::Contact& contact, int most = 10) {
    auto found = engine_->FindDuplicates({}, ContactName(contact), most);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : std::vector<DuplicateCandidate>();
  }
  DuplicateVerdict VerdictOn(const domain::Contact& one, const domain::Contact& other) {
    for (const DuplicateCandidate& candidate : DuplicatesOf(one, 100)) {
      if (candidate.name == ContactName(other)) return candidate.verdict;
    }
    return DuplicateVerdict::kDifferent;
  }
  // Two enquiries are of two people, at most possibly one, and the first keeps what is known of them. Either may be the
  // first.
  void ExpectTwoPeople(Enquiry one, Enquiry other) {
    one.contact.title = "Managing Director";
    other.contact.title = "Intern";
    const SubmitResult first = Take(one);
    clock_.Advance(kHour);
    const SubmitResult second = Take(other);
    ASSERT_NE(first.contact.id, second.contact.id);
    EXPECT_TRUE(second.contact_created);
    EXPECT_EQ(Stored(first.contact).title, "Managing Director");
    EXPECT_EQ(Stored(second.contact).title, "Intern");
    EXPECT_NE(VerdictOn(first.contact, second.contact), DuplicateVerdict::kMatch);
    EXPECT_NE(VerdictOn(second.contact, first.contact), DuplicateVerdict::kMatch);
  }
  void ExpectOnePerson(Enquiry one, Enquiry other) {
    const SubmitResult first = Take(std::move(one));
    clock_.Advance(kHour);
    const SubmitResult second = Take(std::move(other));
    EXPECT_EQ(first.contact.id, second.contact.id);
  }
};

TEST_F(DifferentPeopleTest, ColleaguesOnOneSwitchboard) {
  ExpectTwoPeople(At("Peter", "Huber", "", kSwitchboard), At("Anna", "Schmidt", "", kSwitchboard));
  ExpectTwoPeople(At("Jan", "Meier", "jan.meier@klein-maschinenbau.de", kSwitchboard),
                  At("Eva", "Roth", "eva.roth@klein-maschinenbau.de", kSwitchboard));
}

TEST_F(DifferentPeopleTest, ColleaguesWithOneMailboxOfARole) {
  ExpectTwoPeople(At("Peter", "Huber", "info@klein-maschinenbau.de"),
                  At("Anna", "Schmidt", "info@klein-maschinenbau.de"));
  ExpectTwoPeople(At("Jan", "Meier", "office@klein-maschinenbau.de", kSwitchboard),
                  At("Eva", "Roth", "office@klein-maschinenbau.de", kSwitchboard));
  ExpectTwoPeople(At("Lea", "Vogt", "sales.emea@klein-maschinenbau.de"),
                  At("Max", "Wolf", "sales.emea@klein-maschinenbau.de"));
}

TEST_F(DifferentPeopleTest, AMailboxThatNoListKnows) {
  ExpectTwoPeople(At("Peter", "Huber", "halle4@klein-maschinenbau.de"),
                  At("Anna", "Schmidt", "halle4@klein-maschinenbau.de"));
  ExpectTwoPeople(Alone("Peter", "Huber", "stammtisch@web.de"), Alone("Anna", "Schmidt", "stammtisch@web.de"));
}

TEST_F(DifferentPeopleTest, NearlyTheSameNameAtOneCompany) {
  ExpectTwoPeople(At("Martin", "Mueller", "martin.mueller@klein-maschinenbau.de"),
                  At("Martina", "Mueller", "martina.mueller@klein-maschinenbau.de"));
  ExpectTwoPeople(At("Peter", "Klein", "peter.klein@klein-maschinenbau.de", kSwitchboard),
                  At("Petra", "Klein", "petra.klein@klein-maschinenbau.de", kSwitchboard));
  ExpectTwoPeople(At("Paul", "Lang", ""), At("Paula", "Lang", ""));
}

TEST_F(DifferentPeopleTest, TheSameNameAtOneCompanyIsForAPersonToJudge) {
  const SubmitResult one = Take(At("Thomas", "Mueller", "thomas.mueller@klein-maschinenbau.de"));
  const SubmitResult two = Take(At("Thomas", "Mueller", "t.mueller2@klein-maschinenbau.de"));
  EXPECT_NE(one.contact.id, two.contact.id);
  EXPECT_EQ(VerdictOn(two.contact, one.contact), DuplicateVerdict::kPossible);
  bool told = false;
  for (const domain::Decision& decision : two.decisions) {
    told |= decision.kind == domain::DecisionKind::kDuplicates && decision.candidates.size() == 1 &&
            decision.candidates[0].record == ContactName(one.contact);
  }
  EXPECT_TRUE(told) << "the enquiry says that it may be the known one";
}

TEST_F(DifferentPeopleTest, ACouplesMobileAndAFax) {
  ExpectTwoPeople(Alone("Peter", "Klein", "", kMobile), Alone("Petra", "Klein", "", kMobile));
  ExpectTwoPeople(At("Paul", "Lang", "", "+49 171 7654321"), At("Paula", "Lang", "", "+49 171 7654321"));
  ExpectTwoPeople(At("Jan", "Meier", "jan.meier@klein-maschinenbau.de", "+49 30 90182999"),
                  At("Jana", "Meyer", "jana.meyer@klein-maschinenbau.de", "+49 30 90182999"));
}

TEST_F(DifferentPeopleTest, FreeMailIsNoCompany) {
  ExpectTwoPeople(Alone("Thomas", "Mueller", "thomas.mueller@gmail.com"),
                  Alone("Thomas", "Mueller", "tm1970@gmail.com"));
  const SubmitResult one = Take(Alone("Lena", "Sommer", "lena.sommer@gmx.de"));
  EXPECT_EQ(one.account.id, "");
  for (const DuplicateCandidate& candidate : DuplicatesOf(Take(Alone("Lena", "Sommer", "lena70@gmx.de")).contact)) {
    for (const domain::ComparisonResult& c : candidate.pair.comparisons) {
      if (c.field == "contact.email_domain") {
        EXPECT_EQ(c.level, "no value");
      }
    }
  }
}

TEST_F(DifferentPeopleTest, OnesOwnAddressOrNumberIsOneself) {
  ExpectOnePerson(At("Ana", "Silva", "ana@klein-maschinenbau.de"), At("", "", "ana@klein-maschinenbau.de"));
  ExpectOnePerson(Alone("", "", "bea@gmail.com"), Alone("", "", "Bea+news@gmail.com"));
  ExpectOnePerson(At("Carla", "Gomez", "carla@klein-maschinenbau.de"),
                  At("Carla", "Gomez Ruiz", "carla@klein-maschinenbau.de"));
  ExpectOnePerson(At("Dora", "Weiss", "", "+49 172 1111111"), At("Dora", "Weiss", "", "0172 1111111"));
  Enquiry abroad = Alone("", "", "ana@klein-maschinenbau.de");
  abroad.contact.country = "ES";
  ExpectOnePerson(At("Ana", "Silva", "ana@klein-maschinenbau.de"), abroad);
}

// Nobody is named, so that both are the mailbox itself: it is not made again with each enquiry.
TEST_F(DifferentPeopleTest, AMailboxOfARoleThatNamesNobodyIsOneContact) {
  ExpectOnePerson(At("", "", "info@klein-maschinenbau.de"), At("", "", "info@klein-maschinenbau.de"));
  const SubmitResult named = Take(At("Peter", "Huber", "info@klein-maschinenbau.de"));
  EXPECT_TRUE(named.contact_created);
  const SubmitResult again = Take(At("", "", "info@klein-maschinenbau.de"));
  EXPECT_FALSE(again.contact_created);
  EXPECT_NE(again.contact.id, named.contact.id);
}

// The person whose address two people have comes again: it is still theirs, by the name.
TEST_F(DifferentPeopleTest, WithTheNameASharedAddressIsOnesOwn) {
  const SubmitResult peter = Take(At("Peter", "Huber", "halle4@klein-maschinenbau.de"));
  const SubmitResult anna = Take(At("Anna", "Schmidt", "halle4@klein-maschinenbau.de"));
  ASSERT_NE(peter.contact.id, anna.contact.id);
  EXPECT_EQ(Take(At("Peter", "Huber", "halle4@klein-maschinenbau.de")).contact.id, peter.contact.id);
  EXPECT_EQ(Take(At("Anna", "Schmidt", "halle4@klein-maschinenbau.de")).contact.id, anna.contact.id);
  EXPECT_TRUE(Take(At("", "", "halle4@klein-maschinenbau.de")).contact_created) << "whose it is nobody knows";
}

TEST_F(DifferentPeopleTest, ANumberOfFortyPeopleWeighsLittle) {
  const SubmitResult first = Take(At("Peter", "Huber", "", kSwitchboard));
  const auto weight_of_number = [&](int have_it) {
    for (const DuplicateCandidate& candidate : DuplicatesOf(first.contact, 100)) {
      for (const domain::ComparisonResult& c : candidate.pair.comparisons) {
        if (c.field != "contact.phone") continue;
        if (have_it > 1) {
          EXPECT_THAT(c.note, HasSubstr(fmt::format("{} have it", have_it)));
        }
        return domain::PairOfLevels(holder_->Get()->rules->ForRegion("").matching, domain::RecordKind::kContact,
                                    std::vector<int64_t>{0, 0, c.reached}, {{}, std::vector<int64_t>{0, 0, c.records}})
            .comparisons[2]
            .weight;
      }
    }
    return 0.0;
  };
  Take(At("Anna", "Schmidt", "", kSwitchboard));
  const double alone = weight_of_number(1);
  for (int i = 0; i < 39; ++i) {
    Take(At(fmt::format("{}na", static_cast<char>('B' + i % 20)),
            fmt::format("{}ohm{}", static_cast<char>('F' + i % 17), i), "", kSwitchboard));
  }
  EXPECT_NEAR(weight_of_number(40), alone - std::log2(40), 1e-9);
  const SubmitResult same_name = Take(At("Peter", "Huber", "", kSwitchboard));
  EXPECT_NE(same_name.contact.id, first.contact.id) << "a number of so many is nobody's own, also with the name";
}

TEST_F(DifferentPeopleTest, WeightsAddUp) {
  Take(At("Peter", "Huber", "peter.huber@klein-maschinenbau.de", kSwitchboard));
  Take(At("Petra", "Huber", "petra.huber@klein-maschinenbau.de", kSwitchboard));
  const SubmitResult third = Take(At("Pauline", "Huber", "p.huber@klein-maschinenbau.de", kSwitchboard));
  const double prior = holder_->Get()->rules->ForRegion("").matching.prior;
  const auto found = DuplicatesOf(third.contact);
  ASSERT_GE(found.size(), 2u);
  for (const DuplicateCandidate& candidate : found) {
    double sum = std::log2(prior / (1 - prior));
    int positive_of_company = 0;
    for (const domain::ComparisonResult& c : candidate.pair.comparisons) {
      sum += c.weight;
      const bool of_company = c.field == "contact.email_domain" || c.field == "account.name" ||
                              c.field == "account.domain" || c.field == "contact.phone" || c.field == "contact.email";
      if (of_company && c.weight > 0) ++positive_of_company;
    }
    EXPECT_DOUBLE_EQ(sum, candidate.pair.weight) << candidate.display_name;
    EXPECT_EQ(positive_of_company, 1) << candidate.display_name << ": one fact counts once";
  }
}

// What was counted then is kept: by it the decision comes to the same weight, whatever came since.
TEST_F(DifferentPeopleTest, ADecisionIsExplainedByTheCountsOfItsTime) {
  for (int i = 0; i < 5; ++i) {
    Take(At(fmt::format("{}na", static_cast<char>('B' + i)), fmt::format("{}ohm", static_cast<char>('F' + i)), "",
            kSwitchboard));
  }
  const SubmitResult taken = Take(At("Bena", "Fohm", "", kSwitchboard));
  for (int i = 5; i < 9; ++i) {
    Take(At(fmt::format("{}na", static_cast<char>('B' + i)), fmt::format("{}ohm", static_cast<char>('F' + i)), "",
            kSwitchboard));
  }
  int counted = 0;
  TimelineRequest request{LeadName(taken.lead), "", 1000, true};
  const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
    if (!entry.event.decision || entry.event.decision->kind != domain::DecisionKind::kMatchContact) return true;
    EXPECT_EQ(entry.replay_note, "the values that were compared are not kept, the levels that they reached are");
    for (const domain::Reason& reason : entry.decision->reasons) {
      for (const domain::Evidence& evidence : reason.evidence) {
        if (evidence.field == "contact.phone" && evidence.value.find("5 have it") != std::string::npos) ++counted;
      }
    }
    return true;
  });
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_GE(counted, 1);
}

// The same people and companies in another order, by other ids: an enquiry finds the same, and as likely.
TEST_F(DifferentPeopleTest, WhomAnEnquiryFindsDoesNotDependOnWhoCameFirst) {
  std::vector<Enquiry> enquiries;
  for (int i = 0; i < 30; ++i) {
    Enquiry e = At(fmt::format("{}ara{}", static_cast<char>('A' + i % 7), i % 4), fmt::format("M{}ller", i % 3), "",
                   i % 2 == 0 ? kSwitchboard : "");
    if (i % 3 == 0) e.contact.email = fmt::format("p{}@klein-maschinenbau.de", i);
    if (i % 5 == 0) e.account = {.name = "Gross AG", .domain = "gross.ch", .country = "CH"};
    e.created_at = clock_.Now() - (i + 1) * kHour;
    enquiries.push_back(std::move(e));
  }
  int orders = 0;
  const auto found = [&](const std::vector<Enquiry>& order) {
    CallContext own;
    own.tenant = fmt::format("order{}", ++orders);
    for (const Enquiry& e : order) EXPECT_TRUE(Submit(e, own).ok());
    DuplicateQuery query;
    query.contact.emplace(domain::Contact{
        .given_name = "Bara1", .family_name = "M1ller", .email = "p9@klein-maschinenbau.de", .phone = kSwitchboard});
    query.account.emplace(domain::Account{.name = "Klein Maschinenbau", .domain = "klein-maschinenbau.de"});
    const auto candidates = FindDuplicates(options_, own, std::move(query), 100);
    EXPECT_TRUE(candidates.ok()) << candidates.status();
    std::vector<std::string> out;
    for (const DuplicateCandidate& candidate : *candidates) {
      out.push_back(fmt::format("{} {:.9f} {}", candidate.display_name, candidate.pair.weight,
                                static_cast<int>(candidate.verdict)));
    }
    return out;
  };
  // Everybody is somebody else: who is joined to whom would be a matter of order, too.
  for (size_t i = 0; i < enquiries.size(); ++i) enquiries[i].contact.family_name += fmt::format("{}", i);
  const std::vector<std::string> forwards = found(enquiries);
  EXPECT_GE(forwards.size(), 5u);
  std::reverse(enquiries.begin(), enquiries.end());
  EXPECT_EQ(found(enquiries), forwards);
  std::rotate(enquiries.begin(), enquiries.begin() + 11, enquiries.end());
  EXPECT_EQ(found(enquiries), forwards);
}

}  // namespace
}  // namespace leadline::engine
