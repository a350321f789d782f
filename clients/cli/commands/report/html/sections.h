// The parts of the page, as markup.
#pragma once

#include <string>

#include "cli/commands/report/html/page_numbers.h"

namespace leadline::cli {

std::string FunnelSection(const PageNumbers& numbers);
std::string FlowSection(const PageNumbers& numbers);
std::string TouchSection(const PageNumbers& numbers);
std::string LeftBehindSection(const PageNumbers& numbers);
std::string AgeSection(const PageNumbers& numbers);
std::string LevelsSection(const PageNumbers& numbers);
std::string PipelineSection(const PageNumbers& numbers);  // empty where no lead has a value or wants a buying group
std::string FeedbackSection(const PageNumbers& numbers);
std::string SourcesSection(const PageNumbers& numbers);
std::string WordsSection(const PageNumbers& numbers);  // empty where no status is a standard one

}  // namespace leadline::cli
