#include "plugin/local/call_state.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "plugin/limits.h"
#include "plugin/text.h"

namespace leadline::plugin {

const leadline_call_api& CallState::Api() {
  static constexpr leadline_call_api kApi = {sizeof(leadline_call_api), &CallState::Now,      &CallState::TimeLeft,
                                             &CallState::Cancelled,     &CallState::SetError, &CallState::AddReason,
                                             &CallState::Alloc};
  return kApi;
}

int64_t CallState::Now(const leadline_call* call) { return Of(call).Timed().now; }

int64_t CallState::TimeLeft(const leadline_call* call) {
  using std::chrono::duration_cast;
  const auto& deadline = Of(call).Timed().deadline;
  if (!deadline) return INT64_MAX;
  auto left = *deadline - std::chrono::steady_clock::now();
  return std::max<int64_t>(0, duration_cast<std::chrono::microseconds>(left).count());
}

int32_t CallState::Cancelled(const leadline_call* call) { return StillWanted(Of(call).Timed(), "").ok() ? 0 : 1; }

void CallState::SetError(leadline_call* call, leadline_str text) {
  auto view = ViewOf(text);
  Of(call).error_ = view ? Presentable(*view) : "(no readable text)";
}

void CallState::AddReason(leadline_call* call, uint32_t index, leadline_str text, double weight) {
  CallState& self = Of(call);
  auto view = ViewOf(text);
  if (index >= self.count_) {
    self.fault_ = fmt::format("gave a reason for item {} of a batch of {}", index, self.count_);
  } else if (!view || !IsUtf8(*view)) {
    self.fault_ = fmt::format("gave a reason for item {} that is not UTF-8", index);
  } else if (view->size() > kMostReasonBytes) {
    self.fault_ = fmt::format("gave a reason for item {} of {} bytes; at most {} are taken", index, view->size(),
                              kMostReasonBytes);
  } else if (!std::isfinite(weight)) {
    self.fault_ = fmt::format("gave a reason for item {} whose weight is not a finite number", index);
  } else {
    std::vector<Reason>& reasons = self.reasons_of_(self.results_, index);
    if (reasons.size() < kMostReasons) {
      reasons.push_back({std::string(*view), weight});
    } else {
      self.fault_ = fmt::format("gave more than {} reasons for item {}", kMostReasons, index);
    }
  }
}

void* CallState::Alloc(leadline_call* call, uint64_t size) {
  constexpr uint64_t kAlign = 16;
  CallState& self = Of(call);
  if (size > kMostCallMemory) return nullptr;
  uint64_t rounded = std::max<uint64_t>(kAlign, (size + kAlign - 1) / kAlign * kAlign);
  if (rounded > kMostCallMemory - self.allocated_) return nullptr;
  self.allocated_ += rounded;
  // operator new[] aligns to at least 16 here.
  static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= kAlign);
  self.blocks_.push_back(std::make_unique<char[]>(rounded));
  return self.blocks_.back().get();
}

absl::Status CallState::Finish(int32_t code, std::string_view who) const {
  if (code != LEADLINE_OK) return StatusOf(code, who, error_);
  if (!fault_.empty()) return absl::InternalError(fmt::format("{}: {}", who, fault_));
  return absl::OkStatus();
}

absl::Status StatusOf(int32_t code, std::string_view who, std::string_view text) {
  if (code == LEADLINE_OK) return absl::OkStatus();
  std::string_view said = text.empty() ? "the plugin gave no reason" : text;
  if (code < LEADLINE_OK || code > LEADLINE_UNAUTHENTICATED) {
    return absl::InternalError(
        fmt::format("{}: returned {}, which is not a code of the interface: {}", who, code, said));
  }
  return absl::Status(static_cast<absl::StatusCode>(code), fmt::format("{}: {}", who, said));
}

}  // namespace leadline::plugin
