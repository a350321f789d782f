// Merges and duplicates: to the wire. Pure and thread-safe.
#pragma once

#include "domain/records.h"
#include "engine/engine.h"
#include "leadline/v1/merge_service.pb.h"

namespace leadline::rpc {

void ToProto(const engine::DuplicateCandidate& from, v1::DuplicateCandidate* to);
void ToProto(const domain::MergeRecord& from, v1::Merge* to);

}  // namespace leadline::rpc
