// Leads of all sorts in a store, and lists read to their ends.
#pragma once

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "engine/listing/listing.h"
#include "tests/engine/counting_store.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

class ListingTest : public EngineTest {
 protected:
  EngineOptions Options() { return {&clock_, &ids_, store_.get(), holder_.get()}; }

  // Stores it as its first event tells; without an id, with one of now.
  template <typename Record>
  Record Create(domain::RecordKind kind, Record record) {
    if (record.id.empty()) record.id = ids_.NewId(clock_.Now());
    const absl::Status status = store::WriteAndWait(*store_, "default", [&](store::Transaction& t) -> absl::Status {
      Record stored = record;
      RETURN_IF_ERROR(t.Put(stored));
      domain::Event event{.transaction_id = ids_.NewId(clock_.Now()),
                          .record = {kind, record.id},
                          .time = clock_.Now(),
                          .append_time = clock_.Now(),
                          .payload = domain::RecordCreated{.image = record}};
      RETURN_IF_ERROR(t.Append(event));
      record = std::move(stored);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return record;
  }
  domain::Lead PutLead(domain::Lead lead) { return Create(domain::RecordKind::kLead, std::move(lead)); }
  domain::Contact PutContact(domain::Contact contact) {
    return Create(domain::RecordKind::kContact, std::move(contact));
  }
  domain::Account PutAccount(domain::Account account) {
    return Create(domain::RecordKind::kAccount, std::move(account));
  }
  // Changes a lead; what is told of it is another thing.
  template <typename Change>
  domain::Lead Update(const std::string& id, Change change) {
    domain::Lead lead;
    as_told_ = false;
    const absl::Status status = store::WriteAndWait(*store_, "default", [&](store::Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(lead, t.GetLead(id));
      change(lead);
      domain::Event event{.transaction_id = ids_.NewId(clock_.Now()),
                          .record = {domain::RecordKind::kLead, id},
                          .payload = domain::DispositionRecorded{}};
      RETURN_IF_ERROR(t.Append(event));
      return t.Put(lead);
    });
    EXPECT_TRUE(status.ok()) << status;
    return lead;
  }

  absl::StatusOr<ListPage<domain::Lead>> Page(const std::string& filter, const std::string& order = "",
                                              int page_size = 50, const std::string& cursor = "") {
    return ListLeads(Options(), {}, {.filter = filter, .order_by = order, .cursor = cursor, .page_size = page_size});
  }
  // Ids of all pages.
  std::vector<std::string> All(const std::string& filter, const std::string& order = "", int page_size = 50) {
    std::vector<std::string> ids;
    std::string cursor;
    for (int pages = 0; pages < 10'000; ++pages) {
      const auto page = Page(filter, order, page_size, cursor);
      EXPECT_TRUE(page.ok()) << filter << " by " << order << ": " << page.status();
      if (!page.ok()) return ids;
      if (!order.starts_with("change_position")) {
        EXPECT_LE(page->items.size(), static_cast<size_t>(page_size));
      }
      for (const auto& item : page->items) ids.push_back(item.record.id);
      cursor = page->next;
      if (cursor.empty()) return ids;
    }
    ADD_FAILURE() << "the list never ends";
    return ids;
  }
  std::string Refused(const std::string& filter, const std::string& order = "", const std::string& field = "filter") {
    const auto page = Page(filter, order);
    EXPECT_EQ(page.status().code(), absl::StatusCode::kInvalidArgument) << filter << " by " << order;
    const auto violations = FieldViolationsOf(page.status());
    EXPECT_EQ(violations.size(), 1U);
    if (violations.size() == 1) {
      EXPECT_EQ(violations[0].field, field) << page.status();
    }
    return std::string(page.status().message());
  }
};

}  // namespace leadline::engine
