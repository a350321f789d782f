// The page of a report.
#pragma once

#include <string>

#include "cli/commands/report/html/page_numbers.h"

namespace leadline::cli {

// The page, as UTF-8: one file that needs no other, without scripts, and which loads nothing. The same numbers make the
// same page. Whatever text they hold stays text.
std::string ReportPage(const PageNumbers& numbers);

}  // namespace leadline::cli
