// Which types fit where, and what the type parameters must then be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/type.h"

namespace leadline::cel {

// Not thread-safe: one per compilation.
class TypeSolver {
 public:
  Type Fresh() {
    bindings_.emplace_back();
    return Type::Variable(static_cast<int32_t>(bindings_.size()) - 1);
  }
  // A bound parameter's type; others as they are. Looks at the top only.
  Type Resolve(Type type) const;
  // Without any parameters: those still free become dyn.
  Type Finish(const Type& type) const;
  // Whether a `from` may stand where `to` is wanted; binds parameters.
  bool Assign(const Type& from, const Type& to);
  // The least type that all of `types` fit, which are at least one, in whatever order they stand; none if they do not
  // go together. dyn goes with all; null with what may be absent. Binds parameters, or none when there is no such type.
  std::optional<Type> JoinAll(std::span<const Type> types);
  std::optional<Type> Join(const Type& a, const Type& b);
  // `type` with its named parameters replaced; `names` remembers which by what.
  Type Instantiate(const Type& type, std::vector<std::pair<std::string_view, Type>>& names);

  size_t Mark() const { return trail_.size(); }
  void Undo(size_t mark);

 private:
  bool AssignVariable(int32_t variable, const Type& other, bool other_is_source);
  bool AssignParameters(const Type& from, const Type& to);
  bool Occurs(int32_t variable, const Type& in) const;
  std::optional<Type> JoinEach(std::span<const Type> types);
  std::optional<Type> JoinOfOneKind(std::span<const Type> types);
  Type General(const Type& a, const Type& b) const;
  void Bind(int32_t variable, Type type);
  template <typename F>
  static Type MapParameters(const Type& type, F&& f);

  std::vector<std::optional<Type>> bindings_;
  std::vector<std::pair<int32_t, std::optional<Type>>> trail_;
};

}  // namespace leadline::cel
