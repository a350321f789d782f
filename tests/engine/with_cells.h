// An engine that keeps cells of reports, beside the fixture's own on the same store, which reads the records.
#pragma once

#include <memory>
#include <string>

#include "store/sqlite/sqlite_report_cells.h"
#include "tests/engine/random_history.h"

namespace leadline::engine {

template <typename Fixture>
class CellsBeside : public Fixture {
 protected:
  // Opened again, they go on from what is kept under the name.
  void OpenCells(const std::string& name = "leadline.reports") {
    cells_engine_.reset();
    cells_.reset();
    auto opened = store::OpenReportCells(this->folder_ / name);
    ASSERT_TRUE(opened.ok()) << opened.status();
    cells_ = *std::move(opened);
    EngineOptions options{&this->clock_, &this->ids_, this->store_.get(), this->holder_.get()};
    options.report_cells = cells_.get();
    cells_engine_ = std::make_unique<Engine>(options);
  }
  void TearDown() override {
    cells_engine_.reset();
    Fixture::TearDown();
  }

  // The sum over all pages; -1, reported, where they cannot be listed.
  int64_t ListedSum(const ReportRecordsRequest& wanted) {
    ReportRecordsRequest request = wanted;
    request.limit = 3;
    int64_t sum = 0;
    do {
      const auto page = cells_engine_->ListReportRecords({}, request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return -1;
      for (const ReportRecord& record : page->records) {
        EXPECT_GT(record.id, request.after);
        sum += record.count;
      }
      request.after = page->next;
    } while (!request.after.empty());
    return sum;
  }

  std::unique_ptr<store::ReportCells> cells_;
  std::unique_ptr<Engine> cells_engine_;
};

using WithCells = CellsBeside<RandomHistory>;

}  // namespace leadline::engine
