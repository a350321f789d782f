// The body of a kAnswer: what a plugin made of one kCall.
//
//   AnswerHead | items, 32 bytes each | reasons of all items in order, 16 bytes each | the message, then texts in order
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "plugin/worker/wire.h"

namespace leadline::plugin::wire {

// Appends the answer for a call that went well. RESOURCE_EXHAUSTED, and nothing appended, when it is larger than a
// message may be. `asked_now`: whether the plugin asked for the call's moment or what is left of its time, so that
// at another one it may answer otherwise.
absl::Status EncodeAnswer(std::span<const NormalizeResult> results, Buffer& out, bool asked_now = true);
absl::Status EncodeAnswer(std::span<const StatusResult> results, Buffer& out, bool asked_now = true);
absl::Status EncodeAnswer(std::span<const ScoreResult> results, Buffer& out, bool asked_now = true);
absl::Status EncodeAnswer(std::span<const RouteResult> results, Buffer& out, bool asked_now = true);
absl::Status EncodeAnswer(std::span<const MergeResult> results, Buffer& out, bool asked_now = true);
// Appends the answer for a call that failed.
void EncodeFailure(const absl::Status& failure, Buffer& out);

// A checked view of a body, which must outlive it.
struct Answer {
  struct Item {
    double number;    // points, weight, confidence
    uint32_t choice;  // verdict, agreement, candidate; whether there is a value
    uint32_t text;    // bytes of the value
    uint32_t reasons;
    uint32_t reserved[3];
  };
  struct ReasonEntry {
    double weight;
    uint32_t text;  // bytes
    uint32_t reserved;
  };
  static_assert(sizeof(Item) == 32 && sizeof(ReasonEntry) == 16);

  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;  // when failed: fit to be shown
  uint32_t items = 0;
  bool asked_now = true;
  const char* item_bytes = nullptr;
  const char* reason_bytes = nullptr;
  std::string_view texts;
};

// INTERNAL, as an unfinished sentence, when the body is no answer to `items` items: sizes that do not add up, more or
// longer reasons than a plugin may give, text that is not UTF-8, weights that are not finite. Any bytes are safe.
absl::StatusOr<Answer> ReadAnswer(std::span<const char> body, uint32_t items);

// Fills the results, one for each item, from an answer that went well; the same error when an item is none that its
// capability has. `requests` are those that were sent.
absl::Status TakeAnswer(const Answer& answer, std::span<NormalizeResult> results);
absl::Status TakeAnswer(const Answer& answer, std::span<StatusResult> results);
absl::Status TakeAnswer(const Answer& answer, std::span<ScoreResult> results);
absl::Status TakeAnswer(const Answer& answer, std::span<const RouteRequest> requests, std::span<RouteResult> results);
absl::Status TakeAnswer(const Answer& answer, std::span<MergeResult> results);

}  // namespace leadline::plugin::wire
