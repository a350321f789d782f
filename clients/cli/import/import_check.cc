#include "cli/import/import_check.h"

#include <fmt/format.h>

#include "base/status_macros.h"
#include "cli/import/import_stream.h"
#include "cli/import/import_warnings.h"

namespace leadline::cli {
namespace {

// The same rows, each shown as JSON when it is mapped. Not thread-safe.
class ShownRows final : public RowSource {
 public:
  ShownRows(Session& session, RowSource& rows) : session_(session), rows_(rows) {}

  absl::StatusOr<bool> Next(SourceRow& row) override {
    ASSIGN_OR_RETURN(bool more, rows_.Next(row));
    if (more && !row.reject.has_value() && session_.json()) session_.PrintJson(row.row, true);
    return more;
  }
  absl::Status Seek(CsvPosition position) override { return rows_.Seek(position); }
  CsvPosition position() const override { return rows_.position(); }
  double Fraction() const override { return rows_.Fraction(); }

 private:
  Session& session_;
  RowSource& rows_;
};

// What came of a check so far. Not thread-safe.
class Check {
 public:
  Check(Session& session, RejectsFile& rejects) : session_(session), rejects_(rejects) {}

  void Settle(const SettledRows& rows) {
    read_ += rows.rows;
    created_ += rows.created;
    already_imported_ += rows.already_imported;
    warnings_.Add(rows.warnings, rows.warnings_left_out);
    for (const Reject& reject : rows.rejects) Set(reject);
  }
  void Set(const Reject& reject) {
    ++rejected_;
    session_.Print(DescribeReject(reject) + "\n");
    if (absl::Status added = rejects_.Add(reject); !added.ok()) fault_ = added;
  }
  void Map(const SourceRow& row) {
    ++read_;
    if (row.reject.has_value()) Set(*row.reject);
  }

  // By the server.
  int Close() {
    session_.Note(warnings_.Describe());
    session_.Note(fmt::format("{} read = {} can be imported{} + {} rejected; checked by {}, nothing was stored\n",
                              read_, created_,
                              already_imported_ == 0 ? "" : fmt::format(" + {} already imported", already_imported_),
                              rejected_, session_.options().server));
    return End();
  }
  // Without one. `why` is a sentence.
  int CloseAlone(const std::string& why) {
    session_.Note(
        fmt::format("{} read = {} can be sent + {} rejected; nothing was sent\n", read_, read_ - rejected_, rejected_));
    session_.Note(fmt::format(
        "warning: {} Only the form of the file and the map are checked. Whether the rows keep to schema.yaml "
        "(fields, values, regions) only a server knows: run the same command with one (--server).\n",
        why));
    return End();
  }

 private:
  int End() {
    if (absl::Status flushed = rejects_.Flush(); fault_.ok()) fault_ = flushed;
    if (!fault_.ok()) return session_.Fail(fault_);
    return rejected_ > 0 ? kExitPartial : kExitOk;
  }

  Session& session_;
  RejectsFile& rejects_;
  ImportWarnings warnings_;
  int64_t read_ = 0, created_ = 0, already_imported_ = 0, rejected_ = 0;
  absl::Status fault_;
};

int CheckAlone(Session& session, int64_t limit, RowSource& source, Check& check, const std::string& why) {
  SourceRow row;
  for (int64_t read = 0; limit == 0 || read < limit; ++read) {
    absl::StatusOr<bool> more = source.Next(row);
    if (!more.ok()) return session.Fail(more.status());
    if (!*more) break;
    check.Map(row);
  }
  return check.CloseAlone(why);
}

}  // namespace

int CheckImport(Session& session, const ImportCheckOptions& options, RowSource& source, RejectsFile& rejects) {
  if (absl::Status good = rejects.CheckWritable(); !good.ok()) return session.Fail(good);
  if (absl::Status good = rejects.StartOver(); !good.ok()) return session.Fail(good);
  ShownRows rows(session, source);
  Check check(session, rejects);
  bool checks = false;
  const grpc::Status asked = AskWhetherItChecks(session, options.import_id, checks);
  if (asked.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return CheckAlone(session, options.limit, rows, check,
                      fmt::format("No server answers at {}.", session.options().server));
  }
  if (!asked.ok()) return session.Fail(asked);
  if (!checks) {
    return CheckAlone(
        session, options.limit, rows, check,
        fmt::format("The server at {} is older and cannot check rows without storing them.", session.options().server));
  }
  absl::Status source_fault;
  const ImportStreamOptions stream{
      .import_id = options.import_id, .batch = options.batch, .max_rows = options.limit, .validate_only = true};
  const grpc::Status status = RunImportStream(
      session, stream, rows, [&](const SettledRows& settled) { check.Settle(settled); }, source_fault);
  if (!status.ok()) return session.Fail(status);
  if (!source_fault.ok()) return session.Fail(source_fault);
  return check.Close();
}

}  // namespace leadline::cli
