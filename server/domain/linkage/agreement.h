// How well two values of a field agree, in levels. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/linkage/column.h"

namespace leadline::linkage {

// 1 is the same; each further level agrees less, and the last of a type is "different". 0: one of them has no value.
using Level = uint8_t;
inline constexpr Level kNothing = 0;
inline constexpr Level kExact = 1;
inline constexpr int kMostLevels = 10;  // with kNothing

// Levels that names of persons have besides: the other record has no such name, and an address of mail in its place.
inline constexpr Level kNameInMail = 7;
inline constexpr Level kNameNotInMail = 8;

// Levels of a type that are told apart, without kNothing.
int LevelsOf(FieldType type);
// "same", "a digit apart" and the like, for people.
std::string_view LabelOf(FieldType type, Level level);

// Two values of the column, by their numbers; neither is 0. Symmetric.
Level AgreementOf(const Column& column, uint32_t a, uint32_t b);
// Two names of persons, in normal form; neither is empty. Symmetric.
Level NameAgreement(std::string_view a, std::string_view b);

}  // namespace leadline::linkage
