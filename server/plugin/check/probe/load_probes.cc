// Checks of the entry, the descriptor and the capability tables.
#include <algorithm>
#include <cstring>

#include "plugin/check/probe/probes.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

// As in module.cc: what every 1.x descriptor holds, and more than any table will ever be.
constexpr uint64_t kLeastDescriptor = offsetof(leadline_plugin, get_extension);
constexpr uint64_t kMostTable = 64 * 1024;
constexpr uint32_t kKnownFlags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE;

template <class T>
T ReadAt(const void* table, size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const char*>(table) + offset, sizeof(value));
  return value;
}

std::string Shown(const char* text) { return text == nullptr ? "NULL" : fmt::format("\"{}\"", Presentable(text)); }

// Everything that the descriptor says, one line each.
std::string Spelled(const leadline_plugin* d) {
  auto size = ReadAt<uint64_t>(d, 0);
  leadline_plugin copy{};
  std::memcpy(&copy, d, std::min<uint64_t>(size, sizeof(copy)));
  return fmt::format("size {}, ABI {}.{}, flags {}, id {}, version {}, config schema {}, functions {} {} {} {}", size,
                     copy.abi_major, copy.min_host_minor, copy.flags, Shown(copy.id), Shown(copy.version),
                     Shown(copy.config_schema_json), reinterpret_cast<const void*>(copy.create),
                     reinterpret_cast<const void*>(copy.destroy), reinterpret_cast<const void*>(copy.get_capability),
                     reinterpret_cast<const void*>(copy.get_extension));
}

}  // namespace

void ProbeLoad(Probe& probe) {
  const leadline_plugin* d = probe.subject().entry()(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR);
  if (d == nullptr) {
    probe.Fail(
        fmt::format("leadline_plugin_entry({}, {}) returned NULL: it refuses a host of this version; return the "
                    "descriptor",
                    LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR));
    return;
  }
  if (auto size = ReadAt<uint64_t>(d, 0); size < offsetof(leadline_plugin, flags) || size > kMostTable) {
    probe.Fail(fmt::format("the descriptor says it is {} bytes long; set size to sizeof(leadline_plugin)", size));
  }
}

void ProbeMajor(Probe& probe) {
  const leadline_plugin& d = probe.subject().Describe();
  if (d.abi_major == LEADLINE_ABI_MAJOR) return;
  probe.Fail(fmt::format("abi_major is {}, this host has {}.{} and refuses any other; build against the {}.x header",
                         d.abi_major, LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR, LEADLINE_ABI_MAJOR));
}

void ProbeMinor(Probe& probe) {
  const leadline_plugin& d = probe.subject().Describe();
  if (d.min_host_minor <= LEADLINE_ABI_MINOR) return;
  probe.Fail(
      fmt::format("min_host_minor is {}, this host has {}.{}; lower it when the plugin can do without what came "
                  "later (ask LEADLINE_HAS), else wait for such a host",
                  d.min_host_minor, LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR));
}

void ProbeOtherHosts(Probe& probe) {
  struct Version {
    uint32_t major, minor;
  };
  constexpr Version kHosts[] = {{LEADLINE_ABI_MAJOR, 0},
                                {LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR + 1},
                                {LEADLINE_ABI_MAJOR, 1'000},
                                {LEADLINE_ABI_MAJOR + 1, 0},
                                {0, 9},
                                {UINT32_MAX, 0}};
  for (Version host : kHosts) {
    probe.Step(Phase::kLoad, fmt::format("in leadline_plugin_entry({}, {})", host.major, host.minor));
    const leadline_plugin* d = probe.subject().entry()(host.major, host.minor);
    if (d == nullptr) {
      if (host.major != LEADLINE_ABI_MAJOR || host.minor < probe.subject().Describe().min_host_minor) continue;
      probe.Fail(
          fmt::format("refuses to be loaded by host {}.{}; it should load with every {}.x from its min_host_minor "
                      "on: leave the comparison to the host",
                      host.major, host.minor, LEADLINE_ABI_MAJOR));
    } else if (auto major = ReadAt<uint32_t>(d, offsetof(leadline_plugin, abi_major));
               major != probe.subject().Describe().abi_major) {
      probe.Fail(
          fmt::format("tells host {}.{} that its abi_major is {}; it is that of the header it was built with, "
                      "whoever asks",
                      host.major, host.minor, major));
    }
  }
}

void ProbeDescriptor(Probe& probe) {
  const leadline_plugin& d = probe.subject().Describe();
  if (d.size < kLeastDescriptor || d.size > kMostTable) {
    probe.Fail(fmt::format("size is {}, at least {} bytes are needed; set it to sizeof(leadline_plugin)", d.size,
                           kLeastDescriptor));
    return;
  }
  if (d.create == nullptr || d.destroy == nullptr || d.get_capability == nullptr) {
    probe.Fail("create, destroy or get_capability is NULL; set all three");
  }
  probe.Step(Phase::kLoad, "while the texts of its descriptor were read");
  const Job& job = probe.job();
  auto agree = [&](std::string_view member, const char* text, const std::string& manifest) {
    if (text == nullptr) {
      probe.Fail(fmt::format("{} is NULL; set it", member));
    } else if (!manifest.empty() && manifest != text) {
      probe.Fail(fmt::format("{} is {}, the manifest says \"{}\"; make the two agree", member, Shown(text), manifest));
    }
  };
  agree("id", d.id, job.id);
  agree("version", d.version, job.version);
  if (d.reserved != 0) probe.Fail(fmt::format("reserved is {}, it must be 0", d.reserved));
  if ((d.flags & ~kKnownFlags) != 0) {
    probe.Warn(fmt::format("flags has bits {:#x} that this host does not know", d.flags & ~kKnownFlags));
  }
  constexpr size_t kMostSchema = 256 * 1024;
  if (d.config_schema_json != nullptr && std::strlen(d.config_schema_json) > kMostSchema) {
    probe.Fail("the config schema is longer than 256 KiB; shorten it");
  }
}

void ProbeDescriptorStable(Probe& probe) {
  auto ask = [&] { return Spelled(probe.subject().entry()(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR)); };
  std::string first = ask();
  std::string second = ask();
  if (first != second) {
    probe.Fail(
        fmt::format("the entry describes the plugin differently the second time: first {}; then {}; return one "
                    "static descriptor",
                    first, second));
    return;
  }
  const leadline_plugin* d = probe.subject().entry()(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR);
  if (auto instance = probe.Make()) probe.Destroy(*instance);
  if (Spelled(d) != first) probe.Fail("the descriptor changed when an instance was made; it must stay as it is");
}

void ProbeUnknownCapability(Probe& probe) {
  const std::string kUnknown[] = {"leadline.nothing/1", "leadline.score/99",    "leadline.score", "",
                                  "LEADLINE.SCORE/1",   std::string(5'000, 'x')};
  for (const std::string& id : kUnknown) {
    probe.Step(Phase::kLoad, fmt::format("in get_capability(\"{}\")", id.substr(0, 40)));
    if (probe.subject().Describe().get_capability(id.c_str()) == nullptr) continue;
    probe.Fail(fmt::format("get_capability(\"{}\") is not NULL; compare the whole id and return NULL for all others",
                           id.substr(0, 40)));
  }
}

void ProbeUnknownExtension(Probe& probe) {
  auto get = probe.subject().Describe().get_extension;
  if (get == nullptr) return;  // which is as good as NULL for every id
  for (const char* id : {"leadline.nothing/1", "", LEADLINE_SCORE_V1}) {
    probe.Step(Phase::kLoad, fmt::format("in get_extension(\"{}\")", id));
    if (get(id) != nullptr)
      probe.Fail(fmt::format("get_extension(\"{}\") is not NULL; return NULL for unknown ids", id));
  }
}

void ProbeMissingCapability(Probe& probe) {
  const Job& job = probe.job();
  if (job.capabilities.empty()) return probe.Skip("there is no manifest to compare with");
  for (const std::string& id : job.capabilities) {
    const Capability* known = FindKnown(id);
    if (known == nullptr) {
      probe.Warn(fmt::format("the manifest names {}, which this host does not know and will not use", id));
      continue;
    }
    probe.Step(Phase::kLoad, fmt::format("in get_capability(\"{}\")", id));
    const void* table = probe.subject().Describe().get_capability(id.c_str());
    if (table == nullptr) {
      probe.Fail(fmt::format("the manifest names {}, get_capability() gives NULL for it; correct one of the two", id));
    } else if (auto size = ReadAt<uint64_t>(table, 0); size < known->table_bytes || size > kMostTable) {
      probe.Fail(
          fmt::format("the table of {} says it is {} bytes long, at least {} are needed; set size to sizeof the "
                      "table",
                      id, size, known->table_bytes));
    } else if (ReadAt<const void*>(table, sizeof(uint64_t)) == nullptr) {
      probe.Fail(fmt::format("the table of {} has no {}(); set it", id, known->function));
    }
  }
}

void ProbeUnlistedCapability(Probe& probe) {
  const Job& job = probe.job();
  if (job.capabilities.empty()) return probe.Skip("there is no manifest to compare with");
  for (const Capability& capability : Capabilities()) {
    std::string id(capability.id);
    if (std::find(job.capabilities.begin(), job.capabilities.end(), id) != job.capabilities.end()) continue;
    if (probe.subject().Describe().get_capability(id.c_str()) == nullptr) continue;
    probe.Warn(fmt::format("has {}, which the manifest does not name: no pack can use it; name it or take it out", id));
  }
}

}  // namespace leadline::plugin::check
