#include "tests/store/contract.h"

#include "tests/store/generated.h"

namespace leadline::store {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreContractTest);

domain::Lead StoreContractTest::PutLead(domain::Lead lead) {
  const absl::Status status = Write([&](Transaction& t) { return t.Put(lead); });
  EXPECT_TRUE(status.ok()) << status;
  return lead;
}

domain::Contact StoreContractTest::PutContact(domain::Contact contact) {
  const absl::Status status = Write([&](Transaction& t) { return t.Put(contact); });
  EXPECT_TRUE(status.ok()) << status;
  return contact;
}

void StoreContractTest::AppendAll(std::vector<domain::Event>& events, std::string_view tenant) {
  const std::string one = "t" + std::to_string(++ledger_transactions_);
  for (domain::Event& event : events) {
    if (event.transaction_id.empty()) event.transaction_id = one;
  }
  const absl::Status status = Write(
      [&](Transaction& t) {
        for (domain::Event& event : events) {
          if (absl::Status appended = t.Append(event); !appended.ok()) {
            return appended;
          }
        }
        return absl::OkStatus();
      },
      tenant);
  EXPECT_TRUE(status.ok()) << status;
}

std::vector<int64_t> StoreContractTest::EventsAfter(int64_t after, int limit, int64_t max_bytes) {
  std::vector<int64_t> positions;
  for (const domain::Event& event : Read([&](Reader& r) { return r.EventsAfter(after, limit, max_bytes); })) {
    positions.push_back(event.position);
  }
  return positions;
}

}  // namespace leadline::store
