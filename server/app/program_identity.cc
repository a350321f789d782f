#include "app/program_identity.h"

#include <sys/stat.h>

#include "fmt/format.h"

namespace leadline::app {

std::string ProgramIdentity(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return "none";
  return fmt::format("{} bytes of {}.{:09}", info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

}  // namespace leadline::app
