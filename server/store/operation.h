// A piece of long work that a client asked for: what was asked, how far it is, and what came of it. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::store {

// A part of what came of an operation that tells of single leads or people: kept apart, so that it can be forgotten.
struct OperationSample {
  std::vector<std::string> records;  // whom it tells of: resource names
  std::string bytes;                 // in whoever's form does it
  bool operator==(const OperationSample&) const = default;
};

struct Operation {
  std::string id;
  std::string method;          // of the API, such as "DiffPack"
  std::string subject;         // resource name of what it is about; may be empty
  std::string actor;           // who asked
  std::string request_id;      // as it was given; may be empty
  bool validate_only = false;  // it changes nothing
  Time created_at = 0;
  Time begun_at = 0;                     // the last time; 0: it waits for its turn
  Time ended_at = 0;                     // 0: it has not ended
  int64_t tries = 0;                     // how often it was begun
  bool cancelled = false;                // somebody asked for its end
  int64_t done = 0, total = 0;           // of what it goes over; total 0: not known
  std::string request;                   // in whoever's form does it; empty once it has ended
  std::string result;                    // likewise; empty until it has ended
  std::vector<OperationSample> samples;  // of the result; those of people who were erased are gone
  bool operator==(const Operation&) const = default;
};

}  // namespace leadline::store
