#include "rpc/longrunning/operation_wait.h"

#include <algorithm>
#include <utility>

#include "engine/longrunning/operations.h"
#include "rpc/longrunning/operation_form.h"

namespace leadline::rpc {
namespace {

constexpr std::chrono::milliseconds kLongest{600'000};

std::chrono::milliseconds TimeoutFrom(const FieldPath& path, const google::protobuf::Duration& from, Checker& check) {
  if (from.seconds() < 0 || from.nanos() < 0) {
    check.Refuse(path, "must not be negative");
    return kLongest;
  }
  if (from.seconds() >= kLongest.count() / 1000) return kLongest;
  return std::chrono::seconds(from.seconds()) + std::chrono::milliseconds(from.nanos() / 1'000'000);
}

}  // namespace

grpc::ServerUnaryReactor* OperationWait::Begin(const Environment& env, grpc::CallbackServerContext* call,
                                               const google::longrunning::WaitOperationRequest& request,
                                               google::longrunning::Operation* response) {
  const std::shared_ptr<OperationWait> wait(new OperationWait(env, call, response));
  wait->self_ = wait;
  wait->Check(request);
  return wait.get();
}

void OperationWait::Check(const google::longrunning::WaitOperationRequest& request) {
  Checker check(env_.engine->clock().Now());
  const FieldPath root;
  context_ = ContextOf(*call_, check);
  id_ = check.RequiredIdIn(root / "name", request.name(), "operations");
  timeout_ = request.has_timeout() ? TimeoutFrom(root / "timeout", request.timeout(), check) : kLongest;
  absl::Status status = check.ToStatus();
  if (status.ok()) status = StillWanted(*call_);
  if (status.ok()) status = env_.streams->Add(this);
  if (!status.ok()) return End(status);
  env_.executor->Run([self = self_] { self->Wait(); });
}

void OperationWait::Wait() {
  Look(Unended::kWaits);
  if (ended_) return;
  const std::weak_ptr<OperationWait> weak = weak_from_this();
  alarm_.Set(std::chrono::system_clock::now() + timeout_, [weak](bool in_time) {
    const std::shared_ptr<OperationWait> self = weak.lock();
    if (in_time && self != nullptr) self->LookSoon(Unended::kAnswers);
  });
  // Found out at once where it has ended meanwhile, or is not done by this server.
  const int64_t ticket =
      env_.operations->WhenEnded(id_, [self = shared_from_this()] { self->LookSoon(Unended::kWaits); });
  ticket_ = ticket;
  if (ended_) env_.operations->StopWaiting(ticket);
}

void OperationWait::LookSoon(Unended unended) {
  env_.executor->Run([self = shared_from_this(), unended] { self->Look(unended); });
}

void OperationWait::Look(Unended unended) {
  if (ended_) return;
  const absl::StatusOr<store::Operation> operation = env_.operations->Get(context_, id_);
  if (!operation.ok()) return End(operation.status());
  if (operation->ended_at == 0 && unended == Unended::kWaits) return;
  if (ended_.exchange(true)) return;
  ToProto(*operation, response_);
  Finish(Answered(env_, call_, absl::OkStatus()));
}

void OperationWait::End(const absl::Status& status) {
  if (!ended_.exchange(true)) Finish(Answered(env_, call_, status));
}

void OperationWait::OnCancel() { End(absl::CancelledError("the caller cancelled the call, or its deadline passed")); }

void OperationWait::Stop(const absl::Status& status) { End(status); }

void OperationWait::OnDone() {
  env_.streams->Remove(this);
  env_.operations->StopWaiting(ticket_);
  alarm_.Cancel();
  self_.reset();
}

}  // namespace leadline::rpc
