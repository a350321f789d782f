#include "app/program_identity.h"

#include <sys/stat.h>

#include "fmt/format.h"

namespace leadline::app {

std::string ProgramIdentity(std::string_view version) {
  struct stat info {};
  if (stat("/proc/self/exe", &info) != 0) return std::string(version);
  return fmt::format("{}, {} bytes of {}.{:09}", version, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

}  // namespace leadline::app
