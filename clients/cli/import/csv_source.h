// The rows of a CSV file as enquiries.
#pragma once

#include <memory>
#include <string>

#include "cli/import/map/import_map.h"
#include "cli/import/rows/csv_reader.h"
#include "cli/import/rows/row_source.h"

namespace leadline::cli {

// Reads records and maps them. Not thread-safe.
class CsvSource final : public RowSource {
 public:
  // `reader` stands behind the headings. `file_size` in bytes; 0: unknown. `purchased`: every row is from a bought
  // list.
  CsvSource(CsvReader& reader, const ImportMap& map, uint64_t file_size, bool purchased)
      : reader_(reader), map_(map), file_size_(file_size), purchased_(purchased) {}

  absl::StatusOr<bool> Next(SourceRow& row) override;
  absl::Status Seek(CsvPosition position) override { return reader_.Seek(position); }
  CsvPosition position() const override { return reader_.position(); }
  double Fraction() const override {
    return file_size_ == 0 ? -1 : static_cast<double>(reader_.position().offset) / static_cast<double>(file_size_);
  }

 private:
  CsvReader& reader_;
  const ImportMap& map_;
  uint64_t file_size_;
  bool purchased_;
  CsvRecord record_;
};

}  // namespace leadline::cli
