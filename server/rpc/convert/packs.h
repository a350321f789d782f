// Packs and their rollout: from and to the wire. Pure and thread-safe.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "engine/rollout/pack_rollout.h"
#include "leadline/v1/admin_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

inline constexpr int kMaxPackFiles = 1000;
inline constexpr int kMaxDiffSamples = 200;

// "central" or a region's name.
std::string PackNameFrom(const FieldPath& path, const std::string& name, Checker& check);
// Files with paths that stay within the pack, none of them twice, and sizes that a pack may have.
packs::PackFiles PackFilesFrom(const FieldPath& path, const std::string& name,
                               const google::protobuf::RepeatedPtrField<v1::PackFile>& from, Checker& check);
// 64 hexadecimal digits; given in small ones.
std::string Sha256From(const FieldPath& path, const std::string& text, Checker& check);
domain::ApprovalSide ApprovalSideFrom(const FieldPath& path, v1::ApprovalSide from, Checker& check);
engine::DiffRequest DiffRequestFrom(const v1::DiffPackRequest& from, Checker& check);
engine::ActivateRequest ActivateRequestFrom(const v1::ActivatePackRequest& from, Checker& check);

void ToProto(const std::vector<Diagnostic>& from, google::protobuf::RepeatedPtrField<v1::PackDiagnostic>* to);
void ToProto(const engine::PackCheck& from, v1::PackCheck* to);
void ToProto(const domain::PackCandidate& from, v1::PackCandidate* to);
void ToProto(const engine::PackDiff& from, v1::PackDiff* to);
void ToProto(const engine::RolloutView& from, v1::Rollout* to);
void ToProto(const domain::ReferenceVersions& from, v1::ReferenceVersions* to);

}  // namespace leadline::rpc
