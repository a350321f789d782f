// An enquiry checked and brought into normal form, before any transaction begins.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decider.h"
#include "engine/engine.h"

namespace leadline::engine {

struct PreparedEnquiry {
  domain::Lead lead;                         // without account, contacts and status; its id is the caller's to set
  domain::Contact contact;                   // without id
  domain::Account account;                   // without id; empty name and domain: no company is known
  std::vector<domain::Activity> activities;  // oldest first, each id once
  std::vector<HistoryStep> history;
  std::string role;
  std::vector<domain::Decision> normalized;
};

// Checks everything that needs no store, all problems at once as field violations ("enquiry.contact.email"), and
// computes normal forms: email, phone, domain, country, region, and the fields that packs and plugins normalise.
absl::StatusOr<PreparedEnquiry> PrepareEnquiry(Decider& decider, Enquiry enquiry, Time now);

// Checks attributes of a record ("lead", "contact", "account") against the packs' schema.
void CheckAttributes(const packs::RuleSet& rules, std::string_view record, const domain::Attributes& attributes,
                     std::string_view field, std::vector<FieldViolation>& violations);
// Checks one activity; `field` is its path.
void CheckActivity(const domain::Activity& activity, std::string_view field, Time now,
                   std::vector<FieldViolation>& violations);

}  // namespace leadline::engine
