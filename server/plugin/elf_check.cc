#include "plugin/elf_check.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/elf_image.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

constexpr std::string_view kEntry = "leadline_plugin_entry";

// Libraries of which one copy can serve host and plugin alike.
constexpr std::array<std::string_view, 8> kAllowedLibraries = {
    "libc.so.6",       "libm.so.6",  "libgcc_s.so.1",        "libstdc++.so.6",
    "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"};

absl::Status Refuse(std::string message) { return absl::FailedPreconditionError(message); }

// "protobuf", "gRPC" or "Abseil" when the name is one of theirs, else empty.
std::string_view ForbiddenOwner(std::string_view name) {
  auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  auto starts = [&](std::string_view part) { return name.substr(0, part.size()) == part; };
  if (has("6google8protobuf") || starts("upb_") || starts("libproto")) return "protobuf";
  if (has("N4grpc") || has("NK4grpc") || has("9grpc_core") || starts("grpc_") || starts("gpr_") || starts("libgrpc") ||
      starts("libgpr")) {
    return "gRPC";
  }
  if (has("N4absl") || has("NK4absl") || starts("AbslInternal") || starts("libabsl_")) return "Abseil";
  return "";
}

absl::Status RefuseOwner(std::string_view name, std::string_view owner) {
  return Refuse(fmt::format(
      "uses {} (\"{}\"); a second copy of it in the server can abort the process; build the plugin without it", owner,
      Presentable(name)));
}

absl::Status CheckSegments(const ElfImage& image) {
  bool stack = false;
  for (const Elf64_Phdr& segment : image.segments()) {
    bool executable = (segment.p_flags & PF_X) != 0;
    if (segment.p_type == PT_GNU_STACK) {
      stack = true;
      if (executable) return Refuse("asks for an executable stack; link it with -z noexecstack");
    }
    if (segment.p_type == PT_LOAD && executable && (segment.p_flags & PF_W) != 0) {
      return Refuse("has memory both writable and executable; link it without -N or --omagic");
    }
  }
  if (!stack) return Refuse("does not say that its stack is not executable; link it with -z noexecstack");
  return absl::OkStatus();
}

absl::Status CheckDynamic(const ElfImage& image) {
  for (const Elf64_Dyn& entry : image.dynamic()) {
    switch (entry.d_tag) {
      case DT_RPATH:
      case DT_RUNPATH:
        return Refuse("carries its own library search path (RPATH or RUNPATH); link it without -rpath");
      case DT_FILTER:
      case DT_AUXILIARY:
      case DT_AUDIT:
      case DT_DEPAUDIT:
        return Refuse("names filter or audit libraries; link it without --filter, --auxiliary and --audit");
      case DT_FLAGS:
        if ((entry.d_un.d_val & DF_TEXTREL) == 0) break;
        [[fallthrough]];
      case DT_TEXTREL:
        return Refuse("changes its own code when loaded (TEXTREL); compile it with -fPIC");
      case DT_NEEDED: {
        ASSIGN_OR_RETURN(std::string_view library, image.DynamicText(entry.d_un.d_val));
        if (std::string_view owner = ForbiddenOwner(library); !owner.empty()) return RefuseOwner(library, owner);
        if (std::find(kAllowedLibraries.begin(), kAllowedLibraries.end(), library) == kAllowedLibraries.end()) {
          return Refuse(fmt::format("needs \"{}\", which is not on the allow-list ({}); link it statically and hide it",
                                    Presentable(library), fmt::join(kAllowedLibraries, ", ")));
        }
        break;
      }
      default:
        break;
    }
  }
  return absl::OkStatus();
}

bool IsExported(const ElfSymbol& s) {
  return s.defined && s.binding != STB_LOCAL && (s.visibility == STV_DEFAULT || s.visibility == STV_PROTECTED);
}

absl::Status CheckExports(const std::vector<ElfSymbol>& symbols) {
  std::vector<std::string> others;
  bool entry = false;
  for (const ElfSymbol& symbol : symbols) {
    if (!IsExported(symbol)) continue;
    if (symbol.name == kEntry) {
      entry = true;
    } else {
      others.push_back(Presentable(symbol.name));
    }
  }
  if (!entry) {
    return Refuse(
        fmt::format("does not export {}; define it with LEADLINE_EXPORT and keep it in the version script", kEntry));
  }
  if (others.empty()) return absl::OkStatus();
  size_t shown = std::min<size_t>(others.size(), 5);
  return Refuse(
      fmt::format("exports {} symbol{} besides {} ({}{}); link it with the version script of leadline_add_plugin",
                  others.size(), others.size() == 1 ? "" : "s", kEntry,
                  fmt::join(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                  others.size() > shown ? ", ..." : ""));
}

absl::Status CheckSymbols(const ElfImage& image) {
  ASSIGN_OR_RETURN(std::vector<ElfSymbol> symbols, image.DynamicSymbols());
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.binding == STB_GNU_UNIQUE) {
      return Refuse(
          fmt::format("has the STB_GNU_UNIQUE symbol \"{}\", which would be shared with other plugins; compile "
                      "it with -fno-gnu-unique",
                      Presentable(symbol.name)));
    }
    if (std::string_view owner = ForbiddenOwner(symbol.name); !owner.empty()) return RefuseOwner(symbol.name, owner);
  }
  RETURN_IF_ERROR(CheckExports(symbols));
  for (const ElfSymbol& symbol : image.StaticSymbols()) {
    if (std::string_view owner = ForbiddenOwner(symbol.name); !owner.empty()) return RefuseOwner(symbol.name, owner);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckElf(std::string_view bytes) {
  ASSIGN_OR_RETURN(ElfImage image, ElfImage::Parse(bytes));
  RETURN_IF_ERROR(CheckSegments(image));
  RETURN_IF_ERROR(CheckDynamic(image));
  return CheckSymbols(image);
}

}  // namespace leadline::plugin
