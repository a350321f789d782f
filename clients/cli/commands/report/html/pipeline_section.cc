// What the leads in each status are worth, and who takes part in the purchase.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum HtmlTable::Kind;

constexpr char kNothing[] = "–";

// Whether a status has anything to show: most have neither a value nor a buying group.
bool Tells(const v1::PipelineStage& stage) {
  return stage.valued_count() + stage.unconverted_count() + stage.buying_group_count() > 0;
}

}  // namespace

std::string PipelineSection(const PageNumbers& numbers) {
  const v1::Pipeline& pipeline = WholePipeline(numbers);
  const std::string& currency = numbers.pipeline.currency_code();
  const std::string in = currency.empty() ? "" : fmt::format(", {}", currency);
  HtmlTable table("pipeline-table", "The pipeline, in the order of the way to the sale",
                  {{"Status", kText},
                   {"Leads"},
                   {"With a value"},
                   {"Value" + in},
                   {"Won at"},
                   {"Weighted" + in},
                   {"Weighted, as a bar", kPicture},
                   {"Buying groups"},
                   {"Whole"},
                   {"People there"}});
  int64_t most = 0, unconverted = 0;
  bool tells = false;
  for (const v1::PipelineStage& stage : pipeline.stages()) {
    most = std::max<int64_t>(most, stage.weighted_value().units());
    unconverted += stage.unconverted_count();
    tells |= Tells(stage);
  }
  if (!tells) return "";
  for (const v1::PipelineStage& stage : pipeline.stages()) {
    if (!Tells(stage)) continue;
    table.Add(stage.status(),
              {WithThousands(stage.lead_count()), WithThousands(stage.valued_count() + stage.unconverted_count()),
               stage.has_value() ? WholeUnits(stage.value()) : kNothing,
               stage.has_win_probability() ? FormatPercent(stage.win_probability()) : kNothing,
               stage.has_weighted_value() ? WholeUnits(stage.weighted_value()) : kNothing,
               Bar(stage.weighted_value().units(), most), WithThousands(stage.buying_group_count()),
               WithThousands(stage.complete_group_count()),
               stage.has_completeness() ? FormatPercent(stage.completeness()) : kNothing});
  }
  std::string words =
      fmt::format("Leads that are neither won nor at an end: {}.", WithThousands(pipeline.open_count()));
  if (pipeline.has_open_value()) {
    words += fmt::format(" They are worth {}, and {} when each counts by its probability of winning.",
                         FormatMoney(pipeline.open_value()), FormatMoney(pipeline.open_weighted_value()));
  }
  words += " That is what somebody estimated, or else what the rules say of its status.";
  if (unconverted > 0) {
    words +=
        fmt::format(" {} left out, because nobody says what their currency is worth.", Counted(unconverted, "value"));
  }
  return HtmlSection("pipeline", "Pipeline", words, table.ToString());
}

}  // namespace leadline::cli
