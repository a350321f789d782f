// Changes of a record's fields as the command line writes them.
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include <string_view>

#include "absl/status/status.h"
#include "leadline/v1/records.pb.h"

namespace leadline::cli {

// Takes "field=value" over into the record and the mask; nothing after the sign unsets the field. INVALID_ARGUMENT for
// what cannot be set here, with what can.
absl::Status SetField(std::string_view assignment, v1::Lead& lead, google::protobuf::FieldMask& mask);
absl::Status SetField(std::string_view assignment, v1::Contact& contact, google::protobuf::FieldMask& mask);
absl::Status SetField(std::string_view assignment, v1::Account& account, google::protobuf::FieldMask& mask);

// INVALID_ARGUMENT: an update without a change; `options` is how to give one.
absl::Status NothingToChange(std::string_view options);

}  // namespace leadline::cli
