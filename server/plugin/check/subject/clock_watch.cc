// Counting stand-ins for the C library's clocks and random sources. The vDSO reads the clock without a system call, so
// no filter sees that; the module's own table of imported functions is where it shows.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "plugin/check/subject/watch.h"

namespace leadline::plugin::check {
namespace {

Board* phase_board = nullptr;

enum Source { kClockGettime, kGettimeofday, kTime, kClock, kTimespecGet, kRand, kRandom, kDrand48, kSources };
constexpr std::string_view kClockNames[kSources] = {"clock_gettime", "gettimeofday", "time",   "clock",
                                                    "timespec_get",  "rand",         "random", "drand48"};
std::atomic<uint32_t> counts[kSources];

void Count(Source source) {
  if (phase_board->phase.load(std::memory_order_relaxed) == static_cast<int>(Phase::kCall)) ++counts[source];
}

int CountedClockGettime(clockid_t id, timespec* out) {
  Count(kClockGettime);
  return clock_gettime(id, out);
}
int CountedGettimeofday(timeval* out, void*) {
  Count(kGettimeofday);
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *out = {now.tv_sec, static_cast<suseconds_t>(now.tv_nsec / 1'000)};
  return 0;
}
time_t CountedTime(time_t* out) {
  Count(kTime);
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
clock_t CountedClock() {
  Count(kClock);
  return clock();
}
int CountedTimespecGet(timespec* out, int base) {
  Count(kTimespecGet);
  return timespec_get(out, base);
}
// The answers are the C library's own: the plugin must not go another way for being watched.
int CountedRand() {
  Count(kRand);
  return static_cast<int>(random());
}
long CountedRandom() {
  Count(kRandom);
  return random();
}
double CountedDrand48() {
  Count(kDrand48);
  return drand48();
}

void* const kStandIns[kSources] = {
    reinterpret_cast<void*>(&CountedClockGettime), reinterpret_cast<void*>(&CountedGettimeofday),
    reinterpret_cast<void*>(&CountedTime),         reinterpret_cast<void*>(&CountedClock),
    reinterpret_cast<void*>(&CountedTimespecGet),  reinterpret_cast<void*>(&CountedRand),
    reinterpret_cast<void*>(&CountedRandom),       reinterpret_cast<void*>(&CountedDrand48)};

#if defined(__x86_64__)
bool IsImport(uint64_t type) { return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT || type == R_X86_64_64; }
#elif defined(__aarch64__)
bool IsImport(uint64_t type) {
  return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT || type == R_AARCH64_ABS64;
}
#endif

// After relocation the linker has made the table read-only.
void Replace(void** place, void* function) {
  auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  auto start = reinterpret_cast<uintptr_t>(place) / page * page;
  if (mprotect(reinterpret_cast<void*>(start), page, PROT_READ | PROT_WRITE) != 0) return;
  *place = function;
}

struct Tables {
  const Elf64_Sym* symbols = nullptr;
  const char* strings = nullptr;
};

void ReplaceIn(const link_map& module, const Tables& tables, const Elf64_Rela* relocations, size_t bytes) {
  for (size_t i = 0; i < bytes / sizeof(Elf64_Rela); ++i) {
    const Elf64_Rela& r = relocations[i];
    if (!IsImport(ELF64_R_TYPE(r.r_info)) || ELF64_R_SYM(r.r_info) == 0) continue;
    const Elf64_Sym& symbol = tables.symbols[ELF64_R_SYM(r.r_info)];
    if (symbol.st_shndx != SHN_UNDEF) continue;
    std::string_view name = tables.strings + symbol.st_name;
    for (size_t k = 0; k < kSources; ++k) {
      if (name == kClockNames[k]) Replace(reinterpret_cast<void**>(module.l_addr + r.r_offset), kStandIns[k]);
    }
  }
}

}  // namespace

void WatchClocks(EntryFunction entry, Board& board) {
  phase_board = &board;
  Dl_info place{};
  void* found = nullptr;
  if (dladdr1(reinterpret_cast<void*>(entry), &place, &found, RTLD_DL_LINKMAP) == 0 || found == nullptr) return;
  const link_map& module = *static_cast<const link_map*>(found);
  Tables tables;
  const Elf64_Rela* plain = nullptr;
  const Elf64_Rela* calls = nullptr;
  size_t plain_bytes = 0;
  size_t call_bytes = 0;
  // The linker has turned these addresses into pointers.
  for (const Elf64_Dyn* d = module.l_ld; d->d_tag != DT_NULL; ++d) {
    if (d->d_tag == DT_SYMTAB) tables.symbols = reinterpret_cast<const Elf64_Sym*>(d->d_un.d_ptr);
    if (d->d_tag == DT_STRTAB) tables.strings = reinterpret_cast<const char*>(d->d_un.d_ptr);
    if (d->d_tag == DT_RELA) plain = reinterpret_cast<const Elf64_Rela*>(d->d_un.d_ptr);
    if (d->d_tag == DT_RELASZ) plain_bytes = d->d_un.d_val;
    if (d->d_tag == DT_JMPREL) calls = reinterpret_cast<const Elf64_Rela*>(d->d_un.d_ptr);
    if (d->d_tag == DT_PLTRELSZ) call_bytes = d->d_un.d_val;
  }
  if (tables.symbols == nullptr || tables.strings == nullptr) return;
  if (plain != nullptr) ReplaceIn(module, tables, plain, plain_bytes);
  if (calls != nullptr) ReplaceIn(module, tables, calls, call_bytes);
}

std::vector<std::string_view> ClocksRead() {
  std::vector<std::string_view> names;
  for (size_t k = 0; k < kSources; ++k) {
    if (counts[k] != 0) names.push_back(kClockNames[k]);
  }
  return names;
}

}  // namespace leadline::plugin::check
