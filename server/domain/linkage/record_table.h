// Many records of one kind, field by field, and how two of them agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/linkage/agreement.h"
#include "domain/linkage/column.h"

namespace leadline::linkage {

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
};

// One more comparison may be made of the names' order, so that a pattern's 16 places hold all.
inline constexpr size_t kMostFields = 15;

// The level of each comparison, four bits each; comparison 0 in the lowest.
using Pattern = uint64_t;
constexpr Level LevelAt(Pattern pattern, size_t comparison) {
  return static_cast<Level>(pattern >> (4 * comparison) & 15);
}
constexpr Pattern PatternOf(size_t comparison, Level level) { return Pattern{level} << (4 * comparison); }

// Feed rows, then Finish(), then read. Not synchronised while it is fed; immutable afterwards.
class RecordTable {
 public:
  // At most kMostFields, at most one given and one family name, one mail address used for names.
  explicit RecordTable(std::vector<Field> fields);

  // The next record: a value for each field, as it was given.
  void Add(const std::vector<std::string>& values);
  // Puts the records into the order of what they say, so that nothing that follows depends on the order in which they
  // came; row_of() tells it.
  void Finish();

  uint32_t size() const { return size_; }
  const std::vector<Field>& fields() const { return fields_; }
  const Column& column(size_t field) const { return columns_[field]; }
  // The number of Add() by which a record came, from 0.
  uint32_t row_of(uint32_t record) const { return row_of_[record]; }

  // Comparisons: one of each field, and, of persons with both names, one of the names' order.
  size_t comparisons() const { return fields_.size() + (has_order() ? 1 : 0); }
  bool has_order() const { return given_ >= 0 && family_ >= 0; }
  size_t order_comparison() const { return fields_.size(); }
  std::string_view ComparisonName(size_t comparison) const;
  std::string_view LabelAt(size_t comparison, Level level) const;
  int LevelsAt(size_t comparison) const;

  // How two records agree. Symmetric. Names are compared the other way round where that agrees better.
  Pattern Compare(uint32_t a, uint32_t b) const;

 private:
  struct NameLevels {
    Level given = kNothing, family = kNothing;
  };
  NameLevels StraightNames(uint32_t a, uint32_t b) const;
  NameLevels SwappedNames(uint32_t a, uint32_t b) const;
  Pattern CompareNames(uint32_t a, uint32_t b) const;
  Level NamePart(const Column& column, uint32_t a, uint32_t b) const;
  Level NameInMail(uint32_t record, std::string_view name) const;

  std::vector<Field> fields_;
  std::vector<Column> columns_;
  int given_ = -1, family_ = -1, email_ = -1;
  uint32_t size_ = 0;
  std::vector<uint32_t> row_of_;
  std::vector<std::string> mail_letters_;  // of each value of the mail address: the letters before the "@"
};

// The letters before the "@" of a mail address's value.
std::string MailLetters(const Value& value);

}  // namespace leadline::linkage
