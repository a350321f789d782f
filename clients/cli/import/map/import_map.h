// How the columns of a file become enquiries: a YAML file of CEL expressions.
//
//   description: what the file is
//   delimiter: ";"                       of the CSV; a comma when not given
//   joins:
//     deal: {file: deals.csv, on: mql_id, key: mql_id}   a second file, beside the imported one; `key` is its column
//   tables:
//     country: {Germany: DE, France: FR}                 looked up as table.country["France"]
//   let:
//     visits: number(row["TotalVisits"], 0.0)            names for the expressions below, in order
//   key: row["ID"]                       what a row is known by, text; without it, everything that the row says
//   reject:
//     - {when: visits > 1000.0, reason: '"more visits than a person makes"', field: TotalVisits}
//   enquiry:                                             every value is an expression
//     source: row["Lead Source"]
//     contact: {email: email, language: '"de"'}
//     attributes: {external_id: row["ID"]}
//     activities:
//       - {when: visits > 0.0, channel: '"website"', investment: '"low"', response: '"visit"', repeat: int(visits)}
//     history:
//       - {time: time(first_contact_date), status: '"inquiry"'}
//
// An expression may name: each column whose heading is an identifier, by that; every column as row["Heading"]; joined
// columns as deal.won_date or deal["won_date"] (`deal` is empty where there is none: size(deal) > 0); `line`, the row's
// line number. Beside CEL's own there are the functions
//   time(text)               the text as a time (2026-01-31, 2026-01-31 09:30:00 (UTC), RFC 3339)
//   number(text)             the text as a number; number(text, fallback) where it may be empty
//   lookup(table, key, fallback)
// Empty text and null leave a field unset.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

struct CompiledMap;

// Compiled against the columns of one file. Immutable; Apply() is not thread-safe.
class ImportMap {
 public:
  struct LoadResult;
  // `headings`: the columns of the file. `data_folder`: where joined files are looked for. `paths`: other places for
  // joined files, by the join's name.
  static LoadResult Load(const std::string& path, const std::vector<std::string>& headings,
                         const std::string& data_folder, const std::map<std::string, std::string>& paths);
  // The delimiter alone, which is needed before the headings are known; a comma when the map is not to be read.
  static char DelimiterOf(const std::string& path);

  ~ImportMap();
  ImportMap(const ImportMap&) = delete;
  ImportMap& operator=(const ImportMap&) = delete;

  struct Outcome {
    bool accepted = false;
    std::string reason, field;  // when not accepted
    std::string key = {};       // what the map says that the row is known by; empty: it does not say
  };
  // Maps the record in `fields`, which begins in `line`.
  Outcome Apply(const std::vector<std::string>& fields, int64_t line, v1::Enquiry& enquiry) const;

  // Every joined file, for the import's id.
  std::vector<std::string> joined_paths() const;

 private:
  explicit ImportMap(std::unique_ptr<CompiledMap> state);
  std::unique_ptr<CompiledMap> state_;
};

struct ImportMap::LoadResult {
  std::unique_ptr<ImportMap> map;       // null when there is an error
  std::vector<Diagnostic> diagnostics;  // all of them
};

}  // namespace leadline::cli
