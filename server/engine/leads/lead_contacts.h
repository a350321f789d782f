// The people of a lead, one at a time.
#pragma once

#include <string>

#include "engine/engine.h"
#include "engine/leads/lead_update.h"

namespace leadline::engine {

struct LeadContactRequest {
  std::string lead;     // resource names
  std::string contact;  // a merged one stands for the survivor
  std::string role;     // what the contact is to the lead from here on; not read where one is removed
  std::string etag;     // of the lead; empty: not guarded
};

// Puts a person on the lead, behind those who are there; of one who is there already another role is changed, and the
// same one changes nothing. The lead is scored and moved again, as Engine::UpdateLead does. NOT_FOUND for a lead that
// is not there; INVALID_ARGUMENT for a contact that is not, and a role that is empty or too long; ABORTED,
// ETAG_MISMATCH; FAILED_PRECONDITION: ERASED of a person who was erased, TOO_MANY_LEAD_CONTACTS beyond
// kMostLeadContacts. Thread-safe; `options` must outlive what was begun.
void AddLeadContact(const EngineOptions& options, const CallContext& context, LeadContactRequest request,
                    Done<UpdateResult> done);

// Takes a person off the lead. FAILED_PRECONDITION, ENQUIRER, of the first, who asked; NOT_FOUND,
// NOT_ON_LEAD, of one who is not there. The rest as of AddLeadContact.
void RemoveLeadContact(const EngineOptions& options, const CallContext& context, LeadContactRequest request,
                       Done<UpdateResult> done);

}  // namespace leadline::engine
