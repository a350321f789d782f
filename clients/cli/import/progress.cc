#include "cli/import/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/output/terminal.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::seconds(5);

std::string LeftText(double seconds) {
  auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s left", whole);
  if (whole < 3600) return fmt::format("{} min {} s left", whole / 60, whole % 60);
  return fmt::format("{} h {} min left", whole / 3600, whole % 3600 / 60);
}

}  // namespace

std::string FormatProgress(const ImportTotals& totals, double fraction, double rate, double seconds_left,
                           int bar_width) {
  std::string text;
  if (fraction >= 0) {
    double part = std::clamp(fraction, 0.0, 1.0);
    if (bar_width > 0) {
      auto full = static_cast<size_t>(std::lround(part * bar_width));
      text = "[" + std::string(full, '=') + std::string(static_cast<size_t>(bar_width) - full, ' ') + "] ";
    }
    text += fmt::format("{:3.0f} %  ", part * 100);
  }
  text += fmt::format("{} rows  {} rows/s", WithThousands(totals.read), WithThousands(std::llround(rate)));
  if (fraction >= 0 && rate > 0 && seconds_left >= 0) text += "  " + LeftText(seconds_left);
  if (totals.rejected > 0) text += fmt::format("  {} rejected", WithThousands(totals.rejected));
  return text;
}

Progress::Progress(bool quiet, const ImportTotals& skipped, double fraction)
    : quiet_(quiet), terminal_(IsTerminal(2)), first_row_(skipped.read), first_fraction_(std::max(0.0, fraction)) {}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

double Progress::Rate(const ImportTotals& totals) const {
  double elapsed = seconds();
  return elapsed > 0 ? static_cast<double>(totals.read - first_row_) / elapsed : 0;
}

void Progress::Show(const ImportTotals& totals, double fraction) {
  Clock::time_point now = Clock::now();
  if (quiet_ || now - shown_ < (terminal_ ? Clock::duration(kBarInterval) : Clock::duration(kLineInterval))) return;
  shown_ = now;
  double done = fraction - first_fraction_;
  double left = done > 0 ? seconds() * (1 - fraction) / done : -1;
  std::string text = FormatProgress(totals, fraction, Rate(totals), left, terminal_ ? 30 : 0);
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    bar_shown_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

void Progress::End() {
  if (bar_shown_) std::fprintf(stderr, "\r\033[K");
  bar_shown_ = false;
  std::fflush(stderr);
}

}  // namespace leadline::cli
