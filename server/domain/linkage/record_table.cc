#include "domain/linkage/record_table.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "absl/strings/ascii.h"

namespace leadline::linkage {
namespace {

constexpr Level kStraight = 1, kSwapped = 2;
constexpr size_t kLeastNameInMail = 3;  // letters
constexpr Level kAgreesWell = 3;        // a name that differs by more may be another

// How far a level of a name is from the same, to choose the order in which two names agree better.
int CostOf(Level level) {
  constexpr auto kCosts = std::to_array<int>({3, 0, 1, 2, 3, 5, 6, 1, 5});
  return kCosts[level];
}

}  // namespace

std::string MailLetters(const Value& value) {
  std::string letters;
  for (const char c : std::string_view(value.text).substr(0, value.local_size)) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(c))) letters += c;
  }
  return letters;
}

RecordTable::RecordTable(std::vector<Field> fields) : fields_(std::move(fields)) {
  for (size_t i = 0; i < fields_.size(); ++i) {
    const FieldType type = fields_[i].type;
    columns_.emplace_back(type);
    int* const place = type == FieldType::kGivenName    ? &given_
                       : type == FieldType::kFamilyName ? &family_
                       : type == FieldType::kEmail      ? &email_
                                                        : nullptr;
    if (place != nullptr && *place < 0) *place = static_cast<int>(i);
  }
}

void RecordTable::Add(const std::vector<std::string>& values) {
  for (size_t i = 0; i < columns_.size(); ++i) columns_[i].Add(values[i]);
  ++size_;
}

void RecordTable::Finish() {
  for (Column& column : columns_) column.Finish();
  row_of_.resize(size_);
  std::iota(row_of_.begin(), row_of_.end(), 0);
  std::stable_sort(row_of_.begin(), row_of_.end(), [&](uint32_t a, uint32_t b) {
    for (const Column& column : columns_) {
      if (column.ValueOf(a) != column.ValueOf(b)) return column.ValueOf(a) < column.ValueOf(b);
    }
    return false;
  });
  for (Column& column : columns_) column.Reorder(row_of_);
  if (email_ < 0) return;
  const Column& email = columns_[static_cast<size_t>(email_)];
  for (uint32_t i = 0; i < email.value_count(); ++i) mail_letters_.push_back(MailLetters(email.value(i)));
}

std::string_view RecordTable::ComparisonName(size_t comparison) const {
  return comparison < fields_.size() ? std::string_view(fields_[comparison].name) : "order of the names";
}

std::string_view RecordTable::LabelAt(size_t comparison, Level level) const {
  if (comparison < fields_.size()) return LabelOf(fields_[comparison].type, level);
  return level == kStraight ? "as written" : level == kSwapped ? "swapped" : "no value";
}

int RecordTable::LevelsAt(size_t comparison) const {
  return comparison < fields_.size() ? LevelsOf(fields_[comparison].type) : kSwapped;
}

Level RecordTable::NameInMail(uint32_t record, std::string_view name) const {
  const Column& email = columns_[static_cast<size_t>(email_)];
  if (name.size() < kLeastNameInMail) return kNameNotInMail;
  return mail_letters_[email.ValueOf(record)].find(name) == std::string::npos ? kNameNotInMail : kNameInMail;
}

// A name that one of the two lacks may stand in its mail address. Where both have an address, those are compared.
Level RecordTable::NamePart(const Column& column, uint32_t a, uint32_t b) const {
  const uint32_t left = column.ValueOf(a), right = column.ValueOf(b);
  if (left != 0 && right != 0) return AgreementOf(column, left, right);
  if ((left == 0) == (right == 0) || email_ < 0) return kNothing;
  const Column& email = columns_[static_cast<size_t>(email_)];
  const uint32_t named = left != 0 ? a : b, other = left != 0 ? b : a;
  if (email.ValueOf(other) == 0 || email.ValueOf(named) != 0) return kNothing;
  return NameInMail(other, column.value(column.ValueOf(named)).text);
}

RecordTable::NameLevels RecordTable::StraightNames(uint32_t a, uint32_t b) const {
  return {NamePart(columns_[static_cast<size_t>(given_)], a, b),
          NamePart(columns_[static_cast<size_t>(family_)], a, b)};
}

RecordTable::NameLevels RecordTable::SwappedNames(uint32_t a, uint32_t b) const {
  const Column &given = columns_[static_cast<size_t>(given_)], &family = columns_[static_cast<size_t>(family_)];
  const auto compare = [&](uint32_t given_value, uint32_t family_value) -> Level {
    if (given_value == 0 || family_value == 0) return kNothing;
    return NameAgreement(given.value(given_value).text, family.value(family_value).text);
  };
  const Level one = compare(given.ValueOf(a), family.ValueOf(b)), other = compare(given.ValueOf(b), family.ValueOf(a));
  // Which of the two names is the given one is not known: the better agreement goes by that name.
  return {std::min(one, other), std::max(one, other)};
}

Pattern RecordTable::CompareNames(uint32_t a, uint32_t b) const {
  const auto pattern = [&](const NameLevels& levels, Level order) {
    return PatternOf(static_cast<size_t>(given_), levels.given) |
           PatternOf(static_cast<size_t>(family_), levels.family) | PatternOf(order_comparison(), order);
  };
  const NameLevels straight = StraightNames(a, b);
  const bool both = straight.given != kNothing && straight.family != kNothing;
  const bool any = straight.given != kNothing || straight.family != kNothing;
  const auto agrees = [](const NameLevels& levels) {
    return levels.given <= kAgreesWell && levels.family <= kAgreesWell;
  };
  if (any && agrees(straight)) return pattern(straight, both ? kStraight : kNothing);
  const Column &given = columns_[static_cast<size_t>(given_)], &family = columns_[static_cast<size_t>(family_)];
  const auto whole = [&](uint32_t record) { return given.ValueOf(record) != 0 && family.ValueOf(record) != 0; };
  if (whole(a) || whole(b)) {
    const NameLevels swapped = SwappedNames(a, b);
    const bool compared = swapped.given != kNothing || swapped.family != kNothing;
    if (compared && agrees(swapped) &&
        CostOf(swapped.given) + CostOf(swapped.family) < CostOf(straight.given) + CostOf(straight.family)) {
      return pattern(swapped, kSwapped);
    }
  }
  return pattern(straight, both ? kStraight : kNothing);
}

Pattern RecordTable::Compare(uint32_t a, uint32_t b) const {
  Pattern pattern = has_order() ? CompareNames(a, b) : 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (has_order() && (static_cast<int>(i) == given_ || static_cast<int>(i) == family_)) continue;
    const uint32_t left = columns_[i].ValueOf(a), right = columns_[i].ValueOf(b);
    if (left != 0 && right != 0) pattern |= PatternOf(i, AgreementOf(columns_[i], left, right));
  }
  return pattern;
}

}  // namespace leadline::linkage
