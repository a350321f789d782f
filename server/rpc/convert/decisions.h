// Decisions and events to the wire. Pure and thread-safe.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <vector>

#include "domain/decision.h"
#include "domain/event.h"
#include "engine/replay/timeline.h"
#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/events.pb.h"

namespace leadline::rpc {

void ToProto(const domain::SnapshotRef& from, v1::SnapshotRef* to);
void ToProto(const domain::PackRef& from, v1::PackRef* to);
void ToProto(const domain::PluginRef& from, v1::PluginRef* to);
void ToProto(const domain::Reason& from, v1::Reason* to);
void ToProto(const domain::Decision& from, v1::Decision* to);
void ToProto(domain::Decision&& from, v1::Decision* to);  // its texts go over
void ToProto(const std::vector<domain::Decision>& from, google::protobuf::RepeatedPtrField<v1::Decision>* to);
// With its decision as it is stored.
void ToProto(const domain::Event& from, v1::Event* to);
void ToProto(const domain::Absence& from, v1::Absence* to);
void ToProto(const engine::TimelineEntry& from, v1::Event* to);
// The same without evidence, and without reasons that did not fire.
void ToBasicProto(const std::vector<domain::Decision>& from, google::protobuf::RepeatedPtrField<v1::Decision>* to);

}  // namespace leadline::rpc
