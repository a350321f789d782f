// The rows of a CSV file as enquiries.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/import/map/import_map.h"
#include "cli/import/rows/csv_reader.h"
#include "cli/import/rows/row_source.h"

namespace leadline::cli {

struct CsvSourceOptions {
  uint64_t file_size = 0;             // in bytes; 0: unknown
  bool purchased = false;             // every row is from a bought list
  char delimiter = ',';               // of the file
  size_t skipped_columns = 0;         // at the front: those of a rejects file, which are not the row's
  std::vector<std::string> headings;  // of the columns behind them
};

// Reads records and maps them. A row is known by the key that the map gives it, otherwise by what it says: wherever it
// stands, the same row has the same key. Not thread-safe.
class CsvSource final : public RowSource {
 public:
  // `reader` stands behind the headings.
  CsvSource(CsvReader& reader, const ImportMap& map, CsvSourceOptions options)
      : reader_(reader), map_(map), options_(std::move(options)) {}

  absl::StatusOr<bool> Next(SourceRow& row) override;
  absl::Status Seek(CsvPosition position) override { return reader_.Seek(position); }
  CsvPosition position() const override { return reader_.position(); }
  double Fraction() const override {
    return options_.file_size == 0
               ? -1
               : static_cast<double>(reader_.position().offset) / static_cast<double>(options_.file_size);
  }

 private:
  // Of the headings and fields.
  std::string ContentKey() const;
  std::string RecordText() const;

  CsvReader& reader_;
  const ImportMap& map_;
  const CsvSourceOptions options_;
  CsvRecord record_;
};

}  // namespace leadline::cli
