// What clients send, by every way in, and which fields are refused.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

inline std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

class SentFieldsTest : public EngineTest {
 protected:
  absl::StatusOr<UpdateResult> Update(domain::Lead lead, std::vector<std::string> paths) {
    lead.version = 0;
    return Wait<UpdateResult>([&](Done<UpdateResult> done) {
      engine_->UpdateLead({}, UpdateRequest{lead, std::move(paths)}, std::move(done));
    });
  }
};

}  // namespace leadline::engine
