// What a lead's explanation says, and that asking changes nothing.
#include <gmock/gmock.h>

#include "domain/history/stored_decision.h"
#include "engine/explain/explanation.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using domain::ConditionPart;
using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ExplainTest : public EngineTest {
 protected:
  // A clerk in Germany who looked at a page: an inquiry.
  static Enquiry WeakEnquiry() {
    Enquiry e;
    e.account.name = "Beispiel Handel GmbH";
    e.account.domain = "beispiel-handel.de";
    e.account.country = "DE";
    e.contact.given_name = "Jan";
    e.contact.family_name = "Vogel";
    e.contact.email = "jan.vogel@beispiel-handel.de";
    e.contact.title = "Sachbearbeiter Einkauf";
    e.contact.language = "de";
    e.source = "website";
    e.activities = {Did("website", "low", "visit")};
    return e;
  }

  std::string NewLead(Enquiry enquiry) {
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? LeadName(submitted->lead) : "";
  }

  ExplainedLead Explained(const std::string& name, ExplainRequest request = {}) {
    request.name = name;
    auto explained = engine_->ExplainLead({}, request);
    EXPECT_TRUE(explained.ok()) << explained.status();
    return explained.ok() ? *std::move(explained) : ExplainedLead{};
  }

  static const Decision& Of(const ExplainedLead& explained, DecisionKind kind) {
    for (const Decision& decision : explained.decisions) {
      if (decision.kind == kind) return decision;
    }
    ADD_FAILURE() << "no such decision";
    return explained.decisions.front();
  }

  static Reason RuleIn(const std::vector<Reason>& reasons, const std::string& id) {
    for (const Reason& reason : reasons) {
      if (reason.rule_id == id) return reason;
    }
    ADD_FAILURE() << "no reason for " << id;
    return {};
  }
};

TEST_F(ExplainTest, EveryRuleOfTheScoreIsThereWithItsParts) {
  const ExplainedLead explained = Explained(NewLead(HotEnquiry()));
  const Decision& score = Of(explained, DecisionKind::kScore);
  const auto& policy = BuildOnce()->rules->ForRegion("emea").scoring;
  double points = 0;
  for (const Reason& reason : score.reasons) {
    if (reason.outcome == ReasonOutcome::kFired) points += reason.points;
  }
  EXPECT_NEAR(points, explained.score.total, 1e-6);
  for (const auto& rule : policy.rules) {
    const Reason reason = RuleIn(score.reasons, rule.id);
    // What a region sets for a central rule shares the rule's condition; each rule here has one.
    ASSERT_FALSE(reason.parts.empty()) << rule.id;
    EXPECT_EQ(reason.parts.front().value == ConditionPart::Truth::kTrue, reason.outcome == ReasonOutcome::kFired)
        << rule.id;
    EXPECT_THAT(reason.parts.front().source, HasSubstr("scoring.yaml:")) << rule.id;
  }
  for (const auto& matrix : policy.matrices) RuleIn(score.reasons, matrix.id);

  const Reason director = RuleIn(score.reasons, "title.director");
  ASSERT_EQ(director.parts.size(), 1u);
  EXPECT_EQ(director.parts[0].text, "contact.seniority == \"director\"");
  EXPECT_EQ(director.parts[0].needed, "director");
  EXPECT_TRUE(director.parts[0].decisive);
  EXPECT_EQ(director.message, "contact.seniority = manager, needed: director");
  EXPECT_EQ(RuleIn(score.reasons, "form.demo_request").message,
            "no activity meets its condition; the nearest is website / high / contact_me: activity.response = "
            "contact_me, needed: demo_request");
}

TEST_F(ExplainTest, ConditionsKeepTheirShape) {
  const ExplainedLead explained = Explained(NewLead(WeakEnquiry()));
  const Decision& status = Of(explained, DecisionKind::kStatus);
  EXPECT_EQ(status.outcome, "inquiry");
  EXPECT_THAT(status.summary, HasSubstr("inquiry: none of the 3 rules that move it from there holds"));
  const Reason to_mql = RuleIn(status.reasons, "engaged.to_mql");
  EXPECT_EQ(to_mql.target, "mql");
  EXPECT_EQ(to_mql.outcome, ReasonOutcome::kNotFired);
  ASSERT_EQ(to_mql.parts.size(), 3u);
  EXPECT_EQ(to_mql.parts[0].kind, ConditionPart::Kind::kAny);
  EXPECT_EQ(to_mql.parts[1].depth, 1);
  EXPECT_EQ(to_mql.parts[2].needed, "true");
  EXPECT_EQ(to_mql.message, "score.qualified = false, needed: true, or record.contact_requested = false, needed: true");
  // Of an `and` only what failed is decisive; a `!` is part of its test.
  const Reason to_maql = RuleIn(status.reasons, "inquiry.to_maql");
  ASSERT_EQ(to_maql.parts.size(), 4u);
  EXPECT_TRUE(to_maql.parts[1].decisive);
  EXPECT_EQ(to_maql.parts[1].text, "score.warm");
  EXPECT_EQ(to_maql.parts[2].text, "!score.qualified");
  EXPECT_EQ(to_maql.parts[2].value, ConditionPart::Truth::kTrue);
  EXPECT_FALSE(to_maql.parts[2].decisive);
  // One rule for two triggers is told once.
  std::vector<std::string> triggers;
  for (const auto& e : to_maql.evidence) {
    if (e.field == "trigger") triggers.push_back(e.value);
  }
  EXPECT_THAT(triggers, ElementsAre("activity", "rescore", "merge"));
}

TEST_F(ExplainTest, WhyNotAStatusSaysHowManyPointsAreMissing) {
  ExplainRequest request;
  request.why_not_status = "mql";
  const ExplainedLead explained = Explained(NewLead(WeakEnquiry()), request);
  ASSERT_EQ(explained.why_not.size(), 1u);
  const WhyNot& why = explained.why_not[0];
  EXPECT_FALSE(why.reached);
  EXPECT_THAT(why.path, ElementsAre("inquiry", "mql"));
  EXPECT_NEAR(why.points_short, 100 - explained.score.central, 1e-6);
  EXPECT_THAT(why.answer, AllOf(HasSubstr("no rule moves it from inquiry to mql: engaged.to_mql on activity"),
                                HasSubstr("points short"), HasSubstr("People may: set.mql (transition)")));
  ASSERT_GT(why.possible_points.size(), 5u);
  EXPECT_EQ(why.possible_points[0].rule_id, "form.contact_me");
  for (size_t i = 1; i < why.possible_points.size(); ++i) {
    EXPECT_GE(why.possible_points[i - 1].points, why.possible_points[i].points);
    EXPECT_EQ(why.possible_points[i].layer, "central");  // the bar looks at the central score alone
  }
}

TEST_F(ExplainTest, WhyNotAStatusFurtherOnNamesTheWay) {
  ExplainRequest request;
  request.why_not_status = "sal";
  const WhyNot why = Explained(NewLead(WeakEnquiry()), request).why_not.at(0);
  EXPECT_THAT(why.path, ElementsAre("inquiry", "mql", "sal"));
  EXPECT_THAT(why.answer, HasSubstr("the shortest way is inquiry > mql > sal"));
  EXPECT_EQ(RuleIn(why.reasons, "mql.accepted").target, "sal");
  request.why_not_status = "inquiry";
  EXPECT_TRUE(Explained(NewLead(WeakEnquiry()), request).why_not.at(0).reached);
  request.why_not_status = "raw";
  const WhyNot back = Explained(NewLead(WeakEnquiry()), request).why_not.at(0);
  EXPECT_EQ(back.answer, "no transitions lead from inquiry to raw");
  EXPECT_THAT(back.path, IsEmpty());
}

TEST_F(ExplainTest, TheRouteIsThePreviewsAndEveryRouteSaysWhyNot) {
  const std::string name = NewLead(HotEnquiry());
  const auto preview = engine_->PreviewRoute({}, name);
  ASSERT_TRUE(preview.ok()) << preview.status();
  const Decision route = Of(Explained(name), DecisionKind::kRoute);
  EXPECT_EQ(route.outcome, preview->decision.outcome);
  EXPECT_THAT(route.summary, HasSubstr(preview->decision.summary));
  const auto& policy = BuildOnce()->rules->ForRegion("emea").routing;
  ASSERT_EQ(route.reasons.size(), policy.routes.size());
  for (size_t i = 0; i < policy.routes.size(); ++i) EXPECT_EQ(route.reasons[i].rule_id, policy.routes[i].id);
  const Reason fast = RuleIn(route.reasons, "emea.fast_lane");
  EXPECT_EQ(fast.outcome, ReasonOutcome::kFired);
  EXPECT_EQ(fast.target, "reps/emea-tom-hughes");
  ASSERT_EQ(fast.evidence.size(), 1u);
  EXPECT_EQ(fast.evidence[0].field, "reps/emea-lena-fischer");
  EXPECT_EQ(fast.evidence[0].value, "speaks de, en, fr, not es");
  EXPECT_EQ(RuleIn(route.reasons, "emea.fast_lane.territory").message,
            "not asked, because emea.fast_lane decided before it");
  // A central route that the region made tighter says who wrote which part.
  const Reason owner = RuleIn(route.reasons, "account_owner");
  ASSERT_EQ(owner.parts.size(), 3u);
  EXPECT_EQ(owner.parts[1].layer, "central");
  EXPECT_EQ(owner.parts[2].layer, "emea");
  EXPECT_THAT(owner.parts[2].source, HasSubstr("regions/emea/routing.yaml:"));
}

TEST_F(ExplainTest, WhyNotARouteAndWhyNotARep) {
  const std::string name = NewLead(HotEnquiry());
  ExplainRequest request;
  request.why_not_route = "emea.hot";
  request.why_not_rep = "emea-lena-fischer";
  ExplainedLead explained = Explained(name, request);
  ASSERT_EQ(explained.why_not.size(), 2u);
  EXPECT_THAT(explained.why_not[0].answer, AllOf(HasSubstr("its condition does not hold: score.central = "),
                                                 HasSubstr("needed: at least 130"), HasSubstr("emea.fast_lane")));
  EXPECT_GT(explained.why_not[0].points_short, 0);
  EXPECT_EQ(explained.why_not[1].answer, "emea.fast_lane considers Lena Fischer: speaks de, en, fr, not es");

  // Away: the route goes on without the rep, and says so.
  auto away = Wait<RepView>([&](Done<RepView> done) {
    engine_->SetAvailability({}, "reps/emea-tom-hughes", false, clock_.Now() + 7 * kDay, std::move(done));
  });
  ASSERT_TRUE(away.ok()) << away.status();
  request.why_not_route = "emea.fast_lane";
  request.why_not_rep = "emea-lucia-romero";
  explained = Explained(name, request);
  EXPECT_THAT(explained.why_not[0].answer,
              AllOf(HasSubstr("no rep can take the lead; emea.fast_lane.territory would take it"),
                    HasSubstr("reps/emea-tom-hughes not available until 2026-03-09T10:00:00Z")));
  EXPECT_TRUE(explained.why_not[1].reached);
  EXPECT_EQ(explained.why_not[1].answer,
            "Lucía Romero would get it by emea.fast_lane.territory. Worked by reps/emea-tom-hughes today; routed again "
            "on entering lal or mql, on request or when a service level is missed");
  request.why_not_rep = "emea-lena-fischer";
  EXPECT_THAT(Explained(NewLead(WeakEnquiry()), request).why_not[1].answer,
              HasSubstr("no route that leads to Lena Fischer holds: emea.fast_lane: record.contact_requested = false, "
                        "needed: true"));
  request.why_not_rep = "latam-ana-silva";
  EXPECT_THAT(Explained(name, request).why_not[1].answer,
              HasSubstr("no route for this lead leads to Ana Silva or the team latam_sales"));
}

TEST_F(ExplainTest, FieldsNameTheRowAndTheRowsBeforeIt) {
  const ExplainedLead explained = Explained(NewLead(HotEnquiry()));
  const Decision& seniority = explained.decisions.front();
  ASSERT_EQ(seniority.kind, DecisionKind::kNormalize);
  EXPECT_EQ(seniority.outcome, "manager");
  EXPECT_THAT(seniority.summary, HasSubstr("contact.seniority is \"manager\": table row of emea ("));
  ASSERT_EQ(seniority.reasons.size(), 1u);
  EXPECT_THAT(seniority.reasons[0].message,
              AllOf(HasSubstr("contact.title = Gerente de Compras (with the word \"gerente\")"),
                    HasSubstr("145 rows before it do not hold (115 central, 30 emea)")));
  for (const Decision& decision : explained.decisions) {
    EXPECT_EQ(decision.snapshot, explained.snapshot);
  }
}

TEST_F(ExplainTest, TheServiceLevelThatRuns) {
  const std::string name = NewLead(HotEnquiry());
  const ExplainedLead explained = Explained(name);
  const Decision& sla = Of(explained, DecisionKind::kSla);
  EXPECT_EQ(sla.outcome, "contact_me");
  EXPECT_THAT(sla.summary, HasSubstr("contact_me runs since 2026-03-02T10:00:00Z"));
  EXPECT_EQ(sla.reasons.front().rule_id, "contact_me");
  EXPECT_THAT(RuleIn(sla.reasons, "mql").message, HasSubstr("contact_me fits before it"));
}

TEST_F(ExplainTest, WhyNotAScore) {
  ExplainRequest request;
  request.why_not_score = 500;
  const ExplainedLead explained = Explained(NewLead(HotEnquiry()), request);
  EXPECT_NEAR(explained.why_not.at(0).points_short, 500 - explained.score.total, 1e-6);
  request.why_not_score = 1;
  EXPECT_TRUE(Explained(NewLead(HotEnquiry()), request).why_not.at(0).reached);
}

TEST_F(ExplainTest, RefusesWhatThePacksDoNotKnow) {
  ExplainRequest request;
  request.name = NewLead(HotEnquiry());
  request.why_not_status = "mqll";
  request.why_not_route = "emea.hott";
  request.why_not_rep = "emea-tom-hugh";
  const auto refused = engine_->ExplainLead({}, request);
  ASSERT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  const auto violations = FieldViolationsOf(refused.status());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "why_not_status");
  EXPECT_THAT(violations[0].description, HasSubstr("did you mean \"mql\"?"));
  EXPECT_EQ(violations[1].field, "why_not_route");
  EXPECT_THAT(violations[1].description, HasSubstr("did you mean \"emea.hot\"?"));
  EXPECT_EQ(violations[2].field, "why_not_rep");
  EXPECT_THAT(violations[2].description, HasSubstr("did you mean \"emea-tom-hughes\"?"));
  request = {.name = request.name, .why_not_status = "no_answer"};
  EXPECT_THAT(engine_->ExplainLead({}, request).status().message(), HasSubstr("a disposition and no status"));
  request = {.name = request.name, .why_not_route = "latam.fast_lane"};
  const auto elsewhere = engine_->ExplainLead({}, request).status();
  EXPECT_THAT(elsewhere.message(), HasSubstr("is for leads of latam; this lead's region is \"emea\""));
  EXPECT_EQ(engine_->ExplainLead({}, {.name = "leads/none"}).status().code(), absl::StatusCode::kNotFound);
}

// Parts are made by an explanation that was asked for, and by nothing else; and asking leaves no trace.
TEST_F(ExplainTest, CostsNothingWhenNotAskedForAndWritesNothing) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const std::string name = LeadName(submitted->lead);
  const auto bare = [](const std::vector<Decision>& decisions) {
    int reasons = 0;
    for (const Decision& decision : decisions) {
      for (const Reason& reason : decision.reasons) {
        ++reasons;
        EXPECT_TRUE(reason.parts.empty() && reason.target.empty()) << reason.rule_id;
        EXPECT_EQ(reason.parts.capacity(), 0u);
      }
    }
    return reasons;
  };
  EXPECT_GT(bare(submitted->decisions), 5);
  const auto scored = engine_->ScoreLead({}, name, 0);
  ASSERT_TRUE(scored.ok()) << scored.status();
  EXPECT_GT(bare(scored->decisions), 50);

  const auto position = engine_->LastPosition({});
  const auto before = engine_->GetLead({}, name);
  const auto first = engine_->PreviewRoute({}, name);
  ASSERT_TRUE(position.ok() && before.ok() && first.ok());
  Explained(name, {.why_not_status = "sql", .why_not_route = "emea.hot", .why_not_rep = "emea-tom-hughes"});
  EXPECT_EQ(*engine_->LastPosition({}), *position);
  EXPECT_EQ(engine_->GetLead({}, name)->version, before->version);
  EXPECT_EQ(engine_->PreviewRoute({}, name)->decision.summary, first->decision.summary);
  const auto history = History(name);
  ASSERT_TRUE(history.ok()) << history.status();
  for (const domain::Event& event : *history) {
    if (event.decision.has_value()) bare({domain::FromStored(event)});
  }
}

}  // namespace
}  // namespace leadline::engine
