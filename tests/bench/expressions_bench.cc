// Single expressions in process: how long one evaluation takes, beside the same condition written in C++, and how long
// compiling takes. The answers of both are compared before anything is timed.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cel/program.h"
#include "fmt/format.h"
#include "tests/bench/figure.h"
#include "tests/bench/micro_reporter.h"

namespace leadline::bench {
namespace {

using cel::Type;
using cel::Value;

// The input of all expressions.
struct Order {
  double amount;
  std::string region;
  std::vector<std::string> tags;
  std::vector<double> quantities;
};

// The first one passes every part of the longest condition, so that all of it is evaluated; each of the others is
// stopped by another part.
const std::vector<Order>& Orders() {
  static const auto* const kOrders = new std::vector<Order>{
      {4500, "UK", {"vip", "partner", "renewal"}, {1, 20, 99, 5}},
      {5000.01, "UK", {"vip"}, {1}},
      {10, "US", {}, {1}},
      {10, "EU", {"vip", "sanctioned"}, {1}},
      {10, "CH", {"vip"}, {1, 100}},
      {5000, "CH", {}, {}},
  };
  return *kOrders;
}

struct Case {
  const char* name;
  const char* source;
  bool (*native)(const Order& order);
  Goal goal;
};

bool Limit(const Order& o) { return o.amount <= 5000.0; }

bool FourParts(const Order& o) {
  if (!(o.amount <= 5000.0)) return false;
  if (o.region != "EU" && o.region != "UK" && o.region != "CH") return false;
  for (const std::string& tag : o.tags) {
    if (tag == "sanctioned") return false;
  }
  for (double quantity : o.quantities) {
    if (!(quantity < 100.0)) return false;
  }
  return true;
}

constexpr std::array kCases = {
    Case{"limit", "amount <= 5000.0", Limit, {Goal::Kind::kAtMost, 30, false}},
    Case{"four_parts",
         "amount <= 5000.0 && region in [\"EU\", \"UK\", \"CH\"] && !(\"sanctioned\" in tags) && "
         "items.all(i, i.qty < 100.0)",
         FourParts,
         {Goal::Kind::kAtMost, 300, false}},
};
constexpr double kCompileGoal = 20;  // microseconds

// An environment and the orders bound to its slots.
class Bound {
 public:
  Bound() : item_(std::make_shared<cel::StructType>(cel::StructType{"item", {{"qty", Type::Double()}}})) {
    const bool declared = env_.AddVariable("amount", Type::Double()).ok() &&
                          env_.AddVariable("region", Type::String(), {.max_items = 0, .max_len = 8}).ok() &&
                          env_.AddVariable("tags", Type::List(Type::String()), {.max_items = 32, .max_len = 32}).ok() &&
                          env_.AddVariable("items", Type::List(Type::Struct(item_)), {.max_items = 100}).ok();
    if (!declared) std::abort();
    for (const Order& order : Orders()) slots_.push_back(BindOrder(order));
  }

  const cel::Env& env() const { return env_; }
  const std::vector<Value>& slots(size_t order) const { return slots_[order]; }

 private:
  std::vector<Value> BindOrder(const Order& order) {
    std::vector<Value> tags, items;
    for (const std::string& tag : order.tags) tags.push_back(Value::String(tag));
    for (double quantity : order.quantities) {
      const Value* fields = arena_.New(Value::Double(quantity));
      items.push_back(Value::Struct(arena_.New(cel::Record{item_.get(), fields})));
    }
    return {Value::Double(order.amount), Value::String(order.region),
            Value::List(arena_.Copy(std::span<const Value>(tags))),
            Value::List(arena_.Copy(std::span<const Value>(items)))};
  }

  cel::Env env_;
  std::shared_ptr<cel::StructType> item_;
  cel::Arena arena_;
  std::vector<std::vector<Value>> slots_;
};

std::shared_ptr<const cel::Program> CompileOrExit(const Bound& bound, const char* source) {
  cel::CompileOptions options;
  options.expected_type = Type::Bool();
  cel::CompileResult compiled = cel::Compile(bound.env(), source, options);
  if (compiled.program != nullptr) return compiled.program;
  std::cerr << source << ": " << compiled.issues.front().message << std::endl;
  std::exit(1);
}

// Ends the program when the language and C++ answer differently.
void CheckAnswers(const Bound& bound) {
  for (const Case& c : kCases) {
    auto program = CompileOrExit(bound, c.source);
    for (size_t i = 0; i < Orders().size(); ++i) {
      cel::Arena arena;
      const Value answer = program->Evaluate(bound.slots(i), arena);
      if (answer.is_bool() && answer.as_bool() == c.native(Orders()[i])) continue;
      std::cerr << c.source << ": order " << i << " gives " << cel::ToDisplayString(answer) << std::endl;
      std::exit(1);
    }
  }
}

void Evaluate(benchmark::State& state, const Bound& bound, const Case& c) {
  auto program = CompileOrExit(bound, c.source);
  cel::Arena arena;
  CountAllocations count(state);
  for (auto _ : state) {
    Value answer = program->Evaluate(bound.slots(0), arena);
    benchmark::DoNotOptimize(answer);
    arena.Reset();
  }
}

void Native(benchmark::State& state, const Case& c) {
  const Order* order = &Orders()[0];
  for (auto _ : state) {
    benchmark::DoNotOptimize(order);
    bool answer = c.native(*order);
    benchmark::DoNotOptimize(answer);
  }
}

void Compile(benchmark::State& state, const Bound& bound, const Case& c) {
  CountAllocations count(state);
  for (auto _ : state) {
    cel::CompileResult compiled = cel::Compile(bound.env(), c.source);
    benchmark::DoNotOptimize(compiled);
  }
}

// From the source to the first answer, with an arena that holds nothing yet: what the first lead pays after a reload.
void FirstUse(benchmark::State& state, const Bound& bound, const Case& c) {
  for (auto _ : state) {
    cel::CompileResult compiled = cel::Compile(bound.env(), c.source);
    cel::Arena arena;
    Value answer = compiled.program->Evaluate(bound.slots(0), arena);
    benchmark::DoNotOptimize(answer);
  }
}

// The very first compile of the process, which builds the tables of the functions, and the evaluation after it.
double ColdFirstUseMicroseconds(const Bound& bound, const Case& c) {
  const auto begin = std::chrono::steady_clock::now();
  cel::CompileResult compiled = cel::Compile(bound.env(), c.source);
  cel::Arena arena;
  if (!compiled.program->Evaluate(bound.slots(0), arena).is_true()) std::abort();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

std::string NameOf(std::string_view what, const Case& c) { return fmt::format("{}.{}", c.name, what); }

int Main(int argc, char** argv) {
  if (!ReadBenchmarkFlags(argc, argv)) return 2;
  const Bound bound;
  const double cold = ColdFirstUseMicroseconds(bound, kCases.back());
  CheckAnswers(bound);
  for (const Case& c : kCases) {
    benchmark::RegisterBenchmark(NameOf("evaluate", c).c_str(), Evaluate, std::cref(bound), std::cref(c));
    benchmark::RegisterBenchmark(NameOf("native", c).c_str(), Native, std::cref(c));
    benchmark::RegisterBenchmark(NameOf("first_use", c).c_str(), FirstUse, std::cref(bound), std::cref(c));
    benchmark::RegisterBenchmark(NameOf("compile", c).c_str(), Compile, std::cref(bound), std::cref(c));
  }
  MicroReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  for (const Case& c : kCases) {
    const auto* evaluated = reporter.Find(NameOf("evaluate", c));
    const auto* native = reporter.Find(NameOf("native", c));
    const auto* compiled = reporter.Find(NameOf("compile", c));
    const auto* first_use = reporter.Find(NameOf("first_use", c));
    if (evaluated == nullptr || native == nullptr || compiled == nullptr || first_use == nullptr) continue;
    Note(fmt::format("{}: {}", c.name, c.source));
    Note(fmt::format("ratio: to the same condition in C++, {:.2f} ns", native->nanoseconds));
    const std::string prefix = fmt::format("expression.{}.", c.name);
    Print({prefix + "evaluate", evaluated->nanoseconds, "ns", evaluated->nanoseconds / native->nanoseconds, c.goal});
    Print({prefix + "allocations", evaluated->counters.at("allocations"), "per evaluation", std::nullopt, AtMost(0)});
    Print({prefix + "compile", compiled->nanoseconds / 1000, "us", std::nullopt, AtMost(kCompileGoal)});
    Print({prefix + "first_use", first_use->nanoseconds / 1000, "us", std::nullopt});
  }
  Note("first_use: compile and evaluate once; process_first_use: the same, as the first thing the process does");
  Print({"expression.process_first_use", cold, "us", std::nullopt});
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
