// The pipeline is what the leads come to, one by one, whatever happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "domain/deals/buying_group.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using domain::Measure;
using domain::ReportDimension;

class PipelineTest : public WithCells {
 protected:
  // Every lead that stands for itself.
  std::vector<domain::Lead> Leads() {
    std::vector<domain::Lead> leads;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      const auto ids = reader.LeadIds("", 10'000);
      if (!ids.ok()) return ids.status();
      for (const std::string& id : *ids) {
        const auto lead = reader.GetLead(id);
        if (!lead.ok()) return lead.status();
        if (lead->merged_into.empty()) leads.push_back(*lead);
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return leads;
  }
};

// Computed from the lead alone, in words of its own.
struct Counted {
  int64_t leads = 0, valued = 0, wanted = 0, complete = 0;
  double value = 0, weighted = 0, completeness = 0;
};

Counted Count(const std::vector<domain::Lead>& leads, const packs::RegionRules& rules, const std::string& region,
              const std::string& status) {
  const domain::StatusDef& def = *rules.lifecycle.Find(status);
  Counted counted;
  for (const domain::Lead& lead : leads) {
    if (lead.region != region || rules.lifecycle.Current(lead.status) != status) continue;
    ++counted.leads;
    if (lead.value) {
      const double rate = lead.value->currency == "EUR" ? 1 : rules.currencies->rates.at(lead.value->currency);
      const double value = static_cast<double>(lead.value->micros) / 1e6 * rate;
      double probability = def.win_probability.value_or(0);
      if (!def.won && !def.terminal && lead.probability > 0) probability = lead.probability;
      ++counted.valued;
      counted.value += value;
      counted.weighted += value * probability;
    }
    const auto needs = NeedsOf(*rules.buying_groups, lead);
    if (needs.empty()) continue;
    ++counted.wanted;
    counted.complete += domain::CompletenessOf(needs) == 1 ? 1 : 0;
    counted.completeness += domain::CompletenessOf(needs);
  }
  return counted;
}

TEST_F(PipelineTest, WhateverHappensItIsWhatTheLeadsComeTo) {
  OpenCells();
  Begin(20260302);
  const packs::RegionRules& rules = holder_->Get()->rules->ForRegion("");
  int64_t valued = 0, wanted = 0, complete = 0, weighted = 0;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 50; ++i) Step();
    const auto report = cells_engine_->GetPipeline({}, {}, {ReportDimension::kRegion});
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->currency, "EUR");
    const std::vector<domain::Lead> leads = Leads();
    int64_t all = 0;
    for (const domain::Pipeline& pipeline : report->pipelines) {
      double open_value = 0;
      for (const domain::PipelineStage& stage : pipeline.stages) {
        SCOPED_TRACE(fmt::format("round {}: {} {}", round, pipeline.group[0], stage.status));
        const Counted told = Count(leads, rules, pipeline.group[0], stage.status);
        EXPECT_EQ(stage.leads, told.leads);
        EXPECT_EQ(stage.valued, told.valued);
        EXPECT_NEAR(stage.value, told.value, 1e-6);
        // Each is weighted to a hundredth of its unit.
        EXPECT_NEAR(stage.weighted_value, told.weighted, 0.01 * static_cast<double>(told.valued) + 1e-6);
        EXPECT_EQ(stage.groups_wanted, told.wanted);
        EXPECT_EQ(stage.groups_complete, told.complete);
        if (told.wanted > 0) {
          EXPECT_NEAR(stage.completeness, told.completeness / static_cast<double>(told.wanted), 1e-6);
        }
        const domain::StatusDef& def = *rules.lifecycle.Find(stage.status);
        if (!def.won && !def.terminal) open_value += told.value;
        all += stage.leads;
        valued += stage.valued;
        wanted += stage.groups_wanted;
        complete += stage.groups_complete;
        weighted += stage.weighted_value > 0 ? 1 : 0;
      }
      EXPECT_NEAR(pipeline.open_value, open_value, 1e-6);
    }
    EXPECT_EQ(all, static_cast<int64_t>(leads.size()));
    if (HasFailure()) return;
  }
  EXPECT_GT(valued, 50);
  EXPECT_GT(wanted, 20);
  EXPECT_GT(complete, 0);
  EXPECT_GT(weighted, 20);
}

TEST_F(PipelineTest, EachNumberIsTheSumOfItsRecords) {
  OpenCells();
  Begin(5);
  for (int i = 0; i < 200; ++i) Step();
  const ReportDimensions by = {ReportDimension::kRegion};
  ReportMoment moment;
  const auto report = cells_engine_->GetPipeline({}, {}, by, &moment);
  ASSERT_TRUE(report.ok()) << report.status();
  for (int i = 0; i < 50; ++i) Step();
  int64_t listed = 0;
  for (const domain::Pipeline& pipeline : report->pipelines) {
    const auto expect = [&](ReportNumber number, int64_t value) {
      listed += value;
      EXPECT_EQ(ListedSum({.dimensions = by, .values = pipeline.group, .number = std::move(number), .moment = moment}),
                value);
    };
    for (const domain::PipelineStage& stage : pipeline.stages) {
      expect({.measure = Measure::kCurrent, .first = stage.status}, stage.leads);
      expect({.measure = Measure::kValue, .first = stage.status}, stage.valued + stage.not_converted);
      expect({.measure = Measure::kBuyingGroup, .first = stage.status}, stage.groups_wanted);
      expect({.measure = Measure::kBuyingGroup, .first = stage.status, .complete = true}, stage.groups_complete);
    }
  }
  EXPECT_GT(listed, 50);
}

}  // namespace
}  // namespace leadline::engine
