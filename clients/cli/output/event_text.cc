#include "cli/output/event_text.h"

#include <fmt/format.h>

#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

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

std::string DescribePackAction(const v1::PackChanged& change) {
  const int64_t generation = change.generation();
  switch (change.action()) {
    case v1::PACK_ACTION_APPROVED:
      return fmt::format("approved for {}", ApprovalSideName(change.side()));
    case v1::PACK_ACTION_ACTIVATED:
      return fmt::format("decides, as generation {}", generation);
    case v1::PACK_ACTION_ROLLED_BACK:
      return fmt::format("decides again, as generation {}", generation);
    case v1::PACK_ACTION_REMOVED:
      return fmt::format("taken away; generation {} decides", generation);
    case v1::PACK_ACTION_SHADOW_STARTED:
      return fmt::format("on trial in shadow, as generation {}", generation);
    case v1::PACK_ACTION_CANARY_STARTED:
      return fmt::format("on trial for {} % of the leads, as generation {}", change.canary_percent(), generation);
    case v1::PACK_ACTION_TABLES_UPDATED:
      return fmt::format("decides with other tables, as generation {}", generation);
    case v1::PACK_ACTION_TRIAL_STOPPED:
      return "no longer on trial";
    default:
      return EnumWords(v1::PackAction_Name(change.action()), sizeof("PACK_ACTION_") - 1);
  }
}

std::string DescribePackChange(const v1::PackChanged& change) {
  std::string text = fmt::format("{} {} ({}) ", IdOf(change.pack()), change.version(), change.sha256().substr(0, 8));
  text += DescribePackAction(change);
  if (!change.previous_sha256().empty() && change.previous_sha256() != change.sha256()) {
    text += fmt::format(", instead of {}", change.previous_sha256().substr(0, 8));
  }
  if (!change.reason().empty()) text += fmt::format(": {}", change.reason());
  return text;
}

std::string DescribePluginChange(const v1::PluginChanged& change) {
  std::string text = fmt::format("{} {}", IdOf(change.plugin()),
                                 EnumWords(v1::PluginAction_Name(change.action()), sizeof("PLUGIN_ACTION_") - 1));
  if (!change.sha256().empty()) text += fmt::format(": {} ({})", change.version(), change.sha256().substr(0, 8));
  if (!change.previous_sha256().empty()) {
    text += fmt::format(", instead of {} ({})", change.previous_version(), change.previous_sha256().substr(0, 8));
  }
  text += fmt::format(", generation {}", change.generation());
  if (!change.reason().empty()) text += fmt::format(": {}", change.reason());
  return text;
}

std::string DescribePayload(const v1::Event& event) {
  switch (event.payload_case()) {
    case v1::Event::kRecordCreated: {
      const auto& created = event.record_created();
      std::string text = "created";
      if (!created.source().empty()) text += fmt::format(", source {}", created.source());
      if (!created.region().empty()) text += fmt::format(", region {}", created.region());
      if (created.purchased()) text += ", from a bought list";
      if (!created.enquirer_status().empty()) {
        text += fmt::format(", of a person in status {}", created.enquirer_status());
      }
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
      text += fmt::format(" ({})", TriggerName(change.trigger()));
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
        return fmt::format("held in queue \"{}\"{}", IdOf(assigned.hold_queue()),
                           assigned.route().empty() ? ": no route had a rep for it" : " by " + assigned.route());
      }
      if (assigned.credited()) {
        return fmt::format("{} has a turn back: rejected as {}", assigned.rep(), assigned.reason());
      }
      return fmt::format("assigned to {} by {}{}{}", assigned.rep(), assigned.route(),
                         assigned.reason().empty() ? "" : ": ", assigned.reason());
    }
    case v1::Event::kSlaChanged:
      return "service level " + DescribeClock(event.sla_changed().clock());
    case v1::Event::kDecisionTaken:
      return fmt::format("decided {}: {}", KindName(event.decision().kind()), event.decision().summary());
    case v1::Event::kMerged:
      return fmt::format("{} merged into {} ({})", event.merged().absorbed(), event.merged().survivor(),
                         event.merged().merge());
    case v1::Event::kUnmerged:
      return fmt::format("{} is separate again ({} undone)", event.unmerged().restored(), event.unmerged().merge());
    case v1::Event::kAvailabilityChanged: {
      const auto& change = event.availability_changed();
      std::string text = fmt::format("{} {}", change.rep(), change.available() ? "is available" : "is away");
      if (change.has_return_time()) text += fmt::format(" until {}", FormatMinute(ToTime(change.return_time())));
      if (!change.absences().empty()) text += fmt::format("; planned to be away {}", FormatAbsences(change.absences()));
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
    case v1::Event::kQueueLong: {
      const auto& queue = event.queue_long();
      return fmt::format("{} {} wait in {}, {} {}", WithThousands(queue.lead_count()),
                         queue.lead_count() == 1 ? "lead" : "leads", queue.queue(),
                         queue.over() ? "no more than" : "more than", WithThousands(queue.bound_count()));
    }
    case v1::Event::kCalendarEnding: {
      const auto& ending = event.calendar_ending();
      return fmt::format("the last day off of the calendar {} is {}", ending.calendar(), ending.last_day());
    }
    case v1::Event::kLeadSplit: {
      const auto& split = event.lead_split();
      return fmt::format("{} was split off {}{}{}", split.new_lead(), split.lead(), split.reason().empty() ? "" : ": ",
                         split.reason());
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

}  // namespace leadline::cli
