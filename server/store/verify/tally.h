// Sums by which two passes in different orders are compared without holding either. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "domain/records.h"

namespace leadline::store {

// A set of texts, by its number and the sum of their hashes. Each is added once. Two sets with the same sum are equal,
// but for a chance of one in 2^64.
class SetSum {
 public:
  void Add(std::string_view item) {
    ++count_;
    sum_ += std::hash<std::string_view>()(item);
  }
  int64_t count() const { return count_; }
  bool operator==(const SetSum&) const = default;

 private:
  int64_t count_ = 0;
  uint64_t sum_ = 0;
};

// No id holds the separator.
inline std::string PairOf(std::string_view a, std::string_view b) { return std::string(a).append(1, '\x1f').append(b); }

// What a list rests on, as the records name it and as the lists give it: pairs of an owner and its member.
struct ListSums {
  SetSum named;
  SetSum listed;
};

using Counts = std::map<std::string, int64_t>;

// What all records together say.
struct Tally {
  SetSum events;  // of accounts, contacts and leads
  ListSums contacts_of_leads, leads_of_accounts, contacts_of_accounts, activities_of_contacts;
  ListSums leads_by_score;                                      // unmerged ones, with their status and score
  Counts leads_by_status, contacts_by_status, leads_by_region;  // unmerged ones
  Counts leads_by_queue, longest_in_queue;                      // the same; since when, in microseconds
  Counts open_leads;                                            // by rep
  // Rows that were found by their records.
  int64_t activities = 0, merges = 0, activity_tallies = 0;
  int64_t external_ids = 0;  // of leads, merged ones too
};

// How a lead is named in Tally::leads_by_score.
inline std::string ScoredLead(std::string_view status, double score, std::string_view id) {
  return PairOf(PairOf(status, std::to_string(score)), id);
}

// How an event is named in Tally::events.
inline std::string EventName(const domain::RecordRef& record, int64_t sequence, int64_t position) {
  return PairOf(ResourceName(record), std::to_string(sequence) + "@" + std::to_string(position));
}

}  // namespace leadline::store
