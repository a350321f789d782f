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
  int64_t changed = 0;          // of those: with other values than before
  std::vector<Reject> rejects;  // by row
  google::protobuf::RepeatedPtrField<v1::ImportWarning> warnings;
  int64_t warnings_left_out = 0;
  CsvPosition begin;      // of the first row
  CsvPosition end;        // behind the last row
  int64_t first_row = 0;  // number of the first row that was sent; 0: none was
};

struct ImportStreamOptions {
  std::string import_id;
  int batch = 200;             // rows a message
  int window = 4;              // messages under way at once
  int64_t max_rows = 0;        // rows to read; 0: all
  bool validate_only = false;  // nothing is stored; only for a server that AskWhetherItChecks() knows
};

// Reads `source` to its end and sends it. `settled` is called for every message in order, from this thread's reader,
// never twice at a time. Gives what ended it: OK when all rows are settled; `source_fault` is set when the source
// failed.
grpc::Status RunImportStream(Session& session, const ImportStreamOptions& options, RowSource& source,
                             const std::function<void(const SettledRows&)>& settled, absl::Status& source_fault);

// Whether the server checks rows without storing them: an older one does not know how, and would store them. Sends no
// row; waits for the answer as for a unary call.
grpc::Status AskWhetherItChecks(Session& session, const std::string& import_id, bool& checks);

}  // namespace leadline::cli
