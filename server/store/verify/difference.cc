#include "store/verify/difference.h"

#include "fmt/format.h"

namespace leadline::store {

std::string Describe(const Difference& difference) {
  const auto quoted = [](const std::string& value, const char* nothing) {
    return value.empty() ? std::string(nothing) : fmt::format("\"{}\"", value);
  };
  return fmt::format("{}: {} is {}, but the ledger tells {}", difference.what, difference.field,
                     quoted(difference.stored, "not there"), quoted(difference.told, "of none"));
}

}  // namespace leadline::store
