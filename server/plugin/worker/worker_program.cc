#include "plugin/worker/worker_program.h"

#include <filesystem>
#include <system_error>

namespace leadline::plugin {

std::string WorkerProgramBesideThisOne() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const std::filesystem::path program = self.parent_path() / "leadline-plugin-worker";
  return std::filesystem::exists(program, error) ? program.string() : "";
}

}  // namespace leadline::plugin
