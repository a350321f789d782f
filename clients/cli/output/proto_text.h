// Messages of the contract as short texts for tables, and texts of the command line as messages.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/type/money.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "cli/output/table.h"
#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/events.pb.h"
#include "leadline/v1/records.pb.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp ToTimestamp(Time time);
Duration ToDuration(const google::protobuf::Duration& duration);

// "leads/x" for "x"; names that have a kind already stay.
std::string InKind(std::string_view kind, std::string_view name);
// The id alone, for narrow tables.
std::string IdOf(std::string_view name);
// "central, emea".
std::string IdsOf(const google::protobuf::RepeatedPtrField<std::string>& names);

std::string FormatMoney(const google::type::Money& money);
// The units alone, to the nearest, without the currency. Of an amount of 0 or more.
std::string WholeUnits(const google::type::Money& money);
std::string FormatAttribute(const v1::AttributeValue& value);
google::type::Money ToMoney(const std::string& currency_code, int64_t micros);
// "12000 EUR" or "EUR 12000".
absl::StatusOr<google::type::Money> ParseMoney(std::string_view text);
// `key=value`: true and false are truth values, numbers numbers, "quoted" and all else text.
absl::Status ParseAttribute(std::string_view text, std::string& key, v1::AttributeValue& value);
// "channel/investment/response", with "@time" and "#product" behind it where they matter.
absl::Status ParseActivity(std::string_view text, Time now, v1::Activity& activity);

// A line for each value that was taken and that the packs do not list; empty when there is none.
std::string DescribeWarnings(const google::protobuf::RepeatedPtrField<v1::FieldWarning>& warnings);

// The name of an enum's value as words, without the first `prefix` letters: "trial ended".
std::string EnumWords(const std::string& name, size_t prefix);
std::string KindName(v1::DecisionKind kind);
std::string OutcomeName(v1::ReasonOutcome outcome);
// What caused a status: "activity", "trial ended".
std::string TriggerName(v1::StatusTrigger trigger);
// "marketing" or "sales".
std::string ApprovalSideName(v1::ApprovalSide side);
std::string SlaStateName(v1::SlaState state);
// "contact_me warned, due 2026-11-02 10:30 (berlin)", and what else is to be known of its clock.
std::string DescribeClock(const v1::SlaClock& clock);
// The running service level that is due first, a broken one too; null when none runs. It lives as long as the lead.
const v1::SlaClock* FirstOpenClock(const v1::Lead& lead);
// "2026-12-24 to 2027-01-02 08:00, 2027-03-01 to 2027-03-05": midnights as days; empty without any.
std::string FormatAbsences(const google::protobuf::RepeatedPtrField<v1::Absence>& absences);
// "score 123.5 (central 118.5, adjustment 5), bar 100 reached".
std::string FormatScore(const v1::Score& score);
// "241.5, of 3 people".
std::string FormatAccountScore(const v1::AccountScore& score);
// "platform 3.2, suite 1.1"; empty without any.
std::string FormatInterests(const v1::AccountScore& score);
// What came of the bar: "reached", "not reached, but warm" or "not reached".
std::string BarOutcome(const v1::Score& score);
// Where the rules of a snapshot came from: "generation 3: central 1.0.0 (ab12cd34), ...".
std::string DescribeSnapshot(const v1::SnapshotRef& snapshot);
// Each reason of a decision in a line, with what it was based on; and what is to be said of deciding it again.
std::vector<std::string> ReasonLines(const v1::Decision& decision);
// The summary, then those.
std::vector<std::string> ExplanationLines(const v1::Decision& decision);
// Decisions as a list: kind, outcome, sentence.
Table DecisionTable(const google::protobuf::RepeatedPtrField<v1::Decision>& decisions);

// In which status the enquirers of leads were before, or "new people".
std::string EnquirerWords(const v1::StatusCrossing& crossing);
// Why sales rejected leads, or that it is the rest of the reasons.
std::string ReasonWords(const v1::RejectionCount& rejection);
// "90 to 100" (without 100), "200 and above", "not scored".
std::string ScoreBandWords(const v1::ScoreBandFeedback& band);

}  // namespace leadline::cli
