#include "engine/packcheck/check_wire.h"

#include <algorithm>

#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::engine::check_wire {
namespace {

using plugin::wire::Buffer;
using plugin::wire::Reader;

absl::Status Nonsense(std::string_view what) {
  return absl::InternalError(fmt::format("sent {} that cannot be read", what));
}

void PutCut(std::string_view text, Buffer& out) { out.PutText(Cut(text, kMostText)); }
void PutName(std::string_view name, Buffer& out) { out.PutText(Cut(name, kMostName)); }
std::string TakeText(Reader& in) { return std::string(in.Text()); }

void Put(const std::vector<std::string>& texts, Buffer& out) {
  out.Put(static_cast<uint32_t>(texts.size()));
  for (const std::string& text : texts) out.PutText(text);
}
std::vector<std::string> TakeTexts(Reader& in) {
  std::vector<std::string> out;
  for (uint32_t left = in.Count(sizeof(uint32_t)); left > 0 && in.ok(); --left) out.push_back(TakeText(in));
  return out;
}

void Put(const SourcePosition& at, Buffer& out) {
  PutName(at.file, out);
  out.Put(at.line);
  out.Put(at.column);
}
SourcePosition TakePosition(Reader& in) {
  SourcePosition at;
  at.file = TakeText(in);
  at.line = in.Get<int32_t>();
  at.column = in.Get<int32_t>();
  return at;
}

void Put(const Diagnostic& d, Buffer& out) {
  out.Put(static_cast<uint8_t>(d.severity == Severity::kWarning ? 1 : 0));
  out.Put(d.length);
  PutName(d.code, out);
  Put(d.position, out);
  PutCut(d.message, out);
  PutCut(d.hint, out);
  out.PutText(d.source_line.size() > kMostSourceLine ? std::string_view() : std::string_view(d.source_line));
  PutName(d.rule, out);
  PutName(d.layer, out);
  Put(d.related, out);
  PutCut(d.related_message, out);
}
Diagnostic TakeDiagnostic(Reader& in) {
  Diagnostic d;
  d.severity = in.Get<uint8_t>() == 1 ? Severity::kWarning : Severity::kError;
  d.length = in.Get<int32_t>();
  d.code = TakeText(in);
  d.position = TakePosition(in);
  d.message = TakeText(in);
  d.hint = TakeText(in);
  d.source_line = TakeText(in);
  d.rule = TakeText(in);
  d.layer = TakeText(in);
  d.related = TakePosition(in);
  d.related_message = TakeText(in);
  return d;
}

// Errors first, where not all fit: a warning never takes the place of one.
void Put(const std::vector<Diagnostic>& diagnostics, Buffer& out) {
  if (diagnostics.size() <= kMostDiagnostics) {
    out.Put(static_cast<uint32_t>(diagnostics.size()));
    for (const Diagnostic& d : diagnostics) Put(d, out);
    return;
  }
  out.Put(static_cast<uint32_t>(kMostDiagnostics));
  size_t left = kMostDiagnostics - 1;
  for (const Severity severity : {Severity::kError, Severity::kWarning}) {
    for (const Diagnostic& d : diagnostics) {
      if (d.severity != severity || left == 0) continue;
      Put(d, out);
      --left;
    }
  }
  Diagnostic more;
  more.severity = Severity::kWarning;
  more.message = fmt::format("{} more problems are left out here", diagnostics.size() - kMostDiagnostics + 1);
  Put(more, out);
}
std::vector<Diagnostic> TakeDiagnostics(Reader& in) {
  std::vector<Diagnostic> out;
  for (uint32_t left = in.Count(40); left > 0 && in.ok(); --left) out.push_back(TakeDiagnostic(in));
  return out;
}

}  // namespace

void Encode(const FilePart& part, Buffer& out) {
  out.PutText(part.pack);
  out.PutText(part.path);
  out.PutText(part.bytes);
}

absl::StatusOr<FilePart> DecodeFilePart(std::span<const char> body) {
  Reader in(body);
  FilePart part;
  part.pack = in.Text();
  part.path = in.Text();
  part.bytes = in.Text();
  if (!in.AtEnd()) return Nonsense("a file");
  return part;
}

void Encode(const Start& start, Buffer& out) {
  out.PutText(start.root);
  out.PutText(start.zone_folder);
  out.Put(start.now);
  out.Put(static_cast<uint8_t>(start.tests ? 1 : 0));
  out.Put(start.memory_bytes);
}

absl::StatusOr<Start> DecodeStart(std::span<const char> body) {
  Reader in(body);
  Start start;
  start.root = TakeText(in);
  start.zone_folder = TakeText(in);
  start.now = in.Get<Time>();
  start.tests = in.Get<uint8_t>() == 1;
  start.memory_bytes = in.Get<uint64_t>();
  if (!in.AtEnd()) return Nonsense("a start");
  return start;
}

void Encode(const Found& found, Buffer& out) {
  Put(found.diagnostics, out);
  out.Put(static_cast<uint32_t>(found.packs.size()));
  for (const domain::PackRef& ref : found.packs) {
    out.PutText(ref.pack);
    PutName(ref.version, out);
    out.PutText(ref.sha256);
  }
  out.Put(static_cast<uint8_t>(found.names_plugins ? 1 : 0));
}

absl::StatusOr<Found> DecodeFound(std::span<const char> body) {
  Reader in(body);
  Found found;
  found.diagnostics = TakeDiagnostics(in);
  for (uint32_t left = in.Count(3 * sizeof(uint32_t)); left > 0 && in.ok(); --left) {
    domain::PackRef& ref = found.packs.emplace_back();
    ref.pack = TakeText(in);
    ref.version = TakeText(in);
    ref.sha256 = TakeText(in);
  }
  found.names_plugins = in.Get<uint8_t>() == 1;
  if (!in.AtEnd()) return Nonsense("findings");
  return found;
}

void Encode(const std::vector<PluginAtHand>& plugins, Buffer& out) {
  out.Put(static_cast<uint32_t>(plugins.size()));
  for (const PluginAtHand& plugin : plugins) {
    out.PutText(plugin.id);
    out.PutText(plugin.version);
    out.PutText(plugin.sha256);
    Put(plugin.capabilities, out);
    out.Put(static_cast<uint8_t>((plugin.concurrent ? 1 : 0) | (plugin.pure ? 2 : 0)));
    Put(plugin.fields, out);
  }
}

absl::StatusOr<std::vector<PluginAtHand>> DecodePlugins(std::span<const char> body) {
  Reader in(body);
  std::vector<PluginAtHand> out;
  for (uint32_t left = in.Count(5 * sizeof(uint32_t)); left > 0 && in.ok(); --left) {
    PluginAtHand& plugin = out.emplace_back();
    plugin.id = TakeText(in);
    plugin.version = TakeText(in);
    plugin.sha256 = TakeText(in);
    plugin.capabilities = TakeTexts(in);
    const auto flags = in.Get<uint8_t>();
    plugin.concurrent = (flags & 1) != 0;
    plugin.pure = (flags & 2) != 0;
    plugin.fields = TakeTexts(in);
  }
  if (!in.AtEnd()) return Nonsense("plugins");
  return out;
}

void Encode(const PackTestReport& report, Buffer& out) {
  for (const int count : {report.passed, report.failed, report.skipped}) out.Put(static_cast<int32_t>(count));
  Put(report.diagnostics, out);
  std::vector<const PackTestCase*> failed;
  for (const PackTestCase& test : report.cases) {
    if (test.outcome != PackTestCase::Outcome::kFailed) continue;
    if (failed.size() < kMostFailedCases) failed.push_back(&test);
  }
  out.Put(static_cast<uint32_t>(failed.size()));
  for (const PackTestCase* test : failed) {
    PutName(test->pack, out);
    PutName(test->suite, out);
    PutName(test->name, out);
    Put(test->position, out);
    PutCut(test->message, out);
  }
}

absl::StatusOr<PackTestReport> DecodeTests(std::span<const char> body) {
  Reader in(body);
  PackTestReport report;
  for (int* count : {&report.passed, &report.failed, &report.skipped}) *count = in.Get<int32_t>();
  report.diagnostics = TakeDiagnostics(in);
  for (uint32_t left = in.Count(7 * sizeof(uint32_t)); left > 0 && in.ok(); --left) {
    PackTestCase& test = report.cases.emplace_back();
    test.outcome = PackTestCase::Outcome::kFailed;
    test.pack = TakeText(in);
    test.suite = TakeText(in);
    test.name = TakeText(in);
    test.position = TakePosition(in);
    test.message = TakeText(in);
  }
  if (!in.AtEnd()) return Nonsense("a report of tests");
  // Nobody may say that nothing failed and name what failed.
  if (std::min({report.passed, report.failed, report.skipped}) < 0 || (report.failed == 0 && !report.cases.empty())) {
    return Nonsense("counts of tests");
  }
  return report;
}

}  // namespace leadline::engine::check_wire
