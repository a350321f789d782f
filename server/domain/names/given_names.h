// Which given names are forms of one, and which are different names although they look alike. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline::domain {

enum class GivenNames {
  kUnrelated,  // nothing is known of them together
  kSame,       // forms of one name: Bob and Robert, Katharina and Catherine, Volodymyr and Vladimir
  kDifferent,  // both are names, and of different people: Martin and Martina, Peter and Petra
};

// Of two folded words; symmetric.
GivenNames Relation(std::string_view a, std::string_view b);

// The full names that a folded word is a form of, at most three; empty for a word that the table does not have.
std::vector<std::string_view> FullForms(std::string_view word);

// One name in the ways in which it is written and shortened, folded; the full one first.
using GivenNameForms = std::vector<std::string>;

// The table. Names that have no line in common are those of different people.
const std::vector<GivenNameForms>& GivenNameTable();

}  // namespace leadline::domain
