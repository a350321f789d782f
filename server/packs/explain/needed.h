// What a comparison asks of its field, in a few words.
#pragma once

#include <span>
#include <string>

#include "cel/ast.h"
#include "cel/value.h"

namespace leadline::packs {

struct Needed {
  std::string words;   // "manager", "at least 100", "one of head, manager"; empty when it takes more than a few words
  double missing = 0;  // for numbers that do not reach the bound: bound - value
};

// What makes the comparison `test` come out as `wanted`. `slots` holds the values of the variables.
Needed NeededFor(const cel::Ast& ast, cel::ExprId test, bool wanted, std::span<const cel::Value> slots);

// A value as people write it: text without quotes, numbers without needless digits, lists with commas, "absent".
std::string PlainText(const cel::Value& value);

}  // namespace leadline::packs
