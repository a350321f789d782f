// The hold queues, and what waits in them.
#include <algorithm>

#include "base/errors.h"
#include "base/source_position.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "engine/routing/queue_view.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

void AddDeclared(const packs::RuleSet& rules, std::vector<QueueView>& out) {
  for (const domain::Queue& queue : rules.queues()) {
    const auto same = [&](const QueueView& view) { return view.queue.id == queue.id; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back({queue, true, 0, 0, 0});
  }
}

absl::StatusOr<std::vector<QueueView>> QueuesOf(const EngineOptions& options, const CallContext& context) {
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  std::vector<QueueView> out;
  AddDeclared(*pinned->active->rules, out);
  // The candidate of a trial decides about leads, too.
  if (pinned->canary != nullptr) AddDeclared(*pinned->canary->rules, out);
  std::vector<store::QueueCount> counts;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(counts, reader.CountByQueue(options.clock->Now()));
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

}  // namespace

absl::StatusOr<std::vector<QueueView>> Engine::ListQueues(const CallContext& context) {
  return QueuesOf(options_, context);
}

absl::StatusOr<QueueView> GetQueue(const EngineOptions& options, const CallContext& context, std::string_view id) {
  ASSIGN_OR_RETURN(std::vector<QueueView> queues, QueuesOf(options, context));
  std::vector<std::string> ids;
  for (QueueView& queue : queues) {
    if (queue.queue.id == id) return std::move(queue);
    ids.push_back(queue.queue.id);
  }
  const std::string nearest = NearestName(id, ids);
  return WithResource(
      absl::NotFoundError(fmt::format("no pack that decides has a queue {}, and no lead waits in it{}", Quoted(id),
                                      nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest))),
      fmt::format("queues/{}", id));
}

}  // namespace leadline::engine
