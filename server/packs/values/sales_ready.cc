#include "packs/values/sales_ready.h"

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

SalesReady::Signature ReadSignature(Problems& problems, const YamlNode& node) {
  MapReader reader(problems, node, "a signature");
  SalesReady::Signature signature;
  if (!reader.ok()) return signature;
  reader.Require("side");
  const int side = reader.Choice("side", {"marketing", "sales"});
  if (side >= 0) signature.side = side == 0 ? "marketing" : "sales";
  signature.name = reader.RequiredText("name");
  reader.Require("date");
  signature.day = reader.Date("date").value_or(0);
  reader.Finish();
  return signature;
}

}  // namespace

void ReadSalesReady(Problems& problems, MapReader& scoring, SalesReady& out) {
  const YamlNode* node = scoring.Get("sales_ready");
  if (node == nullptr) return;
  MapReader reader(problems, *node, "\"sales_ready\"");
  if (!reader.ok()) return;
  out.definition = reader.RequiredText("definition");
  for (const YamlNode* signature : reader.List("signed")) out.signatures.push_back(ReadSignature(problems, *signature));
  reader.Require("review_by");
  out.review_by = reader.Date("review_by").value_or(0);
  reader.Finish();
  for (const char* side : {"marketing", "sales"}) {
    const bool has = std::any_of(out.signatures.begin(), out.signatures.end(),
                                 [&](const SalesReady::Signature& s) { return s.side == side; });
    if (has) continue;
    problems
        .Add(*node, "LL2213", fmt::format("nobody has signed for {} what is ready for sales", side),
             fmt::format("add  - {{side: {}, name: .., date: ..}}  to `signed:`", side))
        .severity = Severity::kWarning;
  }
}

bool ReviewOverdue(const SalesReady& sales_ready, Time now) {
  return sales_ready.review_by != 0 && now >= sales_ready.review_by + kDay;
}

void CheckSalesReady(Problems& problems, const YamlNode& place, const SalesReady& sales_ready, Time now) {
  for (const SalesReady::Signature& s : sales_ready.signatures) {
    if (now == 0 || !IsToCome(s.day, now)) continue;
    problems
        .Add(place, "LL2213", fmt::format("{} signs for {} on {}, a day to come", s.name, s.side, FormatDate(s.day)),
             "write the day on which it was signed")
        .severity = Severity::kWarning;
  }
  if (!ReviewOverdue(sales_ready, now)) return;
  problems
      .Add(place, "LL2212",
           fmt::format("what is ready for sales was to be reviewed by {}", FormatDate(sales_ready.review_by)),
           "meet, look at what became of the leads, change the points, and sign again with a new review_by")
      .severity = Severity::kWarning;
}

}  // namespace leadline::packs
