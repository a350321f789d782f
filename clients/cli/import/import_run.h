// One import from end to end: stream, rejects, checkpoint, progress.
#pragma once

#include <string>
#include <vector>

#include "cli/import/checkpoint.h"
#include "cli/import/import_stream.h"
#include "cli/import/import_warnings.h"
#include "cli/import/rejects_file.h"
#include "cli/import/rows/row_source.h"
#include "cli/session/session.h"

namespace leadline::cli {

struct ImportRunOptions {
  std::string import_id;
  std::string content;          // hash of what the rows depend on
  std::string checkpoint_path;  // empty: no checkpoint
  int batch = 200;
  int64_t limit = 0;  // rows from the beginning of the source; 0: all
  bool quiet = false;
  // Said after the first rejects where no file has them all: how to get one. Empty: nothing.
  std::string rejects_advice;
  // Shown when the import ended early: how to go on.
  std::string resume_advice = "The same command goes on from there and doubles nothing.";
};

// "9,240 read = 9,231 created + 9 rejected", with already imported rows where there are any.
std::string ClosingLine(const ImportTotals& totals);

// Not thread-safe.
class ImportRun {
 public:
  ImportRun(Session& session, ImportRunOptions options, RowSource& source, RejectsFile& rejects)
      : session_(session), options_(std::move(options)), source_(source), rejects_(rejects) {}

  // Imports and prints the closing line; gives the exit code.
  int Run();

 private:
  // Goes on behind an earlier run's rows where that is safe.
  absl::Status Resume();
  // Whether the server knows the rows that the checkpoint says it does.
  bool ServerKnows(const Checkpoint& checkpoint);
  void Settle(const SettledRows& rows, absl::Status& fault);
  // The first rejects in words, and where all of them are.
  void ShowRejects() const;
  int Close(const grpc::Status& status, const absl::Status& fault, double seconds, double rate);
  void Note(const std::string& text) const;

  Session& session_;
  ImportRunOptions options_;
  RowSource& source_;
  RejectsFile& rejects_;
  Checkpoint checkpoint_;              // of this run, as it goes on
  std::vector<Reject> first_rejects_;  // of this run
  ImportWarnings warnings_;            // of this run
  int64_t changed_ = 0;                // of this run: known rows with other values
  int64_t made_by_probe_ = 0;
};

}  // namespace leadline::cli
