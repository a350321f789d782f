#include "tests/store/generated.h"

#include <array>
#include <bit>
#include <cmath>

#include "fmt/format.h"

namespace leadline::store {

double Generator::Number() {
  switch (Int(0, 4)) {
    case 0:
      return static_cast<double>(Int(-1000, 1000));
    case 1:
      return static_cast<double>(Int(-1'000'000, 1'000'000)) / 1e6;
    case 2:
      return 0.1 * static_cast<double>(Int(1, 100));
    default: {
      const auto any = std::bit_cast<double>(random_());
      return std::isfinite(any) ? any : 0.5;
    }
  }
}

std::string Generator::Uuid() {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", Int(0, 0xffffffff), Int(0, 0xffff), Int(0, 0xffff),
                     Int(0, 0xffff), Int(0, 0xffffffffffff));
}

std::string Generator::Text() {
  static constexpr std::array<const char*, 18> kPieces = {"a",  "Z",  "0", " ",    "ç", "ß",    "日本", "Ω",  "\"",
                                                          "\\", "\n", "'", "\x01", "😀", "</s>", "{}",   "\t", "\u2028"};
  std::string text;
  // Now and then what is stored in fewer bytes than it has: ids, alone and behind another text, and hashes.
  switch (Int(0, 15)) {
    case 0:
      return Uuid();
    case 1:
      return Text() + Uuid();
    case 2:
      for (int64_t i = Int(1, 32); i > 0; --i) text += fmt::format("{:02x}", Int(0, 255));
      return text;
    default:
      break;
  }
  const int64_t length = Int(1, 12);
  for (int64_t i = 0; i < length; ++i) {
    text += kPieces[static_cast<size_t>(Int(0, kPieces.size() - 1))];
  }
  return text;
}

std::string Generator::FileText() {
  std::string text;
  for (int64_t lines = Int(0, 20); lines > 0; --lines) {
    text += Text() + (Int(0, 9) == 0 ? std::string(1, '\0') : "") + "\r\n";
  }
  return text;
}

domain::Attributes Generator::Attributes() {
  domain::Attributes attributes;
  attributes["null"] = std::monostate();
  attributes["text"] = Text();
  attributes["empty"] = std::string();
  attributes["number"] = Number();
  attributes["whole"] = static_cast<double>(Int(-5, 5));
  attributes["flag"] = Flip();
  attributes["moment"] = domain::Moment{Moment()};
  attributes["list"] = std::vector<std::string>{Text(), Text()};
  attributes["empty_list"] = std::vector<std::string>{};
  attributes[Text()] = Text();
  return attributes;
}

domain::Score Generator::Score() {
  return {.total = Number(),
          .central = Number(),
          .adjustment = Number(),
          .dimensions = {{"fit", Number()}, {"behaviour", 0}, {Text(), Number()}},
          .threshold = Number(),
          .qualified = Flip(),
          .as_of = Moment()};
}

domain::SlaClock Generator::Clock() {
  return {.sla_id = Text(),
          .start = Moment(),
          .warn = Moment(),
          .due = Moment(),
          .stopped = Flip() ? Moment() : 0,
          .state = static_cast<domain::SlaState>(Int(1, 6))};
}

domain::Account Generator::Account() {
  return {.id = Id('a'),
          .name = Text(),
          .domain = Text(),
          .country = Text(),
          .region = Text(),
          .industry = Text(),
          .employees = Int(0, 1'000'000),
          .owner = Text(),
          .attributes = Attributes(),
          .created_at = Moment(),
          .updated_at = Moment(),
          .merged_into = Flip() ? Text() : ""};
}

domain::DerivedMeaning Generator::Meaning() {
  const auto meaning = [this] { return domain::Meaning{Text(), Text(), Text(), Text()}; };
  domain::DerivedMeaning out{meaning(), std::nullopt, Text(), Flip() ? 7 : 0};
  if (Flip()) out.regional = meaning();
  return out;
}

domain::Contact Generator::Contact() {
  return {.id = Id('c'),
          .account_id = Text(),
          .given_name = Text(),
          .family_name = Text(),
          .email = Text(),
          .phone = Text(),
          .title = Text(),
          .language = Text(),
          .country = Text(),
          .meaning = Meaning(),
          .status = Text(),
          .status_since = Moment(),
          .disposition = Text(),
          .score = Score(),
          .marketable = Flip(),
          .attributes = Attributes(),
          .created_at = Moment(),
          .updated_at = Moment(),
          .merged_into = Flip() ? Text() : ""};
}

domain::Lead Generator::Lead() {
  domain::Lead lead{.id = Id('l'),
                    .account_id = Text(),
                    .contacts = {{Text(), Text()}, {Text(), ""}},
                    .source = Text(),
                    .region = Text(),
                    .country = Text(),
                    .language = Text(),
                    .meaning = Meaning(),
                    .products = {Text(), Text()},
                    .probability = Number(),
                    .purchased = Flip(),
                    .status = Text(),
                    .status_since = Moment(),
                    .disposition = Text(),
                    .score = Score(),
                    .assignee = Text(),
                    .hold_queue = Text(),
                    .open = Flip(),
                    .activity_count = Int(0, 1000),
                    .last_activity_at = Moment(),
                    .attributes = Attributes(),
                    .created_at = Moment(),
                    .updated_at = Moment(),
                    .merged_into = Flip() ? Text() : ""};
  if (Flip()) {
    lead.value = Flip() ? domain::Money{.currency = Text(), .micros = Int(-5, 1'000'000'000)} : domain::Money{};
  }
  if (Flip()) {
    lead.sla = Clock();
  }
  return lead;
}

domain::Activity Generator::Activity() {
  return {.id = Id('v'),
          .lead_id = Text(),
          .contact_id = Text(),
          .account_id = Text(),
          .channel = Text(),
          .investment = Text(),
          .response = Text(),
          .time = Moment(),
          .product = Text(),
          .subject = Text()};
}

domain::MergeRecord Generator::Merge() {
  return {.id = Id('m'),
          .kind = static_cast<domain::RecordKind>(Int(1, 3)),
          .survivor_id = Text(),
          .absorbed_id = Text(),
          .time = Moment(),
          .actor = Text(),
          .reason = Text(),
          .undone = Flip(),
          .changed = {{Text(), Text(), ""}, {Text(), "", Text()}}};
}

std::shared_ptr<const domain::SnapshotRef> Generator::Snapshot() {
  return std::make_shared<domain::SnapshotRef>(
      domain::SnapshotRef{.generation = Int(1, 1'000'000),
                          .packs = {{"central", Text(), Text()}, {Text(), Text(), Text()}},
                          .plugins = {{Text(), Text(), Text()}},
                          .reference = {Text(), Text(), Text(), Text()}});
}

domain::StoredDecision Generator::Decision() {
  domain::StoredDecision decision;
  decision.kind = static_cast<domain::DecisionKind>(Int(1, 8));
  decision.record = Flip() ? Text() : "";
  decision.field = Flip() ? Text() : "";
  decision.central_only = Flip();
  decision.trigger = Flip() ? Text() : "";
  decision.outcome = Text();
  decision.time = Moment();
  decision.snapshot = Flip() ? Snapshot() : nullptr;
  for (int64_t i = Int(0, 5); i > 0; --i) decision.rules.push_back({Text(), Text(), Flip(), Number(), Number()});
  if (Flip()) {
    decision.meaning = domain::UsedMeaning{{Text(), Text(), Text(), Text()}, std::nullopt};
    if (Flip()) decision.meaning->regional = domain::Meaning{Text(), Text(), "", ""};
  }
  for (int64_t i = Int(0, 2); i > 0; --i) {
    decision.answers.push_back({Text(), Text(), Text(), Flip(), Number(), Text()});
    decision.candidates.push_back({Text(), Number(), Number(), {Int(-1, 5), 0, Int(1, 5)}});
    decision.passed_over.push_back({Text(), Text(), {Text(), Text()}});
  }
  return decision;
}

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
    rollout.candidates.push_back({.ref = Pack(), .proposed_by = Text(), .proposed_at = Moment()});
    for (int64_t side = 1; side <= Int(0, 2); ++side) {
      rollout.candidates.back().approvals.push_back(
          {.side = static_cast<domain::ApprovalSide>(side), .principal = Text(), .time = Moment()});
    }
  }
  if (Flip()) {
    rollout.trial = domain::Trial{.mode = static_cast<domain::TrialMode>(Int(1, 2)),
                                  .ref = Pack(),
                                  .generation = Int(1, 1'000'000),
                                  .canary_percent = static_cast<int32_t>(Int(0, 99)),
                                  .since = Moment(),
                                  .started_by = Text(),
                                  .start_position = Int(0, 1'000'000)};
  }
  if (Flip()) {
    rollout.rescoring = domain::Rescoring{.generation = Int(1, 1'000'000),
                                          .after = Text(),
                                          .total = Int(0, 1000),
                                          .done = Int(0, 1000),
                                          .changed = Int(0, 1000),
                                          .started_at = Moment(),
                                          .finished_at = Flip() ? Moment() : 0,
                                          .skipped = Int(0, 3)};
    for (int64_t i = Int(0, 3); i > 0; --i) {
      rollout.rescoring->set_aside.push_back({Text(), Text(), static_cast<int32_t>(Int(1, 5)), Moment()});
    }
    for (int64_t i = Int(0, 3); i > 0; --i) rollout.rescoring->skipped_leads.push_back({Text(), Text(), 6, 0});
  }
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
      domain::RecordCreated created{.source = Text(), .region = Text(), .purchased = Flip()};
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
      return domain::StatusChanged{.from = "", .to = Text(), .trigger = Text(), .reason = Text(), .open = Flip()};
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
                              .turns = {{Text(), Number(), Int(0, 1000), Moment()}, {Text(), 0, 0, 0}}};
    case 7:
      return domain::SlaChanged{.clock = Clock()};
    case 8:
      return domain::DecisionTaken{};
    case 9:
      return domain::Merged{
          .merge_id = Text(), .absorbed = left, .survivor = right, .reason = Text(), .changed = {{Text(), "", Text()}}};
    case 10:
      return domain::Unmerged{
          .merge_id = Text(), .restored = left, .reason = Text(), .changed = {{Text(), Text(), ""}}};
    case 11:
      return domain::AvailabilityChanged{.rep = Text(), .available = Flip(), .until = Moment()};
    case 14:
      return domain::RegionChanged{.from = Text(), .to = Text()};
    case 15:
      return domain::Erased{.reason = Text()};
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
