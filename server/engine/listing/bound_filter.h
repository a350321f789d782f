// A filter with its fields and values known: what it says of a record.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/records.h"
#include "engine/listing/filter.h"

namespace leadline::engine {

enum class FieldType : uint8_t {
  kText,      // only = != and :*
  kName,      // the same, of a resource name: its id
  kNumber,    // all comparisons
  kTime,      // the same
  kPosition,  // the same, of whole numbers
};

// A field that filters may ask for.
struct FieldInfo {
  std::string_view name;
  FieldType type = FieldType::kText;
  std::string_view prefix = {};  // of names: "reps/"
  bool orders = false;           // whether lists can be in its order
};

// What a record has in a field: nothing, a text, several, a number, a time.
using FieldValue = domain::AttributeValue;

struct BoundTerm {
  size_t field = 0;  // in the table of fields
  size_t at = 0;     // byte of the filter where the term's value begins
  FilterOp op = FilterOp::kEqual;
  bool negated = false;
  bool any = false;                // field:*
  std::vector<FieldValue> values;  // one of them, where there are several
  std::vector<size_t> places;      // byte of the filter where each of them is written
  // Says whether a record's value is one of `values`, where that is more than the same text. May be empty.
  std::function<bool(const FieldValue&)> same = {};

  // Whether it asks for records with one of these values, none of them empty: what an index can give.
  bool Picks() const;
};

// INVALID_ARGUMENT on the field "filter" for a field that there is not, and for a value or comparison that is not the
// field's.
absl::StatusOr<std::vector<BoundTerm>> BindFilter(std::string_view filter, const std::vector<FilterTerm>& terms,
                                                  std::span<const FieldInfo> fields);
// Whether the term holds of a record that has this value in its field. Comparisons of size never hold of nothing.
bool Holds(const BoundTerm& term, const FieldValue& value);
// For orders: of a number or a time; nothing counts as 0.
double NumberOf(const FieldValue& value);

struct ListOrder {
  size_t field = 0;
  bool descending = false;
};
// `text` is not empty. INVALID_ARGUMENT on the field "order_by".
absl::StatusOr<ListOrder> ParseOrder(std::string_view text, std::span<const FieldInfo> fields);

}  // namespace leadline::engine
