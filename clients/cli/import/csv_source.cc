#include "cli/import/csv_source.h"

#include "base/status_macros.h"

namespace leadline::cli {

absl::StatusOr<bool> CsvSource::Next(SourceRow& row) {
  ASSIGN_OR_RETURN(bool more, reader_.Next(record_));
  if (!more) return false;
  row.row.Clear();
  row.reject.reset();
  row.row.set_row(record_.line);
  row.end = reader_.position();
  if (!record_.fault.empty()) {
    row.reject = Reject{record_.line, record_.fault, ""};
    return true;
  }
  ImportMap::Outcome outcome = map_.Apply(record_.fields, record_.line, *row.row.mutable_enquiry());
  if (!outcome.accepted) {
    row.reject = Reject{record_.line, outcome.reason, outcome.field};
  } else if (purchased_) {
    row.row.mutable_enquiry()->set_purchased(true);
  }
  return true;
}

}  // namespace leadline::cli
