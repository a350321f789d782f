// Feedback of sales beside the score that sent the lead, from what an engine decided: from the records, and from cells
// that follow the ledger after each thing that happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/reports/cell_reports.h"
#include "fmt/format.h"
#include "tests/engine/engine_fixture.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

class FeedbackTest : public CellsBeside<EngineTest> {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    OpenCells();
  }

  domain::Lead SubmitHot(const std::string& person) {
    Enquiry enquiry = HotEnquiry();
    enquiry.contact.email = person + "@acme.es";
    enquiry.contact.given_name = person;
    auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    EXPECT_EQ(submitted->lead.status, "mql");
    scored_.clear();
    for (const domain::Decision& decision : submitted->decisions) {
      if (decision.kind != domain::DecisionKind::kScore) continue;
      scored_.clear();
      for (const domain::Reason& reason : decision.reasons) {
        if (reason.outcome == domain::ReasonOutcome::kFired && reason.points != 0) scored_.insert(reason.rule_id);
      }
    }
    EXPECT_THAT(scored_, Not(SizeIs(0)));
    return submitted->lead;
  }
  void Accept(const domain::Lead& lead) {
    const auto result = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->AcceptLead({}, LeadName(lead), "", std::move(done)); });
    EXPECT_TRUE(result.ok()) << result.status();
  }
  void Reject(const domain::Lead& lead, const std::string& reason) {
    const auto result = Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->RejectLead({}, LeadName(lead), reason, "", std::move(done)); });
    EXPECT_TRUE(result.ok()) << result.status();
  }
  void Move(const domain::Lead& lead, const std::string& status) {
    const auto result = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->Transition({}, LeadName(lead), status, "asked for", std::move(done));
    });
    EXPECT_TRUE(result.ok()) << result.status();
  }

  // The one group of all; from both sources, which say the same.
  domain::Feedback Read() {
    ReportMoment moment;
    const auto told = engine_->GetFeedback({}, {}, {});
    const auto followed = cells_engine_->GetFeedback({}, {}, {}, &moment);
    EXPECT_TRUE(told.ok() && followed.ok()) << told.status() << followed.status();
    EXPECT_GT(moment.version, 0) << "from cells";
    EXPECT_THAT(told->sales_statuses, ElementsAre("mql"));
    EXPECT_EQ(Words(*told), Words(*followed));
    return told->feedbacks.empty() ? domain::Feedback() : told->feedbacks.front();
  }
  static std::string Words(const FeedbackReport& report) {
    std::string words;
    for (const domain::Feedback& feedback : report.feedbacks) {
      words += Words(feedback.total);
      for (const domain::RuleFeedback& rule : feedback.rules) {
        words += fmt::format("\n{}/{}: {}", rule.layer, rule.rule_id, Words(rule.counts));
      }
      for (const domain::BandFeedback& band : feedback.bands) {
        words += fmt::format("\n{}: {}", domain::BandName(band.band), Words(band.counts));
      }
    }
    return words;
  }
  static std::string Words(const domain::HandOverCounts& counts) {
    std::string words = fmt::format(
        "{} sent: {} accepted ({} won, {} later rejected), {} rejected, {} withdrawn, {} waiting", counts.Sent(),
        counts.accepted, counts.won, counts.rejected_later, counts.rejected, counts.withdrawn, counts.waiting);
    for (const domain::RejectionCount& r : counts.rejections) {
      words += fmt::format("; {} {} {}", r.reason, r.rejected, r.rejected_later);
    }
    return words;
  }
  static const domain::HandOverCounts* OfRule(const domain::Feedback& feedback, const std::string& rule_id) {
    for (const domain::RuleFeedback& rule : feedback.rules) {
      if (rule.rule_id == rule_id) return &rule.counts;
    }
    return nullptr;
  }

  std::set<std::string> scored_;  // rules that gave the lead of SubmitHot points
};

TEST_F(FeedbackTest, ALeadIsCountedUnderTheRulesThatSentIt) {
  const domain::Lead lead = SubmitHot("ana");
  domain::Feedback told = Read();
  EXPECT_EQ(Words(told.total), "1 sent: 0 accepted (0 won, 0 later rejected), 0 rejected, 0 withdrawn, 1 waiting");
  std::set<std::string> rules;
  for (const domain::RuleFeedback& rule : told.rules) {
    rules.insert(rule.rule_id);
    EXPECT_EQ(rule.counts.waiting, 1);
    EXPECT_EQ(rule.layer, rule.rule_id.starts_with("emea.") ? "emea" : "") << rule.rule_id;
  }
  EXPECT_EQ(rules, scored_) << "those of the decision, and no others";
  ASSERT_THAT(told.bands, SizeIs(1));
  EXPECT_EQ(told.bands[0].band, domain::BandOf(lead.score.total));

  // What is scored after that does not count; sales answers to what it was sent.
  clock_.Advance(kHour);
  domain::Activity demo = Did("webinar", "high", "attend");
  demo.lead_id = lead.id;
  ASSERT_TRUE(Act(std::move(demo)).ok());
  Reject(lead, "timing");
  told = Read();
  EXPECT_EQ(Words(told.total),
            "1 sent: 0 accepted (0 won, 0 later rejected), 1 rejected, 0 withdrawn, 0 waiting; timing 1 0");
  rules.clear();
  for (const domain::RuleFeedback& rule : told.rules) {
    rules.insert(rule.rule_id);
    EXPECT_EQ(Words(rule.counts), Words(told.total)) << rule.rule_id;
  }
  EXPECT_EQ(rules, scored_);
}

TEST_F(FeedbackTest, WhatComesOfALeadFollowsItsHistory) {
  // Rejected, sent again by a new sign, accepted, and won.
  const domain::Lead twice = SubmitHot("ana");
  Reject(twice, "timing");
  EXPECT_EQ(Read().total.rejected, 1);
  clock_.Advance(kDay);
  domain::Activity again = Did("website", "high", "contact_me");
  again.lead_id = twice.id;
  auto acted = Act(std::move(again));
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(Words(Read().total),
            "2 sent: 0 accepted (0 won, 0 later rejected), 1 rejected, 0 withdrawn, 1 waiting; timing 1 0");
  Accept(twice);
  EXPECT_EQ(Read().total.accepted, 1);
  Move(twice, "customer");
  EXPECT_EQ(Words(Read().total),
            "2 sent: 1 accepted (1 won, 0 later rejected), 1 rejected, 0 withdrawn, 0 waiting; timing 1 0");

  // Accepted, and rejected when sales knew more.
  const domain::Lead later = SubmitHot("bea");
  Accept(later);
  Reject(later, "no_budget");
  // Nobody answered.
  const domain::Lead withdrawn = SubmitHot("cai");
  Move(withdrawn, "re_market");
  const domain::Feedback told = Read();
  EXPECT_EQ(Words(told.total),
            "4 sent: 2 accepted (1 won, 1 later rejected), 1 rejected, 1 withdrawn, 0 waiting; timing 1 0; no_budget "
            "0 1");
  ASSERT_NE(OfRule(told, "form.contact_me"), nullptr);
  EXPECT_EQ(Words(*OfRule(told, "form.contact_me")), Words(told.total)) << "it gave points each time";
}

TEST_F(FeedbackTest, APersonWhoSendsALeadSendsItByTheScoreOfBefore) {
  const domain::Lead lead = SubmitHot("ana");
  Move(lead, "re_market");
  Read();
  // No score is decided with the move, and the cells have seen the last one already.
  clock_.Advance(kHour);
  Move(lead, "mql");
  const domain::Feedback told = Read();
  EXPECT_EQ(told.total.withdrawn, 1);
  EXPECT_EQ(told.total.waiting, 1);
  for (const std::string& rule : scored_) {
    ASSERT_NE(OfRule(told, rule), nullptr) << rule;
    EXPECT_EQ(OfRule(told, rule)->waiting, 1) << rule;
  }
  ASSERT_THAT(told.bands, SizeIs(1));
}

TEST_F(FeedbackTest, ImportedMovesAreNoAnswers) {
  Enquiry enquiry = HotEnquiry();
  enquiry.created_at = clock_.Now() - 90 * kDay;
  enquiry.activities.clear();
  enquiry.history = {{enquiry.created_at, "mql", "", ""}, {enquiry.created_at + kDay, "sal", "", ""}};
  auto imported = Import("file", {{0, std::move(enquiry)}});
  ASSERT_TRUE(imported.ok()) << imported.status();
  const domain::Feedback told = Read();
  EXPECT_EQ(Words(told.total), "1 sent: 0 accepted (0 won, 0 later rejected), 0 rejected, 1 withdrawn, 0 waiting")
      << "who moved it there is not known";
  EXPECT_THAT(told.rules, Not(SizeIs(0))) << "an import is scored as of each step";
  ASSERT_THAT(told.bands, SizeIs(1));
  EXPECT_NE(told.bands[0].band, domain::kNotScored);
}

TEST_F(FeedbackTest, ContactsAreNotSentToSales) {
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetFeedback({}, {.contacts = true}, {}).status()));
}

}  // namespace
}  // namespace leadline::engine
