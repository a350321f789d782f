#include "cli/duplicates/scan_command.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/duplicates/scan_file.h"
#include "cli/duplicates/scan_report.h"
#include "cli/output/replace_file.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kScanTeaching[] = R"(Examples:
  leadline duplicates scan people.csv --map people.yaml
  leadline duplicates scan people.csv --map people.yaml --truth person_id        beside what is known to be true
  leadline duplicates scan people.csv --map people.yaml --entities entities.csv --pairs pairs.csv
  leadline duplicates scan people.csv --map people.yaml --explain 17 42          why two rows are one, or are not

The map is YAML: what is compared, each a CEL expression over the row's columns.
  id: row["No."]                         by what a row is told apart; its line when not given
  fields:
    given_name: first_name               a field that is called as its type
    family_name: surname
    birth_date: {type: date, value: dob}
    email: mail
Types: given_name, family_name, full_name, company, date, email, phone, website, address, place, postcode, identifier,
text. rules/samples/duplicates/ holds complete maps.

No server is asked and nothing is trained beforehand: how much each agreement weighs is learned from the file. What comes
out does not depend on the order of the rows, nor on their ids.)";

constexpr char kBlockingTeaching[] = R"(Example:
  leadline duplicates blocking people.csv --map people.yaml

Records are compared where a key finds them. For each key: the pairs that it finds, those that no other one finds, how
many records share its most frequent value, and which part of all that are the same it would find alone, as the model
of `leadline duplicates scan` sees it.)";

struct ScanFlags {
  std::string file, map, truth, entities, pairs;
  std::vector<std::string> explain;
  double match_probability = 0.5;
  int threads = 0;
  bool weights = false;
};

int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

int ThreadsFor(int wanted) {
  if (wanted > 0) return wanted;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// Calls `show` with what came out of the file; gives the exit code.
template <typename Show>
int RunScan(Session& session, const ScanFlags& flags, const Show& show, bool report_keys = false) {
  const auto begin = std::chrono::steady_clock::now();
  absl::StatusOr<ScanFileResult> read = ReadScanFile({.path = flags.file, .map = flags.map, .truth = flags.truth});
  if (!read.ok()) return session.Fail(read.status());
  session.Note(FormatDiagnostics(read->diagnostics));
  if (read->file == nullptr) return kExitUsage;
  const ScanFile& file = *read->file;
  if (file.table.size() < 2) {
    return session.Fail(absl::InvalidArgumentError(
        fmt::format("{} has {} rows that can be compared; two at least are needed", flags.file, file.table.size())));
  }
  const linkage::ScanResult result = linkage::Scan(file.table, {.match_probability = flags.match_probability,
                                                                .threads = ThreadsFor(flags.threads),
                                                                .blocking = {.report = report_keys}});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ScanReport report{file, result, flags.match_probability, {took.count(), PeakMemory()}, {}};
  report.quality = QualityOf(file, result, flags.match_probability);
  if (absl::Status shown = show(report); !shown.ok()) return session.Fail(shown);
  for (const std::string& fault : file.faults) session.Note(fault + "\n");
  if (file.set_aside == 0) return kExitOk;
  session.Note(fmt::format("{} rows cannot be read or mapped and were left out\n", file.set_aside));
  return kExitPartial;
}

absl::Status ShowScan(Session& session, const ScanFlags& flags, const ScanReport& report) {
  if (flags.explain.size() == 2) return PrintPair(session, report, flags.explain[0], flags.explain[1]);
  if (session.json()) {
    PrintScanJson(session, report);
  } else {
    PrintScan(session, report);
    if (flags.weights) PrintWeights(session, report);
  }
  if (!flags.entities.empty()) {
    if (absl::Status written = ReplaceFile(flags.entities, EntitiesCsv(report), {}); !written.ok()) return written;
  }
  return flags.pairs.empty() ? absl::OkStatus() : ReplaceFile(flags.pairs, PairsCsv(report), {});
}

void AddFileOptions(Command command, ScanFlags& flags) {
  command.AddOption("file", flags.file, "The CSV file").Required();
  command.AddOption("--map", flags.map, "YAML that says what its columns are").Required().Placeholder("FILE");
  command.AddOption("--threads", flags.threads, "Threads that compare; as many as there are cores when not given")
      .Between(1, 256);
}

}  // namespace

void AddScanCommands(Command duplicates) {
  auto flags = std::make_shared<ScanFlags>();
  Command scan = duplicates.AddCommand(
      "scan", "Which rows of a file are the same, without a server", kScanTeaching, [flags](Session& session) {
        return RunScan(session, *flags, [&](const ScanReport& report) { return ShowScan(session, *flags, report); });
      });
  AddFileOptions(scan, *flags);
  scan.AddOption("--truth", flags->truth, "Column that tells who a row really is; prints precision and recall");
  scan.AddOption("--match", flags->match_probability, "Probability from which two rows are the same")
      .Between(0.01, 0.9999)
      .ShowDefault();
  scan.AddOption("--entities", flags->entities, "Writes each row's entity there, as CSV").Placeholder("FILE");
  scan.AddOption("--pairs", flags->pairs, "Writes the pairs that are the same there, as CSV").Placeholder("FILE");
  scan.AddOption("--explain", flags->explain, "Two ids: shows how that pair is weighed instead").Placeholder("ID ID");
  scan.AddFlag("--weights", flags->weights, "Shows how each agreement weighs, too");

  auto blocking_flags = std::make_shared<ScanFlags>();
  Command blocking = duplicates.AddCommand(
      "blocking", "By which keys the rows of a file are found", kBlockingTeaching, [blocking_flags](Session& session) {
        const auto show = [&](const ScanReport& report) {
          session.json() ? PrintKeysJson(session, report) : PrintKeys(session, report);
          return absl::OkStatus();
        };
        return RunScan(session, *blocking_flags, show, /*report_keys=*/true);
      });
  AddFileOptions(blocking, *blocking_flags);
}

}  // namespace leadline::cli
