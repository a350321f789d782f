// What bulk work decides is kept exactly as what a request decides, although nobody is told of it in words.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class BulkDecisionsTest : public EngineTest {
 protected:
  Enquiry Of(const std::string& who, int kind) {
    Enquiry e = HotEnquiry();
    e.account.name = "Talleres " + who;
    e.account.domain = who + "-talleres.es";
    e.contact.email = "jefe@" + who + "-talleres.es";
    e.contact.given_name = who;
    e.contact.family_name = who + "ez";
    e.created_at = clock_.Now() - (kind % 3) * 200 * kDay;
    e.contact.title = kind % 2 == 0 ? "Director de compras" : "Estudiante";
    for (int i = 0; i < kind; ++i) {
      e.activities.push_back(Did(i % 2 == 0 ? "website" : "email", i % 2 == 0 ? "high" : "low",
                                 i % 3 == 0 ? "download" : "click", e.created_at + (i + 1) * 20 * kDay));
    }
    std::erase_if(e.activities, [&](const domain::Activity& a) { return a.time > clock_.Now(); });
    return e;
  }

  // The lead's history without what names this lead or this moment, and whose turn it was.
  std::vector<std::string> Told(const std::string& lead) {
    std::vector<std::string> told;
    const auto history = History("leads/" + lead);
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      std::string line = std::to_string(event.payload.index());
      if (event.decision.has_value()) {
        const domain::StoredDecision& d = *event.decision;
        line += fmt::format(" kind {} field {} outcome {} central {}", static_cast<int>(d.kind), d.field,
                            d.outcome.starts_with("reps/") ? "a rep" : d.outcome, d.central_only);
        for (const domain::FiredRule& rule : d.rules) {
          line += fmt::format(" [{} {} {} {}]", rule.rule_id, rule.layer, rule.failed, rule.points);
        }
        for (const domain::PluginAnswer& answer : d.answers) {
          line += fmt::format(" <{} {} {}>", answer.plugin, answer.number, answer.failed);
        }
        line += fmt::format(" candidates {} passed over {}", d.candidates.size(), d.passed_over.size());
      }
      told.push_back(std::move(line));
    }
    return told;
  }
};

TEST_F(BulkDecisionsTest, AnImportedRowIsKeptAsASubmittedEnquiryIs) {
  int timed = 0;
  for (int kind = 0; kind < 6; ++kind) {
    const auto submitted = Submit(Of("uno" + std::to_string(kind), kind));
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    ASSERT_FALSE(submitted->decisions.empty());
    EXPECT_FALSE(submitted->decisions.front().summary.empty());
    ImportRow row;
    row.row = kind + 1;
    row.enquiry = Of("dos" + std::to_string(kind), kind);
    const auto imported = Import("list", {row});
    ASSERT_TRUE(imported.ok()) << imported.status();
    ASSERT_EQ(imported->created, 1);
    std::string other;
    for (const domain::Lead& lead : NewestLeads()) other = std::max(other, lead.id);
    ASSERT_NE(other, submitted->lead.id);
    EXPECT_EQ(Told(other), Told(submitted->lead.id)) << "kind " << kind;
    EXPECT_EQ(engine_->GetLead({}, "leads/" + other)->next_decision_at, submitted->lead.next_decision_at) << kind;
    timed += submitted->lead.next_decision_at != 0 ? 1 : 0;
  }
  EXPECT_GE(timed, 2);
}

}  // namespace
}  // namespace leadline::engine
