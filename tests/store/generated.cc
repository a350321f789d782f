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
          .state = static_cast<domain::SlaState>(Int(1, 6)),
          .calendar = Text(),
          .since = Flip() ? Moment() : 0,
          .counted = Flip() ? Int(0, 1000) * kMinute : 0,
          .paused = Flip() ? Moment() : 0,
          .steps = Int(0, 9),
          .step_at = Flip() ? Moment() : 0};
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
          .merged_into = Flip() ? Text() : "",
          .score = Flip() ? std::optional(AccountScore()) : std::nullopt,
          .value_times = ValueTimes()};
}

domain::AccountScore Generator::AccountScore() {
  domain::AccountScore score{.total = Number(),
                             .dimensions = {{"behaviour", Number()}, {Text(), 0}},
                             .people = Int(0, 2000),
                             .left_out = Flip() ? Int(1, 1000) : 0,
                             .products = {},
                             .policy = Text(),
                             .as_of = Moment(),
                             .position = Int(0, 1'000'000'000)};
  for (int64_t i = Int(0, 3); i > 0; --i) score.products.push_back({Text(), Number()});
  return score;
}

domain::ValueTimes Generator::ValueTimes() {
  domain::ValueTimes times{.first = Moment(), .later = {}};
  for (int64_t i = Int(0, 2); i > 0; --i) times.later.push_back({Text(), Moment()});
  return times;
}

domain::StatusWords Generator::Moves() {
  domain::StatusWords moves;
  for (int64_t i = Int(0, 3); i > 0; --i) moves.push_back({Moment(), Text(), Text(), Flip(), Flip()});
  return moves;
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
          .next_decision_at = Flip() ? Moment() : 0,
          .attributes = Attributes(),
          .created_at = Moment(),
          .updated_at = Moment(),
          .merged_into = Flip() ? Text() : "",
          .moves = Moves(),
          .value_times = ValueTimes()};
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
                    .given_by = Text(),
                    .hold_queue = Text(),
                    .held_by = Text(),
                    .held_since = Moment(),
                    .open = Flip(),
                    .activity_count = Int(0, 1000),
                    .last_activity_at = Moment(),
                    .next_decision_at = Flip() ? Moment() : 0,
                    .attributes = Attributes(),
                    .created_at = Moment(),
                    .updated_at = Moment(),
                    .merged_into = Flip() ? Text() : "",
                    .moves = Moves(),
                    .former = {Text(), Moment(), Text(), Text()}};
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

}  // namespace leadline::store
