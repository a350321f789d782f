// Points by scoring dimension.
#pragma once

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline::domain {

// A map from dimension to points, ascending by name, in one piece of memory: a score has a handful of dimensions, is
// made for every record and copied with it. Not thread-safe.
class DimensionPoints {
 public:
  using mapped_type = double;
  using value_type = std::pair<std::string, double>;
  using const_iterator = std::vector<value_type>::const_iterator;

  DimensionPoints() = default;
  DimensionPoints(std::initializer_list<value_type> items) {
    for (const value_type& item : items) (*this)[item.first] = item.second;
  }

  const_iterator begin() const { return items_.begin(); }
  const_iterator end() const { return items_.end(); }
  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void clear() { items_.clear(); }

  // The points of a dimension; a new one has 0.
  double& operator[](std::string_view name) {
    auto at = std::lower_bound(items_.begin(), items_.end(), name, Before);
    if (at == items_.end() || at->first != name) at = items_.emplace(at, name, 0.0);
    return at->second;
  }
  // The dimension must be there.
  double at(std::string_view name) const {
    const auto at = std::lower_bound(items_.begin(), items_.end(), name, Before);
    assert(at != items_.end() && at->first == name);
    return at->second;
  }

  // end() when there is no such dimension.
  const_iterator find(std::string_view name) const {
    const auto at = std::lower_bound(items_.begin(), items_.end(), name, Before);
    return at != items_.end() && at->first == name ? at : items_.end();
  }

  // As many dimensions as given, to be set by Set(): keeps the memory of those that were there.
  void Resize(size_t count) { items_.resize(count); }
  // The `place`-th by name. The caller keeps the order.
  void Set(size_t place, std::string_view name, double points) {
    items_[place].first.assign(name);
    items_[place].second = points;
  }

  bool operator==(const DimensionPoints&) const = default;

 private:
  static bool Before(const value_type& item, std::string_view name) { return item.first < name; }
  std::vector<value_type> items_;
};

}  // namespace leadline::domain
