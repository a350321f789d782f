// Measures Leadline's expressions on the cases of cases.json. `answers` prints what each order gives, `time` the
// nanoseconds of one evaluation of the first order.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cel/program.h"
#include "fmt/format.h"

namespace leadline::bench {
namespace {

using cel::Type;
using cel::Value;
using nlohmann::json;

template <typename Work>
double Nanoseconds(Work&& work) {
  using Clock = std::chrono::steady_clock;
  auto run = [&](int64_t count) {
    const auto begin = Clock::now();
    for (int64_t i = 0; i < count; ++i) work();
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
  };
  int64_t count = 1;
  while (run(count) <= 50e6) count *= 2;
  std::vector<double> rounds;
  for (int round = 0; round < 7; ++round) rounds.push_back(run(count) / static_cast<double>(count));
  std::sort(rounds.begin(), rounds.end());
  return rounds[rounds.size() / 2];
}

std::vector<Value> Bind(const json& order, const cel::StructType& item, cel::Arena& arena) {
  std::vector<Value> tags, items;
  for (const json& tag : order["tags"]) tags.push_back(Value::String(arena.Copy(tag.get<std::string>())));
  for (const json& i : order["items"]) {
    const Value* fields = arena.New(Value::Double(i["qty"].get<double>()));
    items.push_back(Value::Struct(arena.New(cel::Record{&item, fields})));
  }
  return {Value::Double(order["amount"].get<double>()), Value::String(arena.Copy(order["region"].get<std::string>())),
          Value::List(arena.Copy(std::span<const Value>(tags))),
          Value::List(arena.Copy(std::span<const Value>(items)))};
}

int Main(const std::string& what, const std::string& path) {
  std::ifstream in(path);
  const json input = json::parse(in);
  auto item = std::make_shared<cel::StructType>(cel::StructType{"item", {{"qty", Type::Double()}}});
  cel::Env env;
  const bool declared = env.AddVariable("amount", Type::Double()).ok() &&
                        env.AddVariable("region", Type::String()).ok() &&
                        env.AddVariable("tags", Type::List(Type::String())).ok() &&
                        env.AddVariable("items", Type::List(Type::Struct(item))).ok();
  if (!declared) return 1;
  cel::Arena inputs, arena;
  for (const json& c : input["cases"]) {
    const cel::CompileResult compiled = cel::Compile(env, c["cel"].get<std::string>());
    if (compiled.program == nullptr) return 1;
    std::cout << c["name"].get<std::string>();
    if (what == "answers") {
      for (const json& order : input["orders"]) {
        const Value answer = compiled.program->Evaluate(Bind(order, *item, inputs), arena);
        std::cout << '\t' << cel::ToDisplayString(answer);
      }
    } else {
      const std::vector<Value> first = Bind(input["orders"][0], *item, inputs);
      std::cout << fmt::format("\t{:.2f}", Nanoseconds([&] {
                                 if (!compiled.program->Evaluate(first, arena).is_true()) std::abort();
                                 arena.Reset();
                               }));
    }
    std::cout << '\n';
  }
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return argc == 3 ? leadline::bench::Main(argv[1], argv[2]) : 2; }
