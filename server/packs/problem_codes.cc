#include "packs/problem_codes.h"

#include <algorithm>
#include <array>

namespace leadline::packs {
namespace {

constexpr auto kCodes = std::to_array<ProblemCode>({
    {"LL1001", "not readable as YAML"},
    {"LL1002", "a key stands twice"},
    {"LL1003", "a tab, a control character, a byte order mark, or bytes that are not UTF-8"},
    {"LL1004", "a merge key `<<`"},
    {"LL1005", "an anchor, alias or tag"},
    {"LL1006", "an empty file, or more than one document"},
    {"LL1007", "a file that packs do not have"},
    {"LL1008", "a file or folder is missing, unreadable or too large"},
    {"LL1009", "lists and maps that stand too deep inside each other"},
    {"LL1101", "a key that nothing reads"},
    {"LL1102", "a value of the wrong type"},
    {"LL1103", "a key is missing"},
    {"LL1104", "not one of the possible values"},
    {"LL1105", "outside of the possible range, or empty"},
    {"LL1106", "defined or listed twice"},
    {"LL1107", "not a possible id or name"},
    {"LL1201", "a standard field of another type"},
    {"LL1202", "an unknown record"},
    {"LL1203", "a field where the record takes none"},
    {"LL2101", "a condition that cannot be read"},
    {"LL2102", "types that do not fit"},
    {"LL2103", "an unknown name"},
    {"LL2104", "a condition, or a pack's conditions together, may cost too much"},
    {"LL2105", "a condition is too long or too deep"},
    {"LL2106", "a constant that the field never has"},
    {"LL2107", "`activity.*` without `each: activity`"},
    {"LL2108", "a scoring rule that reads the score"},
    {"LL2201", "the MQL bar is not 100"},
    {"LL2202", "an unknown dimension"},
    {"LL2203", "decay of a rule that is not for each activity"},
    {"LL2204", "`each: activity` without reading the activity"},
    {"LL2205", "other axes than channel, investment, response"},
    {"LL2301", "a region redefines what is sealed"},
    {"LL2302", "a region adds what is not opened"},
    {"LL2303", "a region's value outside of the bounds, or looser than the centre's"},
    {"LL2304", "a region names a central definition that there is not"},
    {"LL2305", "a region's id without the region's name in front"},
    {"LL2306", "a seal that has no meaning there, or bounds without their seal"},
    {"LL2307", "a status that would depend on a region's points"},
    {"LL2310", "warning: a region that was not tested with this central pack"},
    {"LL2401", "a standard status is missing"},
    {"LL2402", "an unknown status"},
    {"LL2403", "a disposition used as a status"},
    {"LL2404", "two entry rules hold for one record"},
    {"LL2405", "no entry rule holds for a record"},
    {"LL2406", "two transitions hold at once"},
    {"LL2407", "no way leads to a status"},
    {"LL2408", "a remap of a status of today"},
    {"LL2409", "a way back to inquiry"},
    {"LL2410", "warning: entry rules were searched, not proved"},
    {"LL2501", "an unknown team"},
    {"LL2502", "an unknown territory"},
    {"LL2503", "a country in two territories"},
    {"LL2504", "a team without reps"},
    {"LL2505", "not a country code"},
    {"LL2506", "a route without a target, or with several"},
    {"LL2507", "a territory without reps"},
    {"LL2508", "not a language tag"},
    {"LL2509", "a route that is never asked"},
    {"LL2601", "`possible` above `match`"},
    {"LL2602", "levels that do not fall, or do not end with the rest"},
    {"LL2603", "probabilities that do not sum to 1"},
    {"LL2604", "an unknown field in `survivorship`"},
    {"LL2701", "a calendar that cannot be"},
    {"LL2702", "hours or a date that cannot be read"},
    {"LL2703", "the warning after the breach"},
    {"LL2704", "an unknown calendar"},
    {"LL2801", "a plugin before table rows"},
    {"LL2802", "a fallback that is missing or has no use"},
    {"LL2803", "a plugin that is used with other settings elsewhere"},
    {"LL3101", "an unknown fixture"},
    {"LL3102", "an unknown field, or one that cannot be given"},
    {"LL3103", "a value that the field cannot have"},
    {"LL3104", "a rule, status, route, rep or other name that the packs do not have"},
    {"LL3105", "expectations that say nothing or contradict each other"},
    {"LL3106", "not a moment or a length of time"},
    {"LL3107", "a column or row that does not fit its table, or a wrong `for_each`"},
    {"LL3108", "two cases of one name"},
    {"LL3109", "warning: a fixture that no case is given"},
    {"LL3110", "a file in `tests/` whose name does not end in `_test.yaml`"},
});

}  // namespace

std::span<const ProblemCode> ProblemCodes() { return kCodes; }

std::string DescribeCode(std::string_view code) {
  const auto it = std::find_if(kCodes.begin(), kCodes.end(), [&](const ProblemCode& c) { return c.code == code; });
  return it == kCodes.end() ? std::string() : std::string(it->description);
}

}  // namespace leadline::packs
