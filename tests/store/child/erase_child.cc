// Erases a person, says so at one step of it, and stays there until it is killed.
//
// erase_child DATABASE NAME STEP: STEP is a number of ErasureStep.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/person.h"

namespace leadline::store {
namespace {

int Main(const std::string& path, const std::string& name, int step) {
  SqliteOptions options{.path = path, .readers = 1, .cache_mib = 8};
  options.on_erasure = [step](ErasureStep at) {
    if (static_cast<int>(at) != step) return;
    if (::write(STDOUT_FILENO, "there\n", 6) < 0) std::_Exit(3);
    while (true) ::pause();
  };
  auto store = OpenSqliteStore(options);
  const absl::Status status = store.ok() ? ErasePerson(**store, name).status() : store.status();
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 2;
}

}  // namespace
}  // namespace leadline::store

int main(int count, char** arguments) {
  if (count != 4) return 2;
  return leadline::store::Main(arguments[1], arguments[2], std::atoi(arguments[3]));
}
