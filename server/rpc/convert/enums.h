// Closed sets that the ledger has as words: to the wire. A word that is none of them is UNSPECIFIED. Pure and
// thread-safe.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <bitset>
#include <string_view>

#include "domain/event.h"
#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/events.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

v1::StatusTrigger StatusTriggerOf(std::string_view trigger);
v1::PackAction PackActionOf(std::string_view action);
v1::PluginAction PluginActionOf(std::string_view action);
v1::ApprovalSide ApprovalSideOf(std::string_view side);

// What the event tells.
v1::EventKind EventKindOf(const domain::Event& event);

// Kinds of events, by number; none stands for all.
using EventKinds = std::bitset<v1::EventKind_ARRAYSIZE>;
EventKinds EventKindsFrom(const FieldPath& path, const google::protobuf::RepeatedField<int>& from, Checker& check);
bool Includes(const EventKinds& kinds, const domain::Event& event);

// Whether all of the decisions is wanted.
bool IsFull(const FieldPath& path, v1::DecisionView view, Checker& check);

}  // namespace leadline::rpc
