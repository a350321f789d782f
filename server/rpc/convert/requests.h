// Enquiries, records to score and filters: from the wire. Pure and thread-safe.
#pragma once

#include "engine/engine.h"
#include "engine/leads/lead_split.h"
#include "engine/merge/duplicates.h"
#include "engine/people/accounts.h"
#include "engine/people/contacts.h"
#include "leadline/v1/account_service.pb.h"
#include "leadline/v1/contact_service.pb.h"
#include "leadline/v1/lead_service.pb.h"
#include "leadline/v1/merge_service.pb.h"
#include "leadline/v1/scoring_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

engine::Enquiry EnquiryFrom(const FieldPath& path, const v1::Enquiry& from, Checker& check);
// The row as it is, or why it is set aside.
engine::ImportRow ImportRowFrom(const v1::ImportRow& from, Time now);
engine::ScoringRecord ScoringRecordFrom(const FieldPath& path, const v1::ScoringRecord& from, Checker& check);
// The record as given, with its id and version, and the paths of the mask.
engine::UpdateRequest UpdateFrom(const v1::UpdateLeadRequest& from, Checker& check);
engine::ContactUpdate UpdateFrom(const v1::UpdateContactRequest& from, Checker& check);
engine::AccountUpdate UpdateFrom(const v1::UpdateAccountRequest& from, Checker& check);
engine::SplitRequest SplitFrom(const v1::SplitLeadRequest& from, Checker& check);
// The records that are not stored.
engine::DuplicateQuery DuplicateQueryFrom(const v1::FindDuplicatesRequest& from, Checker& check);

}  // namespace leadline::rpc
