#include "plugin/worker/wire_answer.h"

#include <cmath>
#include <cstring>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/limits.h"
#include "plugin/text.h"

namespace leadline::plugin::wire {
namespace {

using Item = Answer::Item;
using ReasonEntry = Answer::ReasonEntry;

struct AnswerHead {
  int32_t code;
  uint32_t message;  // bytes
  uint32_t items;
  uint32_t reasons;
  uint32_t asked_now;  // 0 or 1
  uint32_t reserved;
};
static_assert(sizeof(AnswerHead) == 24);

// What each result is on the wire, and its text.
struct Entry {
  Item item{};
  std::string_view text;
};
Entry EntryOf(const NormalizeResult& r) {
  Entry out{{.number = r.confidence, .choice = r.value.has_value()}, r.value ? std::string_view(*r.value) : ""};
  return out;
}
Entry EntryOf(const StatusResult& r) { return {{.choice = static_cast<uint32_t>(r.verdict)}, {}}; }
Entry EntryOf(const ScoreResult& r) { return {{.number = r.points}, {}}; }
Entry EntryOf(const RouteResult& r) { return {{.choice = r.choice.value_or(LEADLINE_ROUTE_NOBODY)}, {}}; }
Entry EntryOf(const MergeResult& r) { return {{.number = r.weight, .choice = static_cast<uint32_t>(r.level)}, {}}; }

template <class Result>
absl::Status EncodeResults(std::span<const Result> results, Buffer& out, bool asked_now) {
  AnswerHead head{LEADLINE_OK, 0, static_cast<uint32_t>(results.size()), 0, asked_now, 0};
  uint64_t texts = 0;
  for (const Result& result : results) {
    texts += EntryOf(result).text.size();
    head.reasons += static_cast<uint32_t>(result.reasons.size());
    for (const Reason& reason : result.reasons) texts += reason.text.size();
  }
  const uint64_t size = sizeof(head) + results.size() * sizeof(Item) + head.reasons * sizeof(ReasonEntry) + texts;
  if (size > kMostMessage) {
    return absl::ResourceExhaustedError(
        fmt::format("answered {} items with {} bytes; at most {} are taken: give shorter texts", results.size(), size,
                    kMostMessage));
  }
  out.Put(head);
  for (const Result& result : results) {
    Entry entry = EntryOf(result);
    entry.item.text = static_cast<uint32_t>(entry.text.size());
    entry.item.reasons = static_cast<uint32_t>(result.reasons.size());
    out.Put(entry.item);
  }
  for (const Result& result : results) {
    for (const Reason& r : result.reasons) out.Put(ReasonEntry{r.weight, static_cast<uint32_t>(r.text.size()), 0});
  }
  for (const Result& result : results) {
    std::string_view text = EntryOf(result).text;
    out.Append(text.data(), text.size());
    for (const Reason& reason : result.reasons) out.Append(reason.text.data(), reason.text.size());
  }
  return absl::OkStatus();
}

template <class T>
T At(const char* bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes + index * sizeof(T), sizeof(T));
  return value;
}

// The texts of an answer, one after the other. Not thread-safe.
class TextCursor {
 public:
  explicit TextCursor(std::string_view texts) : rest_(texts) {}
  // False when fewer bytes are left, or they are not UTF-8.
  bool Take(uint64_t bytes, std::string_view& out) {
    if (bytes > rest_.size()) return false;
    out = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return IsUtf8(out);
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Walks over items and reasons once to see that all is there and within the limits.
absl::Status CheckItems(const Answer& answer, uint32_t reasons) {
  TextCursor texts(answer.texts);
  std::string_view text;
  uint32_t seen = 0;
  for (uint32_t i = 0; i < answer.items; ++i) {
    Item item = At<Item>(answer.item_bytes, i);
    if (item.text > kMostText || !texts.Take(item.text, text)) return Nonsense("gave a value that is not UTF-8");
    if (item.reasons > kMostReasons || item.reasons > reasons - seen) return Nonsense("gave too many reasons");
    for (uint32_t end = seen + item.reasons; seen < end; ++seen) {
      auto reason = At<ReasonEntry>(answer.reason_bytes, seen);
      if (!std::isfinite(reason.weight)) return Nonsense("gave a reason whose weight is not a finite number");
      if (reason.text > kMostReasonBytes || !texts.Take(reason.text, text)) {
        return Nonsense("gave a reason that is not UTF-8");
      }
    }
  }
  if (seen != reasons || !texts.empty()) return Nonsense("gave more reasons or texts than belong to its items");
  return absl::OkStatus();
}

template <class Result, class Take>
absl::Status TakeItems(const Answer& answer, std::span<Result> results, Take take) {
  TextCursor texts(answer.texts);
  std::string_view text;
  uint32_t next_reason = 0;
  for (uint32_t i = 0; i < answer.items; ++i) {
    Item item = At<Item>(answer.item_bytes, i);
    Result& result = results[i];
    texts.Take(item.text, text);
    const std::string_view value = text;
    if (item.reasons != 0) result.reasons.reserve(item.reasons);
    for (uint32_t end = next_reason + item.reasons; next_reason < end; ++next_reason) {
      auto reason = At<ReasonEntry>(answer.reason_bytes, next_reason);
      texts.Take(reason.text, text);
      result.reasons.push_back({std::string(text), reason.weight});
    }
    if (const char* fault = take(i, item, value, result); fault != nullptr) {
      return Nonsense(fmt::format("gave an item {} that {}", i, fault));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EncodeAnswer(std::span<const NormalizeResult> results, Buffer& out, bool asked_now) {
  return EncodeResults(results, out, asked_now);
}
absl::Status EncodeAnswer(std::span<const StatusResult> results, Buffer& out, bool asked_now) {
  return EncodeResults(results, out, asked_now);
}
absl::Status EncodeAnswer(std::span<const ScoreResult> results, Buffer& out, bool asked_now) {
  return EncodeResults(results, out, asked_now);
}
absl::Status EncodeAnswer(std::span<const RouteResult> results, Buffer& out, bool asked_now) {
  return EncodeResults(results, out, asked_now);
}
absl::Status EncodeAnswer(std::span<const MergeResult> results, Buffer& out, bool asked_now) {
  return EncodeResults(results, out, asked_now);
}

void EncodeFailure(const absl::Status& failure, Buffer& out) {
  std::string text = Presentable(std::string(failure.message()), kMostFailure - 8);
  out.Put(AnswerHead{static_cast<int32_t>(failure.code()), static_cast<uint32_t>(text.size()), 0, 0, 1, 0});
  out.Append(text.data(), text.size());
}

absl::StatusOr<Answer> ReadAnswer(std::span<const char> body, uint32_t items) {
  AnswerHead head;
  if (body.size() < sizeof(head)) return Nonsense("answered without a whole head");
  std::memcpy(&head, body.data(), sizeof(head));
  if (head.code < LEADLINE_OK || head.code > LEADLINE_UNAUTHENTICATED || head.message > kMostFailure) {
    return Nonsense("answered with a code that does not exist");
  }
  if (head.items != (head.code == LEADLINE_OK ? items : 0)) {
    return Nonsense(fmt::format("answered {} items, asked for {}", head.items, items));
  }
  if (head.asked_now > 1) return Nonsense("answered neither with nor without its moment");
  const uint64_t fixed = uint64_t{head.items} * sizeof(Item) + uint64_t{head.reasons} * sizeof(ReasonEntry);
  const uint64_t rest = body.size() - sizeof(head);
  if (fixed > rest || head.message > rest - fixed) return Nonsense("answered less than it says");
  Answer answer;
  answer.code = static_cast<absl::StatusCode>(head.code);
  answer.items = head.items;
  answer.asked_now = head.asked_now != 0;
  answer.item_bytes = body.data() + sizeof(head);
  answer.reason_bytes = answer.item_bytes + head.items * sizeof(Item);
  const char* message = answer.item_bytes + fixed;
  if (head.code != LEADLINE_OK) answer.message = Presentable({message, head.message}, kMostFailure);
  answer.texts = {message + head.message, static_cast<size_t>(rest - fixed - head.message)};
  RETURN_IF_ERROR(CheckItems(answer, head.reasons));
  return answer;
}

absl::Status TakeAnswer(const Answer& answer, std::span<NormalizeResult> results) {
  return TakeItems(answer, results, [](uint32_t, const Item& item, std::string_view text, NormalizeResult& result) {
    if (!(item.number >= 0 && item.number <= 1)) return "has a confidence not between 0 and 1";
    if (item.choice > 1) return "neither has a value nor has none";
    result.confidence = item.number;
    if (item.choice == 1) result.value.emplace(text);
    return static_cast<const char*>(nullptr);
  });
}

absl::Status TakeAnswer(const Answer& answer, std::span<StatusResult> results) {
  return TakeItems(answer, results, [](uint32_t, const Item& item, std::string_view, StatusResult& result) {
    if (item.choice > static_cast<uint32_t>(Verdict::kAbstain)) return "has a verdict that does not exist";
    result.verdict = static_cast<Verdict>(item.choice);
    if (result.verdict == Verdict::kDeny && result.reasons.empty()) return "is denied without a reason";
    return static_cast<const char*>(nullptr);
  });
}

absl::Status TakeAnswer(const Answer& answer, std::span<ScoreResult> results) {
  return TakeItems(answer, results, [](uint32_t, const Item& item, std::string_view, ScoreResult& result) {
    if (!std::isfinite(item.number)) return "has points that are not a finite number";
    result.points = item.number;
    return static_cast<const char*>(nullptr);
  });
}

absl::Status TakeAnswer(const Answer& answer, std::span<const RouteRequest> requests, std::span<RouteResult> results) {
  auto take = [&](uint32_t i, const Item& item, std::string_view, RouteResult& result) {
    if (item.choice == LEADLINE_ROUTE_NOBODY) {
      return result.reasons.empty() ? "has nobody without a reason" : static_cast<const char*>(nullptr);
    }
    if (item.choice >= requests[i].count) return "has a candidate that does not exist";
    result.choice = item.choice;
    return static_cast<const char*>(nullptr);
  };
  return TakeItems(answer, results, take);
}

absl::Status TakeAnswer(const Answer& answer, std::span<MergeResult> results) {
  return TakeItems(answer, results, [](uint32_t, const Item& item, std::string_view, MergeResult& result) {
    if (item.choice > static_cast<uint32_t>(Agreement::kExact)) return "has an agreement that does not exist";
    if (!std::isfinite(item.number)) return "has a weight that is not a finite number";
    result.level = static_cast<Agreement>(item.choice);
    result.weight = item.number;
    if (result.level == Agreement::kMissing && item.number != 0) return "has nothing to compare, yet a weight";
    return static_cast<const char*>(nullptr);
  });
}

}  // namespace leadline::plugin::wire
