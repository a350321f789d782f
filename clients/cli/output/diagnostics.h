// What is wrong with rule packs, in the forms that people, programs and code hosts read. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/source_position.h"
#include "packs/loader.h"

namespace leadline::cli {

// Counts by severity.
struct ProblemCount {
  int errors = 0;
  int warnings = 0;
};
ProblemCount CountProblems(const std::vector<Diagnostic>& diagnostics);
// "1 error", "3 errors".
std::string Errors(int number);
std::string Warnings(int number);

// "central: good", "emea: fits", "latam: breaks with this central pack (3 errors)": one line for each pack.
std::string DescribeSoundness(const std::vector<packs::PackSoundness>& packs);

// One object with `ok`, counts, packs and diagnostics; ends with a line break.
std::string DiagnosticsToJson(const packs::LoadResult& result);

// SARIF 2.1.0 (Static Analysis Results Interchange Format, OASIS) with one run: the codes that occur as rules, with
// their descriptions, and one result for each diagnostic. Columns count code points. Paths become relative references.
std::string DiagnosticsToSarif(const std::vector<Diagnostic>& diagnostics, const std::string& version);

}  // namespace leadline::cli
