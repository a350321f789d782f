#include "rpc/watch/watch_stream.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <string>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert/enums.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

std::chrono::milliseconds HeartbeatFrom(const FieldPath& path, const google::protobuf::Duration& from, Checker& check) {
  constexpr int64_t kLeastSeconds = 1, kMostSeconds = 300;
  const bool short_enough = from.seconds() < kMostSeconds || (from.seconds() == kMostSeconds && from.nanos() == 0);
  if (from.seconds() < kLeastSeconds || from.nanos() < 0 || !short_enough) {
    check.Refuse(path, "must lie between 1 s and 300 s");
    return std::chrono::seconds(kLeastSeconds);
  }
  return std::chrono::seconds(from.seconds()) + std::chrono::milliseconds(from.nanos() / 1'000'000);
}

// `from`: since when, where the caller says so.
WatchStart StartFrom(const v1::WatchEventsRequest& request, std::chrono::milliseconds heartbeat, Time& from,
                     Checker& check) {
  const FieldPath root;
  WatchStart start;
  start.place = PlaceOf(root / "resume_token", request.resume_token(), check);
  if (request.only_new() && !request.resume_token().empty()) {
    check.Refuse(root / "only_new", "is only allowed without a resume_token");
  }
  start.greet = request.only_new();
  if (request.has_start_time()) {
    from = check.Moment(root / "start_time", request.start_time());
    if (request.only_new() || !request.resume_token().empty()) {
      check.Refuse(root / "start_time", "is only allowed without a resume_token and without only_new");
    }
  }
  start.filter.kinds = EventKindsFrom(root / "kinds", request.kinds(), check).to_ullong();
  using domain::RecordKind;
  check.Id(root / "record", request.record(),
           {RecordKind::kLead, RecordKind::kContact, RecordKind::kAccount, RecordKind::kRep, RecordKind::kPack,
            RecordKind::kPlugin});
  start.filter.record = domain::ParseResourceName(request.record());
  start.filter.region = check.Word(root / "region", request.region());
  start.filter.full = IsFull(root / "view", request.view(), check);
  start.heartbeat = heartbeat;
  if (request.has_heartbeat_interval()) {
    start.heartbeat = HeartbeatFrom(root / "heartbeat_interval", request.heartbeat_interval(), check);
  }
  return start;
}

// The message without a copy: it lives until gRPC has sent it.
grpc::ByteBuffer Shared(Encoded bytes) {
  auto* const owner = new Encoded(std::move(bytes));
  const grpc::Slice slice(
      const_cast<char*>((*owner)->data()), (*owner)->size(), [](void* of) { delete static_cast<Encoded*>(of); }, owner);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

struct WatchStream::Asked {
  engine::CallContext context;
  WatchStart start;
  Time from = 0;
};

WatchStream::WatchStream(const Environment& env, grpc::CallbackServerContext* call, const grpc::ByteBuffer& request)
    : env_(env), call_(call), asked_(std::make_unique<Asked>()) {
  v1::WatchEventsRequest message;
  grpc::ByteBuffer bytes = request;
  absl::Status status;
  if (!grpc::SerializationTraits<v1::WatchEventsRequest>::Deserialize(&bytes, &message).ok()) {
    status = absl::InvalidArgumentError("the request is no WatchEventsRequest: its bytes cannot be read");
  } else {
    Checker check(env.engine->clock().Now());
    asked_->context = ContextOf(*call, check);
    asked_->start = StartFrom(message, env.heartbeat, asked_->from, check);
    status = check.ToStatus();
  }
  if (status.ok()) status = StillWanted(*call);
  if (status.ok()) status = env.streams->Add(this);
  if (status.ok()) {
    env_.executor->Run([this] { Begin(); });
  } else {
    env_.tail->End(*this, status);
    env_.tail->Advance(*this);
  }
}

void WatchStream::Begin() {
  const absl::Status status = CheckAsked();
  WatchStart start = std::move(asked_->start);
  asked_.reset();
  if (status.ok()) return env_.tail->Join(*this, std::move(start));
  env_.tail->End(*this, status);
  env_.tail->Advance(*this);
}

absl::Status WatchStream::CheckAsked() {
  const FieldPath root;
  FilterCheck known(*env_.engine, asked_->context, env_.engine->clock().Now());
  WatchStart& start = asked_->start;
  if (!start.filter.region.empty()) {
    known.Region(root / "region", start.filter.region);
    RETURN_IF_ERROR(known.ToStatus());
  }
  if (start.place.position > 0) RETURN_IF_ERROR(env_.engine->CheckPlace(asked_->context, start.place));
  if (asked_->from != 0) {
    ASSIGN_OR_RETURN(start.place, env_.engine->PlaceBefore(asked_->context, asked_->from));
  }
  if (!start.greet) return absl::OkStatus();
  ASSIGN_OR_RETURN(start.place, env_.engine->LastPlace(asked_->context));
  return absl::OkStatus();
}

void WatchStream::Write(Encoded bytes) {
  message_ = Shared(std::move(bytes));
  StartWrite(&message_);
}

void WatchStream::Load() {
  env_.executor->Run([this] { env_.tail->LoadPage(*this); });
}

void WatchStream::Finish(const absl::Status& status) {
  grpc::ServerWriteReactor<grpc::ByteBuffer>::Finish(Answered(env_, call_, status));
}

void WatchStream::OnWriteDone(bool ok) {
  message_.Clear();
  if (!ok) env_.tail->End(*this, absl::CancelledError("the caller went away"));
  env_.tail->Advance(*this);
}

void WatchStream::OnCancel() { Stop(absl::CancelledError("the caller cancelled the stream, or its deadline passed")); }

void WatchStream::Stop(const absl::Status& status) { env_.tail->End(*this, status); }

void WatchStream::OnDone() {
  env_.streams->Remove(this);
  env_.tail->Leave(*this);
  delete this;
}

}  // namespace leadline::rpc
