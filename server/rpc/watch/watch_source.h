// The ledger as WatchEvents tells it.
#pragma once

#include "engine/engine.h"
#include "rpc/tail/event_source.h"

namespace leadline::rpc {

// Of the one tenant that there is. Thread-safe.
class WatchSource final : public EventSource {
 public:
  // `engine` outlives it.
  explicit WatchSource(engine::Engine& engine) : engine_(engine) {}

  absl::StatusOr<engine::LedgerPlace> LastPlace() override;
  absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t position, int limit) override;
  unsigned KindOf(const domain::Event& event) const override;
  std::string Encode(const domain::Event& event) const override;
  absl::Status Replay(std::vector<domain::Event> events, const std::function<bool()>& wanted,
                      const std::function<bool(std::string)>& add) override;
  std::string EncodePlace(const engine::LedgerPlace& place) const override;
  int AddListener(std::function<void()> listener) override;
  void RemoveListener(int id) override;

 private:
  engine::Engine& engine_;
  const engine::CallContext context_;
};

}  // namespace leadline::rpc
