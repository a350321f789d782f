#include "cli/import/import_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/status_macros.h"
#include "cli/import/progress.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

constexpr auto kSaveInterval = std::chrono::seconds(1);
// Enough to see what is wrong with a file.
constexpr size_t kShownRejects = 10;

}  // namespace

std::string ClosingLine(const ImportTotals& totals) {
  // Plain numbers: programs read this line too.
  std::string line = fmt::format("{} read = {} created", totals.read, totals.created);
  if (totals.already_imported > 0) line += fmt::format(" + {} already imported", totals.already_imported);
  return line + fmt::format(" + {} rejected", totals.rejected);
}

void ImportRun::Note(const std::string& text) const {
  if (!options_.quiet) session_.Note(text + "\n");
}

bool ImportRun::ServerKnows(const Checkpoint& checkpoint) {
  if (checkpoint.probe_rows == 0) return true;
  if (!source_.Seek(checkpoint.probe).ok()) return false;
  SettledRows probe;
  absl::Status fault;
  ImportStreamOptions options{.import_id = options_.import_id, .batch = 1000, .max_rows = checkpoint.probe_rows};
  grpc::Status status = RunImportStream(
      session_, options, source_,
      [&](const SettledRows& rows) {
        probe.created += rows.created;
        probe.already_imported += rows.already_imported;
      },
      fault);
  made_by_probe_ = probe.created;
  return status.ok() && fault.ok() && probe.created == 0 && probe.already_imported > 0;
}

absl::Status ImportRun::Resume() {
  RETURN_IF_ERROR(rejects_.CheckWritable());
  checkpoint_.import_id = options_.import_id;
  checkpoint_.content = options_.content;
  checkpoint_.rejects_path = rejects_.path();
  checkpoint_.position = source_.position();
  const CsvPosition first = source_.position();
  std::optional<Checkpoint> earlier;
  if (!options_.checkpoint_path.empty()) earlier = LoadCheckpoint(options_.checkpoint_path);
  bool fits = earlier.has_value() && earlier->import_id == options_.import_id && earlier->content == options_.content &&
              earlier->rejects_path == rejects_.path() && earlier->position.offset >= first.offset &&
              (options_.limit == 0 || earlier->totals.read <= options_.limit);
  if (fits) {
    ASSIGN_OR_RETURN(fits, rejects_.GoOn(earlier->rejects_size));
  }
  if (fits && !ServerKnows(*earlier)) {
    fits = false;
    Note("The checkpoint says that rows were imported which this server does not know; starting at the beginning.");
  }
  RETURN_IF_ERROR(source_.Seek(fits ? earlier->position : first));
  if (!fits) return rejects_.StartOver();
  // What an earlier run made was there before this one.
  checkpoint_ = *earlier;
  checkpoint_.totals.already_imported += checkpoint_.totals.created;
  checkpoint_.totals.created = 0;
  if (checkpoint_.totals.read > 0) {
    Note(fmt::format("Going on after line {}: {} rows are imported already.", checkpoint_.position.line - 1,
                     WithThousands(checkpoint_.totals.read)));
  }
  return absl::OkStatus();
}

void ImportRun::Settle(const SettledRows& rows, absl::Status& fault) {
  ImportTotals& totals = checkpoint_.totals;
  totals.read += rows.rows;
  totals.created += rows.created;
  totals.already_imported += rows.already_imported;
  changed_ += rows.changed;
  totals.rejected += static_cast<int64_t>(rows.rejects.size());
  for (const Reject& reject : rows.rejects) {
    if (first_rejects_.size() < kShownRejects) first_rejects_.push_back(reject);
    if (absl::Status added = rejects_.Add(reject); !added.ok()) fault = added;
  }
  warnings_.Add(rows.warnings, rows.warnings_left_out);
  checkpoint_.position = rows.end;
  if (rows.created + rows.already_imported > 0) {
    checkpoint_.probe = rows.begin;
    checkpoint_.probe_rows = rows.rows;
  }
}

int ImportRun::Run() {
  if (absl::Status resumed = Resume(); !resumed.ok()) return session_.Fail(resumed);
  Progress progress(options_.quiet, checkpoint_.totals, source_.Fraction());
  auto saved = std::chrono::steady_clock::now();
  absl::Status local_fault;
  auto settled = [&](const SettledRows& rows) {
    Settle(rows, local_fault);
    progress.Show(checkpoint_.totals, source_.Fraction());
    auto now = std::chrono::steady_clock::now();
    if (options_.checkpoint_path.empty() || now - saved < kSaveInterval || !local_fault.ok()) return;
    saved = now;
    if (!rejects_.Flush().ok()) return;
    checkpoint_.rejects_size = rejects_.size();
    // A checkpoint that cannot be written costs time on the next run, nothing else.
    SaveCheckpoint(options_.checkpoint_path, checkpoint_).IgnoreError();
  };
  ImportStreamOptions options{.import_id = options_.import_id, .batch = options_.batch};
  int64_t left = options_.limit - checkpoint_.totals.read;
  absl::Status source_fault;
  grpc::Status status = grpc::Status::OK;
  if (options_.limit == 0 || left > 0) {
    options.max_rows = options_.limit == 0 ? 0 : left;
    status = RunImportStream(session_, options, source_, settled, source_fault);
  }
  double seconds = progress.seconds();
  double rate = progress.Rate(checkpoint_.totals);
  progress.End();
  if (absl::Status flushed = rejects_.Flush(); local_fault.ok() && !flushed.ok()) local_fault = flushed;
  // Rows that the check of a stale checkpoint made were made by this run.
  int64_t moved = std::min(made_by_probe_, checkpoint_.totals.already_imported);
  checkpoint_.totals.already_imported -= moved;
  checkpoint_.totals.created += moved;
  checkpoint_.rejects_size = rejects_.size();
  if (!options_.checkpoint_path.empty() && local_fault.ok()) {
    absl::Status saved_status = SaveCheckpoint(options_.checkpoint_path, checkpoint_);
    if (!saved_status.ok()) Note(std::string(saved_status.message()));
  }
  return Close(status, source_fault.ok() ? local_fault : source_fault, seconds, rate);
}

void ImportRun::ShowRejects() const {
  if (checkpoint_.totals.rejected == 0) return;
  if (!rejects_.path().empty()) {
    session_.Note(fmt::format("The rejected rows, with reasons, are in {}\n", rejects_.path()));
    return;
  }
  for (const Reject& reject : first_rejects_) session_.Note(fmt::format("  {}\n", DescribeReject(reject)));
  const int64_t more = checkpoint_.totals.rejected - static_cast<int64_t>(first_rejects_.size());
  if (more > 0 && !first_rejects_.empty()) session_.Note(fmt::format("  and {} more\n", WithThousands(more)));
  if (!options_.rejects_advice.empty()) session_.Note(options_.rejects_advice + "\n");
}

int ImportRun::Close(const grpc::Status& status, const absl::Status& fault, double seconds, double rate) {
  const ImportTotals& totals = checkpoint_.totals;
  bool complete = status.ok() && fault.ok();
  if (session_.json()) {
    nlohmann::json json = {{"importId", options_.import_id},
                           {"complete", complete},
                           {"read", totals.read},
                           {"created", totals.created},
                           {"alreadyImported", totals.already_imported},
                           {"alreadyImportedChanged", changed_},
                           {"rejected", totals.rejected},
                           {"seconds", seconds},
                           {"rowsPerSecond", rate}};
    if (totals.rejected > 0 && !rejects_.path().empty()) json["rejects"] = rejects_.path();
    for (const v1::ImportWarning& warning : warnings_.ByRows()) {
      json["warnings"].push_back({{"field", warning.field()},
                                  {"value", warning.value()},
                                  {"nearest", warning.nearest()},
                                  {"rows", warning.row_count()},
                                  {"firstRow", warning.first_row()}});
    }
    session_.Print(json.dump(1) + "\n");
  } else {
    session_.Print(ClosingLine(totals) + "\n");
    if (!options_.quiet) {
      session_.Print(fmt::format("import {}: {:.1f} s, {} rows/s\n", options_.import_id, seconds,
                                 WithThousands(static_cast<int64_t>(rate))));
    }
  }
  session_.Note(warnings_.Describe());
  if (changed_ > 0) {
    session_.Note(
        fmt::format("warning: {} imported already came with other values under the same key and changed "
                    "nothing (leadline lead update changes a lead)\n",
                    changed_ == 1 ? "1 row that is" : WithThousands(changed_) + " rows that are"));
  }
  ShowRejects();
  if (!status.ok()) {
    int code = session_.Fail(status);
    session_.Note("  What was counted above is imported. " + options_.resume_advice + "\n");
    return code;
  }
  if (!fault.ok()) return session_.Fail(fault);
  return totals.rejected > 0 ? kExitPartial : kExitOk;
}

}  // namespace leadline::cli
