#include "cli/commands/report/html/arcs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "cli/output/table.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

// In units of the picture; statuses stand in boxes in its middle.
constexpr double kWidth = 400, kStep = 44, kTop = 26, kBoxWidth = 112, kBoxHeight = 28, kReach = 126;
constexpr double kLeft = (kWidth - kBoxWidth) / 2, kRight = kLeft + kBoxWidth;
constexpr int kMostThick = 14;
constexpr size_t kNumbersShown = 8;

struct Arc {
  const v1::StatusMove* move;
  size_t from, to;
  double top = 0;  // the middle of its height
};

double PlaceOf(size_t status) { return kTop + kStep * static_cast<double>(status); }

// How far an arc reaches out: the further, the more statuses lie between.
double ReachOf(const Arc& arc, size_t statuses) {
  const auto across = static_cast<double>(arc.from < arc.to ? arc.to - arc.from : arc.from - arc.to);
  return 34 + kReach * across / static_cast<double>(std::max<size_t>(statuses, 2));
}

std::vector<Arc> ArcsOf(const std::vector<std::string>& statuses, const v1::Flow& flow) {
  std::vector<Arc> arcs;
  for (const auto& move : flow.moves()) {
    const auto place = [&statuses](const std::string& status) {
      return static_cast<size_t>(std::find(statuses.begin(), statuses.end(), status) - statuses.begin());
    };
    Arc arc{&move, place(move.from_status()), place(move.to_status())};
    arc.top = (PlaceOf(arc.from) + PlaceOf(arc.to)) / 2;
    arcs.push_back(arc);
  }
  // Thin ones over thick ones, and numbers to the largest first.
  std::stable_sort(arcs.begin(), arcs.end(),
                   [](const Arc& a, const Arc& b) { return a.move->move_count() > b.move->move_count(); });
  return arcs;
}

std::string Line(const Arc& arc, size_t statuses, int64_t most) {
  const bool down = arc.from < arc.to;
  const double x = down ? kRight : kLeft, side = down ? 1 : -1;
  const double out = x + side * ReachOf(arc, statuses) / 0.75, end = x + side * 7;
  const double shift = down ? 5 : -5;
  const double share = static_cast<double>(arc.move->move_count()) / static_cast<double>(std::max<int64_t>(most, 1));
  const double from = PlaceOf(arc.from) + shift, to = PlaceOf(arc.to) - shift;
  return fmt::format(
      "<path class=\"{0}\" stroke-width=\"{1:.1f}\" d=\"M{2:.1f} {3:.1f}C{4:.1f} {3:.1f} {4:.1f} {5:.1f} {6:.1f} "
      "{5:.1f}\"/><polygon class=\"{0}-head\" points=\"{2:.1f},{5:.1f} {7:.1f},{8:.1f} {7:.1f},{9:.1f}\"/>\n",
      down ? "forward" : "backward", std::max(1.0, share * kMostThick), x, from, out, to, end, x + side * 9, to - 5,
      to + 5);
}

std::string Number(const Arc& arc, size_t statuses) {
  const bool down = arc.from < arc.to;
  const double reach = ReachOf(arc, statuses);
  return fmt::format("<text class=\"count\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                     down ? kRight + reach : kLeft - reach, arc.top + 5, WithThousands(arc.move->move_count()));
}

// Half of what a number takes of the width.
double HalfWidth(const Arc& arc) { return 4.5 * static_cast<double>(WithThousands(arc.move->move_count()).size()) + 2; }

// Whether the number of this arc would stand over that of another.
bool Crowded(const Arc& arc, const std::vector<Arc>& numbered, size_t statuses) {
  return std::any_of(numbered.begin(), numbered.end(), [&](const Arc& other) {
    return (arc.from < arc.to) == (other.from < other.to) && std::abs(arc.top - other.top) < 15 &&
           std::abs(ReachOf(arc, statuses) - ReachOf(other, statuses)) < HalfWidth(arc) + HalfWidth(other);
  });
}

std::string NameOf(const std::vector<Arc>& arcs) {
  std::string name = "Moves between statuses, as arcs. The most frequent: ";
  for (size_t i = 0; i < std::min<size_t>(arcs.size(), 3); ++i) {
    name += fmt::format("{}{} to {}, {}", i == 0 ? "" : "; ", arcs[i].move->from_status(), arcs[i].move->to_status(),
                        WithThousands(arcs[i].move->move_count()));
  }
  return name + ". The table has all of them.";
}

}  // namespace

std::string MovesPicture(const std::vector<std::string>& statuses, const v1::Flow& flow) {
  const std::vector<Arc> arcs = ArcsOf(statuses, flow);
  if (arcs.empty()) return "";
  std::string out = fmt::format("<svg class=\"arcs\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n",
                                kWidth, PlaceOf(statuses.size() - 1) + kTop, EscapeMarkup(NameOf(arcs)));
  std::string numbers;
  std::vector<Arc> numbered;
  for (const Arc& arc : arcs) {
    out += Line(arc, statuses.size(), arcs.front().move->move_count());
    if (numbered.size() == kNumbersShown || Crowded(arc, numbered, statuses.size())) continue;
    numbers += Number(arc, statuses.size());
    numbered.push_back(arc);
  }
  out += numbers;
  for (size_t i = 0; i < statuses.size(); ++i) {
    out += fmt::format(
        "<rect class=\"place\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"6\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
        kLeft, PlaceOf(i) - kBoxHeight / 2, kBoxWidth, kBoxHeight, kWidth / 2, PlaceOf(i) + 5,
        EscapeMarkup(CutToWidth(statuses[i], 14)));
  }
  return out + "</svg>\n";
}

}  // namespace leadline::cli
