// How an import goes on, for whoever waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/import/checkpoint.h"

namespace leadline::cli {

// "[=====>    ]  54 %  5,012 rows  2,300 rows/s  2 s left  3 rejected". `fraction` negative: unknown. `rate` in rows a
// second. Pure.
std::string FormatProgress(const ImportTotals& totals, double fraction, double rate, double seconds_left,
                           int bar_width);

// A bar on a terminal, else a line every few seconds; on the error stream. Not thread-safe.
class Progress {
 public:
  // `skipped`: rows and fraction that an earlier run had done, which do not count for the rate.
  Progress(bool quiet, const ImportTotals& skipped, double fraction);
  void Show(const ImportTotals& totals, double fraction);
  // Clears the bar.
  void End();

  double seconds() const;
  // Rows settled a second since the beginning.
  double Rate(const ImportTotals& totals) const;

 private:
  using Clock = std::chrono::steady_clock;
  bool quiet_;
  bool terminal_;
  int64_t first_row_;
  double first_fraction_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_ = begin_;
  bool bar_shown_ = false;
};

}  // namespace leadline::cli
