#include "plugin/admit/elf_check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fmt/format.h"
#include "plugin/admit/elf_image.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

constexpr std::string_view kEntry = "leadline_plugin_entry";

// Libraries of which one copy can serve host and plugin alike.
constexpr std::array<std::string_view, 8> kAllowedLibraries = {
    "libc.so.6",       "libm.so.6",  "libgcc_s.so.1",        "libstdc++.so.6",
    "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"};

using Problems = std::vector<ElfProblem>;

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

void AddOwner(Problems& problems, std::string_view name, std::string_view owner) {
  // A library brings thousands of symbols; one of each owner tells it.
  std::string start = fmt::format("uses {} ", owner);
  for (const ElfProblem& known : problems) {
    if (known.message.find(start) == 0) return;
  }
  problems.push_back(
      {"elf-foreign-runtime", fmt::format("{}(\"{}\"); a second copy of it in the server can abort the process; build "
                                          "the plugin without it",
                                          start, Presentable(name))});
}

void CheckSegments(const ElfImage& image, Problems& problems) {
  bool stack = false;
  bool writable_code = false;
  for (const Elf64_Phdr& segment : image.segments()) {
    bool executable = (segment.p_flags & PF_X) != 0;
    if (segment.p_type == PT_GNU_STACK) {
      stack = true;
      if (executable) {
        problems.push_back({"elf-stack", "asks for an executable stack; link it with -z noexecstack"});
      }
    }
    if (segment.p_type == PT_LOAD && executable && (segment.p_flags & PF_W) != 0) writable_code = true;
  }
  if (writable_code) {
    problems.push_back(
        {"elf-writable-code", "has memory both writable and executable; link it without -N or --omagic"});
  }
  if (!stack) {
    problems.push_back({"elf-stack", "does not say that its stack is not executable; link it with -z noexecstack"});
  }
}

void CheckNeeded(const ElfImage& image, uint64_t offset, Problems& problems) {
  auto library = image.DynamicText(offset);
  if (!library.ok()) {
    problems.push_back({"elf-format", std::string(library.status().message())});
  } else if (std::string_view owner = ForbiddenOwner(*library); !owner.empty()) {
    AddOwner(problems, *library, owner);
  } else if (std::find(kAllowedLibraries.begin(), kAllowedLibraries.end(), *library) == kAllowedLibraries.end()) {
    problems.push_back(
        {"elf-needed", fmt::format("needs \"{}\", which is not on the allow-list ({}); link it statically "
                                   "and hide it",
                                   Presentable(*library), fmt::join(kAllowedLibraries, ", "))});
  }
}

void CheckDynamic(const ElfImage& image, Problems& problems) {
  bool text_relocations = false;
  for (const Elf64_Dyn& entry : image.dynamic()) {
    switch (entry.d_tag) {
      case DT_RPATH:
      case DT_RUNPATH:
        problems.push_back(
            {"elf-search-path", "carries its own library search path (RPATH or RUNPATH); link it without -rpath"});
        break;
      case DT_FILTER:
      case DT_AUXILIARY:
      case DT_AUDIT:
      case DT_DEPAUDIT:
        problems.push_back(
            {"elf-search-path", "names filter or audit libraries; link it without --filter, --auxiliary and --audit"});
        break;
      case DT_FLAGS:
        text_relocations = text_relocations || (entry.d_un.d_val & DF_TEXTREL) != 0;
        break;
      case DT_TEXTREL:
        text_relocations = true;
        break;
      case DT_NEEDED:
        CheckNeeded(image, entry.d_un.d_val, problems);
        break;
      default:
        break;
    }
  }
  if (text_relocations) {
    problems.push_back({"elf-text-relocations", "changes its own code when loaded (TEXTREL); compile it with -fPIC"});
  }
}

bool IsExported(const ElfSymbol& s) {
  return s.defined && s.binding != STB_LOCAL && (s.visibility == STV_DEFAULT || s.visibility == STV_PROTECTED);
}

void CheckExports(const std::vector<ElfSymbol>& symbols, Problems& problems) {
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
    problems.push_back(
        {"elf-one-export",
         fmt::format("does not export {}; define it with LEADLINE_EXPORT and keep it in the version script", kEntry)});
  }
  // What is missing is told first: without the entry the rest hardly matters.
  if (others.empty() || !entry) return;
  size_t shown = std::min<size_t>(others.size(), 5);
  problems.push_back(
      {"elf-one-export",
       fmt::format("exports {} symbol{} besides {} ({}{}); link it with the version script of leadline_add_plugin",
                   others.size(), others.size() == 1 ? "" : "s", kEntry,
                   fmt::join(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                   others.size() > shown ? ", ..." : "")});
}

void CheckSymbols(const ElfImage& image, Problems& problems) {
  auto symbols = image.DynamicSymbols();
  if (!symbols.ok()) {
    problems.push_back({"elf-format", std::string(symbols.status().message())});
    return;
  }
  bool unique = false;
  for (const ElfSymbol& symbol : *symbols) {
    if (symbol.binding == STB_GNU_UNIQUE && !std::exchange(unique, true)) {
      problems.push_back(
          {"elf-unique",
           fmt::format("has the STB_GNU_UNIQUE symbol \"{}\", which would be shared with other plugins; compile "
                       "it with -fno-gnu-unique",
                       Presentable(symbol.name))});
    }
    if (std::string_view owner = ForbiddenOwner(symbol.name); !owner.empty()) AddOwner(problems, symbol.name, owner);
  }
  CheckExports(*symbols, problems);
  for (const ElfSymbol& symbol : image.StaticSymbols()) {
    if (std::string_view owner = ForbiddenOwner(symbol.name); !owner.empty()) AddOwner(problems, symbol.name, owner);
  }
}

}  // namespace

std::vector<ElfProblem> FindElfProblems(std::string_view bytes) {
  Problems problems;
  auto image = ElfImage::Parse(bytes);
  if (!image.ok()) {
    problems.push_back({"elf-format", std::string(image.status().message())});
    return problems;
  }
  CheckSegments(*image, problems);
  CheckDynamic(*image, problems);
  CheckSymbols(*image, problems);
  return problems;
}

absl::Status CheckElf(std::string_view bytes) {
  std::vector<ElfProblem> problems = FindElfProblems(bytes);
  return problems.empty() ? absl::OkStatus() : absl::FailedPreconditionError(problems.front().message);
}

bool HoldsGoRuntime(std::string_view bytes) {
  const auto image = ElfImage::Parse(bytes);
  return image.ok() && (image->HasSection(".go.buildinfo") || image->HasSection(".note.go.buildid"));
}

}  // namespace leadline::plugin
