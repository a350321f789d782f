#include "cli/sample/generator.h"

#include <algorithm>
#include <cassert>

#include "cli/sample/companies.h"
#include "cli/sample/journey.h"
#include "cli/sample/people.h"
#include "cli/sample/random.h"

namespace leadline::sample {
namespace {

constexpr double kLeadsPerCompany = 2.5;
constexpr uint64_t kFewestCompanies = 20;

// Some companies send many.
uint64_t PickCompany(uint64_t companies, Random& random) {
  double at = random.Fraction();
  return std::min(companies - 1, static_cast<uint64_t>(at * at * static_cast<double>(companies)));
}

}  // namespace

Time SampleGenerator::CreatedAt(int64_t index) const {
  Random random(options_.seed, "time", static_cast<uint64_t>(index));
  double place = (static_cast<double>(index) + random.Fraction()) / static_cast<double>(options_.leads);
  return options_.now - options_.span + static_cast<Duration>(place * static_cast<double>(options_.span - kMinute));
}

// An earlier lead whose person comes again; itself for those that come first. Never a chain, so that any lead is made
// at once.
int64_t SampleGenerator::OriginalOf(int64_t index) const {
  Random random(options_.seed, "original", static_cast<uint64_t>(index));
  if (index == 0 || !random.Chance(options_.duplicates)) return index;
  int64_t original = static_cast<int64_t>(random.Below(static_cast<uint64_t>(index)));
  Random other(options_.seed, "original", static_cast<uint64_t>(original));
  return original != 0 && other.Chance(options_.duplicates) ? index : original;
}

SampleLead SampleGenerator::MakeFirst(int64_t index) const {
  SampleLead lead;
  uint64_t companies =
      std::max(kFewestCompanies, static_cast<uint64_t>(static_cast<double>(options_.leads) / kLeadsPerCompany));
  Random random(options_.seed, "person", static_cast<uint64_t>(index));
  lead.company = MakeCompany(options_.seed, PickCompany(companies, random));
  lead.person = MakePerson(lead.company, random);
  return lead;
}

SampleLead SampleGenerator::Make(int64_t index) const {
  assert(index >= 0 && index < options_.leads);
  int64_t original = OriginalOf(index);
  SampleLead lead = MakeFirst(original);
  Random random(options_.seed, "lead", static_cast<uint64_t>(index));
  if (original != index) {
    lead.duplicate_of = original;
    WriteOtherwise(lead.person, lead.company, random);
  }
  lead.created_at = CreatedAt(index);
  lead.purchased = random.Chance(options_.purchased);
  MakeJourney(lead, options_.now, random);
  return lead;
}

}  // namespace leadline::sample
