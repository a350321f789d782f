#include "engine/work/set_aside.h"

#include "base/suggestion.h"

namespace leadline::engine {
namespace {

// The progress of a rescoring keeps some hundred of them.
constexpr size_t kMostErrorBytes = 256;

}  // namespace

domain::SetAsideLead FailedAgain(std::string_view lead_id, int32_t tries_before, const absl::Status& error, Time now) {
  domain::SetAsideLead lead;
  lead.lead = lead_id;
  lead.error = Cut(error.ToString(absl::StatusToStringMode::kWithNoExtraData), kMostErrorBytes);
  lead.tries = tries_before + 1;
  lead.retry_at = now + domain::RetryDelay(lead.tries);
  return lead;
}

bool SetAside::Waits(std::string_view lead_id, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto lead = leads_.find(lead_id);
  return lead != leads_.end() && lead->second.retry_at > now;
}

domain::SetAsideLead SetAside::Failed(std::string_view lead_id, const absl::Status& error, Time now) {
  const std::lock_guard lock(mutex_);
  const auto known = leads_.find(lead_id);
  const int32_t before = known == leads_.end() ? 0 : known->second.tries;
  domain::SetAsideLead lead = FailedAgain(lead_id, before, error, now);
  const State state{lead.tries, lead.retry_at};
  if (known != leads_.end()) {
    known->second = state;
  } else if (leads_.size() < kMost) {
    leads_.emplace(lead_id, state);
  }
  return lead;
}

void SetAside::Succeeded(std::string_view lead_id) {
  const std::lock_guard lock(mutex_);
  if (const auto lead = leads_.find(lead_id); lead != leads_.end()) leads_.erase(lead);
}

void SetAside::KeepOnly(const std::set<std::string, std::less<>>& lead_ids) {
  const std::lock_guard lock(mutex_);
  std::erase_if(leads_, [&](const auto& lead) { return !lead_ids.contains(lead.first); });
}

size_t SetAside::size() const {
  const std::lock_guard lock(mutex_);
  return leads_.size();
}

}  // namespace leadline::engine
