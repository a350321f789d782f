// One ImportLeads call: rows out in messages, progress back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/import/rows/row_source.h"
#include "cli/session/session.h"

namespace leadline::cli {

// Rows that are settled: durable on the server, or set aside. Plain data.
struct SettledRows {
  int64_t rows = 0;  // read, with those set aside here
  int64_t created = 0;
  int64_t already_imported = 0;
  std::vector<Reject> rejects;  // by row
  CsvPosition begin;            // of the first row
  CsvPosition end;              // behind the last row
  int64_t first_row = 0;        // number of the first row that was sent; 0: none was
};

struct ImportStreamOptions {
  std::string import_id;
  int batch = 200;       // rows a message
  int window = 4;        // messages under way at once
  int64_t max_rows = 0;  // rows to read; 0: all
};

// Reads `source` to its end and sends it. `settled` is called for every message in order, from this thread's reader,
// never twice at a time. Gives what ended it: OK when all rows are settled; `source_fault` is set when the source
// failed.
grpc::Status RunImportStream(Session& session, const ImportStreamOptions& options, RowSource& source,
                             const std::function<void(const SettledRows&)>& settled, absl::Status& source_fault);

}  // namespace leadline::cli
