#include "domain/reference_versions.h"

namespace leadline::domain {

std::string CountryCodesVersion() { return "ISO 3166-1:2020 and XK"; }

}  // namespace leadline::domain
