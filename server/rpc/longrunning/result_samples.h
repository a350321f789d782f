// The parts of a result that tell of single leads or people, apart from the rest, so that each can be forgotten. Pure
// and thread-safe.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "store/operation.h"

namespace leadline::rpc {

// The field that says whom a message tells of: the first text that is the name of a lead or a contact
// (google.api.resource_reference). Null: there is none.
const google::protobuf::FieldDescriptor* PersonField(const google::protobuf::Descriptor& message);
// Whether the field's texts are names of leads or contacts.
bool IsPersonField(const google::protobuf::FieldDescriptor& field);

// Takes out of the message, at any depth, the items of lists that are names of leads or contacts, or messages with a
// PersonField. What stands alone stays: results have no such field (tests/rpc).
std::vector<store::OperationSample> TakeSamples(google::protobuf::Message& message);
// Puts them back where they were, in their order. False: they are of another message.
bool PutSamples(const std::vector<store::OperationSample>& samples, google::protobuf::Message& message);

}  // namespace leadline::rpc
