#include "cli/commands/tables/condition_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace leadline::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::Reason ReasonOf(const std::string& text) {
  v1::Reason reason;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &reason));
  return reason;
}

TEST(ConditionText, OneTestIsOneLine) {
  EXPECT_THAT(ConditionLines(ReasonOf(R"(parts {
                kind: CONDITION_PART_KIND_TEST outcome: CONDITION_PART_OUTCOME_FALSE needed: "manager"
                fields {field: "contact.seniority" value: "staff"} })")),
              ElementsAre("- contact.seniority = staff, needed: manager"));
  EXPECT_THAT(ConditionLines(v1::Reason()), IsEmpty());
}

TEST(ConditionText, ShowsWhichBranchFailed) {
  const v1::Reason reason = ReasonOf(R"(
    parts { kind: CONDITION_PART_KIND_ALL outcome: CONDITION_PART_OUTCOME_FALSE }
    parts { kind: CONDITION_PART_KIND_TEST depth: 1 outcome: CONDITION_PART_OUTCOME_TRUE needed: "at least 1"
            fields {field: "record.interactions" value: "2"} layer: "central" }
    parts { kind: CONDITION_PART_KIND_ANY depth: 1 outcome: CONDITION_PART_OUTCOME_FALSE layer: "emea" }
    parts { kind: CONDITION_PART_KIND_TEST depth: 2 outcome: CONDITION_PART_OUTCOME_FALSE needed: "at least 100"
            missing: 12.5 fields {field: "score.central" value: "87.5"} }
    parts { kind: CONDITION_PART_KIND_TEST depth: 2 outcome: CONDITION_PART_OUTCOME_UNKNOWN text: "lead.x + 1 > lead.y"
            error: "lead.x is absent" fields {field: "lead.x" value: "absent"} fields {field: "lead.y" value: "3"} })");
  EXPECT_THAT(ConditionLines(reason),
              ElementsAre("+ record.interactions = 2 (at least 1)  [central]", "- one of:  [emea]",
                          "  - score.central = 87.5, needed: at least 100 (12.5 short)",
                          "  ? lead.x + 1 > lead.y is unknown: lead.x is absent (lead.x = absent, lead.y = 3)"));
}

}  // namespace
}  // namespace leadline::cli
