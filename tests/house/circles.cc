#include "tests/house/circles.h"

#include <algorithm>
#include <deque>

#include "fmt/format.h"

namespace leadline::house {

void UseGraph::Add(const std::string& from, const std::string& to, const std::string& where) {
  if (from != to) uses_[from].emplace(to, where);
}

size_t UseGraph::edge_count() const {
  size_t count = 0;
  for (const auto& [from, targets] : uses_) count += targets.size();
  return count;
}

std::string UseGraph::Circle::Text() const {
  std::string text = fmt::format("{} use each other:\n", fmt::join(members, ", "));
  for (const std::string& step : path) text += fmt::format("  {}\n", step);
  return text;
}

UseGraph::Members UseGraph::ReachableFrom(const std::string& start) const {
  Members reached;
  std::deque<std::string> open = {start};
  while (!open.empty()) {
    auto uses = uses_.find(open.front());
    open.pop_front();
    if (uses == uses_.end()) continue;
    for (const auto& [to, where] : uses->second) {
      if (reached.insert(to).second) open.push_back(to);
    }
  }
  return reached;
}

std::vector<std::string> UseGraph::ShortestWayRound(const std::string& start, const Members& within) const {
  std::map<std::string, std::string> came_from;
  std::deque<std::string> open = {start};
  while (!open.empty() && !came_from.contains(start)) {
    std::string from = open.front();
    open.pop_front();
    for (const auto& [to, where] : uses_.at(from)) {
      if (within.contains(to) && came_from.emplace(to, from).second) open.push_back(to);
    }
  }
  std::vector<std::string> steps;
  std::string at = start;
  do {
    const std::string& from = came_from.at(at);
    steps.push_back(fmt::format("{} -> {}: {}", from, at, uses_.at(from).at(at)));
    at = from;
  } while (at != start);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::vector<UseGraph::Circle> UseGraph::Circles() const {
  std::map<std::string, Members> reachable;
  for (const auto& [from, targets] : uses_) reachable[from] = ReachableFrom(from);
  std::vector<Circle> circles;
  Members known;
  for (const auto& [name, reached] : reachable) {
    if (!reached.contains(name) || known.contains(name)) continue;
    Circle circle;
    for (const std::string& other : reached) {
      if (auto back = reachable.find(other); back != reachable.end() && back->second.contains(name))
        circle.members.insert(other);
    }
    known.insert(circle.members.begin(), circle.members.end());
    for (const std::string& member : circle.members) {
      std::vector<std::string> path = ShortestWayRound(member, circle.members);
      if (circle.path.empty() || path.size() < circle.path.size()) circle.path = std::move(path);
    }
    circles.push_back(std::move(circle));
  }
  return circles;
}

}  // namespace leadline::house
