// Where a field stands in a request, written out only when something is wrong with it.
#pragma once

#include <string>
#include <string_view>

namespace leadline {

// One step below its parent, which must outlive it: `path / "contact" / "email"` is good within one expression; a path
// that is kept is kept one step at a time, and so are the names. Immutable.
class FieldPath {
 public:
  FieldPath() = default;  // the request itself

  FieldPath operator/(std::string_view name) const { return FieldPath(this, Step::kField, name, 0); }
  FieldPath operator[](int index) const { return FieldPath(this, Step::kIndex, {}, index); }
  // The entry of a map.
  FieldPath Key(std::string_view key) const { return FieldPath(this, Step::kKey, key, 0); }

  // "enquiry.activities[2].channel", "lead.attributes["budget"]"; empty for the request itself.
  std::string ToString() const;

 private:
  enum class Step { kField, kIndex, kKey };
  FieldPath(const FieldPath* parent, Step step, std::string_view name, int index)
      : parent_(parent), step_(step), name_(name), index_(index) {}

  const FieldPath* parent_ = nullptr;
  Step step_ = Step::kField;
  std::string_view name_;
  int index_ = 0;
};

}  // namespace leadline
