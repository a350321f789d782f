// Records with every member set, from a seed.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/event.h"
#include "domain/records.h"
#include "domain/rollout.h"

namespace leadline::store {

// Not thread-safe.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  int64_t Int(int64_t from, int64_t to) { return std::uniform_int_distribution<int64_t>(from, to)(random_); }
  bool Flip() { return Int(0, 1) == 1; }
  // Any finite double, small, large or with many digits.
  double Number();
  Time Moment() { return Int(1, 4'000'000'000'000'000); }
  // Letters of several scripts, quotes, backslashes, control characters; no NUL, which not every database takes.
  std::string Text();
  // In the canonical form.
  std::string Uuid();
  // The content of a file: lines of the same letters, NUL, and now and then nothing.
  std::string FileText();
  std::string Id(char kind) { return std::string(1, kind) + std::to_string(++last_id_); }

  domain::Attributes Attributes();
  domain::Score Score();
  domain::AccountScore AccountScore();
  domain::SlaClock Clock();
  domain::Account Account();
  domain::DerivedMeaning Meaning();
  domain::ValueTimes ValueTimes();
  domain::StatusWords Moves();
  domain::Contact Contact();
  domain::Lead Lead();
  domain::Activity Activity();
  domain::MergeRecord Merge();
  std::shared_ptr<const domain::SnapshotRef> Snapshot();
  domain::StoredDecision Decision();
  domain::PackRef Pack();
  domain::Rollout Rollout();
  domain::PackContent PackContent();
  // Of the payload's alternative `type`.
  domain::EventPayload Payload(size_t type);
  domain::Event Event(const domain::RecordRef& record, size_t type);

 private:
  std::mt19937_64 random_;
  int64_t last_id_ = 0;
};

// Whether two events are the same, snapshots compared by content.
bool SameEvent(const domain::Event& a, const domain::Event& b);
bool SameDecision(const domain::StoredDecision& a, const domain::StoredDecision& b);

}  // namespace leadline::store
