// Many requests of one kind in one call: each is checked, done and answered for itself (engine/batch).
#pragma once

#include <google/rpc/status.pb.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch/batch.h"
#include "rpc/call.h"

namespace leadline::rpc {

// As Write; `begin` runs on a thread for reads, since it may check a thousand requests.
template <typename Begin>
grpc::ServerUnaryReactor* WriteMany(const Environment& env, grpc::CallbackServerContext* call, Begin begin) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::Status status = Admit(env, *call);
  if (status.ok()) {
    const bool taken = env.executor->TryRun([&env, call, reactor, begin = std::move(begin)]() mutable {
      absl::Status begun = StillWanted(*call);
      if (begun.ok()) begun = begin(reactor);
      if (!begun.ok()) reactor->Finish(Answered(env, call, begun));
    });
    if (taken) return reactor;
    status = Overloaded();
  }
  reactor->Finish(Answered(env, call, status));
  return reactor;
}

// The items of a batch, each with what the transport finds wrong with it. `item_from(request, check)` gives the item.
template <typename Item, typename Requests, typename ItemFrom>
std::vector<engine::BatchItem<Item>> ItemsFrom(const grpc::CallbackServerContext& call, const Requests& requests,
                                               Time now, ItemFrom item_from) {
  std::vector<engine::BatchItem<Item>> items;
  items.reserve(static_cast<size_t>(requests.size()));
  for (const auto& request : requests) {
    Checker check(now);
    engine::CallContext named = NamedContext(call, request.request_id(), request, check);
    engine::BatchItem<Item> item{item_from(request, check)};
    item.request_id = std::move(named.request_id);
    item.fingerprint = std::move(named.fingerprint);
    item.validate_only = named.validate_only;
    item.etag = std::move(named.etag);
    item.invalid = check.ToStatus();
    items.push_back(std::move(item));
  }
  return items;
}

// What the call would have failed with, as its details are on the wire.
google::rpc::Status ItemError(const Environment& env, grpc::CallbackServerContext* call, const absl::Status& status);

// What was done is answered, whatever size that is: below about 3 MiB whole, beyond that by `shorten(&result, harder)`,
// first without `harder`.
template <typename Response, typename Shorten>
void KeepSmall(Response* response, Shorten shorten) {
  constexpr size_t kMostBytes = size_t{3} << 20;
  for (const bool harder : {false, true}) {
    size_t bytes = 0;
    for (auto& result : *response->mutable_results()) {
      if (bytes + result.ByteSizeLong() > kMostBytes && result.has_response()) {
        shorten(result.mutable_response(), harder);
      }
      bytes += result.ByteSizeLong();
    }
    if (bytes <= kMostBytes) return;
  }
}

// A Done that fills `response`: `fill(i, result, message)` the response of request i that was done.
template <typename Result, typename Response, typename Fill, typename Shorten>
engine::Done<engine::BatchResults<Result>> AnswerMany(const Environment& env, grpc::CallbackServerContext* call,
                                                      grpc::ServerUnaryReactor* reactor, Response* response, Fill fill,
                                                      Shorten shorten) {
  return Answer<engine::BatchResults<Result>>(
      env, call, reactor,
      [&env, call, response, fill = std::move(fill), shorten](engine::BatchResults<Result> results) mutable {
        for (size_t i = 0; i < results.size(); ++i) {
          auto* added = response->add_results();
          if (results[i].ok()) {
            fill(i, *std::move(results[i]), added->mutable_response());
          } else {
            *added->mutable_error() = ItemError(env, call, results[i].status());
          }
        }
        KeepSmall(response, shorten);
      });
}

}  // namespace leadline::rpc
