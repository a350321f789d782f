#include "store/sqlite/report_codec.h"

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
  explicit Fields(std::string_view bytes) : cursor_(bytes) {}

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
  bool ok_ = true;
};

}  // namespace

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

void EncodeInput(const domain::ReportInput& input, std::string& out) {
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
    PutSized(step.to, out);
    put_time(step.time);
  }
  PutVarint(input.clocks.size(), out);
  for (const domain::ReportedClock& clock : input.clocks) {
    PutSized(clock.sla_id, out);
    PutVarint(static_cast<uint64_t>(clock.state), out);
    for (const Time time : {clock.start, clock.due}) put_time(time);
    PutSigned(clock.stopped, out);
    PutSigned(clock.response, out);
  }
  PutSigned(input.touched_at, out);
  PutVarint(input.step_due ? 1 : 0, out);
}

absl::Status DecodeInput(std::string_view bytes, domain::ReportInput& input) {
  input = {};
  Fields fields(bytes);
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
    step.to = fields.Text();
    step.time = time();
  }
  for (size_t i = 0, count = fields.Count(); i < count; ++i) {
    domain::ReportedClock& clock = input.clocks.emplace_back();
    clock.sla_id = fields.Text();
    clock.state = static_cast<domain::SlaState>(fields.Unsigned());
    clock.start = time();
    clock.due = time();
    clock.stopped = fields.Signed();
    clock.response = fields.Signed();
  }
  input.touched_at = fields.Signed();
  input.step_due = fields.Unsigned() != 0;
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
