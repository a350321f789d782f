// Made-up leads as enquiries of the contract.
#pragma once

#include "cli/import/rows/row_source.h"
#include "cli/sample/generator.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

void ToEnquiry(const sample::SampleLead& lead, v1::Enquiry& enquiry);

// Rows are numbered from 1. A position's line is the next row; its offset is one less. Not thread-safe.
class SampleSource final : public RowSource {
 public:
  explicit SampleSource(const sample::SampleOptions& options) : generator_(options) {}

  absl::StatusOr<bool> Next(SourceRow& row) override;
  absl::Status Seek(CsvPosition position) override;
  CsvPosition position() const override { return {static_cast<uint64_t>(next_), next_ + 1}; }
  double Fraction() const override {
    return static_cast<double>(next_) / static_cast<double>(std::max<int64_t>(1, generator_.options().leads));
  }

 private:
  sample::SampleGenerator generator_;
  int64_t next_ = 0;
};

}  // namespace leadline::cli
