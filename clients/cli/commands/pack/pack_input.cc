#include "cli/commands/pack/pack_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kShownDigits = 12;
constexpr size_t kHashDigits = 64;
constexpr size_t kLeastDigits = 8;

// What pack.yaml calls the pack; empty when it does not say.
std::string NameWithin(const packs::PackFiles& pack) {
  const auto file = pack.files.find("pack.yaml");
  if (file == pack.files.end()) return {};
  packs::YamlFile yaml(file->first, file->second);
  std::vector<Diagnostic> problems;  // the server finds them too, and says where
  if (!yaml.Parse(problems)) return {};
  const packs::YamlNode* name = yaml.root().Find("pack");
  return name != nullptr && name->is_scalar() ? name->text : std::string();
}

std::string FolderName(const std::string& folder) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(folder, error);
  if (error) path = folder;
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

// Where the pack stands among the server's packs.
std::string PlaceOf(const LocalPack& local) {
  return (local.files.name == "central" ? local.files.name : "regions/" + local.files.name) + "/";
}

// "rules/regions/emea/scoring.yaml" as the file that was sent.
std::string LocalPath(const std::string& file, const LocalPack& local) {
  const std::string place = PlaceOf(local);
  const size_t at = file.find(place);
  if (at == std::string::npos || (at != 0 && file[at - 1] != '/')) return file;
  return (fs::path(local.folder) / file.substr(at + place.size())).string();
}

// What a test says, with the places in it as the files lie here.
std::string LocalText(std::string text, const LocalPack& local) {
  const std::string sent = "rules/" + PlaceOf(local);
  const std::string here = (fs::path(local.folder) / "").string();
  for (size_t at = 0; (at = text.find(sent, at)) != std::string::npos; at += here.size()) {
    text.replace(at, sent.size(), here);
  }
  return text;
}

std::string DescribeTests(const v1::PackCheck& check) {
  std::string text = fmt::format("{} passed", Counted(check.passed_test_count(), "test"));
  if (check.failed_test_count() > 0) text += fmt::format(", {} failed", check.failed_test_count());
  if (check.skipped_test_count() > 0) text += fmt::format(", {} left out", check.skipped_test_count());
  return text;
}

}  // namespace

std::string ShortHash(std::string_view sha256) { return std::string(sha256.substr(0, kShownDigits)); }

std::string DescribePack(const v1::PackRef& ref) {
  return fmt::format("{} {} ({})", IdOf(ref.pack()), ref.version().empty() ? "?" : ref.version(),
                     ShortHash(ref.sha256()));
}

absl::StatusOr<LocalPack> ReadLocalPack(const std::string& folder, const std::string& name) {
  packs::ReadPacksResult read = packs::ReadPack(folder, name);
  if (!read.diagnostics.empty()) return absl::NotFoundError(FormatDiagnostics(read.diagnostics));
  LocalPack pack{folder, std::move(read.set.packs.front()), ""};
  if (!pack.files.files.contains("pack.yaml")) {
    return absl::NotFoundError(
        fmt::format("{} holds no pack.yaml; name the folder of one pack, such as rules/regions/emea", folder));
  }
  if (pack.files.name.empty()) pack.files.name = NameWithin(pack.files);
  if (pack.files.name.empty()) pack.files.name = FolderName(folder);
  pack.sha256 = packs::HashOf(pack.files);
  return pack;
}

bool IsHashPrefix(std::string_view text) {
  return text.size() >= kLeastDigits && text.size() <= kHashDigits &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::vector<std::string> KnownHashes(const v1::Rollout& rollout) {
  std::vector<std::string> hashes;
  for (const auto& candidate : rollout.candidates()) hashes.push_back(candidate.ref().sha256());
  for (const auto& pack : rollout.active()) {
    hashes.push_back(pack.ref().sha256());
    for (const auto& earlier : pack.earlier()) hashes.push_back(earlier.sha256());
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

int CompleteHash(Session& session, const std::string& text, std::string& sha256) {
  if (!IsHashPrefix(text)) {
    return session.Fail(absl::InvalidArgumentError(
        fmt::format("\"{}\" is not a SHA-256 of a pack, nor its first {} digits or more", text, kLeastDigits)));
  }
  std::string digits = text;
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (digits.size() == kHashDigits) {
    sha256 = digits;
    return kExitOk;
  }
  v1::GetRolloutResponse response;
  grpc::Status status = session.Ask(admin_service::kGetRollout, v1::GetRolloutRequest(), response);
  if (!status.ok()) return session.Fail(status);
  std::vector<std::string> hashes = KnownHashes(response.rollout());
  std::erase_if(hashes, [&](const std::string& hash) { return !hash.starts_with(digits); });
  if (hashes.size() == 1) {
    sha256 = hashes.front();
    return kExitOk;
  }
  if (hashes.empty()) {
    return session.Refuse(
        fmt::format("the server keeps no version whose hash begins with {}; see leadline pack status", digits));
  }
  return session.Refuse(fmt::format("{} begins several hashes: {}", digits, fmt::join(hashes, ", ")));
}

std::vector<Diagnostic> DiagnosticsFrom(const google::protobuf::RepeatedPtrField<v1::PackDiagnostic>& from,
                                        const LocalPack* local) {
  const auto path = [&](const std::string& file) { return local == nullptr ? file : LocalPath(file, *local); };
  std::vector<Diagnostic> out;
  for (const v1::PackDiagnostic& d : from) {
    Diagnostic added;
    added.severity = d.severity() == v1::DIAGNOSTIC_SEVERITY_WARNING ? Severity::kWarning : Severity::kError;
    added.code = d.code();
    if (d.locations_size() > 0) {
      const v1::Location& at = d.locations(0);
      added.position = {path(at.file()), at.line(), at.column()};
      added.length = at.length();
      added.source_line = at.source_line();
    }
    if (d.locations_size() > 1) {
      const v1::Location& related = d.locations(1);
      added.related = {path(related.file()), related.line(), related.column()};
      added.related_message = related.message();
    }
    added.message = d.message();
    added.hint = d.hint();
    added.rule = d.rule();
    added.layer = d.layer();
    out.push_back(std::move(added));
  }
  return out;
}

void ShowCheck(Session& session, const v1::PackCheck& check, const LocalPack& local) {
  const std::vector<Diagnostic> diagnostics = DiagnosticsFrom(check.diagnostics(), &local);
  session.Print(FormatDiagnostics(diagnostics));
  for (const v1::PackTestFailure& failure : check.failures()) {
    session.Print(fmt::format("{}:{}: test fails: {}: {}: {}\n  {}\n", LocalPath(failure.file(), local), failure.line(),
                              IdOf(failure.pack()), failure.suite(), failure.case_name(),
                              LocalText(failure.message(), local)));
  }
  const auto errors = std::count_if(diagnostics.begin(), diagnostics.end(),
                                    [](const Diagnostic& d) { return d.severity == Severity::kError; });
  const auto warnings = static_cast<int64_t>(diagnostics.size()) - errors;
  if (!check.good() && check.broken_packs_size() > 0) {
    session.Print(fmt::format("it breaks other packs: {}\n", IdsOf(check.broken_packs())));
  }
  session.Print(fmt::format("{}: {}; {}, {}; {}\n", DescribePack(check.ref()), check.good() ? "good" : "not good",
                            Counted(errors, "error"), Counted(warnings, "warning"), DescribeTests(check)));
  if (!check.warning().empty()) session.Print(fmt::format("warning: {}\n", check.warning()));
  // Such as a plugin that is missing: no place in a file shows it.
  if (!check.good() && errors == 0 && check.failed_test_count() == 0) session.Print(check.message() + "\n");
}

}  // namespace leadline::cli
