#include "store/sqlite/report_codec.h"

#include <bit>

#include "base/status_macros.h"
#include "store/codec_wire.h"

namespace leadline::store {
namespace {

absl::Status DamagedReport() { return absl::DataLossError("the bytes of a report's cell or record are damaged"); }

void PutSigned(int64_t v, std::string& out) { PutVarint(ZigZag(v), out); }
void PutSized(std::string_view text, std::string& out) {
  PutVarint(text.size(), out);
  out += text;
}

// Reads one value after another; says at the end whether all were there.
class Fields {
 public:
  explicit Fields(std::string_view bytes, const InputTexts* texts = nullptr) : cursor_(bytes), texts_(texts) {}

  uint64_t Unsigned() {
    uint64_t v = 0;
    ok_ = ok_ && cursor_.Varint(v);
    return ok_ ? v : 0;
  }
  int64_t Signed() { return UnZigZag(Unsigned()); }
  std::string Text() {
    std::string_view text;
    ok_ = ok_ && cursor_.Sized(text);
    return ok_ ? std::string(text) : std::string();
  }
  std::string SharedText() {
    const std::string* text = texts_ == nullptr ? nullptr : texts_->TextOf(Unsigned());
    ok_ = ok_ && text != nullptr;
    return ok_ ? *text : std::string();
  }
  // How many items follow, of one byte at least.
  size_t Count() {
    const uint64_t count = Unsigned();
    ok_ = ok_ && count <= cursor_.left();
    return ok_ ? static_cast<size_t>(count) : 0;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && cursor_.left() == 0; }

 private:
  Cursor cursor_;
  const InputTexts* texts_;  // null: the bytes name none
  bool ok_ = true;
};

// Most records have none of it: then it is one byte. Otherwise what is there, as bits.
constexpr uint64_t kHasValue = 1, kHasProbability = 2, kHasCompleteness = 4;

void PutProspects(const domain::ReportInput& input, std::string& out) {
  PutVarint((input.value ? kHasValue : 0) | (input.probability != 0 ? kHasProbability : 0) |
                (input.completeness ? kHasCompleteness : 0),
            out);
  if (input.value) {
    PutSized(input.value->currency, out);
    PutSigned(input.value->micros, out);
  }
  if (input.probability != 0) PutVarint(std::bit_cast<uint64_t>(input.probability), out);
  if (input.completeness) PutSigned(*input.completeness, out);
}

void ReadProspects(Fields& fields, domain::ReportInput& input) {
  const uint64_t there = fields.Unsigned();
  if ((there & kHasValue) != 0) {
    input.value.emplace();
    input.value->currency = fields.Text();
    input.value->micros = fields.Signed();
  }
  if ((there & kHasProbability) != 0) input.probability = std::bit_cast<double>(fields.Unsigned());
  if ((there & kHasCompleteness) != 0) input.completeness = fields.Signed();
}

// What stands in front of a step beside its cause.
constexpr uint64_t kHasReason = 4, kHasScore = 8;

void PutStepCause(const domain::StatusStep& step, InputTexts& texts, std::string& out) {
  PutVarint(
      static_cast<uint64_t>(step.cause) | (step.reject_reason.empty() ? 0 : kHasReason) | (step.score ? kHasScore : 0),
      out);
  if (!step.reject_reason.empty()) PutVarint(texts.NumberOf(step.reject_reason), out);
  if (!step.score) return;
  PutVarint(step.score->band, out);
  PutVarint(step.score->rules.size(), out);
  for (const std::string& rule : step.score->rules) PutVarint(texts.NumberOf(rule), out);
}

void TakeStepCause(Fields& fields, domain::StatusStep& step) {
  const uint64_t form = fields.Unsigned();
  step.cause = static_cast<domain::StepCause>(form & (kHasReason - 1));
  if ((form & kHasReason) != 0) step.reject_reason = fields.SharedText();
  if ((form & kHasScore) == 0) return;
  domain::SentScore& score = step.score.emplace();
  score.band = static_cast<uint32_t>(fields.Unsigned());
  for (size_t i = 0, count = fields.Count(); i < count; ++i) score.rules.push_back(fields.SharedText());
}

}  // namespace

uint64_t InputTexts::NumberOf(const std::string& text) {
  const auto [place, added] = numbers_.try_emplace(text, texts_.size());
  if (added) texts_.push_back(text);
  return place->second;
}

void EncodeAdditions(const domain::Additions& additions, std::string& out) {
  domain::MeasureKey before = 0;
  for (const domain::Addition& addition : additions) {
    PutVarint(addition.key - before, out);
    PutSigned(addition.sum.count, out);
    PutSigned(addition.sum.offset, out);
    before = addition.key;
  }
}

absl::Status DecodeAdditions(std::string_view bytes, domain::Additions& additions) {
  additions.clear();
  Cursor cursor(bytes);
  domain::MeasureKey key = 0;
  while (cursor.left() > 0) {
    uint64_t step = 0, count = 0, offset = 0;
    if (!cursor.Varint(step) || !cursor.Varint(count) || !cursor.Varint(offset)) return DamagedReport();
    key += step;
    additions.push_back({key, {UnZigZag(count), UnZigZag(offset)}});
  }
  return absl::OkStatus();
}

void EncodeInput(const domain::ReportInput& input, InputTexts& texts, std::string& out) {
  const domain::ReportedRecord& record = input.record;
  PutVarint(static_cast<uint64_t>(input.kind), out);
  PutSigned(record.created_at, out);
  for (const std::string* text : {&record.source, &record.region, &record.assignee}) PutSized(*text, out);
  PutVarint(record.products.size(), out);
  for (const std::string& product : record.products) PutSized(product, out);
  // Times stand as the distance from the one before them.
  Time before = record.created_at;
  const auto put_time = [&](Time time) {
    PutSigned(static_cast<int64_t>(static_cast<uint64_t>(time) - static_cast<uint64_t>(before)), out);
    before = time;
  };
  PutVarint(input.steps.size(), out);
  for (const domain::StatusStep& step : input.steps) {
    PutVarint(texts.NumberOf(step.to), out);
    put_time(step.time);
    PutStepCause(step, texts, out);
  }
  PutVarint(input.clocks.size(), out);
  for (const domain::ReportedClock& clock : input.clocks) {
    for (const std::string* text : {&clock.sla_id, &clock.calendar}) PutVarint(texts.NumberOf(*text), out);
    PutVarint(static_cast<uint64_t>(clock.state), out);
    for (const Time time : {clock.start, clock.due}) put_time(time);
    PutSigned(clock.stopped, out);
    PutSigned(clock.response, out);
  }
  PutSigned(input.touched_at, out);
  PutVarint(input.step_due ? 1 : 0, out);
  PutVarint(texts.NumberOf(input.enquirer_status), out);
  PutProspects(input, out);
}

absl::Status DecodeInput(std::string_view bytes, const InputTexts& texts, domain::ReportInput& input) {
  input = {};
  Fields fields(bytes, &texts);
  input.kind = static_cast<domain::RecordKind>(fields.Unsigned());
  domain::ReportedRecord& record = input.record;
  record.created_at = fields.Signed();
  for (std::string* text : {&record.source, &record.region, &record.assignee}) *text = fields.Text();
  for (size_t i = 0, count = fields.Count(); i < count; ++i) record.products.push_back(fields.Text());
  Time before = record.created_at;
  const auto time = [&] {
    before = static_cast<Time>(static_cast<uint64_t>(before) + static_cast<uint64_t>(fields.Signed()));
    return before;
  };
  for (size_t i = 0, count = fields.Count(); i < count; ++i) {
    domain::StatusStep& step = input.steps.emplace_back();
    step.to = fields.SharedText();
    step.time = time();
    TakeStepCause(fields, step);
  }
  for (size_t i = 0, count = fields.Count(); i < count; ++i) {
    domain::ReportedClock& clock = input.clocks.emplace_back();
    for (std::string* text : {&clock.sla_id, &clock.calendar}) *text = fields.SharedText();
    clock.state = static_cast<domain::SlaState>(fields.Unsigned());
    clock.start = time();
    clock.due = time();
    clock.stopped = fields.Signed();
    clock.response = fields.Signed();
  }
  input.touched_at = fields.Signed();
  input.step_due = fields.Unsigned() != 0;
  input.enquirer_status = fields.SharedText();
  ReadProspects(fields, input);
  const bool leads = input.kind == domain::RecordKind::kLead || input.kind == domain::RecordKind::kContact;
  return fields.AtEnd() && leads ? absl::OkStatus() : DamagedReport();
}

void EncodeNames(const std::vector<std::string>& names, std::string& out) {
  for (const std::string& name : names) PutSized(name, out);
}

absl::Status DecodeNames(std::string_view bytes, std::vector<std::string>& names) {
  names.clear();
  Fields fields(bytes);
  while (fields.ok() && !fields.AtEnd()) names.push_back(fields.Text());
  return fields.ok() ? absl::OkStatus() : DamagedReport();
}

}  // namespace leadline::store
