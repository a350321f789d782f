// Where a field stands in a request, written out only when something is wrong with it.
#pragma once

#include <string>
#include <string_view>

namespace leadline::rpc {

// One step below its parent, which must outlive it: `path / "contact" / "email"` is good within one expression; a path
// that is kept is kept one step at a time. Immutable.
class FieldPath {
 public:
  FieldPath() = default;  // the request itself

  FieldPath operator/(std::string_view name) const { return FieldPath(this, name, -1); }
  FieldPath operator[](int index) const { return FieldPath(this, {}, index); }

  // "enquiry.activities[2].channel"; empty for the request itself.
  std::string ToString() const;

 private:
  FieldPath(const FieldPath* parent, std::string_view name, int index) : parent_(parent), name_(name), index_(index) {}

  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

}  // namespace leadline::rpc
