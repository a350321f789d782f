#include "tests/store/sqlite_place.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/sqlite/database/connection.h"

namespace leadline::store {

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "leadline-store-XXXXXX";
  path_ = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SqlitePlace::SqlitePlace() {
  options.path = folder_.Path("leadline.db");
  options.cache_mib = 8;
  options.health = {.interval = std::chrono::milliseconds(200), .again = std::chrono::milliseconds(10)};
}

std::unique_ptr<Store> SqlitePlace::Open() {
  auto store = OpenSqliteStore(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

void RunSql(const std::string& path, const std::string& sql) {
  auto connection = Connection::Open(path, true);
  ASSERT_TRUE(connection.ok()) << connection.status();
  const absl::Status status = (*connection)->Execute(sql);
  ASSERT_TRUE(status.ok()) << status;
}

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContractTest,
                         testing::Values(StoreBackend{"Sqlite", [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& test) { return test.param.name; });

}  // namespace leadline::store
