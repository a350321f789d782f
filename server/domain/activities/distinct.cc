#include "domain/activities/distinct.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace leadline::domain {
namespace {

// A total order on everything an activity holds, so that which of two with one id comes first does not depend on the
// order they were given in.
bool Earlier(const Activity& a, const Activity& b) {
  if (a.time != b.time) return a.time < b.time;
  return std::tie(a.id, a.channel, a.investment, a.response, a.product, a.lead_id, a.contact_id, a.account_id,
                  a.subject) < std::tie(b.id, b.channel, b.investment, b.response, b.product, b.lead_id, b.contact_id,
                                        b.account_id, b.subject);
}

// Most records have few activities: each pair is compared by a few bytes, which costs less than to hash the ids.
// Whether an id may be there twice.
bool MayRepeat(std::span<const Activity> activities, const std::vector<int>& order) {
  constexpr size_t kFew = 16;
  if (order.size() > kFew) return true;
  std::array<uint64_t, kFew> marks;
  size_t count = 0;
  for (const int i : order) {
    const std::string& id = activities[static_cast<size_t>(i)].id;
    if (id.empty()) continue;
    uint64_t mark = 0;  // ids differ at their ends
    const size_t bytes = std::min(sizeof(mark), id.size());
    std::memcpy(&mark, id.data() + id.size() - bytes, bytes);
    for (size_t k = 0; k < count; ++k) {
      if (marks[k] == mark) return true;
    }
    marks[count++] = mark;
  }
  return false;
}

// Drops later activities with an id that was there before. Ids are compared by hash first.
void DropRepeated(std::span<const Activity> activities, std::vector<int>& order) {
  thread_local std::vector<std::pair<size_t, int>> hashes;  // kept for its room
  hashes.clear();
  for (size_t i = 0; i < order.size(); ++i) {
    const std::string& id = activities[static_cast<size_t>(order[i])].id;
    if (!id.empty()) hashes.emplace_back(std::hash<std::string_view>{}(id), static_cast<int>(i));
  }
  std::sort(hashes.begin(), hashes.end());
  bool repeated = false;
  auto id_at = [&](int at) -> const std::string& {
    return activities[static_cast<size_t>(order[static_cast<size_t>(at)])].id;
  };
  // Equal hashes stand together, earliest first; different ids with one hash are told apart within the run.
  for (size_t begin = 0, end = 0; begin < hashes.size(); begin = end) {
    for (end = begin + 1; end < hashes.size() && hashes[end].first == hashes[begin].first; ++end) {
      for (size_t k = begin; k < end; ++k) {
        if (hashes[k].second < 0 || id_at(hashes[k].second) != id_at(hashes[end].second)) continue;
        hashes[end].second = -1 - hashes[end].second;
        repeated = true;
        break;
      }
    }
  }
  if (!repeated) return;
  for (const auto& [hash, at] : hashes) {
    if (at < 0) order[static_cast<size_t>(-1 - at)] = -1;
  }
  std::erase(order, -1);
}

}  // namespace

void OrderDistinct(std::span<const Activity> activities, Time now, std::vector<int>& order) {
  order.clear();
  for (size_t i = 0; i < activities.size(); ++i) {
    if (activities[i].time <= now) order.push_back(static_cast<int>(i));
  }
  auto earlier = [&](int a, int b) {
    return Earlier(activities[static_cast<size_t>(a)], activities[static_cast<size_t>(b)]);
  };
  if (!std::is_sorted(order.begin(), order.end(), earlier)) std::stable_sort(order.begin(), order.end(), earlier);
  if (order.size() > 1 && MayRepeat(activities, order)) DropRepeated(activities, order);
}

}  // namespace leadline::domain
