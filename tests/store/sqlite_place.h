// A folder for one SQLite store of a test.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/contract.h"

namespace leadline::store {

// A new folder under the system's temporary one, removed with this. Not thread-safe.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Not thread-safe.
class SqlitePlace final : public TestPlace {
 public:
  SqlitePlace();
  std::unique_ptr<Store> Open() override;
  const std::string& path() const { return options.path; }

  SqliteOptions options;  // for the next Open

 private:
  TemporaryFolder folder_;
};

// Runs SQL on the file beside the store; fails the test when it cannot.
void RunSql(const std::string& path, const std::string& sql);
// The bytes of a file.
std::string ContentOf(const std::string& path);

}  // namespace leadline::store
