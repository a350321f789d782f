#include "tests/store/sqlite_place.h"

#include <stdlib.h>

#include <filesystem>

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

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContractTest,
                         testing::Values(StoreBackend{"Sqlite", [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& test) { return test.param.name; });

}  // namespace leadline::store
