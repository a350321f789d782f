// The parts of the page, as markup.
#pragma once

#include <string>

#include "cli/commands/report/html/page.h"

namespace leadline::cli {

// The one group of an answer that was not divided; an empty one where there is none.
const v1::Funnel& WholeFunnel(const PageNumbers& numbers);
const v1::Flow& WholeFlow(const PageNumbers& numbers);
const v1::Velocity& WholeVelocity(const PageNumbers& numbers);

std::string FunnelSection(const PageNumbers& numbers);
std::string FlowSection(const PageNumbers& numbers);
std::string TouchSection(const PageNumbers& numbers);
std::string LeftBehindSection(const PageNumbers& numbers);
std::string AgeSection(const PageNumbers& numbers);
std::string LevelsSection(const PageNumbers& numbers);
std::string SourcesSection(const PageNumbers& numbers);
std::string WordsSection(const PageNumbers& numbers);  // empty where no status is a standard one

}  // namespace leadline::cli
