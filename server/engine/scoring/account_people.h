// The people of an account, as scoring the account reads them.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/account/account_score.h"
#include "domain/records.h"
#include "packs/rule_set.h"
#include "store/store.h"

namespace leadline::engine {

// An account is scored over so many of its people: those whose own points that count are the most.
inline constexpr size_t kMostPeopleOfAccount = 2'000;
// They are looked for among so many contacts, the newest.
inline constexpr size_t kMostContactsOfAccount = 20'000;
// Of a person with very many activities, so many of the newest are looked at for products, but whole days.
inline constexpr int64_t kMostResearchOfPerson = 200;

struct AccountToday {
  domain::Account account;
  std::optional<domain::AccountScore> score;  // as of now, and of the last event that the reader sees
  Time next = 0;                              // when time alone may change it, or earlier; 0: never
};

// What the account's people come to at `now`: those of the account and of all that was merged into it, without whoever
// was merged into another person, or erased. Reads nothing but what the view of `reader` shows. Of an account that was
// merged, `account.merged_into` is set, and nothing else was done.
absl::StatusOr<AccountToday> ScoreAccount(store::Reader& reader, const domain::AccountScorePolicy& policy,
                                          const packs::ResponseKinds& responses, const std::string& id, Time now);

}  // namespace leadline::engine
