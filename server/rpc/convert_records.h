// Accounts, contacts, leads and activities: from and to the wire. Pure and thread-safe.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "domain/records.h"
#include "engine/input/unlisted_values.h"
#include "leadline/v1/records.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

google::protobuf::Timestamp ToProto(Time time);
google::protobuf::Duration ToDurationProto(Duration duration);

void ToProto(const domain::Account& from, v1::Account* to);
void ToProto(const domain::Contact& from, v1::Contact* to);
void ToProto(const domain::Lead& from, v1::Lead* to);
void ToProto(const domain::Activity& from, v1::Activity* to);
void ToProto(const domain::Score& from, v1::Score* to);
void ToProto(const domain::AccountScore& from, v1::AccountScore* to);
void ToProto(const domain::SlaClock& from, v1::SlaClock* to);
v1::SlaState ToProto(domain::SlaState state);
void ToProto(const std::vector<engine::InputWarning>& from, google::protobuf::RepeatedPtrField<v1::FieldWarning>* to);

// "reps/x" for "x"; empty for empty.
std::string NameOrEmpty(domain::RecordKind kind, std::string_view id);

// What a caller may say of a record; output-only fields are ignored.
domain::Account AccountFrom(const FieldPath& path, const v1::Account& from, Checker& check);
domain::Contact ContactFrom(const FieldPath& path, const v1::Contact& from, Checker& check);
domain::Lead LeadFrom(const FieldPath& path, const v1::Lead& from, Checker& check);
// An activity that says what happened; `lead` and `contact` may be empty.
domain::Activity ActivityFrom(const FieldPath& path, const v1::Activity& from, Checker& check);
domain::Attributes AttributesFrom(const FieldPath& path,
                                  const google::protobuf::Map<std::string, v1::AttributeValue>& from, Checker& check);
domain::Money MoneyFrom(const FieldPath& path, const v1::Money& from, Checker& check);
std::vector<std::string> WordsFrom(const FieldPath& path, const google::protobuf::RepeatedPtrField<std::string>& from,
                                   Checker& check);

}  // namespace leadline::rpc
