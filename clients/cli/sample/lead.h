// A made-up lead: plain data, without any transport.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::sample {

struct Company {
  std::string name;
  std::string domain;  // below .example, which nobody can own
  std::string country;
  std::string industry;
  int64_t employees = 0;
  int locale = 0;  // index into Locales()
  int nation = 0;  // index into its countries
  bool operator==(const Company&) const = default;
};

struct Person {
  std::string given_name, family_name, email, phone, title, language, country;
  int seniority = 0;
  bool operator==(const Person&) const = default;
};

struct Touch {
  std::string channel, investment, response, product, subject;
  Time time = 0;
  bool operator==(const Touch&) const = default;
};

struct Step {
  Time time = 0;
  std::string status, reason;
  bool operator==(const Step&) const = default;
};

struct SampleLead {
  Company company;
  Person person;
  std::string source;
  std::vector<std::string> products;
  std::string currency;  // empty: no value
  int64_t value_micros = 0;
  std::vector<Touch> touches;  // oldest first
  std::vector<Step> history;   // oldest first; empty for most
  bool purchased = false;
  Time created_at = 0;
  int64_t duplicate_of = -1;  // the lead whose person this is, written otherwise; -1: none
  bool operator==(const SampleLead&) const = default;
};

}  // namespace leadline::sample
