// leadline sample
#include "cli/sample/sample_command.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <memory>

#include "base/ids.h"
#include "cli/import/import_run.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/sample/sample_rows.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kTeaching[] = R"(Examples:
  leadline sample --leads 2000 --seed 7 --out leads.jsonl    one Enquiry a line, in protobuf's JSON mapping
  leadline sample --leads 2000 --seed 7 --import             straight into the server
  leadline sample --leads 3 --now 2026-01-01                 the same leads every time

The leads are made up: companies below .example, people in eight languages, duplicates, a bought list, and what people did
over half a year. The same --leads, --seed and --now give the same leads. Without --now an import that was cut short is
begun anew; with it, the same command goes on where it stopped.)";

struct SampleFlags {
  sample::SampleOptions options;
  std::string out = "-", now;
  int batch = 200;
  bool import = false, quiet = false;
};

int Write(Session& session, SampleSource& source, const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(nullptr, std::fclose);
  std::FILE* file = stdout;
  if (path != "-") {
    opened.reset(std::fopen(path.c_str(), "wb"));
    file = opened.get();
    if (file == nullptr) return session.Fail(absl::NotFoundError(fmt::format("cannot write {}", path)));
  }
  SourceRow row;
  std::string json;
  for (;;) {
    absl::StatusOr<bool> more = source.Next(row);
    if (!more.ok()) return session.Fail(more.status());
    if (!*more) break;
    json.clear();
    auto status = google::protobuf::util::MessageToJsonString(row.row.enquiry(), &json);
    json += '\n';
    if (!status.ok() || std::fwrite(json.data(), 1, json.size(), file) != json.size()) {
      return session.Refuse(fmt::format("cannot write {}", path));
    }
  }
  return std::fflush(file) == 0 ? kExitOk : session.Refuse(fmt::format("cannot write {}", path));
}

int Sample(Session& session, const SampleFlags& flags) {
  sample::SampleOptions options = flags.options;
  options.now = session.Now();
  if (!flags.now.empty()) {
    absl::StatusOr<Time> now = ParseMoment(flags.now, session.Now());
    if (!now.ok()) return session.Fail(now.status());
    options.now = *now;
  }
  SampleSource source(options);
  if (!flags.import) return Write(session, source, flags.out);
  ImportRunOptions run;
  run.content = Sha256Hex(fmt::format("{} {} {} {} {} {}", options.leads, options.seed, options.now, options.span,
                                      options.duplicates, options.purchased));
  run.import_id = "sample-" + run.content.substr(0, 24);
  // With a moment of its own every run is another import: nothing to go on from.
  if (!flags.now.empty()) run.checkpoint_path = DefaultCheckpointPath(run.import_id);
  if (flags.now.empty())
    run.resume_advice = "The same command makes other leads; with --now it would go on from there.";
  run.batch = flags.batch;
  run.quiet = flags.quiet;
  RejectsFile rejects("");
  return ImportRun(session, run, source, rejects).Run();
}

}  // namespace

void AddSampleCommand(Command root) {
  auto flags = std::make_shared<SampleFlags>();
  Command command = root.AddCommand("sample", "Made-up leads, to a file or straight into the server", kTeaching,
                                    [flags](Session& session) { return Sample(session, *flags); });
  command.AddOption("--leads", flags->options.leads, "How many").Positive().ShowDefault();
  command.AddOption("--seed", flags->options.seed, "Another number, other leads").ShowDefault();
  command.AddOption("--now", flags->now, "The moment they end at; now when not given");
  command.AddOption("--duplicates", flags->options.duplicates, "Share of leads by people known before")
      .Between(0.0, 1.0)
      .ShowDefault();
  command.AddOption("--bought", flags->options.purchased, "Share of leads from a bought list")
      .Between(0.0, 1.0)
      .ShowDefault();
  Option out = command.AddOption("--out", flags->out, "File of JSON lines; - is the standard output");
  command.AddFlag("--import", flags->import, "Send them to the server").Excludes(out);
  command.AddOption("--batch", flags->batch, "Rows a message, with --import").Between(1, 1000).ShowDefault();
  command.AddFlag("-q,--quiet", flags->quiet, "No progress");
}

}  // namespace leadline::cli
