// What all people of an account score together, and what products they are interested in: a fold over the people. Pure
// functions over plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/micro_points.h"
#include "domain/records.h"

namespace leadline::domain {

// How an account scores.
struct AccountScorePolicy {
  // Dimensions of points that each person brings: they are summed over the people.
  std::vector<std::string> people;
  // Dimensions of what is said of the company, and so of each of its people: the most that one of them has counts.
  std::vector<std::string> once;
  struct ProductInterest {
    Duration half_life = 0;  // of what an interaction with the product counts, which is 1 on its day
    double at_least = 0;     // from so much on the account is interested; above 0
  };
  std::optional<ProductInterest> product_interest;  // nothing: products are not looked at
  std::string fingerprint;                          // of all this

  // Whether the points of the dimension count towards an account's score.
  bool Counts(std::string_view dimension) const;
  // What of a person's score may count, in points.
  double PointsOf(const Score& score) const;
  // Whether two scores of a person bring an account the same.
  bool SameFor(const Score& a, const Score& b) const;
};

// Interactions of one day with one product.
struct Research {
  std::string product;  // empty: with none, and so of no interest
  int64_t day = 0;      // DayOf its time
  int64_t interactions = 0;
};

// What a person brings.
struct AccountPerson {
  DimensionPoints points;  // the person's own, central
  // Whether the person did anything. Of others, such as of bought lists, nothing counts: an account that nobody of has
  // shown an interest would grow with each list.
  bool interacted = false;
  std::vector<Research> research;  // none of a later day than the fold's; days and products may come several times
};

// Sums are taken over whole millionths: whatever order people come in, the result is the same, and the fold over the
// people of two accounts is that of both. What a product counts decays as 2^(-age / half_life), by whole days of the
// calendar. Not thread-safe; the policy must outlive it.
class AccountFold {
 public:
  static constexpr size_t kMostProducts = 32;

  AccountFold(const AccountScorePolicy& policy, Time now) : policy_(policy), now_(now) {}

  void Add(const AccountPerson& person);

  // Nothing when nobody did anything. `left_out` and `position` are the caller's to set.
  std::optional<AccountScore> Score() const;
  // When time alone may next change which products are of interest, or earlier: the beginning of a later day. 0: never.
  Time Next() const;

 private:
  struct Sum {
    std::string_view product;
    MicroPoints points = 0;
  };
  // Of interest, the most first, then by name; at most kMostProducts.
  std::vector<Sum> Interests() const;

  const AccountScorePolicy& policy_;
  const Time now_;
  int64_t people_ = 0;
  std::map<std::string, MicroPoints, std::less<>> dimensions_;  // with a 0 where points of it were seen
  std::map<std::string, MicroPoints, std::less<>> products_;
};

}  // namespace leadline::domain
