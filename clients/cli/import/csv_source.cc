#include "cli/import/csv_source.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "base/status_macros.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

// Digits of a hash that make a key.
constexpr size_t kKeyDigits = 32;

}  // namespace

std::string CsvSource::ContentKey() const {
  std::string content;
  for (const auto* texts : {&options_.headings, &record_.fields}) {
    for (const std::string& text : *texts) content += fmt::format("{}:{};", text.size(), text);
  }
  return Sha256Hex(content).substr(0, kKeyDigits);
}

std::string CsvSource::RecordText() const {
  // What cannot be read as a record would make the rest of a file unreadable: it becomes one field.
  if (!record_.fault.empty()) return CsvField(record_.raw, options_.delimiter);
  if (options_.skipped_columns == 0) return record_.raw;
  std::string out;
  for (size_t i = 0; i < record_.fields.size(); ++i) {
    if (i > 0) out += options_.delimiter;
    out += CsvField(record_.fields[i], options_.delimiter);
  }
  return out;
}

absl::StatusOr<bool> CsvSource::Next(SourceRow& row) {
  ASSIGN_OR_RETURN(bool more, reader_.Next(record_));
  if (!more) return false;
  row.row.Clear();
  row.reject.reset();
  row.row.set_row(record_.line);
  row.end = reader_.position();
  if (record_.fault.empty()) {
    record_.fields.erase(record_.fields.begin(),
                         record_.fields.begin() + static_cast<std::ptrdiff_t>(options_.skipped_columns));
  }
  row.record = RecordText();
  if (!record_.fault.empty()) {
    row.reject = Reject{record_.line, record_.fault, ""};
    return true;
  }
  ImportMap::Outcome outcome = map_.Apply(record_.fields, record_.line, *row.row.mutable_enquiry());
  if (!outcome.accepted) {
    row.reject = Reject{record_.line, outcome.reason, outcome.field};
    return true;
  }
  if (options_.purchased) row.row.mutable_enquiry()->set_purchased(true);
  row.row.set_key(outcome.key.empty() ? ContentKey() : Sha256Hex(outcome.key).substr(0, kKeyDigits));
  return true;
}

}  // namespace leadline::cli
