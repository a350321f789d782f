// Enquiries, records to score and filters: from the wire. Pure and thread-safe.
#pragma once

#include "engine/engine.h"
#include "leadline/v1/lead_service.pb.h"
#include "leadline/v1/report_service.pb.h"
#include "leadline/v1/scoring_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

engine::Enquiry EnquiryFrom(const FieldPath& path, const v1::Enquiry& from, Checker& check);
// The row as it is, or why it is set aside.
engine::ImportRow ImportRowFrom(const v1::ImportRow& from, Time now);
engine::ScoringRecord ScoringRecordFrom(const FieldPath& path, const v1::ScoringRecord& from, Checker& check);
// The masked fields, the id and the version.
engine::UpdateRequest UpdateFrom(const v1::UpdateLeadRequest& from, Checker& check);
engine::ReportFilter ReportFilterFrom(const FieldPath& path, const v1::ReportFilter& from, Checker& check);
domain::ReportGroup ReportGroupFrom(const FieldPath& path, v1::ReportGroup from, Checker& check);

}  // namespace leadline::rpc
