// Records, candidates and the like with random values, and whether two of them are the same.
#pragma once

#include <cmath>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "plugin/host.h"

namespace leadline::plugin {

inline bool Same(std::string_view a, std::string_view b) { return a == b; }

inline bool Same(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.len != b.len) return false;
  if (a.kind == LEADLINE_STR) return std::string_view(a.u.str, a.len) == std::string_view(b.u.str, b.len);
  if (a.kind == LEADLINE_LIST) {
    for (uint32_t i = 0; i < a.len; ++i) {
      if (!Same(a.u.list[i], b.u.list[i])) return false;
    }
    return true;
  }
  return a.u.i64 == b.u.i64;
}

inline bool Same(const Record& a, const Record& b) {
  if (a.count != b.count) return false;
  for (uint32_t i = 0; i < a.count; ++i) {
    if (!Same(a.fields[i], b.fields[i])) return false;
  }
  return true;
}

inline bool Same(const Candidate& a, const Candidate& b) {
  // All but the pointer is the same byte for byte.
  return std::string_view(a.rep_id.ptr, a.rep_id.len) == std::string_view(b.rep_id.ptr, b.rep_id.len) &&
         std::memcmp(&a.weight, &b.weight, sizeof(a) - offsetof(Candidate, weight)) == 0;
}

// Reads all that can be reached, and gives a number that depends on it.
inline size_t Touch(leadline_str text) {
  size_t sum = 0;
  for (uint64_t i = 0; i < text.len; ++i) sum += static_cast<unsigned char>(text.ptr[i]);
  return sum;
}
inline size_t Touch(const Value& value) {
  if (value.kind == LEADLINE_STR) return Touch({value.u.str, value.len});
  size_t sum = value.kind;
  for (uint32_t i = 0; value.kind == LEADLINE_LIST && i < value.len; ++i) sum += Touch(value.u.list[i]);
  return sum;
}
inline size_t Touch(const Record& record) {
  size_t sum = 0;
  for (uint32_t i = 0; i < record.count; ++i) sum += Touch(record.fields[i]);
  return sum;
}
inline size_t Touch(const RouteRequest& request) {
  size_t sum = Touch(request.record);
  for (uint32_t i = 0; i < request.count; ++i) sum += Touch(request.candidates[i].rep_id);
  return sum;
}

// Owns what its values point to. Not thread-safe.
class RandomItems {
 public:
  static constexpr size_t kFields = 5;

  explicit RandomItems(uint64_t seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }
  double Number() { return static_cast<double>(static_cast<int64_t>(Below(20'001)) - 10'000) / 8; }

  std::string_view Text() {
    static constexpr std::string_view kParts[] = {"a", "VP of ", "Geschäfts", "导", "\U0001F600", " ", "x,y;", "0"};
    std::string& text = texts_.emplace_back();
    for (size_t n = Below(6); n > 0; --n) text += kParts[Below(std::size(kParts))];
    if (Below(200) == 0) text.append(Below(100'000), 'l');
    return text;
  }

  Value Any(int depth = 0) {
    switch (Below(depth < 3 ? 7 : 6)) {
      case 1:
        return BoolValue(Below(2) == 1);
      case 2:
        return IntValue(static_cast<int64_t>(random_()));
      case 3:
        return DoubleValue(Number());
      case 4:
        return StringValue(Text());
      case 5:
        return TimeValue(static_cast<int64_t>(random_()));
      case 6: {
        std::vector<Value> items;
        for (size_t n = Below(4); n > 0; --n) items.push_back(Any(depth + 1));
        return ListValue(values_.emplace_back(std::move(items)));
      }
      default:
        return NullValue();
    }
  }

  // A record of kFields values of any kind.
  Record Row() {
    std::vector<Value> fields;
    for (size_t i = 0; i < kFields; ++i) fields.push_back(Any());
    return RecordOf(values_.emplace_back(std::move(fields)));
  }

  std::span<const Candidate> Candidates() {
    std::vector<Candidate>& out = candidates_.emplace_back();
    for (size_t n = Below(6); n > 0; --n) {
      out.push_back({StrOf(Text()), 1 + Number() * Number(), Below(3) == 0 ? std::nan("") : Number(), Number(),
                     Below(3) == 0 ? LEADLINE_TIME_NONE : static_cast<int64_t>(Below(1'000'000)),
                     static_cast<uint32_t>(Below(50)), static_cast<uint32_t>(Below(60)), static_cast<int32_t>(Below(5)),
                     static_cast<uint32_t>(Below(16))});
    }
    return out;
  }

  RouteRequest Request() {
    std::span<const Candidate> candidates = Candidates();
    return {Row(), candidates.data(), static_cast<uint32_t>(candidates.size()), 0};
  }

  // Drops all that was given out.
  void Forget() {
    texts_.clear();
    values_.clear();
    candidates_.clear();
  }

 private:
  std::mt19937_64 random_;
  std::deque<std::string> texts_;
  std::deque<std::vector<Value>> values_;
  std::deque<std::vector<Candidate>> candidates_;
};

}  // namespace leadline::plugin
