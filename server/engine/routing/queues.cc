// The hold queues, and what waits in them.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/routing/queue_view.h"

namespace leadline::engine {
namespace {

void AddDeclared(const packs::RuleSet& rules, std::vector<QueueView>& out) {
  for (const domain::Queue& queue : rules.queues()) {
    const auto same = [&](const QueueView& view) { return view.queue.id == queue.id; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back({queue, true, 0, 0, 0});
  }
}

}  // namespace

absl::StatusOr<std::vector<QueueView>> Engine::ListQueues(const CallContext& context) {
  const std::shared_ptr<const Deciding> pinned = deciding();
  std::vector<QueueView> out;
  AddDeclared(*pinned->active->rules, out);
  // The candidate of a trial decides about leads, too.
  if (pinned->canary != nullptr) AddDeclared(*pinned->canary->rules, out);
  std::vector<store::QueueCount> counts;
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(counts, reader.CountByQueue(clock().Now()));
        return absl::OkStatus();
      },
      context.wanted));
  for (store::QueueCount& count : counts) {
    auto view = std::find_if(out.begin(), out.end(), [&](const QueueView& v) { return v.queue.id == count.queue; });
    if (view == out.end()) {
      view = out.emplace(out.end());
      view->queue.id = std::move(count.queue);
    }
    view->leads = count.leads;
    view->held_since = count.held_since;
    view->overdue = count.overdue;
  }
  return out;
}

}  // namespace leadline::engine
