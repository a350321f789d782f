// What an enquiry says of a person and a company that are known: each value holds as of the enquiry's time.
#pragma once

#include <string>
#include <vector>

#include "domain/phone_rules.h"
#include "domain/records.h"
#include "engine/work/enquiry.h"

namespace leadline::engine {

// Takes what the enquiry says of the stored record into it, and gives what is to be told as of the enquiry's time: the
// values that became others, and those that it says again, which are that new from then on. Of what may change with
// time, such as a title, the newest value stands, whatever came in last; a value of the same time gives way. What a
// record is found by (names, addresses, the domain) is filled where it is missing. What the enquiry did not say and
// was taken from elsewhere in it only fills what is missing, too.
std::vector<domain::FieldChange> TakeSaidValues(const PreparedEnquiry& enquiry, const domain::PhoneRules& phones,
                                                const std::string& account_id, domain::Contact& stored);
std::vector<domain::FieldChange> TakeSaidValues(const PreparedEnquiry& enquiry, domain::Account& stored);

}  // namespace leadline::engine
