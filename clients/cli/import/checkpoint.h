// How far an import has come, so that another run can skip quickly.
//
// A checkpoint says only what the server has acknowledged. It may be missing (the server knows each row and makes it
// act once) or wrong (the server's store is another one): before it is believed, its last acknowledged rows are sent
// again, and the server must know them.
//
// The file is one JSON object, replaced whole by a rename.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cli/import/rows/csv_reader.h"

namespace leadline::cli {

struct ImportTotals {
  int64_t read = 0;
  int64_t created = 0;
  int64_t already_imported = 0;
  int64_t rejected = 0;
  bool operator==(const ImportTotals&) const = default;
};

// Plain data.
struct Checkpoint {
  std::string import_id;
  std::string content;        // hash of everything that the rows depend on
  std::string rejects_path;   // where the rejects of the rows before `position` are; empty: in no file ...
  uint64_t rejects_size = 0;  // ... in its first bytes
  CsvPosition position;       // everything before it is settled
  CsvPosition probe;          // the last message with a row that the server made begins here ...
  int64_t probe_rows = 0;     // ... and has so many rows; 0: there is none
  ImportTotals totals;
  bool operator==(const Checkpoint&) const = default;
};

// Where the checkpoint of an import is kept when nothing else is said: below $XDG_STATE_HOME/leadline.
std::string DefaultCheckpointPath(const std::string& import_id);
// Nothing when there is none, or it is not to be read: then the import begins at the beginning.
std::optional<Checkpoint> LoadCheckpoint(const std::string& path);
absl::Status SaveCheckpoint(const std::string& path, const Checkpoint& checkpoint);

}  // namespace leadline::cli
