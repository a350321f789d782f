// Which index serves a list, and what it is refused for where none does.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/listing/bound_filter.h"
#include "store/store.h"

namespace leadline::engine {

// A field by whose value an index finds records.
struct IndexRule {
  std::string_view field;
  store::IdScan::By by = store::IdScan::By::kEverything;
  std::string_view order;  // in which the index has them
  bool sorts = false;      // up to kMostSorted of them are sorted for any other order
  bool key = false;        // found by a blocking key, in no order; `by` and `order` say nothing then
};

// What kind of list it is.
struct ListShape {
  domain::RecordKind kind = domain::RecordKind::kLead;
  std::string_view plural;  // "leads"
  std::span<const FieldInfo> fields;
  std::span<const IndexRule> rules;  // in the order in which they are preferred
};

// Numbers or times between which a field must be.
struct FieldBounds {
  std::optional<double> low, high;
  bool low_included = false, high_included = false;
  bool any() const { return low.has_value() || high.has_value(); }
};
FieldBounds BoundsOf(std::span<const BoundTerm> terms, size_t field);
// "create_time", ...; the number of fields when there is none.
size_t FieldNamed(std::span<const FieldInfo> fields, std::string_view name);

// Where the records of a list come from.
struct ListSource {
  enum class From : uint8_t {
    kScans,    // `scans`, which all are in the list's order
    kSorted,   // `scans` and `ids`, which are to be sorted
    kChanges,  // the ledger
  };
  From from = From::kScans;
  std::vector<store::IdScan> scans;
  std::vector<std::string> ids;
  bool countable = false;  // the only scan gives the list, without looking at any record
};

// Ids of the records that a term with a key may pick; what they are is still to be seen.
using IdsOfKey = std::function<absl::StatusOr<std::vector<std::string>>(const BoundTerm& term)>;

// INVALID_ARGUMENT on "filter" or "order_by", with what to add, where no index serves the list.
absl::StatusOr<ListSource> PlanList(store::Reader& reader, const ListShape& shape, std::span<const BoundTerm> terms,
                                    const ListOrder& order, const IdsOfKey& ids_of_key);

// Scans in one order as one, each place once. Not thread-safe; lives no longer than the reader.
class MergedScans {
 public:
  // `stretch`: how many places of each are read at a time.
  MergedScans(store::Reader& reader, std::vector<store::IdScan> scans, int stretch);
  // The next place; nothing at the end.
  absl::StatusOr<std::optional<store::ListPlace>> Next();

 private:
  struct Stream {
    store::IdScan scan;
    std::vector<store::ListPlace> places;
    size_t next = 0;
    bool ended = false;
  };
  absl::Status Fill(Stream& stream);

  store::Reader& reader_;
  std::vector<Stream> streams_;
  const int stretch_;
  std::optional<store::ListPlace> last_;
};

}  // namespace leadline::engine
