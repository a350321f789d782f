// Erases people.
//
// erase_child DATABASE NAME STEP: one, says "there" at one step of it (a number of ErasureStep), and stays there until
// it is killed.
// erase_child DATABASE NAME COUNT all: NAME0, NAME1 ... and says the name of each that is acknowledged; new people come
// in between. Ends when it is killed.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/person.h"

namespace leadline::store {
namespace {

void Say(const std::string& line) {
  if (::write(STDOUT_FILENO, (line + "\n").data(), line.size() + 1) < 0) std::_Exit(3);
}

int StopAt(SqliteOptions options, const std::string& name, int step) {
  options.on_erasure = [step](ErasureStep at) {
    if (static_cast<int>(at) != step) return;
    Say("there");
    while (true) ::pause();
  };
  auto store = OpenSqliteStore(options);
  const absl::Status status = store.ok() ? ErasePerson(**store, name).status() : store.status();
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 2;
}

int EraseAll(const SqliteOptions& options, const std::string& prefix, int count) {
  auto store = OpenSqliteStore(options);
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 2;
  }
  Say("begun");
  for (int i = 0; i < count; ++i) {
    const std::string name = prefix + std::to_string(i);
    (*store)->Write(
        "default", [name](Transaction& t) { return PutPerson(t, "new-" + name); }, [](const absl::Status&) {});
    (*store)->Write(
        "default",
        [name](Transaction& t) {
          return EraseContact(t, {.id = "c-" + name,
                                  .reason = "asked",
                                  .actor = "dpo",
                                  .request_id = "",
                                  .transaction_id = "te-" + name,
                                  .now = 9})
              .status();
        },
        [name](const absl::Status& status) { Say(status.ok() ? name : "failed " + status.ToString()); });
    if (i % 4 == 3) ::usleep(300);
  }
  while (true) ::pause();
}

}  // namespace
}  // namespace leadline::store

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const leadline::store::SqliteOptions options{.path = arguments[1], .readers = 1, .cache_mib = 8};
  const int number = std::atoi(arguments[3]);
  return count == 4 ? leadline::store::StopAt(options, arguments[2], number)
                    : leadline::store::EraseAll(options, arguments[2], number);
}
