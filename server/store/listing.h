// What lists are made of: ids in the order of an index, a stretch at a time. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/records.h"

namespace leadline::store {

// Where a record stands in an order: by the number that the order goes by (0 where it goes by id alone), then by id,
// in the order of ids that the store has: texts, and UUIDs after all others.
struct ListPlace {
  double number = 0;
  std::string id;
  bool operator==(const ListPlace&) const = default;
};
// Stands after every id; the empty text stands before all.
inline constexpr std::string_view kAfterAllIds = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
// The order in which the store has ids: UUIDs, which it keeps as bytes, after all other texts.
bool StoredBefore(std::string_view a, std::string_view b);
// Whether `a` stands before `b` where the order grows.
bool StandsBefore(const ListPlace& a, const ListPlace& b);

// A list that an index serves. What is merged is left out, but of accounts.
struct IdScan {
  enum class By : uint8_t {
    kEverything,     // of leads, contacts and accounts; as are the next ones, in the order of ids
    kStatus,         // of leads
    kRegion,         // of leads
    kAssignee,       // of leads; not of nobody
    kAccount,        // of leads and contacts; not of none
    kContact,        // of leads that name the contact
    kQueueByHold,    // of leads, in the order of the time since when they are held
    kStatusByScore,  // of leads, in the order of their scores' totals
  };
  domain::RecordKind kind = domain::RecordKind::kLead;
  By by = By::kEverything;
  std::string value;  // of the status, region, ...
  bool descending = false;
  // Only what stands between these two, neither included.
  std::optional<ListPlace> low, high;
};

// A record and the last transaction of the ledger that has an event of it.
struct RecordChange {
  int64_t number = 0;
  std::string id;
  bool operator==(const RecordChange&) const = default;
};
struct ChangePage {
  std::vector<RecordChange> items;  // in the order of their transactions, then of their ids as texts
  int64_t through = 0;              // the last transaction that was looked at
  int64_t looked_at = 0;            // how many were
  bool end = false;                 // there was none after it
};

// The attribute by which a lead is known elsewhere, and the key under which its leads are found
// (Reader::RecordsOfKey). Empty: the lead has none.
inline constexpr std::string_view kExternalId = "external_id";
std::string ExternalIdKey(const domain::Lead& lead);
std::string ExternalIdKey(std::string_view external_id);
// The score by which leads of a status are listed.
double ListedScore(const domain::Lead& lead);

}  // namespace leadline::store
