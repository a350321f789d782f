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

// "DECISION_KIND_ROUTE" -> "route".
std::string EnumText(const std::string& name, size_t prefix) {
  return name.size() > prefix ? Lower(name.substr(prefix)) : Lower(name);
}

std::string DescribeSla(const v1::SlaClock& clock) {
  std::string text = fmt::format("{} {}", clock.sla_id(), SlaStateName(clock.state()));
  if (clock.has_due_time()) text += fmt::format(", due {}", FormatMinute(ToTime(clock.due_time())));
  return text;
}

std::string DescribeActivity(const v1::Activity& activity) {
  std::string text = fmt::format("{} / {} / {}", activity.channel(), activity.investment(), activity.response());
  if (!activity.product().empty()) text += fmt::format(", product {}", activity.product());
  if (!activity.subject().empty()) text += fmt::format(": {}", activity.subject());
  return text;
}

std::string DescribeChanges(const v1::FieldsChanged& changed) {
  std::string text;
  for (const auto& change : changed.changes()) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{}: \"{}\" -> \"{}\"", change.field(), change.old_value(), change.new_value());
  }
  return text;
}

std::string DescribePackChange(const v1::PackChanged& change) {
  const std::string& action = change.action();
  std::string text = fmt::format("{} {} ({}) ", change.pack(), change.version(), change.sha256().substr(0, 8));
  if (action == "approved") {
    text += fmt::format("approved for {}", change.side());
  } else if (action == "activated") {
    text += fmt::format("decides, as generation {}", change.generation());
  } else if (action == "rolled_back") {
    text += fmt::format("decides again, as generation {}", change.generation());
  } else if (action == "removed") {
    text += fmt::format("taken away; generation {} decides", change.generation());
  } else if (action == "shadow_started") {
    text += fmt::format("on trial in shadow, as generation {}", change.generation());
  } else if (action == "canary_started") {
    text +=
        fmt::format("on trial for {} % of the leads, as generation {}", change.canary_percent(), change.generation());
  } else if (action == "tables_updated") {
    text += fmt::format("decides with other tables, as generation {}", change.generation());
  } else if (action == "trial_stopped") {
    text += "no longer on trial";
  } else {
    text += action;
  }
  if (!change.previous_sha256().empty() && change.previous_sha256() != change.sha256()) {
    text += fmt::format(", instead of {}", change.previous_sha256().substr(0, 8));
  }
  if (!change.reason().empty()) text += fmt::format(": {}", change.reason());
  return text;
}

std::string DescribePluginChange(const v1::PluginChanged& change) {
  std::string text = fmt::format("{} {}", change.plugin_id(), change.action());
  if (!change.sha256().empty()) text += fmt::format(": {} ({})", change.version(), change.sha256().substr(0, 8));
  if (!change.previous_sha256().empty()) {
    text += fmt::format(", instead of {} ({})", change.previous_version(), change.previous_sha256().substr(0, 8));
  }
  text += fmt::format(", generation {}", change.generation());
  if (!change.reason().empty()) text += fmt::format(": {}", change.reason());
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

std::string FormatMoney(const v1::Money& money) {
  std::string amount = WithThousands(money.amount_micros() / 1'000'000);
  int64_t cents = std::abs(money.amount_micros() % 1'000'000) / 10'000;
  if (cents != 0) amount += fmt::format(".{:02}", cents);
  return fmt::format("{} {}", amount, money.currency_code());
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

absl::StatusOr<v1::Money> ParseMoney(std::string_view text) {
  size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    std::string_view first = Trim(text.substr(0, space));
    std::string_view second = Trim(text.substr(space + 1));
    double number = 0;
    if (!ParseNumber(first, number)) std::swap(first, second);
    if (ParseNumber(first, number) && second.size() == 3 && std::abs(number) < 9e12) {
      v1::Money money;
      money.set_currency_code(std::string(second));
      money.set_amount_micros(std::llround(number * 1e6));
      return money;
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
    *activity.mutable_time() = ToTimestamp(*time);
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

std::string KindName(v1::DecisionKind kind) {
  return EnumText(v1::DecisionKind_Name(kind), sizeof("DECISION_KIND_") - 1);
}

std::string OutcomeName(v1::ReasonOutcome outcome) {
  return EnumText(v1::ReasonOutcome_Name(outcome), sizeof("REASON_OUTCOME_") - 1);
}

std::string SlaStateName(v1::SlaState state) { return EnumText(v1::SlaState_Name(state), sizeof("SLA_STATE_") - 1); }

std::string FormatScore(const v1::Score& score) {
  return fmt::format("{} (central {}, adjustment {}), bar {} {}", FormatPoints(score.total()),
                     FormatPoints(score.central()), FormatPoints(score.adjustment()), FormatPoints(score.threshold()),
                     BarOutcome(score));
}

std::string FormatAccountScore(const v1::AccountScore& score) {
  std::string text = fmt::format("{}, of {} {}", FormatPoints(score.total()), score.people(),
                                 score.people() == 1 ? "person" : "people");
  if (score.left_out_people() > 0) text += fmt::format(" ({} more left out)", score.left_out_people());
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

namespace {

std::string DescribePayload(const v1::Event& event) {
  switch (event.payload_case()) {
    case v1::Event::kRecordCreated: {
      const auto& created = event.record_created();
      std::string text = "created";
      if (!created.source().empty()) text += fmt::format(", source {}", created.source());
      if (!created.region().empty()) text += fmt::format(", region {}", created.region());
      if (created.purchased()) text += ", from a bought list";
      return text;
    }
    case v1::Event::kFieldsChanged:
      return "changed " + DescribeChanges(event.fields_changed());
    case v1::Event::kActivityRecorded:
      return "activity " + DescribeActivity(event.activity_recorded().activity());
    case v1::Event::kStatusChanged: {
      const auto& change = event.status_changed();
      std::string text = change.from_status().empty()
                             ? fmt::format("status {}", change.to_status())
                             : fmt::format("status {} -> {}", change.from_status(), change.to_status());
      text += fmt::format(" ({})", change.trigger());
      if (!change.reason().empty()) text += fmt::format(": {}", change.reason());
      return text;
    }
    case v1::Event::kDispositionRecorded: {
      const auto& disposition = event.disposition_recorded();
      return fmt::format("disposition {}{}{}", disposition.disposition(), disposition.note().empty() ? "" : ": ",
                         disposition.note());
    }
    case v1::Event::kScoreChanged:
      return fmt::format("score {} -> {}", FormatPoints(event.score_changed().previous_total()),
                         FormatPoints(event.score_changed().score().total()));
    case v1::Event::kAssigned: {
      const auto& assigned = event.assigned();
      if (assigned.rep().empty() && assigned.hold_queue().empty()) {
        return std::string(assigned.previous_rep().empty() ? "out of its queue" : "worked by nobody");
      }
      if (assigned.rep().empty()) {
        return fmt::format("held in queue \"{}\"{}", assigned.hold_queue(),
                           assigned.route().empty() ? ": no route had a rep for it" : " by " + assigned.route());
      }
      return fmt::format("assigned to {} by {}{}{}", assigned.rep(), assigned.route(),
                         assigned.reason().empty() ? "" : ": ", assigned.reason());
    }
    case v1::Event::kSlaChanged:
      return "service level " + DescribeSla(event.sla_changed().clock());
    case v1::Event::kDecisionTaken:
      return fmt::format("decided {}: {}", KindName(event.decision().kind()), event.decision().summary());
    case v1::Event::kMerged:
      return fmt::format("{} merged into {} (merge {})", event.merged().absorbed(), event.merged().survivor(),
                         event.merged().merge_id());
    case v1::Event::kUnmerged:
      return fmt::format("{} is separate again (merge {} undone)", event.unmerged().restored(),
                         event.unmerged().merge_id());
    case v1::Event::kAvailabilityChanged: {
      const auto& change = event.availability_changed();
      std::string text = fmt::format("{} {}", change.rep(), change.available() ? "is available" : "is away");
      if (change.has_until_time()) text += fmt::format(" until {}", FormatMinute(ToTime(change.until_time())));
      return text;
    }
    case v1::Event::kPackChanged:
      return DescribePackChange(event.pack_changed());
    case v1::Event::kPluginChanged:
      return DescribePluginChange(event.plugin_changed());
    case v1::Event::kRegionChanged: {
      const auto& change = event.region_changed();
      return fmt::format("region {} -> {}", change.from_region().empty() ? "none" : change.from_region(),
                         change.to_region().empty() ? "none" : change.to_region());
    }
    case v1::Event::kAccountScored: {
      const auto& scored = event.account_scored();
      const std::string before = FormatPoints(scored.previous_total());
      return scored.has_score() ? fmt::format("account score {} -> {}", before, FormatAccountScore(scored.score()))
                                : fmt::format("account score {} -> none", before);
    }
    case v1::Event::kErased:
      return fmt::format("erased: {}", event.erased().reason());
    case v1::Event::PAYLOAD_NOT_SET:
      return "";
  }
  return "";
}

}  // namespace

std::string DescribeEvent(const v1::Event& event) {
  return DescribePayload(event) + (event.content_erased() ? "; what was given is erased" : "");
}

std::string DescribeSnapshot(const v1::SnapshotRef& snapshot) {
  std::string text = fmt::format("generation {}:", snapshot.generation());
  for (const auto& pack : snapshot.packs()) {
    text += fmt::format(" {} {} ({})", pack.pack(), pack.version(), pack.sha256().substr(0, 8));
  }
  for (const auto& plugin : snapshot.plugins()) {
    text += fmt::format(" plugin {} {} ({})", plugin.plugin_id(), plugin.version(), plugin.sha256().substr(0, 8));
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

Table DecisionTable(const google::protobuf::RepeatedPtrField<v1::Decision>& decisions) {
  Table table({{"Decision"}, {"Outcome"}, {"Because", Table::Align::kWrap}});
  for (const auto& decision : decisions) {
    table.Add({KindName(decision.kind()), decision.outcome(), decision.summary()});
  }
  return table;
}

}  // namespace leadline::cli
