// All endpoints, each with a thread of its own.
#pragma once

#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "app/repeating_task.h"
#include "app/webhook/endpoint.h"
#include "app/webhook/endpoint_queue.h"
#include "app/webhook/http_post.h"
#include "app/webhook/outbox_bounds.h"
#include "base/clock.h"
#include "engine/decide/deciding.h"
#include "store/store.h"

namespace leadline::app {

// Who may be told, for the engine; null: nobody.
std::shared_ptr<const engine::Recipients> RecipientsOf(const NotifySettings& settings);

// Begins with its construction. Thread-safe.
class Webhooks {
 public:
  // What is pointed at outlives it. `random`: 64 bits, from any thread.
  Webhooks(const NotifySettings& settings, store::Store& store, const Clock& clock, std::function<uint64_t()> random,
           QueueReport report);
  ~Webhooks();
  // Ends after the tries under way. Idempotent.
  void Stop();

 private:
  struct Worker {
    CurlPoster poster;
    std::unique_ptr<EndpointQueue> queue;
    std::unique_ptr<RepeatingTask> task;
  };

  OutboxBounds bounds_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<RepeatingTask> tending_;
};

}  // namespace leadline::app
