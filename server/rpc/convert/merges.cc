#include "rpc/convert/merges.h"

#include "fmt/format.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

v1::DuplicateVerdict ToProto(domain::DuplicateVerdict verdict) {
  switch (verdict) {
    case domain::DuplicateVerdict::kMatch:
      return v1::DUPLICATE_VERDICT_MATCH;
    case domain::DuplicateVerdict::kPossible:
      return v1::DUPLICATE_VERDICT_POSSIBLE;
    case domain::DuplicateVerdict::kDifferent:
      return v1::DUPLICATE_VERDICT_DIFFERENT;
  }
  return v1::DUPLICATE_VERDICT_UNSPECIFIED;
}

}  // namespace

void ToProto(const engine::DuplicateCandidate& from, v1::DuplicateCandidate* to) {
  to->set_name(from.name);
  to->set_display_name(from.display_name);
  to->set_match_weight(from.pair.weight);
  to->set_probability(from.pair.probability);
  for (const domain::ComparisonResult& comparison : from.pair.comparisons) {
    v1::Comparison* added = to->add_comparisons();
    added->set_field(comparison.field);
    added->set_level(comparison.note.empty() ? comparison.level
                                             : fmt::format("{} ({})", comparison.level, comparison.note));
    added->set_weight(comparison.weight);
    added->set_left_value(comparison.left);
    added->set_right_value(comparison.right);
  }
  to->set_verdict(ToProto(from.verdict));
}

void ToProto(const domain::MergeRecord& from, v1::Merge* to) {
  to->set_name(MergeName(from.id));
  to->set_survivor(domain::ResourceName(from.kind, from.survivor_id));
  to->set_absorbed(domain::ResourceName(from.kind, from.absorbed_id));
  if (from.time != 0) *to->mutable_merge_time() = rpc::ToProto(from.time);
  to->set_actor(from.actor);
  to->set_reason(from.reason);
  to->set_undone(from.undone);
}

}  // namespace leadline::rpc
