// Where the rows of an import come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/import/rows/csv_reader.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

// Set aside before or by the server.
struct Reject {
  int64_t row = 0;
  std::string reason;
  std::string field;
  std::string record = {};  // as it can be written into a CSV file; empty: it came from none
};

struct SourceRow {
  v1::ImportRow row;             // its number is set in any case
  std::optional<Reject> reject;  // the row cannot be sent
  std::string record;            // as in Reject, in case that the server sets it aside
  CsvPosition end;               // reading goes on here
};

// Gives rows in order of their numbers. Not thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // False at the end. An error ends the import.
  virtual absl::StatusOr<bool> Next(SourceRow& row) = 0;
  // Goes on behind a row that was given before, perhaps by an earlier run.
  virtual absl::Status Seek(CsvPosition position) = 0;
  virtual CsvPosition position() const = 0;
  // How much was given, 0 to 1; negative when that is not known.
  virtual double Fraction() const = 0;
};

}  // namespace leadline::cli
