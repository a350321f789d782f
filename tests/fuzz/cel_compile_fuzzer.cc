// Any bytes as an expression: it compiles, or it is refused with issues that point into it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/utf8.h"
#include "cel/program.h"
#include "tests/fuzz/cel_variables.h"

namespace leadline::fuzz {
namespace {

void Check(const cel::CompileResult& compiled, std::string_view source) {
  Require((compiled.program == nullptr) == !compiled.issues.empty(), "a program or issues", source);
  uint32_t last = 0;
  for (const cel::Issue& issue : compiled.issues) {
    Require(issue.span.begin <= issue.span.end && issue.span.end <= source.size(), "spans lie in the source", source,
            issue.message);
    Require(!issue.message.empty(), "an issue says something", source);
    Require(IsUtf8(issue.message) && IsUtf8(issue.hint), "issues are text", source);
    Require(last <= issue.span.begin, "issues come in the order of the source", source, issue.message);
    last = issue.span.begin;
  }
  if (compiled.program == nullptr) return;
  const cel::Ast& ast = compiled.program->ast();
  for (size_t id = 0; id < ast.size(); ++id) {
    const SourceSpan span = ast.node(static_cast<cel::ExprId>(id)).span;
    Require(span.begin <= span.end && span.end <= source.size(), "nodes lie in the source", source);
  }
  Require(compiled.program->cost() > 0, "everything costs", source);
  Require(!compiled.program->result_type().ToString().empty(), "the result has a type", source);
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leadline;
  static const fuzz::CelVariables variables;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  fuzz::Check(cel::Compile(variables.env(), source), source);
  cel::CompileOptions options;
  options.expected_type = cel::Type::Bool();
  options.max_depth = 20;
  fuzz::Check(cel::Compile(variables.env(), source, options), source);
  options.check = false;
  fuzz::Check(cel::Compile(variables.env(), source, options), source);
  return 0;
}
