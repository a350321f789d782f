#include "cli/import/rows/csv_reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/status_macros.h"
#include "base/utf8.h"

namespace leadline::cli {
namespace {

constexpr size_t kChunk = 256 * 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// UTF-8 without a NUL.
bool IsText(std::string_view text) { return text.find('\0') == std::string_view::npos && IsUtf8(text); }

}  // namespace

CsvReader::CsvReader(int fd, CsvOptions options) : fd_(fd), options_(options) {}

absl::Status CsvReader::Fill() {
  if (begin_ > kChunk && begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  size_t size = buffer_.size();
  buffer_.resize(size + kChunk);
  ssize_t got;
  do {
    got = read(fd_, buffer_.data() + size, kChunk);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(size + static_cast<size_t>(got < 0 ? 0 : got));
  if (got < 0) return absl::InternalError(fmt::format("cannot read the file: {}", std::strerror(errno)));
  if (got == 0) end_of_file_ = true;
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Have(size_t at) {
  while (begin_ + at >= buffer_.size()) {
    if (end_of_file_) return false;
    RETURN_IF_ERROR(Fill());
  }
  return true;
}

void CsvReader::Consume(size_t bytes, int64_t lines) {
  begin_ += bytes;
  position_.offset += bytes;
  position_.line += lines;
}

absl::Status CsvReader::Seek(CsvPosition position) {
  if (lseek(fd_, static_cast<off_t>(position.offset), SEEK_SET) < 0) {
    return absl::FailedPreconditionError(
        fmt::format("cannot go to byte {}: {}", position.offset, std::strerror(errno)));
  }
  buffer_.clear();
  begin_ = 0;
  end_of_file_ = false;
  position_ = position;
  return absl::OkStatus();
}

absl::StatusOr<size_t> CsvReader::EndOfLine(size_t from) {
  for (size_t at = from;; ++at) {
    ASSIGN_OR_RETURN(bool there, Have(at));
    if (!there) return at;
    if (buffer_[begin_ + at] == '\n') return at + 1;
  }
}

// Reads one record without consuming it: `used` bytes, `lines` newlines.
absl::StatusOr<CsvReader::Scan> CsvReader::ScanRecord(CsvRecord& record, size_t& used, int64_t& lines) {
  enum { kFieldStart, kPlain, kQuoted, kQuoteInQuoted } state = kFieldStart;
  std::string field;
  bool any = false;
  used = 0;
  lines = 0;
  auto end_field = [&] {
    record.fields.push_back(std::move(field));
    field.clear();
    state = kFieldStart;
  };
  for (;; ++used) {
    if (used > options_.max_record) return Scan::kTooLong;
    ASSIGN_OR_RETURN(bool there, Have(used));
    if (!there) {
      if (state == kQuoted) return Scan::kUnclosed;
      if (!any && state == kFieldStart) return Scan::kEnd;
      end_field();
      return Scan::kRecord;
    }
    char c = buffer_[begin_ + used];
    if (state == kQuoted) {
      if (c == '"') {
        state = kQuoteInQuoted;
      } else {
        if (c == '\n') ++lines;
        field += c;
      }
      continue;
    }
    if (state == kQuoteInQuoted && c == '"') {
      field += c;
      state = kQuoted;
      continue;
    }
    if (c == options_.delimiter) {
      any = true;
      end_field();
      continue;
    }
    bool carriage_return = false;
    if (c == '\r') {
      ASSIGN_OR_RETURN(bool more, Have(used + 1));
      carriage_return = more && buffer_[begin_ + used + 1] == '\n';
    }
    if (c == '\n' || carriage_return) {
      bool blank = !any && state == kFieldStart;
      used += carriage_return ? 2 : 1;
      ++lines;
      if (blank) return Scan::kBlank;
      end_field();
      return Scan::kRecord;
    }
    if (state == kQuoteInQuoted) return Scan::kTextAfterQuote;
    any = true;
    if (state == kFieldStart && c == '"') {
      state = kQuoted;
    } else {
      state = kPlain;
      field += c;
    }
  }
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  for (;;) {
    if (position_.offset == 0) {
      ASSIGN_OR_RETURN(bool three, Have(kByteOrderMark.size() - 1));
      if (three && std::string_view(buffer_).substr(begin_, 3) == kByteOrderMark) Consume(kByteOrderMark.size(), 0);
    }
    record.line = position_.line;
    record.fields.clear();
    record.fault.clear();
    size_t used = 0;
    int64_t lines = 0;
    ASSIGN_OR_RETURN(Scan scan, ScanRecord(record, used, lines));
    if (scan == Scan::kEnd) return false;
    if (scan == Scan::kBlank) {
      Consume(used, lines);
      continue;
    }
    if (scan == Scan::kTextAfterQuote) {
      ASSIGN_OR_RETURN(used, EndOfLine(used));
      ++lines;
      record.fault = "there is text after a closing quote; a quote inside a quoted field is written twice";
    } else if (scan != Scan::kRecord) {
      ASSIGN_OR_RETURN(used, EndOfLine(0));
      lines = 1;
      record.fault = scan == Scan::kUnclosed ? std::string("a quote is opened and never closed")
                                             : fmt::format("the record is longer than {} bytes; is a quote not closed?",
                                                           options_.max_record);
    } else if (!IsText(std::string_view(buffer_).substr(begin_, used))) {
      record.fault = "not valid UTF-8 text; convert the file first, such as with iconv -f latin1 -t utf8";
    } else if (field_count_ == 0) {
      field_count_ = record.fields.size();
    } else if (record.fields.size() != field_count_) {
      record.fault = fmt::format("{} fields instead of {}", record.fields.size(), field_count_);
    }
    record.raw.assign(buffer_, begin_, used);
    while (record.raw.ends_with('\n') || record.raw.ends_with('\r')) record.raw.pop_back();
    Consume(used, lines);
    if (!record.fault.empty()) record.fields.clear();
    return true;
  }
}

}  // namespace leadline::cli
