// The typed calls of LocalPlugin: one pattern, five capabilities.
#include <array>
#include <cmath>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/local/call_state.h"
#include "plugin/local/local_plugin.h"
#include "plugin/text.h"

namespace leadline::plugin {
namespace {

// Outputs of one call: on the stack when few. Not thread-safe.
template <class Out>
class Outputs {
 public:
  Outputs(size_t count, const Out& unset) {
    if (count <= few_.size()) {
      std::fill_n(few_.begin(), count, unset);
    } else {
      many_.assign(count, unset);
    }
  }
  Out* data() { return many_.empty() ? few_.data() : many_.data(); }

 private:
  std::array<Out, 64> few_;
  std::vector<Out> many_;
};

template <class Result>
std::vector<Reason>& ReasonsAt(void* results, uint32_t index) {
  return static_cast<Result*>(results)[index].reasons;
}

bool Fits(const FieldTable& fields, const Record& record) { return fields.Fits(record); }
bool Fits(const FieldTable& fields, const Transition& t) { return fields.Fits(t.record); }
bool Fits(const FieldTable& fields, const RouteRequest& r) { return fields.Fits(r.record); }
bool Fits(const FieldTable& fields, const RecordPair& p) { return fields.Fits(p.left) && fields.Fits(p.right); }

}  // namespace

template <class In, class Out, class Result, class Function, class Take>
absl::Status LocalPlugin::RunChunk(Function function, void* self, std::span<const In> items, std::span<Result> results,
                                   const CallOptions& options, const Out& unset, Take take) {
  auto count = static_cast<uint32_t>(items.size());
  Outputs<Out> outs(count, unset);
  CallState call(options, results.data(), count, &ReasonsAt<Result>);
  int32_t code = function(self, items.data(), count, outs.data(), call.handle(), &CallState::Api());
  RETURN_IF_ERROR(call.Finish(code, who_));
  for (uint32_t i = 0; i < count; ++i) {
    std::string fault = take(items[i], outs.data()[i], results[i]);
    if (!fault.empty()) return absl::InternalError(fmt::format("{}: item {}: {}", who_, i, fault));
  }
  return absl::OkStatus();
}

template <class In, class Out, class Result, class Function, class Take>
absl::Status LocalPlugin::Run(Function function, std::span<const In> items, std::span<Result> results,
                              const CallOptions& options, const Out& unset, Take take) {
  absl::Status status = RunBatch(function, items, results, options, unset, take);
  record_.Count(status);
  return status;
}

template <class In, class Out, class Result, class Function, class Take>
absl::Status LocalPlugin::RunBatch(Function function, std::span<const In> items, std::span<Result> results,
                                   const CallOptions& options, const Out& unset, Take take) {
  if (items.size() != results.size()) return Misuse("unequal numbers of items and results");
  for (const In& item : items) {
    if (!Fits(fields_, item)) return Misuse("a record without the wanted fields, each of its kind or NULL");
  }
  for (Result& result : results) result = Result();
  if (items.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(StillWanted(options, who_));
  std::optional<InstancePool::Lease> lease;
  if (!info_.concurrent) {
    ASSIGN_OR_RETURN(InstancePool::Lease borrowed, pool_->Borrow(options, who_));
    lease.emplace(std::move(borrowed));
  }
  void* self = lease ? lease->instance() : instances_.front()->self;
  for (size_t at = 0; at < items.size(); at += LEADLINE_MAX_BATCH) {
    if (at != 0) RETURN_IF_ERROR(StillWanted(options, who_));
    size_t n = std::min<size_t>(LEADLINE_MAX_BATCH, items.size() - at);
    RETURN_IF_ERROR(RunChunk(function, self, items.subspan(at, n), results.subspan(at, n), options, unset, take));
  }
  return absl::OkStatus();
}

absl::Status LocalPlugin::Normalize(std::span<const Record> records, std::span<NormalizeResult> results,
                                    const CallOptions& options) {
  if (normalize_ == nullptr) return absl::FailedPreconditionError(who_ + ": does not offer " LEADLINE_NORMALIZE_V1);
  auto take = [](const Record&, const leadline_normalize_out& out, NormalizeResult& result) -> std::string {
    if (!(out.confidence >= 0 && out.confidence <= 1)) {
      return fmt::format("confidence {} is not between 0 and 1", out.confidence);
    }
    result.confidence = out.confidence;
    if (out.value.kind == LEADLINE_NULL) return "";
    if (out.value.kind != LEADLINE_STR) return fmt::format("value is {}, not STR or NULL", KindName(out.value.kind));
    auto text = ViewOf({out.value.u.str, out.value.len});
    if (!text || !IsUtf8(*text)) return "value is not UTF-8 of at most 1 MiB";
    result.value.emplace(*text);
    return "";
  };
  return Run(normalize_->normalize, records, results, options, leadline_normalize_out{NullValue(), 0}, take);
}

absl::Status LocalPlugin::Gate(std::span<const Transition> transitions, std::span<StatusResult> results,
                               const CallOptions& options) {
  if (status_ == nullptr) return absl::FailedPreconditionError(who_ + ": does not offer " LEADLINE_STATUS_V1);
  auto take = [](const Transition&, const leadline_status_out& out, StatusResult& result) -> std::string {
    switch (out.verdict) {
      case LEADLINE_VERDICT_ALLOW:
        result.verdict = Verdict::kAllow;
        return "";
      case LEADLINE_VERDICT_DENY:
        result.verdict = Verdict::kDeny;
        return result.reasons.empty() ? "denied without a reason" : "";
      case LEADLINE_VERDICT_ABSTAIN:
        result.verdict = Verdict::kAbstain;
        return "";
      default:
        return fmt::format("verdict {} is none", out.verdict);
    }
  };
  return Run(status_->gate, transitions, results, options, leadline_status_out{LEADLINE_VERDICT_UNSET, 0}, take);
}

absl::Status LocalPlugin::Score(std::span<const Record> records, std::span<ScoreResult> results,
                                const CallOptions& options) {
  if (score_ == nullptr) return absl::FailedPreconditionError(who_ + ": does not offer " LEADLINE_SCORE_V1);
  auto take = [](const Record&, const leadline_score_out& out, ScoreResult& result) -> std::string {
    if (!std::isfinite(out.points)) return fmt::format("points are {}, not a finite number", out.points);
    result.points = out.points;
    return "";
  };
  return Run(score_->score, records, results, options, leadline_score_out{std::nan("")}, take);
}

absl::Status LocalPlugin::Route(std::span<const RouteRequest> requests, std::span<RouteResult> results,
                                const CallOptions& options) {
  if (route_ == nullptr) return absl::FailedPreconditionError(who_ + ": does not offer " LEADLINE_ROUTE_V1);
  auto take = [](const RouteRequest& request, const leadline_route_out& out, RouteResult& result) -> std::string {
    if (out.choice == LEADLINE_ROUTE_NOBODY) return result.reasons.empty() ? "chose nobody without a reason" : "";
    if (out.choice == LEADLINE_ROUTE_UNSET) return "made no choice";
    if (out.choice >= request.count) return fmt::format("chose candidate {} of {}", out.choice, request.count);
    result.choice = out.choice;
    return "";
  };
  return Run(route_->route, requests, results, options, leadline_route_out{LEADLINE_ROUTE_UNSET, 0}, take);
}

absl::Status LocalPlugin::Compare(std::span<const RecordPair> pairs, std::span<MergeResult> results,
                                  const CallOptions& options) {
  if (merge_ == nullptr) return absl::FailedPreconditionError(who_ + ": does not offer " LEADLINE_MERGE_V1);
  auto take = [](const RecordPair&, const leadline_merge_out& out, MergeResult& result) -> std::string {
    if (out.level < LEADLINE_AGREEMENT_MISSING || out.level > LEADLINE_AGREEMENT_EXACT) {
      return fmt::format("agreement level {} is none", out.level);
    }
    if (!std::isfinite(out.weight)) return fmt::format("weight is {}, not a finite number", out.weight);
    if (out.level == LEADLINE_AGREEMENT_MISSING && out.weight != 0)
      return "nothing to compare, yet the weight is not 0";
    result.level = static_cast<Agreement>(out.level - LEADLINE_AGREEMENT_MISSING);
    result.weight = out.weight;
    return "";
  };
  return Run(merge_->compare, pairs, results, options, leadline_merge_out{LEADLINE_AGREEMENT_UNSET, 0, std::nan("")},
             take);
}

}  // namespace leadline::plugin
