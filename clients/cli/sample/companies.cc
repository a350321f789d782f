#include "cli/sample/companies.h"

#include <fmt/format.h>

#include "cli/sample/locale.h"
#include "cli/sample/people.h"
#include "cli/sample/random.h"

namespace leadline::sample {
namespace {

// Has no divisor in common with the number of names, so that every name comes once before any comes twice.
constexpr uint64_t kStride = 7919;

int PickLocale(Random& random) {
  double total = 0;
  for (const Locale& locale : Locales()) total += locale.weight;
  double at = random.Fraction() * total;
  for (size_t i = 0; i < Locales().size(); ++i) {
    at -= Locales()[i].weight;
    if (at < 0) return static_cast<int>(i);
  }
  return 0;
}

// Many small ones, few large ones.
int64_t PickEmployees(Random& random) {
  constexpr int64_t kBounds[] = {1, 10, 50, 200, 1000, 5000, 40000};
  constexpr double kShares[] = {0.25, 0.32, 0.22, 0.13, 0.06, 0.02};
  double at = random.Fraction();
  size_t bucket = 0;
  while (bucket < 5 && at >= kShares[bucket]) at -= kShares[bucket++];
  return random.Between(kBounds[bucket], kBounds[bucket + 1] - 1);
}

}  // namespace

Company MakeCompany(uint64_t seed, uint64_t index) {
  Random random(seed, "company", index);
  Company company;
  company.locale = PickLocale(random);
  const Locale& locale = Locales()[static_cast<size_t>(company.locale)];
  company.nation = random.Chance(0.6) ? 0 : static_cast<int>(random.Below(locale.countries.size()));
  const Country& country = locale.countries[static_cast<size_t>(company.nation)];
  company.country = country.code;
  // The index spelled in families and sectors makes the name, in an order that does not put like beside like; what is
  // left over is a number behind it.
  const auto& families = locale.family_names;
  uint64_t names = families.size() * families.size() * locale.sectors.size();
  uint64_t at = (index % names * kStride + seed % names) % names;
  size_t sector = at % locale.sectors.size();
  at /= locale.sectors.size();
  std::string_view first = families[at % families.size()];
  std::string_view second = families[at / families.size()];
  std::string number = index < names ? "" : std::to_string(index / names + 1);
  std::string stem = first == second ? std::string(first) : fmt::format("{} & {}", first, second);
  company.name = fmt::format("{} {}", stem, locale.sectors[sector]);
  if (!number.empty()) company.name += " " + number;
  company.name += fmt::format(" {}", random.Pick(locale.legal_forms));
  company.industry = kIndustries[sector];
  company.employees = PickEmployees(random);
  company.domain = fmt::format("{}-{}{}{}.example", Slug(first), first == second ? "" : Slug(second) + "-",
                               Slug(locale.sectors[sector]), number.empty() ? "" : "-" + number);
  return company;
}

}  // namespace leadline::sample
