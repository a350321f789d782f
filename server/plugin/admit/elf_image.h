// A bounds-checked view of an ELF64 shared object in memory.
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::plugin {

struct ElfSymbol {
  std::string_view name;
  unsigned char binding;
  unsigned char visibility;
  bool defined;
};

// Points into the bytes it was parsed from, which must outlive it. Immutable, so thread-safe.
class ElfImage {
 public:
  // FAILED_PRECONDITION, as an unfinished sentence ("is cut short: ..."), when the bytes are no such object.
  static absl::StatusOr<ElfImage> Parse(std::string_view bytes);

  const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  const std::vector<Elf64_Dyn>& dynamic() const { return dynamic_; }
  // The first dynamic entry with this tag.
  std::optional<uint64_t> Dynamic(int64_t tag) const;
  // A text in the dynamic string table.
  absl::StatusOr<std::string_view> DynamicText(uint64_t offset) const;
  // What the dynamic linker sees.
  absl::StatusOr<std::vector<ElfSymbol>> DynamicSymbols() const;
  bool HasSection(std::string_view name) const;
  // What a file that was not stripped tells besides; empty when it was, or when the tables make no sense.
  std::vector<ElfSymbol> StaticSymbols() const;

 private:
  explicit ElfImage(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  static std::optional<T> ReadAt(std::string_view bytes, uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
  }
  std::optional<std::string_view> FileBytes(uint64_t offset, uint64_t size) const;
  // Section headers that are read at all, and one of them; nullopt beyond the file.
  uint64_t section_count() const;
  std::optional<Elf64_Shdr> Section(uint64_t number) const;
  // The bytes from `address` to the end of the loaded segment it stands in.
  std::optional<std::string_view> LoadedBytes(uint64_t address) const;
  absl::Status ReadHeader();
  absl::Status ReadSegments();
  absl::Status ReadDynamic();
  absl::StatusOr<uint64_t> SymbolCount() const;
  std::optional<uint64_t> GnuHashCount(std::string_view table) const;

  std::string_view bytes_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Dyn> dynamic_;
  std::string_view strings_;
};

}  // namespace leadline::plugin
