#include "cli/import/import_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output/text.h"

namespace leadline::cli {

void ImportWarnings::Add(const google::protobuf::RepeatedPtrField<v1::ImportWarning>& warnings, int64_t left_out) {
  left_out_ += left_out;
  for (const v1::ImportWarning& warning : warnings) {
    const std::pair<std::string, std::string> key(warning.field(), warning.value());
    if (auto known = values_.find(key); known != values_.end()) {
      known->second.set_row_count(known->second.row_count() + warning.row_count());
    } else if (values_.size() < kMostValues) {
      values_.emplace(key, warning);
    } else {
      left_out_ += warning.row_count();
    }
  }
}

std::vector<v1::ImportWarning> ImportWarnings::ByRows() const {
  std::vector<v1::ImportWarning> out;
  for (const auto& [key, warning] : values_) out.push_back(warning);
  std::stable_sort(out.begin(), out.end(), [](const v1::ImportWarning& a, const v1::ImportWarning& b) {
    return a.row_count() > b.row_count();
  });
  return out;
}

std::string ImportWarnings::Describe() const {
  if (empty()) return "";
  std::string out;
  const std::vector<v1::ImportWarning> warnings = ByRows();
  const size_t shown = std::min(warnings.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    const v1::ImportWarning& warning = warnings[i];
    const std::string hint = warning.nearest().empty() ? "" : fmt::format("; did you mean \"{}\"?", warning.nearest());
    const std::string where =
        warning.row_count() == 1
            ? fmt::format("in line {}", warning.first_row())
            : fmt::format("in {} rows, the first in line {}", WithThousands(warning.row_count()), warning.first_row());
    out += fmt::format("warning: {}: \"{}\" {}{}\n", warning.field(), warning.value(), where, hint);
  }
  if (warnings.size() > shown) {
    out += fmt::format("  and {} more values\n", WithThousands(static_cast<int64_t>(warnings.size() - shown)));
  }
  if (left_out_ > 0) out += fmt::format("  and others in {} rows\n", WithThousands(left_out_));
  return out +
         "  schema.yaml does not list these values, but leaves the fields open, so the rows are taken. No rule knows\n"
         "  the values: correct them where they come from, or list them in schema.yaml.\n";
}

}  // namespace leadline::cli
