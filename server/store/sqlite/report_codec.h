// How the cells of reports and what they are made of stand in bytes. Nobody but the file of cells holds them, which is
// made again when the format changes: no version stands in front.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "domain/reports/cell.h"
#include "domain/reports/contribution.h"

namespace leadline::store {

// Appends. `additions` are in the order of their keys, each once.
void EncodeAdditions(const domain::Additions& additions, std::string& out);
// Replaces `additions`. DATA_LOSS for other bytes.
absl::Status DecodeAdditions(std::string_view bytes, domain::Additions& additions);

// Texts that stand in many inputs (statuses, rules, reasons), each once: in an input stands its number, from 0 in the
// order in which they came. Not synchronised.
class InputTexts {
 public:
  // A new one for a new text.
  uint64_t NumberOf(const std::string& text);
  // Null for a number that none has.
  const std::string* TextOf(uint64_t number) const { return number < texts_.size() ? &texts_[number] : nullptr; }
  uint64_t size() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint64_t> numbers_;
};

// May add to `texts`.
void EncodeInput(const domain::ReportInput& input, InputTexts& texts, std::string& out);
// DATA_LOSS for other bytes, and for texts that are not there.
absl::Status DecodeInput(std::string_view bytes, const InputTexts& texts, domain::ReportInput& input);

void EncodeNames(const std::vector<std::string>& names, std::string& out);
absl::Status DecodeNames(std::string_view bytes, std::vector<std::string>& names);

}  // namespace leadline::store
