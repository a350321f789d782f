// What leads are worth, as a table.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/commands/report/division.h"
#include "cli/commands/report/report_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

std::string PercentOrNothing(bool known, double share) { return known ? FormatPercent(share) : std::string(); }

int64_t UnconvertedOf(const v1::Pipeline& pipeline) {
  int64_t count = 0;
  for (const v1::PipelineStage& stage : pipeline.stages()) count += stage.unconverted_count();
  return count;
}

void ShowStages(Session& session, const v1::Pipeline& pipeline, const std::string& currency) {
  const std::string in = currency.empty() ? "" : fmt::format(" ({})", currency);
  Table table({{"Status"},
               {"Leads", kRight},
               {"With a value", kRight},
               {"Value" + in, kRight},
               {"Won at", kRight},
               {"Weighted" + in, kRight},
               {"Buying groups", kRight},
               {"Whole", kRight},
               {"There of them", kRight}});
  for (const v1::PipelineStage& stage : pipeline.stages()) {
    table.Add({stage.status(), WithThousands(stage.lead_count()),
               WithThousands(stage.valued_count() + stage.unconverted_count()),
               stage.has_value() ? WholeUnits(stage.value()) : "",
               PercentOrNothing(stage.has_win_probability(), stage.win_probability()),
               stage.has_weighted_value() ? WholeUnits(stage.weighted_value()) : "",
               WithThousands(stage.buying_group_count()), WithThousands(stage.complete_group_count()),
               PercentOrNothing(stage.has_completeness(), stage.completeness())});
  }
  session.Print(table);
}

}  // namespace

void Show(Session& session, const v1::GetPipelineResponse& response, const ReportLayout& layout) {
  if (response.pipelines().empty()) session.Print("No lead is in a status.\n");
  for (const v1::Pipeline& pipeline : response.pipelines()) {
    session.Print(GroupTitle(pipeline.dimensions(), pipeline.remainder(), layout.by));
    ShowStages(session, pipeline, response.currency_code());
    std::string sum = fmt::format("{} leads are neither won nor at an end", WithThousands(pipeline.open_count()));
    if (pipeline.has_open_value()) {
      sum += fmt::format(": worth {}, by their probabilities {}", FormatMoney(pipeline.open_value()),
                         FormatMoney(pipeline.open_weighted_value()));
    }
    session.Print(sum + "\n");
    if (const int64_t count = UnconvertedOf(pipeline); count > 0) {
      session.Print(
          fmt::format("{} left out: the packs do not know what their currency is worth\n", Counted(count, "value")));
    }
    session.Print("\n");
  }
}

}  // namespace leadline::cli
