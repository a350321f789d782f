// Packs from folders, candidates by the first digits of their hash, and what a check of them found.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/source_position.h"
#include "cli/output/proto_text.h"
#include "cli/session/session.h"
#include "leadline/v1/admin_service.pb.h"
#include "packs/pack_files.h"

namespace leadline::cli {

// The first digits of a hash, for people.
std::string ShortHash(std::string_view sha256);
// "emea 2026.1.0 (ab12cd34ef56)".
std::string DescribePack(const v1::PackRef& ref);

// One pack's folder as it lies there.
struct LocalPack {
  std::string folder;
  packs::PackFiles files;  // exactly what makes up the hash
  std::string sha256;
};

// Reads a folder such as rules/regions/emea. The pack's name is `name`, or what its pack.yaml says, or the folder's.
absl::StatusOr<LocalPack> ReadLocalPack(const std::string& folder, const std::string& name);

// Puts name and files into a request.
template <typename Request>
void FillPack(const LocalPack& pack, Request& request) {
  request.set_pack(InKind("packs", pack.files.name));
  for (const auto& [path, content] : pack.files.files) {
    v1::PackFile& file = *request.add_files();
    file.set_path(path);
    file.set_content(content);
  }
}

// Whether the text may be the beginning of a hash: 8 to 64 hexadecimal digits.
bool IsHashPrefix(std::string_view text);
// All hashes that the rollout names, each once: candidates, packs that decide, and those before them.
std::vector<std::string> KnownHashes(const v1::Rollout& rollout);
// The whole hash for its first digits; asks the server unless all are given. OK, or the exit code after a message.
int CompleteHash(Session& session, const std::string& text, std::string& sha256);

// As the checks here give them. Places in the files of `local` (may be null) are given as they lie here.
std::vector<Diagnostic> DiagnosticsFrom(const google::protobuf::RepeatedPtrField<v1::PackDiagnostic>& from,
                                        const LocalPack* local);
// Problems, failed tests and a line that sums up.
void ShowCheck(Session& session, const v1::PackCheck& check, const LocalPack& local);

}  // namespace leadline::cli
