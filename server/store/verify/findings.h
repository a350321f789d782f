// Differences being collected, and how values are compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/records.h"
#include "domain/rollout.h"
#include "store/verify/difference.h"

namespace leadline::store {

// Events or records that are read at a time.
inline constexpr int kVerifyPage = 500;

// Of one tenant. Not thread-safe.
class Findings {
 public:
  Findings(std::string_view tenant, const OnDifference& found, VerifyCounts& counts)
      : tenant_(tenant), found_(found), counts_(counts) {}

  VerifyCounts& counts() { return counts_; }
  void Add(std::string what, std::string_view field, std::string stored, std::string told) {
    ++counts_.differences;
    found_(Difference{tenant_, std::move(what), std::string(field), std::move(stored), std::move(told)});
  }

  // These add a difference for each field that is another one.
  void Compare(const std::string& what, const domain::Account& stored, const domain::Account& told);
  void Compare(const std::string& what, const domain::Contact& stored, const domain::Contact& told);
  void Compare(const std::string& what, const domain::Lead& stored, const domain::Lead& told);
  void Compare(const std::string& what, const domain::Activity& stored, const domain::Activity& told);
  void Compare(const std::string& what, const domain::MergeRecord& stored, const domain::MergeRecord& told);
  void Compare(const std::string& what, const domain::RepState& stored, const domain::RepState& told);
  // Null: there is none.
  void Compare(const std::string& what, std::string_view field, const domain::SlaClock* stored,
               const domain::SlaClock* told);
  void Compare(const std::string& what, std::string_view field, const domain::PoolState* stored,
               const domain::PoolState* told);
  // Both as WithoutProgress gives them.
  void Compare(const std::string& what, const domain::Rollout& stored, const domain::Rollout& told);
  void CompareCount(const std::string& what, std::string_view field, int64_t stored, int64_t told);

 private:
  void AddChanges(const std::string& what, const std::vector<domain::FieldChange>& changes);
  void CompareScore(const std::string& what, const domain::Score& stored, const domain::Score& told);
  template <typename T, typename Show>
  void CompareAs(const std::string& what, std::string_view field, const T& stored, const T& told, Show show) {
    if (!(stored == told)) Add(what, field, show(stored), show(told));
  }
  void CompareText(const std::string& what, std::string_view field, const std::string& stored, const std::string& told);
  void CompareTime(const std::string& what, std::string_view field, Time stored, Time told);

  const std::string tenant_;
  const OnDifference& found_;
  VerifyCounts& counts_;
};

}  // namespace leadline::store
