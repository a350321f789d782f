#include "rpc/check/report_check.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"

namespace leadline::rpc {
namespace {

using domain::ReportDimension;

struct Named {
  v1::ReportDimension wire;
  ReportDimension dimension;
  bool of_contacts;
  bool of_levels_alone = false;

  bool Divides(ReportDivides what) const {
    if (what == ReportDivides::kContacts) return of_contacts;
    return what == ReportDivides::kLevels || !of_levels_alone;
  }
};
constexpr std::array<Named, 8> kDimensions = {{
    {v1::REPORT_DIMENSION_SOURCE, ReportDimension::kSource, false},
    {v1::REPORT_DIMENSION_REGION, ReportDimension::kRegion, true},
    {v1::REPORT_DIMENSION_PRODUCT, ReportDimension::kProduct, false},
    {v1::REPORT_DIMENSION_OWNER, ReportDimension::kOwner, false},
    {v1::REPORT_DIMENSION_TEAM, ReportDimension::kTeam, false},
    {v1::REPORT_DIMENSION_WEEK, ReportDimension::kWeek, true},
    {v1::REPORT_DIMENSION_MONTH, ReportDimension::kMonth, true},
    {v1::REPORT_DIMENSION_CALENDAR, ReportDimension::kCalendar, false, true},
}};

std::string NamesOf(ReportDivides what) {
  std::vector<std::string> names;
  for (const Named& named : kDimensions) {
    if (named.Divides(what)) names.push_back(v1::ReportDimension_Name(named.wire));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

domain::TimeBasis TimeBasisFrom(const FieldPath& path, v1::ReportTimeBasis from, v1::ReportTimeBasis other,
                                Checker& check) {
  if (from == v1::REPORT_TIME_BASIS_UNSPECIFIED || from == v1::REPORT_TIME_BASIS_CREATION) {
    return domain::TimeBasis::kCreation;
  }
  if (from != other) {
    const std::string wrong = v1::ReportTimeBasis_IsValid(from)
                                  ? fmt::format("this report does not go by {}", v1::ReportTimeBasis_Name(from))
                                  : fmt::format("has no value number {}", static_cast<int>(from));
    std::string known = v1::ReportTimeBasis_Name(v1::REPORT_TIME_BASIS_CREATION);
    if (other != v1::REPORT_TIME_BASIS_CREATION) known += " or " + v1::ReportTimeBasis_Name(other);
    check.Refuse(path, fmt::format("{}; use {}", wrong, known));
  }
  return other == v1::REPORT_TIME_BASIS_DUE ? domain::TimeBasis::kDue : domain::TimeBasis::kEntry;
}

const Named* Find(int wire) {
  const auto* found = std::find_if(kDimensions.begin(), kDimensions.end(),
                                   [wire](const Named& named) { return static_cast<int>(named.wire) == wire; });
  return found == kDimensions.end() ? nullptr : found;
}

// Why it cannot stand where `before` stand already; empty: it can.
std::string Wrong(int wire, const Named* named, const engine::ReportDimensions& before, ReportDivides what) {
  if (wire == v1::REPORT_DIMENSION_UNSPECIFIED) return fmt::format("names no dimension; use {}", NamesOf(what));
  if (named == nullptr) return fmt::format("has no value number {}; use {}", wire, NamesOf(what));
  if (std::find(before.begin(), before.end(), named->dimension) != before.end()) {
    return fmt::format("names {} a second time; leave it out", v1::ReportDimension_Name(named->wire));
  }
  if (!named->Divides(what)) {
    return fmt::format("{} have no {} to divide by; use {}", what == ReportDivides::kContacts ? "contacts" : "leads",
                       v1::ReportDimension_Name(named->wire), NamesOf(what));
  }
  return {};
}

}  // namespace

engine::ReportFilter ReportFilterFrom(const FieldPath& path, const v1::ReportFilter& from,
                                      v1::ReportTimeBasis other_basis, Checker& check) {
  engine::ReportFilter to;
  if (from.has_start_time()) to.start = check.Moment(path / "start_time", from.start_time());
  const FieldPath end_time = path / "end_time";
  if (from.has_end_time()) to.end = check.Moment(end_time, from.end_time());
  check.Order(end_time, to.start, to.end);
  to.region = check.Word(path / "region", from.region());
  to.source = check.Word(path / "source", from.source());
  to.product = check.Word(path / "product", from.product());
  if (!v1::ReportSubject_IsValid(from.subject())) {
    check.Refuse(path / "subject", fmt::format("has no value number {}", static_cast<int>(from.subject())));
  }
  to.contacts = from.subject() == v1::REPORT_SUBJECT_CONTACTS;
  if (to.contacts && !to.source.empty()) check.Refuse(path / "source", "is only for leads; contacts have no source");
  if (to.contacts && !to.product.empty()) {
    check.Refuse(path / "product", "is only for leads; contacts name no products");
  }
  to.basis = TimeBasisFrom(path / "time_basis", from.time_basis(), other_basis, check);
  return to;
}

engine::ReportDimensions ReportDimensionsFrom(const FieldPath& path, const google::protobuf::RepeatedField<int>& from,
                                              ReportDivides what, Checker& check) {
  engine::ReportDimensions to;
  if (from.size() > static_cast<int>(domain::kMostReportDimensions)) {
    check.Count(path, from.size(), static_cast<int>(domain::kMostReportDimensions));
    return to;
  }
  for (int i = 0; i < from.size(); ++i) {
    const Named* named = Find(from.Get(i));
    std::string wrong = Wrong(from.Get(i), named, to, what);
    if (wrong.empty()) {
      to.push_back(named->dimension);
    } else {
      check.Refuse(path[i], std::move(wrong));
    }
  }
  return to;
}

v1::ReportDimension WireDimension(domain::ReportDimension dimension) {
  for (const Named& named : kDimensions) {
    if (named.dimension == dimension) return named.wire;
  }
  return v1::REPORT_DIMENSION_UNSPECIFIED;
}

}  // namespace leadline::rpc
