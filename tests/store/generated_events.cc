// Packs, events and what they hold.
#include "tests/store/generated.h"

namespace leadline::store {

domain::PackRef Generator::Pack() { return {.pack = Text(), .version = Text(), .sha256 = Text()}; }

domain::Rollout Generator::Rollout() {
  domain::Rollout rollout{.generation = Int(1, 1'000'000)};
  for (int64_t i = Int(0, 3); i > 0; --i) {
    rollout.active.push_back({.ref = Pack(), .since = Moment(), .activated_by = Text()});
    for (int64_t before = Int(0, 3); before > 0; --before) {
      rollout.active.back().before.push_back(Pack());
    }
  }
  for (int64_t i = Int(0, 3); i > 0; --i) rollout.plugins.push_back({Text(), Text(), Text()});
  if (Flip()) {
    rollout.reference = {Text(), Text(), Text(), Text()};
    rollout.time_zones_sha256 = Text();
  }
  for (int64_t i = Int(0, 3); i > 0; --i) {
    rollout.candidates.push_back({.ref = Pack(),
                                  .proposed_by = Text(),
                                  .proposed_at = Moment(),
                                  .approvals = {},
                                  .bytes = Int(0, 1'000'000),
                                  .decided = Flip()});
    for (int64_t side = 1; side <= Int(0, 2); ++side) {
      rollout.candidates.back().approvals.push_back(
          {.side = static_cast<domain::ApprovalSide>(side), .principal = Text(), .time = Moment(), .reason = Text()});
    }
  }
  if (Flip()) {
    rollout.trial = domain::Trial{.mode = static_cast<domain::TrialMode>(Int(1, 2)),
                                  .ref = Pack(),
                                  .generation = Int(1, 1'000'000),
                                  .canary_percent = static_cast<int32_t>(Int(0, 99)),
                                  .since = Moment(),
                                  .started_by = Text(),
                                  .start_position = Int(0, 1'000'000),
                                  .decided_from = Int(0, 1'000'000),
                                  .regions = {Text(), Text()}};
  }
  if (Flip()) {
    rollout.rescoring = domain::Rescoring{.generation = Int(1, 1'000'000),
                                          .after = Text(),
                                          .total = Int(0, 1000),
                                          .done = Int(0, 1000),
                                          .left_out = Int(0, 1000),
                                          .same = Int(0, 1000),
                                          .changed = Int(0, 1000),
                                          .started_at = Moment(),
                                          .finished_at = Flip() ? Moment() : 0,
                                          .skipped = Int(0, 3)};
    for (int64_t i = Int(0, 3); i > 0; --i) {
      rollout.rescoring->set_aside.push_back({Text(), Text(), static_cast<int32_t>(Int(1, 5)), Moment()});
    }
    for (int64_t i = Int(0, 3); i > 0; --i) rollout.rescoring->skipped_leads.push_back({Text(), Text(), 6, 0});
    for (int64_t i = Int(0, 2); i > 0; --i) rollout.rescoring->regions.emplace(Text(), Text());
    for (int64_t i = Int(0, 2); i > 0; --i) rollout.rescoring->left_out_regions.push_back(Text());
    for (int64_t i = Int(0, 2); i > 0; --i) {
      rollout.rescoring->shares.push_back({Pack(), static_cast<int32_t>(Int(1, 99)), Int(0, 1'000'000), {Text()}});
    }
  }
  for (int64_t i = Int(0, 2); i > 0; --i) rollout.decided_by.emplace(Text(), Text());
  return rollout;
}

domain::PackContent Generator::PackContent() {
  domain::PackContent content{.sha256 = Id('h'), .pack = Text(), .stored_at = Moment()};
  for (int64_t files = Int(0, 5); files > 0; --files) {
    content.files[Text()] = FileText();
  }
  return content;
}

domain::EventPayload Generator::Payload(size_t type) {
  using domain::RecordRef;
  const RecordRef left{.kind = domain::RecordKind::kContact, .id = Text()};
  const RecordRef right{.kind = domain::RecordKind::kAccount, .id = Text()};
  switch (type) {
    case 0: {
      domain::RecordCreated created{.source = Text(), .region = Text(), .purchased = Flip(), .enquirer_status = Text()};
      switch (Int(0, 3)) {
        case 1:
          created.image = Account();
          break;
        case 2:
          created.image = Contact();
          break;
        case 3:
          created.image = Lead();
          break;
        default:
          break;
      }
      // The image's id is the event's record.
      std::visit(
          [](auto& image) {
            if constexpr (requires { image.id; }) image.id.clear();
          },
          created.image);
      return created;
    }
    case 1:
      return domain::FieldsChanged{.changes = {{Text(), "", Text()}, {Text(), Text(), ""}}};
    case 2:
      return domain::ActivityRecorded{.activity = Activity()};
    case 3:
      return domain::StatusChanged{
          .from = "", .to = Text(), .trigger = Text(), .reason = Text(), .open = Flip(), .lead_alone = Flip()};
    case 4:
      return domain::DispositionRecorded{.disposition = Text(), .note = Text()};
    case 5:
      return domain::ScoreChanged{.score = Score(), .previous_total = Number()};
    case 6:
      return domain::Assigned{.rep = Text(),
                              .previous_rep = Text(),
                              .route = Text(),
                              .hold_queue = Text(),
                              .score = Number(),
                              .pool = Text(),
                              .turns = {{Text(), Number(), Int(0, 1000), Moment()}, {Text(), 0, 0, 0}},
                              .closed = Flip(),
                              .credited = Flip(),
                              .turns_before = {{Text(), Number(), Int(0, 1000), Moment()}}};
    case 7:
      return domain::SlaChanged{.clock = Clock()};
    case 8:
      return domain::DecisionTaken{};
    case 9:
      return domain::Merged{.merge_id = Text(),
                            .absorbed = left,
                            .survivor = right,
                            .reason = Text(),
                            .changed = {{Text(), "", Text()}},
                            .times = {{Text(), Moment()}}};
    case 10: {
      domain::Unmerged unmerged{
          .merge_id = Text(), .restored = left, .reason = Text(), .changed = {{Text(), Text(), ""}}};
      // Like an image.
      if (Flip()) {
        unmerged.state = Lead();
        std::get<domain::Lead>(unmerged.state).id.clear();
      } else {
        unmerged.state = Contact();
        std::get<domain::Contact>(unmerged.state).id.clear();
      }
      return unmerged;
    }
    case 11:
      return domain::AvailabilityChanged{.rep = Text(), .available = Flip(), .until = Moment()};
    case 14:
      return domain::RegionChanged{.from = Text(), .to = Text()};
    case 15:
      return domain::Erased{.reason = Text()};
    case 16:
      return domain::AccountScored{.score = Flip() ? std::optional(AccountScore()) : std::nullopt,
                                   .previous_total = Number()};
    case 17:
      return domain::QueueLong{.queue = Text(),
                               .leads = Int(0, 1'000'000),
                               .longer_than = Int(1, 1'000'000),
                               .held_since = Moment(),
                               .over = Flip()};
    case 18:
      return domain::CalendarEnding{.pack = Text(), .calendar = Text(), .last_day = Text()};
    case 19:
      return domain::LeadSplit{.from = left, .into = right, .reason = Text()};
    case 13:
      return domain::PluginChanged{.action = Text(),
                                   .plugin = Text(),
                                   .version = Text(),
                                   .sha256 = Text(),
                                   .previous_version = Flip() ? Text() : "",
                                   .previous_sha256 = Flip() ? Text() : "",
                                   .generation = Int(0, 1'000'000),
                                   .reason = Text(),
                                   .rollout = Flip() ? std::optional(Rollout()) : std::nullopt};
    default:
      return domain::PackChanged{.action = Text(),
                                 .pack = Text(),
                                 .version = Text(),
                                 .sha256 = Text(),
                                 .previous_sha256 = Flip() ? Text() : "",
                                 .side = Flip() ? Text() : "",
                                 .canary_percent = Int(0, 99),
                                 .generation = Int(0, 1'000'000),
                                 .reason = Text(),
                                 .rollout = Flip() ? std::optional(Rollout()) : std::nullopt};
  }
}

domain::Event Generator::Event(const domain::RecordRef& record, size_t type) {
  domain::Event event{.id = Id('e'),
                      .record = record,
                      .time = Moment(),
                      .append_time = Moment(),
                      .actor = Text(),
                      .request_id = Text(),
                      .generation = Int(1, 1000),
                      .pack_hashes = Flip() ? std::vector<std::string>{Text(), Text()} : std::vector<std::string>{},
                      .payload = Payload(type)};
  if (Flip()) {
    event.decision = Decision();
  }
  return event;
}

bool SameDecision(const domain::StoredDecision& a, const domain::StoredDecision& b) {
  const bool same_snapshot =
      a.snapshot == nullptr || b.snapshot == nullptr ? a.snapshot == b.snapshot : *a.snapshot == *b.snapshot;
  return same_snapshot && a.kind == b.kind && a.record == b.record && a.field == b.field &&
         a.central_only == b.central_only && a.trigger == b.trigger && a.outcome == b.outcome && a.time == b.time &&
         a.rules == b.rules && a.meaning == b.meaning && a.answers == b.answers && a.candidates == b.candidates &&
         a.passed_over == b.passed_over;
}

bool SameEvent(const domain::Event& a, const domain::Event& b) {
  const bool same_decision = a.decision.has_value() == b.decision.has_value() &&
                             (!a.decision.has_value() || SameDecision(*a.decision, *b.decision));
  return same_decision && a.id == b.id && a.transaction_id == b.transaction_id && a.record == b.record &&
         a.addressed == b.addressed && a.region == b.region && a.sequence == b.sequence && a.position == b.position &&
         a.time == b.time && a.append_time == b.append_time && a.actor == b.actor && a.request_id == b.request_id &&
         a.generation == b.generation && a.pack_hashes == b.pack_hashes && a.payload == b.payload;
}

}  // namespace leadline::store
