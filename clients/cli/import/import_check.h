// leadline import --check
#pragma once

#include <cstdint>
#include <string>

#include "cli/import/rejects_file.h"
#include "cli/import/rows/row_source.h"
#include "cli/session/session.h"

namespace leadline::cli {

struct ImportCheckOptions {
  std::string import_id;
  int batch = 200;
  int64_t limit = 0;  // rows; 0: all
};

// Maps every row, and asks the server what it would do with it. Nothing is stored. Where no server answers, or one that
// cannot check, the file and the map alone are checked, and it is said. Shows and keeps the rejects; as JSON, also the
// mapped rows. Gives the exit code.
int CheckImport(Session& session, const ImportCheckOptions& options, RowSource& source, RejectsFile& rejects);

}  // namespace leadline::cli
