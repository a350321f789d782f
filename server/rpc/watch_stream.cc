#include "rpc/watch_stream.h"

#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "rpc/convert_decisions.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

constexpr int kBatch = 256;

}  // namespace

WatchStream::WatchStream(const Environment& env, grpc::CallbackServerContext* call,
                         const v1::WatchEventsRequest& request)
    : env_(env) {
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  context_ = ContextOf(*call, check);
  place_ = PlaceOf(root / "resume_token", request.resume_token(), check);
  place_given_ = place_.position > 0;
  start_at_end_ = request.only_new();
  if (request.only_new() && !request.resume_token().empty()) {
    check.Refuse(root / "only_new", "is only allowed without a resume_token");
  }
  absl::Status status = check.ToStatus();
  if (status.ok()) status = StillWanted(*call);
  if (status.ok()) status = env.streams->Add(this);
  if (!status.ok()) {
    Stop(status);
  } else {
    Advance();
  }
}

void WatchStream::OnWriteDone(bool ok) {
  {
    std::lock_guard lock(mutex_);
    busy_ = false;
    if (!ok && !ending_.has_value()) ending_ = absl::CancelledError("the caller went away");
  }
  Advance();
}

void WatchStream::OnCancel() { Stop(absl::CancelledError("the caller cancelled the stream, or its deadline passed")); }

void WatchStream::OnDone() {
  env_.streams->Remove(this);
  delete this;
}

void WatchStream::Wake(bool committed) {
  if (committed) {
    std::lock_guard lock(mutex_);
    behind_ = true;
  }
  Advance();
}

void WatchStream::Stop(const absl::Status& status) {
  {
    std::lock_guard lock(mutex_);
    if (!ending_.has_value()) ending_ = status;
  }
  Advance();
}

WatchStream::Step WatchStream::Next() {
  if (busy_ || finished_) return Step::kNone;
  if (ending_.has_value()) {
    finished_ = true;
    return Step::kFinish;
  }
  busy_ = true;
  if (!batch_.empty()) return Step::kWriteEvent;
  if (behind_) {
    behind_ = false;
    return Step::kLoad;
  }
  if (std::exchange(greet_, false) || std::chrono::steady_clock::now() - last_write_ >= env_.heartbeat) {
    return Step::kWriteHeartbeat;
  }
  busy_ = false;
  return Step::kNone;
}

void WatchStream::Advance() {
  Step step = Step::kNone;
  domain::Event event;
  {
    std::lock_guard lock(mutex_);
    step = Next();
    if (step == Step::kWriteEvent) {
      event = std::move(batch_.front());
      batch_.pop_front();
    }
    if (step == Step::kWriteEvent || step == Step::kWriteHeartbeat) last_write_ = std::chrono::steady_clock::now();
  }
  switch (step) {
    case Step::kNone:
      return;
    case Step::kFinish:
      return Finish(Answered(env_, *ending_));
    case Step::kLoad:
      return env_.executor->Run([this] { Load(); });
    case Step::kWriteEvent:
      place_ = {event.position, event.transaction_id};
      response_.Clear();
      ToProto(event, response_.mutable_event());
      break;
    case Step::kWriteHeartbeat:
      response_.Clear();
      break;
  }
  response_.set_resume_token(ResumeToken(place_));
  StartWrite(&response_);
}

absl::Status WatchStream::LoadBatch(std::deque<domain::Event>& batch) {
  if (start_at_end_) {
    ASSIGN_OR_RETURN(place_, env_.engine->LastPlace(context_));
    return absl::OkStatus();
  }
  if (std::exchange(place_given_, false)) RETURN_IF_ERROR(env_.engine->CheckPlace(context_, place_));
  ASSIGN_OR_RETURN(std::vector<domain::Event> events, env_.engine->EventsAfter(context_, place_.position, kBatch));
  batch.assign(std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
  return absl::OkStatus();
}

void WatchStream::Load() {
  std::deque<domain::Event> batch;
  absl::Status status = LoadBatch(batch);
  {
    std::lock_guard lock(mutex_);
    busy_ = false;
    if (!status.ok() && !ending_.has_value()) ending_ = status;
    if (std::exchange(start_at_end_, false)) {
      greet_ = true;
      behind_ = true;
    }
    if (batch.size() == static_cast<size_t>(kBatch)) behind_ = true;
    batch_ = std::move(batch);
  }
  Advance();
}

}  // namespace leadline::rpc
