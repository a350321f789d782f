#include "plugin/admit/elf_image.h"

#include <algorithm>
#include <bit>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
constexpr std::string_view kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
constexpr std::string_view kMachineName = "AArch64";
#else
#error "Plugins are not defined for this machine."
#endif

// More than any linker writes; keeps a made-up file from costing much time.
constexpr uint64_t kMostDynamicEntries = 4'096;
constexpr uint64_t kMostSymbols = 4'000'000;

absl::Status Bad(std::string message) { return absl::FailedPreconditionError(message); }

absl::Status Broken(std::string_view where) {
  return Bad(fmt::format("is damaged or cut short: {} is outside of the file; build or copy it again", where));
}

ElfSymbol MakeSymbol(const Elf64_Sym& symbol, std::string_view name) {
  return {name, static_cast<unsigned char>(ELF64_ST_BIND(symbol.st_info)),
          static_cast<unsigned char>(ELF64_ST_VISIBILITY(symbol.st_other)), symbol.st_shndx != SHN_UNDEF};
}

std::optional<std::string_view> TextAt(std::string_view strings, uint64_t offset) {
  if (offset >= strings.size()) return std::nullopt;
  size_t end = strings.find('\0', offset);
  if (end == std::string_view::npos) return std::nullopt;
  return strings.substr(offset, end - offset);
}

}  // namespace

absl::StatusOr<ElfImage> ElfImage::Parse(std::string_view bytes) {
  ElfImage image(bytes);
  RETURN_IF_ERROR(image.ReadHeader());
  RETURN_IF_ERROR(image.ReadSegments());
  RETURN_IF_ERROR(image.ReadDynamic());
  return image;
}

std::optional<std::string_view> ElfImage::FileBytes(uint64_t offset, uint64_t size) const {
  if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
  return bytes_.substr(offset, size);
}

std::optional<std::string_view> ElfImage::LoadedBytes(uint64_t address) const {
  for (const Elf64_Phdr& s : segments_) {
    if (s.p_type != PT_LOAD || address < s.p_vaddr || address - s.p_vaddr >= s.p_filesz) continue;
    uint64_t skip = address - s.p_vaddr;
    return FileBytes(s.p_offset + skip, s.p_filesz - skip);
  }
  return std::nullopt;
}

absl::Status ElfImage::ReadHeader() {
  auto header = ReadAt<Elf64_Ehdr>(bytes_, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
    return Bad("is not an ELF file; name the shared object that the linker wrote");
  }
  header_ = *header;
  constexpr unsigned char kOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != kOrder || header_.e_machine != kMachine) {
    return Bad(fmt::format("was built for another machine (ELF class {}, machine {}); build it for 64-bit {}",
                           static_cast<int>(header_.e_ident[EI_CLASS]), static_cast<unsigned>(header_.e_machine),
                           kMachineName));
  }
  if (header_.e_type != ET_DYN) {
    return Bad(fmt::format("is not a shared object (ELF type {}); link it with -shared",
                           static_cast<unsigned>(header_.e_type)));
  }
  return absl::OkStatus();
}

absl::Status ElfImage::ReadSegments() {
  if (header_.e_phentsize != sizeof(Elf64_Phdr) || header_.e_phnum == 0 || header_.e_phnum == PN_XNUM) {
    return Bad("has no usable program headers; build it again");
  }
  uint64_t loaded_end = 0;
  for (uint64_t i = 0; i < header_.e_phnum; ++i) {
    // The sum cannot wrap unnoticed: e_phoff is first held to the file's size.
    if (header_.e_phoff > bytes_.size()) return Broken("the program header table");
    auto segment = ReadAt<Elf64_Phdr>(bytes_, header_.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return Broken("the program header table");
    if (segment->p_type == PT_LOAD) {
      if (!FileBytes(segment->p_offset, segment->p_filesz)) return Broken("a loaded segment");
      uint64_t end = 0;
      if (segment->p_memsz < segment->p_filesz || segment->p_vaddr < loaded_end ||
          __builtin_add_overflow(segment->p_vaddr, segment->p_memsz, &end)) {
        return Bad("is damaged: its loaded segments overlap or are out of order; build it again");
      }
      loaded_end = end;
    }
    segments_.push_back(*segment);
  }
  return absl::OkStatus();
}

absl::Status ElfImage::ReadDynamic() {
  auto is_dynamic = [](const Elf64_Phdr& s) { return s.p_type == PT_DYNAMIC; };
  if (std::count_if(segments_.begin(), segments_.end(), is_dynamic) != 1) {
    return Bad("does not have exactly one dynamic section; link it with -shared");
  }
  // By address, not by file offset: that is what the dynamic linker goes by.
  auto entries = LoadedBytes(std::find_if(segments_.begin(), segments_.end(), is_dynamic)->p_vaddr);
  if (!entries) return Broken("the dynamic section");
  for (uint64_t i = 0;; ++i) {
    auto entry = ReadAt<Elf64_Dyn>(*entries, i * sizeof(Elf64_Dyn));
    if (!entry || i == kMostDynamicEntries) return Broken("the end of the dynamic section");
    if (entry->d_tag == DT_NULL) break;
    dynamic_.push_back(*entry);
  }
  auto address = Dynamic(DT_STRTAB);
  auto size = Dynamic(DT_STRSZ);
  auto strings = address ? LoadedBytes(*address) : std::nullopt;
  if (!strings || !size || *size > strings->size()) return Broken("the dynamic string table");
  strings_ = strings->substr(0, *size);
  return absl::OkStatus();
}

std::optional<uint64_t> ElfImage::Dynamic(int64_t tag) const {
  // The last one counts for the dynamic linker; a linker writes each of these once.
  for (auto entry = dynamic_.rbegin(); entry != dynamic_.rend(); ++entry) {
    if (entry->d_tag == tag) return entry->d_un.d_val;
  }
  return std::nullopt;
}

absl::StatusOr<std::string_view> ElfImage::DynamicText(uint64_t offset) const {
  auto text = TextAt(strings_, offset);
  if (!text) return Broken("a dynamic string");
  return *text;
}

// One more than the highest index that the hash chains reach. The symbols that are not in it come first.
std::optional<uint64_t> ElfImage::GnuHashCount(std::string_view table) const {
  auto word = [&](uint64_t index) { return ReadAt<uint32_t>(table, index * 4); };
  auto buckets = word(0), first = word(1), bloom = word(2);
  if (!buckets || !first || !bloom) return std::nullopt;
  uint64_t bucket_at = 4 + uint64_t{*bloom} * 2;
  uint64_t chain_at = bucket_at + *buckets;
  uint64_t highest = 0;
  for (uint64_t i = 0; i < *buckets; ++i) {
    auto start = word(bucket_at + i);
    if (!start) return std::nullopt;
    highest = std::max<uint64_t>(highest, *start);
  }
  if (highest < *first) return *first;
  for (;; ++highest) {
    auto chain = word(chain_at + highest - *first);
    if (!chain) return std::nullopt;
    if ((*chain & 1) != 0) return highest + 1;
  }
}

absl::StatusOr<uint64_t> ElfImage::SymbolCount() const {
  std::optional<uint64_t> count;
  if (auto address = Dynamic(DT_GNU_HASH)) {
    auto table = LoadedBytes(*address);
    count = table ? GnuHashCount(*table) : std::nullopt;
    if (!count) return Broken("the symbol hash table");
  }
  if (auto address = Dynamic(DT_HASH)) {
    auto table = LoadedBytes(*address);
    auto chains = table ? ReadAt<uint32_t>(*table, 4) : std::nullopt;
    if (!chains) return Broken("the symbol hash table");
    count = std::max<uint64_t>(count.value_or(0), *chains);
  }
  if (!count) return Bad("has no symbol hash table; link it with a current linker");
  if (*count > kMostSymbols) return Bad("has more dynamic symbols than any plugin needs; export only the entry");
  return *count;
}

absl::StatusOr<std::vector<ElfSymbol>> ElfImage::DynamicSymbols() const {
  ASSIGN_OR_RETURN(uint64_t count, SymbolCount());
  auto address = Dynamic(DT_SYMTAB);
  auto table = address ? LoadedBytes(*address) : std::nullopt;
  if (!table || table->size() / sizeof(Elf64_Sym) < count) return Broken("the dynamic symbol table");
  std::vector<ElfSymbol> symbols;
  for (uint64_t i = 1; i < count; ++i) {
    auto symbol = ReadAt<Elf64_Sym>(*table, i * sizeof(Elf64_Sym));
    if (!symbol) return Broken("the dynamic symbol table");
    ASSIGN_OR_RETURN(std::string_view name, DynamicText(symbol->st_name));
    symbols.push_back(MakeSymbol(*symbol, name));
  }
  return symbols;
}

uint64_t ElfImage::section_count() const { return header_.e_shentsize == sizeof(Elf64_Shdr) ? header_.e_shnum : 0; }

std::optional<Elf64_Shdr> ElfImage::Section(uint64_t number) const {
  if (number >= section_count() || header_.e_shoff > bytes_.size()) return std::nullopt;
  return ReadAt<Elf64_Shdr>(bytes_, header_.e_shoff + number * sizeof(Elf64_Shdr));
}

bool ElfImage::HasSection(std::string_view name) const {
  const auto names = Section(header_.e_shstrndx);
  const auto texts = names ? FileBytes(names->sh_offset, names->sh_size) : std::nullopt;
  if (!texts) return false;
  for (uint64_t i = 0; i < section_count(); ++i) {
    const auto entry = Section(i);
    const auto text = entry ? TextAt(*texts, entry->sh_name) : std::nullopt;
    if (text && *text == name) return true;
  }
  return false;
}

std::vector<ElfSymbol> ElfImage::StaticSymbols() const {
  std::vector<ElfSymbol> symbols;
  for (uint64_t i = 0; i < section_count(); ++i) {
    auto table = Section(i);
    if (!table || table->sh_type != SHT_SYMTAB) continue;
    auto text = Section(table->sh_link);
    auto entries = FileBytes(table->sh_offset, table->sh_size);
    auto strings = text ? FileBytes(text->sh_offset, text->sh_size) : std::nullopt;
    if (!entries || !strings) continue;
    uint64_t count = std::min<uint64_t>(entries->size() / sizeof(Elf64_Sym), kMostSymbols);
    for (uint64_t k = 1; k < count; ++k) {
      auto symbol = ReadAt<Elf64_Sym>(*entries, k * sizeof(Elf64_Sym));
      auto name = symbol ? TextAt(*strings, symbol->st_name) : std::nullopt;
      if (name) symbols.push_back(MakeSymbol(*symbol, *name));
    }
    break;
  }
  return symbols;
}

}  // namespace leadline::plugin
