// Evaluation of comprehensions and cel.bind.
#include <vector>

#include "cel/code.h"

namespace leadline::cel {

namespace {

// The range of a loop and its variables.
class Loop {
 public:
  Loop(const Node& n, Frame& f) : n_(n), f_(f), range_(Run(*n.a, f)) {
    if (range_.is_list()) {
      size_ = range_.as_list().size();
    } else if (range_.is_map()) {
      size_ = range_.as_map().size();
    } else {
      fault_ = range_.is_error() ? range_ : OperandError(n, f, {&range_, 1});
    }
  }

  bool failed() const { return fault_.is_error(); }
  const Value& fault() const { return fault_; }
  size_t size() const { return size_; }

  // The loop variable as map() and filter() see it.
  const Value& first(size_t i) const { return range_.is_list() ? range_.as_list()[i] : range_.as_map()[i].key; }
  Value key(size_t i) const { return range_.is_list() ? Value::Int(static_cast<int64_t>(i)) : range_.as_map()[i].key; }

  // Sets the variables for round i; false when the fuel is spent.
  bool Enter(size_t i) {
    if (--f_.fuel < 0) {
      fault_ = Value::Error(ErrorCode::kOutOfFuel, "the expression runs too long");
      return false;
    }
    if (n_.local2 < 0) {
      f_.locals[n_.local] = first(i);
    } else {
      f_.locals[n_.local] = key(i);
      f_.locals[n_.local2] = range_.is_list() ? range_.as_list()[i] : range_.as_map()[i].value;
    }
    return true;
  }

  // Whether the condition `node` holds; false also on a fault, which stays in fault().
  bool Holds(const Node& node) {
    const Value v = Run(node, f_);
    if (v.is_bool()) return v.as_bool();
    fault_ = ConditionError(node, f_, v);
    return false;
  }

  // Whether round i counts: entered, and the filter holds.
  bool EnterFiltered(size_t i) { return Enter(i) && (n_.b == nullptr || Holds(*n_.b)); }

 private:
  const Node& n_;
  Frame& f_;
  Value range_;
  Value fault_;
  size_t size_ = 0;
};

// all() and exists(): the value `stop` of any round decides; otherwise a fault of any round is the result.
template <bool stop>
Value EvalQuantifier(const Node& n, Frame& f) {
  Loop loop(n, f);
  if (loop.failed()) return loop.fault();
  Value fault = Value::Bool(!stop);
  for (size_t i = 0; i < loop.size(); ++i) {
    if (!loop.Enter(i)) return loop.fault();
    const Value v = Run(*n.c, f);
    if (v.is_bool()) {
      if (v.as_bool() == stop) return v;
    } else if (!fault.is_error()) {
      fault = ConditionError(*n.c, f, v);
    }
    if (v.is_error() && v.error_code() == ErrorCode::kOutOfFuel) return v;
  }
  return fault;
}

Value EvalExistsOne(const Node& n, Frame& f) {
  Loop loop(n, f);
  size_t found = 0;
  for (size_t i = 0; i < loop.size(); ++i) {
    if (loop.Enter(i) && loop.Holds(*n.c)) ++found;
    if (loop.failed()) return loop.fault();
  }
  return loop.failed() ? loop.fault() : Value::Bool(found == 1);
}

Value EvalMapItems(const Node& n, Frame& f) {
  Loop loop(n, f);
  if (loop.failed()) return loop.fault();
  Value* out = f.arena->NewArray<Value>(loop.size());
  size_t count = 0;
  for (size_t i = 0; i < loop.size(); ++i) {
    if (loop.EnterFiltered(i)) {
      out[count] = Run(*n.c, f);
      if (out[count].is_error()) return out[count];
      ++count;
    }
    if (loop.failed()) return loop.fault();
  }
  return Value::List({out, count});
}

Value EvalFilter(const Node& n, Frame& f) {
  Loop loop(n, f);
  if (loop.failed()) return loop.fault();
  Value* out = f.arena->NewArray<Value>(loop.size());
  size_t count = 0;
  for (size_t i = 0; i < loop.size(); ++i) {
    if (loop.Enter(i) && loop.Holds(*n.c)) out[count++] = loop.first(i);
    if (loop.failed()) return loop.fault();
  }
  return Value::List({out, count});
}

Value EvalTransformMap(const Node& n, Frame& f) {
  Loop loop(n, f);
  if (loop.failed()) return loop.fault();
  MapEntry* out = f.arena->NewArray<MapEntry>(loop.size());
  size_t count = 0;
  for (size_t i = 0; i < loop.size(); ++i) {
    if (loop.EnterFiltered(i)) {
      const Value v = Run(*n.c, f);
      if (v.is_error()) return v;
      out[count++] = {loop.key(i), v};
    }
    if (loop.failed()) return loop.fault();
  }
  return MakeMap({out, count}, *f.arena);
}

Value EvalTransformMapEntry(const Node& n, Frame& f) {
  Loop loop(n, f);
  if (loop.failed()) return loop.fault();
  std::vector<MapEntry> all;
  for (size_t i = 0; i < loop.size(); ++i) {
    if (loop.EnterFiltered(i)) {
      const Value v = Run(*n.c, f);
      if (!v.is_map()) return v.is_error() ? v : OperandError(n, f, {&v, 1});
      all.insert(all.end(), v.as_map().begin(), v.as_map().end());
    }
    if (loop.failed()) return loop.fault();
  }
  MapEntry* out = f.arena->NewArray<MapEntry>(all.size());
  std::copy(all.begin(), all.end(), out);
  return MakeMap({out, all.size()}, *f.arena);
}

}  // namespace

// An error in the initial value shows where the variable is used.
Value EvalBind(const Node& n, Frame& f) {
  f.locals[n.local] = Run(*n.a, f);
  return Run(*n.b, f);
}

Eval LoopEval(Macro macro) {
  switch (macro) {
    case Macro::kAll:
      return EvalQuantifier<false>;
    case Macro::kExists:
      return EvalQuantifier<true>;
    case Macro::kExistsOne:
      return EvalExistsOne;
    case Macro::kFilter:
      return EvalFilter;
    case Macro::kTransformMap:
      return EvalTransformMap;
    case Macro::kTransformMapEntry:
      return EvalTransformMapEntry;
    default:
      return EvalMapItems;
  }
}

}  // namespace leadline::cel
