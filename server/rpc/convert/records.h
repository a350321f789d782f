// Accounts, contacts, leads and activities: from and to the wire. Pure and thread-safe.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/type/money.pb.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/records.h"
#include "engine/engine.h"
#include "engine/input/unlisted_values.h"
#include "leadline/v1/records.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

google::protobuf::Timestamp ToProto(Time time);
google::protobuf::Duration ToDurationProto(Duration duration);

// What answers tell of a record though it is not stored with it: by the clock, and by the rules that decide now.
struct Present {
  explicit Present(const engine::Engine& engine) : now(engine.clock().Now()), deciding(engine.deciding()) {}
  Time now;
  std::shared_ptr<const engine::Deciding> deciding;
};

// Records as they are now.
void ToProto(const domain::Account& from, const Present& present, v1::Account* to);
void ToProto(const domain::Contact& from, const Present& present, v1::Contact* to);
void ToProto(const domain::Lead& from, const Present& present, v1::Lead* to);

// Records as they are stored.
void ToProto(const domain::Account& from, v1::Account* to);
void ToProto(const domain::Contact& from, v1::Contact* to);
void ToProto(const domain::Lead& from, v1::Lead* to);
void ToProto(const domain::Activity& from, v1::Activity* to);
void ToProto(const domain::Score& from, v1::Score* to);
void ToProto(const domain::AccountScore& from, v1::AccountScore* to);
void ToProto(const domain::SlaClock& from, v1::SlaClock* to);
void ToProto(const domain::Money& from, google::type::Money* to);
v1::SlaState ToProto(domain::SlaState state);
void ToProto(const std::vector<engine::InputWarning>& from, google::protobuf::RepeatedPtrField<v1::FieldWarning>* to);

// "reps/x" for "x"; empty for empty.
std::string NameOrEmpty(domain::RecordKind kind, std::string_view id);
// "queues/x" and "merges/x", which name no record of the store; empty for empty.
std::string QueueName(std::string_view id);
std::string MergeName(std::string_view id);

// What a caller may say of a record; output-only fields are ignored.
domain::Account AccountFrom(const FieldPath& path, const v1::Account& from, Checker& check);
domain::Contact ContactFrom(const FieldPath& path, const v1::Contact& from, Checker& check);
domain::Lead LeadFrom(const FieldPath& path, const v1::Lead& from, Checker& check);
std::vector<domain::ContactRole> LeadContactsFrom(const FieldPath& path,
                                                  const google::protobuf::RepeatedPtrField<v1::LeadContact>& from,
                                                  Checker& check);
// An activity that says what happened; `lead` and `contact` may be empty.
domain::Activity ActivityFrom(const FieldPath& path, const v1::Activity& from, Checker& check);
domain::Attributes AttributesFrom(const FieldPath& path,
                                  const google::protobuf::Map<std::string, v1::AttributeValue>& from, Checker& check);
// Whole micros of a unit, not negative; refused otherwise.
domain::Money MoneyFrom(const FieldPath& path, const google::type::Money& from, Checker& check);
std::vector<std::string> WordsFrom(const FieldPath& path, const google::protobuf::RepeatedPtrField<std::string>& from,
                                   Checker& check);

}  // namespace leadline::rpc
