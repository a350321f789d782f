// Any text as the filter, the order and the cursor of a list: each is refused with a place in it, or means what it
// means when it is written out and read again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "base/utf8.h"
#include "engine/listing/bound_filter.h"
#include "engine/listing/filter.h"
#include "engine/listing/list_cursor.h"
#include "fmt/format.h"

namespace leadline::fuzz {
namespace {

using engine::BoundTerm;
using engine::FieldInfo;
using engine::FieldType;
using engine::FilterTerm;

const std::vector<FieldInfo> kFields = {{"status"},
                                        {"product"},
                                        {"assignee", FieldType::kName, "reps/"},
                                        {"score", FieldType::kNumber, "", true},
                                        {"create_time", FieldType::kTime, "", true},
                                        {"change_position", FieldType::kPosition, "", true},
                                        {"attributes.external_id"}};

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

std::string Written(const std::vector<FilterTerm>& terms) {
  std::string text;
  for (const FilterTerm& term : terms) {
    text += fmt::format("{}{}{} {}(", text.empty() ? "" : " AND ", term.negated ? "NOT " : "", term.field,
                        engine::TextOf(term.op));
    if (term.values.size() == 1) text.pop_back();
    for (size_t i = 0; i < term.values.size(); ++i) {
      if (i > 0) text += " OR ";
      if (term.values[i].any) {
        text += '*';
        continue;
      }
      text += '"';
      for (const char c : term.values[i].text) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
    if (term.values.size() > 1) text += ')';
  }
  return text;
}

bool SameTerms(const std::vector<FilterTerm>& a, const std::vector<FilterTerm>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool same = a[i].field == b[i].field && a[i].op == b[i].op && a[i].negated == b[i].negated &&
                      a[i].values.size() == b[i].values.size();
    if (!same) return false;
    for (size_t v = 0; v < a[i].values.size(); ++v) {
      if (a[i].values[v].text != b[i].values[v].text || a[i].values[v].any != b[i].values[v].any) return false;
    }
  }
  return true;
}

void CheckRefusal(const absl::Status& status, std::string_view field) {
  const auto violations = FieldViolationsOf(status);
  Require(violations.size() == 1 && violations[0].field == field, "a refusal names its field");
  Require(violations[0].description.size() < 1000, "a refusal is short");
}

void TryFilter(std::string_view text) {
  const auto terms = engine::ParseFilter(text);
  if (!terms.ok()) return CheckRefusal(terms.status(), "filter");
  size_t values = 0;
  for (const FilterTerm& term : *terms) {
    Require(!term.values.empty(), "a term has a value");
    Require(term.at < text.size() && text.substr(term.at).starts_with(term.field), "a term knows its place");
    values += term.values.size();
    for (const auto& value : term.values) Require(IsUtf8(value.text), "values are UTF-8");
  }
  Require(values <= engine::kMostFilterValues, "values are bounded");
  const std::string written = Written(*terms);
  if (written.size() <= engine::kMostFilterBytes) {
    const auto again = engine::ParseFilter(written);
    Require(again.ok() && SameTerms(*terms, *again), "what is written out means the same");
  }
  const auto bound = engine::BindFilter(text, *terms, kFields);
  if (!bound.ok()) return CheckRefusal(bound.status(), "filter");
  for (const BoundTerm& term : *bound) {
    // Of any value, one of a term and its negation holds.
    BoundTerm opposite = term;
    opposite.negated = !term.negated;
    for (const engine::FieldValue& value :
         {engine::FieldValue(), engine::FieldValue(std::string("mql")), engine::FieldValue(5.0)}) {
      Require(engine::Holds(term, value) != engine::Holds(opposite, value), "a term or its negation holds");
    }
  }
}

}  // namespace
}  // namespace leadline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leadline;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::TryFilter(text);
  if (const auto order = engine::ParseOrder(text, fuzz::kFields); !order.ok()) {
    fuzz::CheckRefusal(order.status(), "order_by");
  }
  fuzz::Require(!engine::ParseListCursor("list", text).ok(), "nobody guesses a cursor");
  const store::ListPlace place{static_cast<double>(size), std::string(text.substr(0, 64))};
  const auto again = engine::ParseListCursor("list", engine::FormatListCursor("list", place));
  fuzz::Require(again.ok() && *again == place, "a cursor leads to its place");
  return 0;
}
