#include "domain/linkage/edit_distance.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/container/inlined_vector.h"

namespace leadline::linkage {

int EditDistance(std::string_view a, std::string_view b, int most) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > static_cast<size_t>(most)) return most + 1;
  if (b.empty()) return static_cast<int>(a.size());
  using Row = absl::InlinedVector<int, 64>;
  Row before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = static_cast<int>(i);
    int least = now[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
      least = std::min(least, now[j]);
    }
    if (least > most) return most + 1;
    std::swap(before, last);
    std::swap(last, now);
  }
  return std::min(last[b.size()], most + 1);
}

}  // namespace leadline::linkage
