// Made-up people.
#pragma once

#include <string>
#include <string_view>

#include "cli/sample/lead.h"
#include "cli/sample/random.h"

namespace leadline::sample {

Person MakePerson(const Company& company, Random& random);
// The same person, as somebody else would have typed it: a slip, a nickname, another address, names in the wrong order.
void WriteOtherwise(Person& person, Company& company, Random& random);
// Latin letters without marks, digits and hyphens, such as "mueller" for "Müller".
std::string Slug(std::string_view utf8);

}  // namespace leadline::sample
