// What every Store must do. A backend instantiates StoreContractTest with its own factory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace leadline::store {

// A store on a fresh place, which is cleared away with this. Not thread-safe.
class TestPlace {
 public:
  virtual ~TestPlace() = default;
  // Opens the same place again after the last store was destroyed.
  virtual std::unique_ptr<Store> Open() = 0;
};

struct StoreBackend {
  std::string name;
  std::function<std::unique_ptr<TestPlace>()> make;
};

class StoreContractTest : public testing::TestWithParam<StoreBackend> {
 protected:
  void SetUp() override {
    place_ = GetParam().make();
    store_ = place_->Open();
    ASSERT_NE(store_, nullptr);
  }
  void Reopen() {
    store_.reset();
    store_ = place_->Open();
    ASSERT_NE(store_, nullptr);
  }
  absl::Status Write(WriteFunction write, std::string_view tenant = "default") {
    return WriteAndWait(*store_, tenant, std::move(write));
  }
  // Writes a lead; fails the test when that fails.
  domain::Lead PutLead(domain::Lead lead);
  domain::Contact PutContact(domain::Contact contact);
  // In one transaction of the store. Events that name no ledger transaction are one together.
  void AppendAll(std::vector<domain::Event>& events, std::string_view tenant = "default");
  // Their positions.
  std::vector<int64_t> EventsAfter(int64_t after, int limit, int64_t max_bytes = 0);

  // The value that `get` gives within a view; fails the test when it fails.
  template <typename F>
  auto Read(F get, std::string_view tenant = "default") {
    using Result = typename std::invoke_result_t<F, Reader&>::value_type;
    Result result{};
    const absl::Status status = store_->Read(tenant, [&](Reader& reader) {
      auto got = get(reader);
      if (got.ok()) {
        result = *std::move(got);
      }
      return got.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  // The code with which it fails.
  template <typename F>
  absl::StatusCode ReadCode(F get, std::string_view tenant = "default") {
    return store_->Read(tenant, [&](Reader& reader) { return get(reader).status(); }).code();
  }

  std::unique_ptr<TestPlace> place_;
  std::unique_ptr<Store> store_;

 private:
  int ledger_transactions_ = 0;
};

// Position of the event with this index in the tenant's n-th ledger transaction.
inline int64_t At(int64_t n, int64_t index = 0) { return domain::PositionOf(n, index); }

inline domain::RecordRef LeadRef(std::string id) { return {.kind = domain::RecordKind::kLead, .id = std::move(id)}; }

}  // namespace leadline::store
