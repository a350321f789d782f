#include "cli/output/proto_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cli/output/text.h"

namespace leadline::cli {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool ParseNumber(std::string_view text, double& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return text;
}

}  // namespace

Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() * kSecond + timestamp.nanos() / 1000;
}

google::protobuf::Timestamp ToTimestamp(Time time) {
  int64_t seconds = time / kSecond;
  int64_t micros = time % kSecond;
  if (micros < 0) {
    micros += kSecond;
    --seconds;
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(micros * 1000));
  return timestamp;
}

Duration ToDuration(const google::protobuf::Duration& duration) {
  return duration.seconds() * kSecond + duration.nanos() / 1000;
}

std::string InKind(std::string_view kind, std::string_view name) {
  if (name.empty() || name.find('/') != std::string_view::npos) return std::string(name);
  return fmt::format("{}/{}", kind, name);
}

std::string IdOf(std::string_view name) { return std::string(name.substr(name.find('/') + 1)); }

std::string FormatMoney(const google::type::Money& money) {
  constexpr int kNanosInCent = 10'000'000, kCentsInUnit = 100;
  const bool negative = money.units() < 0 || money.nanos() < 0;
  int cents = (std::abs(money.nanos()) + kNanosInCent / 2) / kNanosInCent;
  const int64_t units = money.units() + (cents == kCentsInUnit ? (negative ? -1 : 1) : 0);
  cents %= kCentsInUnit;
  std::string amount = (units == 0 && negative && cents != 0 ? "-" : "") + WithThousands(units);
  if (cents != 0) amount += fmt::format(".{:02}", cents);
  return fmt::format("{} {}", amount, money.currency_code());
}

std::string WholeUnits(const google::type::Money& money) {
  return WithThousands(money.units() + (money.nanos() >= 500'000'000 ? 1 : 0));
}

std::string FormatAttribute(const v1::AttributeValue& value) {
  switch (value.kind_case()) {
    case v1::AttributeValue::kStringValue:
      return value.string_value();
    case v1::AttributeValue::kNumberValue:
      return fmt::format("{}", value.number_value());
    case v1::AttributeValue::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case v1::AttributeValue::kTimeValue:
      return FormatTime(ToTime(value.time_value()));
    case v1::AttributeValue::kListValue: {
      std::string text;
      for (const auto& item : value.list_value().values()) text += (text.empty() ? "" : ", ") + item;
      return text;
    }
    case v1::AttributeValue::KIND_NOT_SET:
      return "null";
  }
  return "";
}

google::type::Money ToMoney(const std::string& currency_code, int64_t micros) {
  constexpr int64_t kMicrosPerUnit = 1'000'000;
  constexpr int kNanosPerMicro = 1000;
  google::type::Money money;
  money.set_currency_code(currency_code);
  money.set_units(micros / kMicrosPerUnit);
  money.set_nanos(static_cast<int32_t>(micros % kMicrosPerUnit) * kNanosPerMicro);
  return money;
}

absl::StatusOr<google::type::Money> ParseMoney(std::string_view text) {
  size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    std::string_view first = Trim(text.substr(0, space));
    std::string_view second = Trim(text.substr(space + 1));
    double number = 0;
    if (!ParseNumber(first, number)) std::swap(first, second);
    if (ParseNumber(first, number) && second.size() == 3 && std::abs(number) < 9e12) {
      return ToMoney(std::string(second), std::llround(number * 1e6));
    }
  }
  return absl::InvalidArgumentError(fmt::format("\"{}\" is not an amount; write \"12000 EUR\"", text));
}

absl::Status ParseAttribute(std::string_view text, std::string& key, v1::AttributeValue& value) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return absl::InvalidArgumentError(fmt::format("\"{}\" is not an attribute; write key=value", text));
  }
  key = text.substr(0, equals);
  std::string_view written = text.substr(equals + 1);
  double number = 0;
  if (written == "true" || written == "false") {
    value.set_bool_value(written == "true");
  } else if (ParseNumber(written, number)) {
    value.set_number_value(number);
  } else if (written.size() >= 2 && written.front() == '"' && written.back() == '"') {
    value.set_string_value(std::string(written.substr(1, written.size() - 2)));
  } else {
    value.set_string_value(std::string(written));
  }
  return absl::OkStatus();
}

absl::Status ParseActivity(std::string_view text, Time now, v1::Activity& activity) {
  std::string_view rest = text;
  if (size_t at = rest.rfind('#'); at != std::string_view::npos) {
    activity.set_product(std::string(rest.substr(at + 1)));
    rest = rest.substr(0, at);
  }
  if (size_t at = rest.find('@'); at != std::string_view::npos) {
    absl::StatusOr<Time> time = ParseMoment(rest.substr(at + 1), now);
    if (!time.ok()) return time.status();
    *activity.mutable_occur_time() = ToTimestamp(*time);
    rest = rest.substr(0, at);
  }
  size_t first = rest.find('/');
  size_t second = first == std::string_view::npos ? first : rest.find('/', first + 1);
  if (second == std::string_view::npos) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is not an activity; write channel/investment/response, such as website/low/visit", text));
  }
  activity.set_channel(std::string(rest.substr(0, first)));
  activity.set_investment(std::string(rest.substr(first + 1, second - first - 1)));
  activity.set_response(std::string(rest.substr(second + 1)));
  return absl::OkStatus();
}

std::string DescribeWarnings(const google::protobuf::RepeatedPtrField<v1::FieldWarning>& warnings) {
  std::string out;
  for (const v1::FieldWarning& warning : warnings) {
    out += fmt::format("warning: {}: {}\n", warning.field(), warning.description());
  }
  return out;
}

std::string EnumWords(const std::string& name, size_t prefix) {
  if (name.empty()) return "unknown";  // from a newer server
  return name.size() > prefix ? Lower(name.substr(prefix)) : Lower(name);
}

std::string KindName(v1::DecisionKind kind) {
  return EnumWords(v1::DecisionKind_Name(kind), sizeof("DECISION_KIND_") - 1);
}

std::string OutcomeName(v1::ReasonOutcome outcome) {
  return EnumWords(v1::ReasonOutcome_Name(outcome), sizeof("REASON_OUTCOME_") - 1);
}

std::string TriggerName(v1::StatusTrigger trigger) {
  return EnumWords(v1::StatusTrigger_Name(trigger), sizeof("STATUS_TRIGGER_") - 1);
}

std::string ApprovalSideName(v1::ApprovalSide side) {
  return EnumWords(v1::ApprovalSide_Name(side), sizeof("APPROVAL_SIDE_") - 1);
}

std::string SlaStateName(v1::SlaState state) { return EnumWords(v1::SlaState_Name(state), sizeof("SLA_STATE_") - 1); }

std::string DescribeClock(const v1::SlaClock& clock) {
  std::string text = fmt::format("{} {}", clock.sla_id(), SlaStateName(clock.state()));
  if (clock.has_due_time()) text += fmt::format(", due {}", FormatMinute(ToTime(clock.due_time())));
  if (!clock.calendar().empty()) text += fmt::format(" ({})", clock.calendar());
  if (clock.has_pause_time()) text += fmt::format(", stands since {}", FormatMinute(ToTime(clock.pause_time())));
  if (clock.step_count() > 0) text += fmt::format(", step {} taken", clock.step_count());
  if (clock.has_next_step_time()) text += fmt::format(", next step {}", FormatMinute(ToTime(clock.next_step_time())));
  return text;
}

const v1::SlaClock* FirstOpenClock(const v1::Lead& lead) {
  const v1::SlaClock* first = nullptr;
  for (const v1::SlaClock& clock : lead.sla_clocks()) {
    const bool open = clock.state() == v1::SLA_STATE_RUNNING || clock.state() == v1::SLA_STATE_WARNED ||
                      clock.state() == v1::SLA_STATE_BREACHED;
    if (open && (first == nullptr || ToTime(clock.due_time()) < ToTime(first->due_time()))) first = &clock;
  }
  return first;
}

std::string IdsOf(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + IdOf(name);
  return text;
}

std::string FormatScore(const v1::Score& score) {
  return fmt::format("{} (central {}, adjustment {}), bar {} {}", FormatPoints(score.total()),
                     FormatPoints(score.central()), FormatPoints(score.adjustment()), FormatPoints(score.threshold()),
                     BarOutcome(score));
}

std::string FormatAccountScore(const v1::AccountScore& score) {
  std::string text = fmt::format("{}, of {} {}", FormatPoints(score.total()), score.people_count(),
                                 score.people_count() == 1 ? "person" : "people");
  if (score.left_out_people_count() > 0) text += fmt::format(" ({} more left out)", score.left_out_people_count());
  return text;
}

std::string FormatAbsences(const google::protobuf::RepeatedPtrField<v1::Absence>& absences) {
  const auto moment = [](const google::protobuf::Timestamp& time) {
    const std::string text = FormatMinute(ToTime(time));
    constexpr std::string_view kMidnight = " 00:00";
    return text.ends_with(kMidnight) ? text.substr(0, text.size() - kMidnight.size()) : text;
  };
  std::string text;
  for (const v1::Absence& absence : absences) {
    text +=
        fmt::format("{}{} to {}", text.empty() ? "" : ", ", moment(absence.start_time()), moment(absence.end_time()));
  }
  return text;
}

std::string FormatInterests(const v1::AccountScore& score) {
  std::string text;
  for (const v1::ProductInterest& interest : score.products()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", interest.product(), FormatPoints(interest.points()));
  }
  return text;
}

std::string BarOutcome(const v1::Score& score) {
  if (score.qualified()) return "reached";
  return score.warm() ? "not reached, but warm" : "not reached";
}

std::string DescribeSnapshot(const v1::SnapshotRef& snapshot) {
  std::string text = fmt::format("generation {}:", snapshot.generation());
  for (const auto& pack : snapshot.packs()) {
    text += fmt::format(" {} {} ({})", IdOf(pack.pack()), pack.version(), pack.sha256().substr(0, 8));
  }
  for (const auto& plugin : snapshot.plugins()) {
    text += fmt::format(" plugin {} {} ({})", IdOf(plugin.plugin()), plugin.version(), plugin.sha256().substr(0, 8));
  }
  return text;
}

std::vector<std::string> ReasonLines(const v1::Decision& decision) {
  std::vector<std::string> lines;
  if (!decision.replay_note().empty()) lines.push_back("! " + decision.replay_note());
  for (const auto& reason : decision.reasons()) {
    const bool fired = reason.outcome() == v1::REASON_OUTCOME_FIRED;
    std::string evidence;
    for (const auto& fact : reason.evidence()) {
      evidence += fmt::format("{}{} = {}", evidence.empty() ? "" : ", ", fact.field(), fact.value());
    }
    lines.push_back(fmt::format("{} {} [{}]{}{}{}{}{}", fired ? "+" : "-", reason.rule_id(), reason.layer(),
                                fired ? "" : " " + OutcomeName(reason.outcome()),
                                reason.points() == 0 ? "" : " " + FormatPoints(reason.points()),
                                reason.message().empty() ? "" : ": ", reason.message(),
                                evidence.empty() ? "" : " (" + evidence + ")"));
  }
  return lines;
}

std::vector<std::string> ExplanationLines(const v1::Decision& decision) {
  std::vector<std::string> lines = ReasonLines(decision);
  lines.insert(lines.begin(), decision.summary());
  return lines;
}

Table DecisionTable(const google::protobuf::RepeatedPtrField<v1::Decision>& decisions) {
  Table table({{"Decision"}, {"Outcome"}, {"Because", Table::Align::kWrap}});
  for (const auto& decision : decisions) {
    table.Add({KindName(decision.kind()), decision.outcome(), decision.summary()});
  }
  return table;
}

std::string EnquirerWords(const v1::StatusCrossing& crossing) {
  return crossing.status().empty() ? "new people" : crossing.status();
}

std::string ReasonWords(const v1::RejectionCount& rejection) {
  if (rejection.remainder()) return "(the rest)";
  return rejection.reject_reason().empty() ? "(none given)" : rejection.reject_reason();
}

std::string ScoreBandWords(const v1::ScoreBandFeedback& band) {
  if (band.has_min_score() && band.has_max_score()) {
    return fmt::format("{:g} to {:g}", band.min_score(), band.max_score());
  }
  if (band.has_min_score()) return fmt::format("{:g} and above", band.min_score());
  if (band.has_max_score()) return fmt::format("below {:g}", band.max_score());
  return "not scored";
}

}  // namespace leadline::cli
