// A plugin that runs in supervised child processes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugin/admit/admission.h"
#include "plugin/call_record.h"
#include "plugin/field_table.h"
#include "plugin/load_options.h"
#include "plugin/worker/answer_memo.h"
#include "plugin/worker/worker_pool.h"

namespace leadline::plugin {

// See Plugin. Deadlines are hard: a call ends when its caller's deadline has passed, and a worker that does not answer
// within call_timeout is ended. Whatever a plugin does to its process, the call fails and the next one gets another
// worker: UNAVAILABLE when the worker died, DEADLINE_EXCEEDED when it hung, INTERNAL when it answered nonsense. A call
// carries at most 64 items; larger batches become several calls, each with a call_timeout of its own. A PURE plugin is
// not asked again about an item of which it has spoken without asking for the call's moment: what it said is kept, as
// much as AnswerMemo holds, for as long as it serves. Thread-safe.
class WorkerPlugin final : public Plugin {
 public:
  // Starts the first worker and has it check the config and the capabilities and make an instance.
  static absl::StatusOr<std::shared_ptr<Plugin>> Create(AdmittedModule file, const PluginRequest& request,
                                                        const LoadOptions& options);

  // Tries the plugin in one worker, which ends at once: whether it opens, takes the config, has the capabilities and
  // makes an instance. For what is to run in this process afterwards, also where the kernel lacks parts of the sandbox.
  static absl::Status Rehearse(const AdmittedModule& file, const PluginRequest& request, const LoadOptions& options);

  const PluginInfo& info() const override { return info_; }
  std::span<const std::string> wanted_fields() const override { return fields_->names(); }
  std::span<const FieldSlot> wanted_slots() const override { return fields_->slots(); }
  PluginHealth health() const override;

  absl::Status Normalize(std::span<const Record> records, std::span<NormalizeResult> results,
                         const CallOptions& options) override;
  absl::Status Gate(std::span<const Transition> transitions, std::span<StatusResult> results,
                    const CallOptions& options) override;
  absl::Status Score(std::span<const Record> records, std::span<ScoreResult> results,
                     const CallOptions& options) override;
  absl::Status Route(std::span<const RouteRequest> requests, std::span<RouteResult> results,
                     const CallOptions& options) override;
  absl::Status Compare(std::span<const RecordPair> pairs, std::span<MergeResult> results,
                       const CallOptions& options) override;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  // A borrowed worker.
  class Loan;

  WorkerPlugin(const AdmittedModule& file, const PluginRequest& request, const LoadOptions& options);
  absl::Status Open();

  // Sends the items through `encode`, in as many calls as it takes, and reads the answers through `take`. Counts the
  // batch. `memo`: of the capability; null: every item is asked about.
  template <class Item, class Result, class Encode, class Take>
  absl::Status Run(const char* capability, std::span<const Item> items, std::span<Result> results,
                   const CallOptions& options, Encode encode, Take take, AnswerMemo<Result>* memo);
  template <class Item, class Result, class Encode, class Take>
  absl::Status RunBatch(const char* capability, std::span<const Item> items, std::span<Result> results,
                        const CallOptions& options, Encode encode, Take take, AnswerMemo<Result>* memo);
  // Asks only about those of which the memo does not know.
  template <class Item, class Result, class Encode, class Take>
  absl::Status AskNew(std::span<const Item> items, std::span<Result> results, const CallOptions& options, Encode encode,
                      Take take, AnswerMemo<Result>& memo);
  // Asks about all. `answered`, void(std::span<const Result>), is told of each call whose answers hold at any moment.
  template <class Item, class Result, class Encode, class Take, class Answered>
  absl::Status Ask(std::span<const Item> items, std::span<Result> results, const CallOptions& options, Encode encode,
                   Take take, Answered answered);
  // Encodes the first of the items, as many as fit.
  template <class Item, class Encode>
  absl::StatusOr<size_t> Fill(Loan& loan, std::span<const Item> items, const CallOptions& options, Encode encode);
  template <class Item, class Result, class Take>
  absl::Status RunCall(Loan& loan, std::span<const Item> items, std::span<Result> results, const CallOptions& options,
                       Take take, bool& asked_now);
  // What becomes of the worker, and of the call, when no answer came.
  absl::Status NoAnswer(Loan& loan, const absl::Status& why, bool asked, TimePoint hang);
  absl::Status Failure(const absl::Status& status) const;

  const std::string who_;  // begins every message: "plugin com.example.fit"
  const WorkerOptions options_;
  PluginInfo info_;
  std::unique_ptr<FieldTable> fields_;
  CallRecord record_;
  AnswerMemo<NormalizeResult> normalized_;
  AnswerMemo<StatusResult> gated_;
  AnswerMemo<ScoreResult> scored_;
  AnswerMemo<MergeResult> compared_;
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace leadline::plugin
