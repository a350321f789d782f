// What a scan found, for people and for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cli/duplicates/scan_file.h"
#include "cli/session/session.h"
#include "domain/linkage/quality.h"
#include "domain/linkage/scan.h"

namespace leadline::cli {

struct ScanCost {
  double seconds = 0;        // from the first byte read to the last entity
  int64_t memory_bytes = 0;  // the most that the program held
};

struct ScanReport {
  const ScanFile& file;
  const linkage::ScanResult& result;
  double match_probability = 0;
  ScanCost cost;
  std::optional<linkage::Quality> quality;  // where the truth is known
};

// Of the records whose truth is known; nothing where none is.
std::optional<linkage::Quality> QualityOf(const ScanFile& file, const linkage::ScanResult& result,
                                          double match_probability);

void PrintScan(Session& session, const ScanReport& report);
void PrintScanJson(Session& session, const ScanReport& report);
// Each key with what it finds.
void PrintKeys(Session& session, const ScanReport& report);
void PrintKeysJson(Session& session, const ScanReport& report);
// How each level of each field weighs.
void PrintWeights(Session& session, const ScanReport& report);
// Two records of the file, by their ids, field by field. NOT_FOUND with the id that the file does not have.
absl::Status PrintPair(Session& session, const ScanReport& report, const std::string& left, const std::string& right);

// CSV: a row for each record with its line, id and entity, in the file's order.
std::string EntitiesCsv(const ScanReport& report);
// CSV: a row for each pair from the match probability on, the likeliest first, with what each field adds.
std::string PairsCsv(const ScanReport& report);

}  // namespace leadline::cli
