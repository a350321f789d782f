#include "engine/decide/score_crossing.h"

#include <cmath>

namespace leadline::engine {
namespace {

// Two contributions may each be a half of a millionth off.
constexpr double kRounding = 1e-6;

// Points of one sign, as what they can still lose.
class Loss {
 public:
  // `sign`: +1 for those that lift the sum now, -1 for those that press it.
  Loss(std::span<const domain::DecayingPoints> parts, double sign) : parts_(parts), sign_(sign) {
    for (const domain::DecayingPoints& part : parts_) {
      if (part.points * sign_ <= 0) continue;
      all_ += part.points * sign_;
      slack_ += kRounding * part.parts;
    }
  }

  // Of what is there at all, whenever that may be.
  bool CanReach(double gap) const { return all_ > 0 && all_ + slack_ >= gap; }
  bool Reaches(double gap, int64_t days) const {
    double lost = slack_;
    for (const domain::DecayingPoints& part : parts_) {
      if (part.points * sign_ <= 0) continue;
      const double half_lives =
          static_cast<double>(days) * static_cast<double>(kDay) / static_cast<double>(part.half_life);
      lost += part.points * sign_ * (1 - std::exp2(-half_lives));
    }
    return lost >= gap;
  }
  // The first day of 1 to `most_days` on which so much can be lost; 0: none.
  int64_t FirstDay(double gap, int64_t most_days) const {
    if (!Reaches(gap, most_days)) return 0;
    int64_t before = 0, reached = most_days;
    while (reached - before > 1) {
      const int64_t middle = before + (reached - before) / 2;
      (Reaches(gap, middle) ? reached : before) = middle;
    }
    return reached;
  }

 private:
  std::span<const domain::DecayingPoints> parts_;
  const double sign_;
  double all_ = 0;
  double slack_ = 0;
};

}  // namespace

int64_t DaysToCross(double value, double constant, std::span<const domain::DecayingPoints> parts, int64_t most_days,
                    bool* never) {
  *never = true;
  int64_t first = 0;
  const auto look = [&](double sign, double gap) {
    const Loss loss(parts, sign);
    if (!loss.CanReach(gap)) return;
    *never = false;
    const int64_t day = loss.FirstDay(gap, most_days);
    if (day != 0 && (first == 0 || day < first)) first = day;
  };
  // What lifts grows less and the sum falls; what presses grows less and the sum rises.
  if (value >= constant) look(+1, value - constant);
  if (value <= constant) look(-1, constant - value);
  return first;
}

}  // namespace leadline::engine
