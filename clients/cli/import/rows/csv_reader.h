// CSV as RFC 4180 has it, as a stream.
//
// Fields may be quoted; quoted fields may hold commas, quotes (doubled) and newlines. Lines end with LF or CRLF. A byte
// order mark at the beginning is dropped; blank lines are skipped. A quote inside an unquoted field is text. Malformed
// are: text after a closing quote, a quote that is never closed, a record of more than `max_record` bytes, a number of
// fields other than the first record's, and bytes that are not UTF-8. Reading goes on with the next line after it;
// after a quote that is not closed, with the line after the one that opened the record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::cli {

struct CsvOptions {
  char delimiter = ',';
  size_t max_record = 1 << 20;
};

struct CsvRecord {
  int64_t line = 0;                 // where it begins, from 1
  std::vector<std::string> fields;  // empty when malformed
  std::string fault;                // why it is malformed; empty when it is not
  std::string raw;                  // its bytes, without the end of its line
};

// Where reading can go on.
struct CsvPosition {
  uint64_t offset = 0;  // bytes from the beginning of the file
  int64_t line = 1;
  bool operator==(const CsvPosition&) const = default;
};

// Reads from a file descriptor, which it does not own. Not thread-safe.
class CsvReader {
 public:
  explicit CsvReader(int fd, CsvOptions options = {});

  // The next record, good or malformed; false at the end.
  absl::StatusOr<bool> Next(CsvRecord& record);
  // Just behind the record that Next gave.
  CsvPosition position() const { return position_; }
  // Goes on at `position`, which must have come from position() of a reader of the same bytes. Needs a seekable file.
  absl::Status Seek(CsvPosition position);
  // Every record must have this many fields; 0, as it begins: as many as the first.
  void set_field_count(size_t count) { field_count_ = count; }

 private:
  absl::Status Fill();
  // Makes the byte at `at` available; false at the end of the file.
  absl::StatusOr<bool> Have(size_t at);
  enum class Scan { kRecord, kBlank, kEnd, kTextAfterQuote, kUnclosed, kTooLong };
  absl::StatusOr<Scan> ScanRecord(CsvRecord& record, size_t& used, int64_t& lines);
  absl::StatusOr<size_t> EndOfLine(size_t from);
  void Consume(size_t bytes, int64_t lines);

  int fd_;
  CsvOptions options_;
  std::string buffer_;  // unread bytes begin at begin_
  size_t begin_ = 0;
  bool end_of_file_ = false;
  CsvPosition position_;
  size_t field_count_ = 0;
};

}  // namespace leadline::cli
