// What names, titles and telephone numbers look like in one language.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace leadline::sample {

using Words = std::span<const std::string_view>;

struct Country {
  std::string_view code;   // ISO 3166-1 alpha-2
  std::string_view tag;    // BCP 47
  std::string_view phone;  // international form; x any digit, n a digit from 2 to 9
  std::string_view trunk;  // what stands before the number within the country
};

enum Seniority { kChief, kVicePresident, kDirector, kManager, kSpecialist, kSeniorityCount };

// Titles by seniority, and what follows each: `of` and a function.
struct Titles {
  std::array<Words, kSeniorityCount> bases;
  Words functions;  // with the word that joins them, such as "de Compras"
};

struct Locale {
  std::string_view language;
  double weight;  // share of companies
  std::span<const Country> countries;
  Words given_names;
  Words family_names;
  Words nicknames;  // name, nickname, name, nickname ...
  Titles titles;
  Words sectors;  // as written in companies' names; the same order as kIndustries
  Words legal_forms;
};

// Industries of the sectors, in their order.
inline constexpr std::array<std::string_view, 8> kIndustries = {
    "manufacturing", "software", "logistics", "construction", "healthcare", "retail", "energy", "consulting"};

// All eight: en, es, pt, de, fr, it, nl, pl.
std::span<const Locale> Locales();
std::span<const Locale> LocalesWest();  // en, es, pt, fr
std::span<const Locale> LocalesEast();  // de, it, nl, pl

}  // namespace leadline::sample
