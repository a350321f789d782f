// An enquiry checked and brought into normal form, before any transaction begins.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/decider.h"
#include "engine/engine.h"
#include "engine/input/input_check.h"

namespace leadline::engine {

// A sender's clock may be ahead. What it says happened up to so long after now counts as of now, and what it says is
// further ahead, up to a day, is to come.
inline constexpr Duration kClockTolerance = 5 * kMinute;
// When what was said to have happened at `given` counts.
constexpr Time CountsAt(Time given, Time now) { return given > now && given - now <= kClockTolerance ? now : given; }

// What the enquiry says itself, of what it may also have taken from elsewhere in it: a person's country from the
// company, and the other way round, a person's language from the enquiry's.
struct SaidItself {
  bool contact_country = false;
  bool contact_language = false;
  bool account_country = false;
};

struct PreparedEnquiry {
  domain::Lead lead;                         // without account, contacts and status; its id is the caller's to set
  domain::Contact contact;                   // without id
  domain::Account account;                   // without id; empty name and domain: no company is known
  std::vector<domain::Activity> activities;  // oldest first, each id once; some may be yet to come
  std::vector<Time> given_times;             // beside them: the sender's
  std::vector<HistoryStep> history;
  std::string role;
  SaidItself said;
  std::vector<domain::Decision> normalized;
  std::vector<InputCheck::Unlisted> unlisted;
};

// Checks everything that needs no store (see InputCheck), all problems at once as field violations of the request
// ("enquiry.contact.email"), and computes normal forms: email, phone, domain, country, region, and the fields that
// packs and plugins normalise.
absl::StatusOr<PreparedEnquiry> PrepareEnquiry(Decider& decider, Enquiry enquiry, Time now);

// Refuses what is given as an email and is none; `contact` is the path of the record.
void CheckEmail(InputCheck& check, const FieldPath& contact, const domain::Contact& given);
// Whether the person can be found again by what is given: an email, a phone number or a name.
bool CanBeFound(const domain::PhoneRules& phones, const domain::Contact& contact, const std::string& country);
// The forms that are kept: an email in lower case, a number in E.164 where it can be read by `country`, a domain that
// can be registered.
void NormalizeContact(const std::string& country, domain::Contact& contact);
void NormalizeAccount(domain::Account& account);

// Whose turn it is: enquiries of one person or company are decided one after another (see DecidedWrite).
std::vector<uint64_t> KeysOf(const Enquiry& enquiry);

// That no status has the name, and which was likely meant.
std::string NoSuchStatus(const domain::Lifecycle& lifecycle, std::string_view status);

}  // namespace leadline::engine
