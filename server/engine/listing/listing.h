// Lists of leads, contacts and accounts: filtered by a part of AIP-160, ordered as AIP-132 says, page by page, at a
// cost that does not grow with what is stored. Free functions over EngineOptions; thread-safe, and block on the store's
// reader.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/records.h"
#include "engine/engine.h"

namespace leadline::engine {

struct ListRequest {
  std::string filter;  // engine/listing/filter.h; empty: all
  // A field that orders, with " desc" for the falling order; ties by id. Empty: "create_time desc", or
  // "change_position" where the filter says above which one.
  std::string order_by;
  std::string cursor;  // `next` of the page before; empty: the first page
  int page_size = 50;  // 1 to kMostPageSize
  bool count = false;  // tell total_size where it is cheap
};

template <typename T>
struct Listed {
  T record;
  // The number of the last transaction of the ledger that has an event of it (domain::TransactionAt of the event's
  // position): grows with every change of the record, and in commit order over all records. 0: no event tells of it.
  int64_t change_position = 0;
};

template <typename T>
struct ListPage {
  std::vector<Listed<T>> items;
  std::string next;                   // empty: this is the last page
  bool scan_limit_reached = false;    // so many records were looked at that the page ends early: go on with `next`
  std::optional<int64_t> total_size;  // of all pages; only if asked for, of one indexed term at most, and up to
                                      // kMostCounted
};

// Asked of each record of a page before it is added, in order: no ends the page without it, unless it is the first. For
// pages that may have so many bytes. May be empty.
template <typename T>
using Fits = std::function<bool(const Listed<T>&)>;

inline constexpr int kMostPageSize = 1000;
inline constexpr int kMostBatchGet = 1000;
// How many records, or transactions of the ledger, are looked at for one page.
inline constexpr int kScanBudget = 20'000;
// How many records are sorted for an order that no index has.
inline constexpr int kMostSorted = 10'000;
inline constexpr int kMostCounted = 20'000;

// Merged records are left out, but in the order of change_position: so a client that keeps a copy hears of them. There
// a page holds whole transactions, and may be longer than page_size by the rest of one; whoever asks again above the
// last position that it saw has missed nothing.
//
// An index serves these; other terms filter what it finds, up to kScanBudget records a page:
//   leads     all, status, region, assignee, account, contact, in the order of create_time; hold_queue of hold_time;
//             status of score; all of change_position; attributes.external_id, in any order; and in any order
//             assignee, account, contact and hold_queue where they have up to kMostSorted leads
//   contacts  all and account in the order of create_time; all of change_position; email, phone in any order; account
//             in any order where it has up to kMostSorted
//   accounts  all in the order of create_time or change_position; domain in any order
//
// INVALID_ARGUMENT on the field "filter", "order_by" or "page_size", and without a field for a cursor that is not one
// of the same list with the same filter and order.
absl::StatusOr<ListPage<domain::Lead>> ListLeads(const EngineOptions& options, const CallContext& context,
                                                 const ListRequest& request, const Fits<domain::Lead>& fits = {});
absl::StatusOr<ListPage<domain::Contact>> ListContacts(const EngineOptions& options, const CallContext& context,
                                                       const ListRequest& request,
                                                       const Fits<domain::Contact>& fits = {});
absl::StatusOr<ListPage<domain::Account>> ListAccounts(const EngineOptions& options, const CallContext& context,
                                                       const ListRequest& request,
                                                       const Fits<domain::Account>& fits = {});

// The records of these resource names, in this order, as they stand at one moment: a merged one as what it was merged
// into. At least one name and at most kMostBatchGet; INVALID_ARGUMENT on the field "names" for none or more, and for
// what is no such name. NOT_FOUND names the first that there is not.
absl::StatusOr<std::vector<Listed<domain::Lead>>> BatchGetLeads(const EngineOptions& options,
                                                                const CallContext& context,
                                                                std::span<const std::string> names);
absl::StatusOr<std::vector<Listed<domain::Contact>>> BatchGetContacts(const EngineOptions& options,
                                                                      const CallContext& context,
                                                                      std::span<const std::string> names);
absl::StatusOr<std::vector<Listed<domain::Account>>> BatchGetAccounts(const EngineOptions& options,
                                                                      const CallContext& context,
                                                                      std::span<const std::string> names);

}  // namespace leadline::engine
