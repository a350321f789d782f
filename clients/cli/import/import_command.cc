// leadline import
#include "cli/import/import_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "base/ids.h"
#include "base/status_macros.h"
#include "cli/import/csv_source.h"
#include "cli/import/import_check.h"
#include "cli/import/import_run.h"
#include "cli/output/text.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kTeaching[] = R"(Examples:
  leadline import leads.csv --map mine.yaml
  leadline import fair.csv --map fair.yaml --purchased          a bought list: enters as raw
  leadline import leads.csv --map mine.yaml --limit 100         the first rows, to look at the result
  leadline import leads.csv --map mine.yaml --check             maps every row and asks the server; stores nothing

The map is YAML; each value is a CEL expression over the row's columns:
  enquiry:
    source: row["Lead Source"]            a column by its heading
    contact: {email: email, country: lookup(table.country, Country, "")}
    activities:
      - {when: visits > 0.0, channel: '"website"', investment: '"low"', response: '"visit"'}
rules/samples/imports/ holds complete ones, for a server with --rules rules/samples. All mistakes of a map are shown at once, with line and column.

A killed import goes on where it stood when the same command is run again. Every row acts once: it is known by the
map's `key` (an expression, such as row["ID"]), otherwise by everything that it says, within the import that carries the
file's name (or --import-id). So a file can be mended and imported again: what is in stays as it is.

Rows that cannot be read, mapped or taken in are set aside (exit code 3): the first ones are shown, and with --rejects
FILE all of them are written there as CSV: what was wrong, then the row as it was. Mend them there and import that file
with the same map: leadline import FILE --map mine.yaml. Nothing else is written where you are.

Values that schema.yaml does not list, of fields that it leaves open, are taken and shown as warnings.)";

// Said where rows were set aside and no file was asked for.
constexpr char kRejectsAdvice[] =
    "To have them all in a file, run the same command with --rejects FILE; rows that are in stay as they are.";

// Of a name that is made of a file's.
constexpr size_t kMostNameBytes = 80;

struct ImportFlags {
  std::string file, map, import_id, rejects, checkpoint;
  std::vector<std::string> joins;
  int batch = 200;
  int64_t limit = 0;
  bool purchased = false, no_checkpoint = false, check = false, quiet = false;
};

// An open file, closed at the end.
class InputFile {
 public:
  explicit InputFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~InputFile() {
    if (fd_ >= 0) close(fd_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// SHA-256 over the bytes of all the files, each after its length.
absl::StatusOr<std::string> HashFiles(const std::vector<std::string>& paths) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string buffer(1 << 20, '\0');
  for (const std::string& path : paths) {
    InputFile file(path);
    struct stat info {};
    if (file.fd() < 0 || fstat(file.fd(), &info) != 0) {
      return absl::NotFoundError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    }
    std::string length = fmt::format("{}\n", info.st_size);
    EVP_DigestUpdate(context.get(), length.data(), length.size());
    for (;;) {
      ssize_t got = read(file.fd(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return absl::InternalError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
      if (got == 0) break;
      EVP_DigestUpdate(context.get(), buffer.data(), static_cast<size_t>(got));
    }
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

absl::Status CheckHeadings(const CsvRecord& record, const std::string& path) {
  if (!record.fault.empty()) return absl::InvalidArgumentError(fmt::format("{}: {}", path, record.fault));
  std::set<std::string> seen;
  for (const std::string& heading : record.fields) {
    if (!heading.empty() && !seen.insert(heading).second) {
      return absl::InvalidArgumentError(
          fmt::format("{}: the heading \"{}\" is there twice; rename one", path, heading));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> ParseJoins(const std::vector<std::string>& joins) {
  std::map<std::string, std::string> paths;
  for (const std::string& join : joins) {
    size_t equals = join.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(fmt::format("--join \"{}\" must be NAME=PATH", join));
    }
    paths[join.substr(0, equals)] = join.substr(equals + 1);
  }
  return paths;
}

// The rejects file may not be one of those that are read.
absl::Status CheckRejectsPath(const std::string& rejects, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!rejects.empty() && std::filesystem::equivalent(rejects, input, error)) {
      return absl::InvalidArgumentError(
          fmt::format("--rejects {} would replace a file that is read; name another one", rejects));
    }
  }
  return absl::OkStatus();
}

std::string JoinedHeadings(const std::vector<std::string>& headings, char delimiter) {
  std::string out;
  for (size_t i = 0; i < headings.size(); ++i)
    out += (i == 0 ? "" : std::string(1, delimiter)) + CsvField(headings[i], delimiter);
  return out;
}

// A name for the import of a file: the file's own, wherever it lies, in letters that a name may have.
std::string NameOfFile(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  std::string out = name.substr(0, kMostNameBytes);
  for (char& c : out) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!good) c = '_';
  }
  // Names that differ in other letters alone stay different.
  return out == name ? out : out + "-" + Sha256Hex(name).substr(0, 8);
}

// The import that the rows belong to: the one that is named, the one that set them aside, or the file's.
absl::StatusOr<std::string> ImportIdOf(const ImportFlags& flags, CsvReader& reader, size_t reject_columns) {
  if (!flags.import_id.empty()) return flags.import_id;
  if (reject_columns == 0) return NameOfFile(flags.file);
  const CsvPosition first = reader.position();
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool any, reader.Next(record));
  RETURN_IF_ERROR(reader.Seek(first));
  if (!any) return NameOfFile(flags.file);
  if (!record.fault.empty() || record.fields.front().empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{} line {}: the name of the import that set the rows aside ({}) cannot be read{}{}; name it with "
                    "--import-id",
                    flags.file, record.line, kRejectColumns[0], record.fault.empty() ? "" : ": ", record.fault));
  }
  return record.fields.front();
}

int Import(Session& session, const ImportFlags& flags) {
  auto joins = ParseJoins(flags.joins);
  if (!joins.ok()) return session.Fail(joins.status());
  InputFile file(flags.file);
  struct stat info {};
  if (file.fd() < 0 || fstat(file.fd(), &info) != 0) {
    return session.Fail(absl::NotFoundError(fmt::format("cannot read {}: {}", flags.file, std::strerror(errno))));
  }
  if (!S_ISREG(info.st_mode)) {
    return session.Fail(absl::InvalidArgumentError(
        fmt::format("{} is not a plain file; an import must be able to go back in it", flags.file)));
  }
  const char delimiter = ImportMap::DelimiterOf(flags.map);
  CsvReader reader(file.fd(), {.delimiter = delimiter});
  CsvRecord headings;
  absl::StatusOr<bool> any = reader.Next(headings);
  if (!any.ok()) return session.Fail(any.status());
  if (!*any) return session.Fail(absl::InvalidArgumentError(fmt::format("{} is empty", flags.file)));
  if (absl::Status good = CheckHeadings(headings, flags.file); !good.ok()) return session.Fail(good);

  const size_t skipped = RejectColumnsIn(headings.fields);
  const std::vector<std::string> columns(headings.fields.begin() + static_cast<std::ptrdiff_t>(skipped),
                                         headings.fields.end());
  absl::StatusOr<std::string> import_id = ImportIdOf(flags, reader, skipped);
  if (!import_id.ok()) return session.Fail(import_id.status());

  std::string folder = std::filesystem::path(flags.file).parent_path().string();
  ImportMap::LoadResult loaded = ImportMap::Load(flags.map, columns, folder, *joins);
  session.Note(FormatDiagnostics(loaded.diagnostics));
  if (loaded.map == nullptr)
    return session.Fail(absl::InvalidArgumentError("the import map has errors; nothing was sent"));
  CsvSource source(reader, *loaded.map,
                   {.file_size = static_cast<uint64_t>(info.st_size),
                    .purchased = flags.purchased,
                    .delimiter = delimiter,
                    .skipped_columns = skipped,
                    .headings = columns});

  std::vector<std::string> inputs = {flags.file, flags.map};
  for (const std::string& path : loaded.map->joined_paths()) inputs.push_back(path);
  if (absl::Status good = CheckRejectsPath(flags.rejects, inputs); !good.ok()) return session.Fail(good);
  absl::StatusOr<std::string> content = HashFiles(inputs);
  if (!content.ok()) return session.Fail(content.status());
  if (flags.purchased) *content += "-purchased";
  ImportRunOptions options;
  options.import_id = *import_id;
  RejectsFile rejects(flags.rejects.empty() ? "" : std::filesystem::absolute(flags.rejects).string());
  rejects.ComeFrom(*import_id, delimiter, JoinedHeadings(columns, delimiter));
  if (flags.check) {
    const ImportCheckOptions check{.import_id = options.import_id, .batch = flags.batch, .limit = flags.limit};
    return CheckImport(session, check, source, rejects);
  }
  options.content = *content;
  options.batch = flags.batch;
  options.limit = flags.limit;
  options.quiet = flags.quiet;
  if (!flags.no_checkpoint) {
    options.checkpoint_path = flags.checkpoint.empty() ? DefaultCheckpointPath(options.import_id) : flags.checkpoint;
  }
  options.rejects_advice = kRejectsAdvice;
  return ImportRun(session, options, source, rejects).Run();
}

}  // namespace

void AddImportCommand(Command root) {
  auto flags = std::make_shared<ImportFlags>();
  Command command = root.AddCommand("import", "Take leads in from a CSV file of any size", kTeaching,
                                    [flags](Session& session) { return Import(session, *flags); });
  command.AddOption("file", flags->file, "CSV file with a line of headings").Required().ExistingFile();
  command.AddOption("--map", flags->map, "YAML of expressions: what the columns become").Required().ExistingFile();
  command.AddFlag("--purchased", flags->purchased, "The rows are a bought list");
  command.AddOption("--import-id", flags->import_id, "Names the import; the file's name when not given");
  command
      .AddOption("--rejects", flags->rejects,
                 "CSV file for all rows that are set aside; none is written when not given")
      .Placeholder("FILE");
  command.AddOption("--join", flags->joins, "NAME=PATH: another place for a file that the map joins").OneValueEach();
  command.AddOption("--batch", flags->batch, "Rows a message").Between(1, 1000).ShowDefault();
  command.AddOption("--limit", flags->limit, "Only the first rows; 0: all").NotNegative();
  command.AddFlag(
      "--check", flags->check,
      "Map every row and ask the server what it would reject; nothing is stored. Without a server, only the file "
      "and the map are checked");
  command.AddOption("--checkpoint", flags->checkpoint, "Where to keep how far it has come");
  command.AddFlag("--no-checkpoint", flags->no_checkpoint, "Keep no checkpoint");
  command.AddFlag("-q,--quiet", flags->quiet, "No progress");
}

}  // namespace leadline::cli
