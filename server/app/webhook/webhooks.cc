#include "app/webhook/webhooks.h"

#include <utility>

namespace leadline::app {
namespace {

constexpr std::chrono::milliseconds kTendEvery{30'000};

std::map<std::string, EndpointLimits> LimitsOf(const NotifySettings& settings) {
  std::map<std::string, EndpointLimits> out;
  for (const Endpoint& endpoint : settings.endpoints) out[endpoint.id] = endpoint.limits;
  return out;
}

// The upper 53 bits.
double Fraction(uint64_t random) { return static_cast<double>(random >> 11) * 0x1p-53; }

}  // namespace

std::shared_ptr<const engine::Recipients> RecipientsOf(const NotifySettings& settings) {
  if (settings.endpoints.empty()) return nullptr;
  auto recipients = std::make_shared<engine::Recipients>();
  for (const Endpoint& endpoint : settings.endpoints) recipients->regions[endpoint.id] = endpoint.regions;
  return recipients;
}

Webhooks::Webhooks(const NotifySettings& settings, store::Store& store, const Clock& clock,
                   std::function<uint64_t()> random, QueueReport report)
    : bounds_(store, LimitsOf(settings), report) {
  for (const Endpoint& endpoint : settings.endpoints) {
    auto worker = std::make_unique<Worker>();
    worker->queue =
        std::make_unique<EndpointQueue>(endpoint, settings.source,
                                        EndpointQueue::Options{.clock = &clock,
                                                               .store = &store,
                                                               .poster = &worker->poster,
                                                               .random = [random] { return Fraction(random()); },
                                                               .report = report});
    worker->task = std::make_unique<RepeatingTask>(
        [queue = worker->queue.get()] { return std::chrono::milliseconds((queue->Step() + 999) / 1000); });
    workers_.push_back(std::move(worker));
  }
  tending_ = std::make_unique<RepeatingTask>([this, &clock, report] {
    const absl::StatusOr<bool> done = bounds_.Tend(clock.Now());
    if (!done.ok() && report) report("", "the bounds of the outbox cannot be kept", done.status().ToString());
    return done.ok() && !*done ? std::chrono::milliseconds(0) : kTendEvery;
  });
}

Webhooks::~Webhooks() { Stop(); }

void Webhooks::Stop() {
  tending_->Stop();
  for (const auto& worker : workers_) worker->task->Stop();
}

}  // namespace leadline::app
