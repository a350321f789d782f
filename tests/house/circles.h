// Circles among things that use one another: files that include each other, modules, rooms.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace leadline::house {

// Who uses whom. Not thread-safe.
class UseGraph {
 public:
  // `from` uses `to`; `where` says in which line: "a.cc:3: #include \"b.h\"". What uses itself is no circle.
  void Add(const std::string& from, const std::string& to, const std::string& where);
  size_t edge_count() const;

  // Things of which each uses each, directly or by others.
  struct Circle {
    std::set<std::string> members;
    std::vector<std::string> path;  // a shortest way round, from one member back to it: "a -> b: a.cc:3: #include ..."
    std::string Text() const;
  };
  // All of them, by their first member; empty when the arrows point one way.
  std::vector<Circle> Circles() const;

 private:
  using Members = std::set<std::string>;
  Members ReachableFrom(const std::string& start) const;
  std::vector<std::string> ShortestWayRound(const std::string& start, const Members& within) const;

  std::map<std::string, std::map<std::string, std::string>> uses_;  // to whom, and the first line that says so
};

}  // namespace leadline::house
