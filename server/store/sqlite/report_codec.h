// How the cells of reports and what they are made of stand in bytes. Nobody but the file of cells holds them, which is
// made again when the format changes: no version stands in front.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "domain/reports/cell.h"
#include "domain/reports/contribution.h"

namespace leadline::store {

// Appends. `additions` are in the order of their keys, each once.
void EncodeAdditions(const domain::Additions& additions, std::string& out);
// Replaces `additions`. DATA_LOSS for other bytes.
absl::Status DecodeAdditions(std::string_view bytes, domain::Additions& additions);

void EncodeInput(const domain::ReportInput& input, std::string& out);
absl::Status DecodeInput(std::string_view bytes, domain::ReportInput& input);

void EncodeNames(const std::vector<std::string>& names, std::string& out);
absl::Status DecodeNames(std::string_view bytes, std::vector<std::string>& names);

}  // namespace leadline::store
