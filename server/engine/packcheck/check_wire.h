// What the server and leadline-pack-checker say to each other, over the frames of plugin/worker/wire.h.
//
//   server -> checker   kCheckFile ..., kCheckStart; after a kCheckFound without errors, where tests are to run,
//                       kCheckPlugins; then one kAnswer for each kCall
//   checker -> server   kCheckFound; then, where tests run, any number of kCall (to a plugin: its number stands in the
//                       high half of the call's), and kCheckTests; kForbidden as the last it says
//
// The server takes nothing for granted that the checker says: every length and number is looked at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/source_position.h"
#include "domain/event.h"
#include "engine/packtest/pack_tests.h"
#include "packs/pack_files.h"
#include "plugin/worker/wire.h"

namespace leadline::engine::check_wire {

// A file travels in parts, so that each fits one packet.
inline constexpr size_t kMostFilePart = 32 << 10;
// What a report holds at most, so that it fits one message. Further problems are counted in its last entry.
inline constexpr size_t kMostDiagnostics = 1'000;
inline constexpr size_t kMostFailedCases = 1'000;
inline constexpr size_t kMostText = 2'000;        // bytes of a message or a hint; longer ones are cut
inline constexpr size_t kMostName = 300;          // of a path, a rule or a case; the same
inline constexpr size_t kMostSourceLine = 1'000;  // longer ones are left out

// Exit code of the checker when it has used the memory that it may have; besides those of plugin/worker/contract.h.
inline constexpr int kExitOutOfMemory = 212;

struct FilePart {
  std::string_view pack;
  std::string_view path;
  std::string_view bytes;  // follow those of the part before it of the same file
};
void Encode(const FilePart& part, plugin::wire::Buffer& out);
absl::StatusOr<FilePart> DecodeFilePart(std::span<const char> body);

struct Start {
  std::string root;         // PackSet::root
  std::string zone_folder;  // where time zones are read; empty: the system's
  Time now = 0;
  bool tests = true;
  uint64_t memory_bytes = 0;
};
void Encode(const Start& start, plugin::wire::Buffer& out);
absl::StatusOr<Start> DecodeStart(std::span<const char> body);

struct Found {
  std::vector<Diagnostic> diagnostics;
  std::vector<domain::PackRef> packs;  // empty: there are errors
  bool names_plugins = false;
};
void Encode(const Found& found, plugin::wire::Buffer& out);
absl::StatusOr<Found> DecodeFound(std::span<const char> body);

// A plugin that the server lends to the tests.
struct PluginAtHand {
  std::string id;
  std::string version;
  std::string sha256;
  std::vector<std::string> capabilities;
  bool concurrent = false;
  bool pure = false;
  std::vector<std::string> fields;  // wanted, in slot order
};
void Encode(const std::vector<PluginAtHand>& plugins, plugin::wire::Buffer& out);
absl::StatusOr<std::vector<PluginAtHand>> DecodePlugins(std::span<const char> body);

// Counts of all cases; of the cases themselves, those that failed.
void Encode(const PackTestReport& report, plugin::wire::Buffer& out);
absl::StatusOr<PackTestReport> DecodeTests(std::span<const char> body);

}  // namespace leadline::engine::check_wire
