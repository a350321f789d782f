#include "domain/linkage/column.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "domain/text.h"

namespace leadline::linkage {
namespace {

// A house number stands among the first words.
constexpr size_t kHouseNumberWithin = 3;

bool MadeOfWords(FieldType type) {
  return type == FieldType::kFullName || type == FieldType::kCompany || type == FieldType::kAddress ||
         type == FieldType::kText;
}

bool BeginsWithDigit(std::string_view word) {
  return !word.empty() && absl::ascii_isdigit(static_cast<unsigned char>(word.front()));
}

void ReadDate(Value& value) {
  if (value.text.size() != 8 || !std::all_of(value.text.begin(), value.text.end(), absl::ascii_isdigit)) return;
  const int number = std::atoi(value.text.c_str());
  const absl::CivilDay day(number / 10000, number / 100 % 100, number % 100);
  // A day that the calendar does not have would be moved to the next month.
  if (day.month() != number / 100 % 100 || day.day() != number % 100) return;
  value.day = static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1));
  value.dated = true;
}

}  // namespace

void Column::Add(std::string_view given) {
  uint32_t number = 0;
  if (!given.empty()) {
    const auto [found, is_new] = by_given_.try_emplace(std::string(given), 0);
    if (is_new) found->second = NumberOf(NormalForm(type_, given));
    number = found->second;
  }
  value_of_.push_back(number);
  if (number == 0) return;
  ++values_[number].records;
  ++filled_;
}

uint32_t Column::NumberOf(std::string normal) {
  if (normal.empty()) return 0;
  const auto [found, is_new] = by_text_.try_emplace(normal, static_cast<uint32_t>(values_.size()));
  if (is_new) {
    values_.emplace_back().text = std::move(normal);
    Parse(values_.back());
  }
  return found->second;
}

void Column::Parse(Value& value) {
  if (type_ == FieldType::kDate) ReadDate(value);
  if (type_ == FieldType::kEmail) {
    value.local_size = static_cast<uint16_t>(std::min<size_t>(value.text.rfind('@'), value.text.size()));
  }
  if (!MadeOfWords(type_)) return;
  std::vector<std::string_view> words = domain::Words(value.text);
  if (words.size() > kMostWords) words.resize(kMostWords);
  if (type_ == FieldType::kAddress) {
    for (size_t i = 0; i < std::min(kHouseNumberWithin, words.size()); ++i) {
      if (!BeginsWithDigit(words[i])) continue;
      value.house_number = std::atoi(std::string(words[i].substr(0, 8)).c_str());
      words.erase(words.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
  }
  for (const std::string_view word : words) {
    const auto [found, is_new] = by_word_.try_emplace(std::string(word), static_cast<uint32_t>(words_.size()));
    if (is_new) words_.push_back({std::string(word), 0, 0});
    value.words.push_back(found->second);
  }
  std::sort(value.words.begin(), value.words.end());
  value.words.erase(std::unique(value.words.begin(), value.words.end()), value.words.end());
  for (const uint32_t word : value.words) ++words_[word].values;
}

// Over distinct values, so that one that many records have does not make its own words light.
void Column::WeighWords() {
  const auto all = static_cast<double>(values_.size());
  for (Word& word : words_) word.weight = std::log((all + 1) / (word.values + 0.5)) + 0.1;
}

// In the order of their texts, so that nothing depends on the order of the records.
void Column::Renumber() {
  const auto order_of = [](const auto& items) {
    std::vector<uint32_t> order(items.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return items[a].text < items[b].text; });
    return order;
  };
  const auto inverse_of = [](const std::vector<uint32_t>& order) {
    std::vector<uint32_t> inverse(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
    return inverse;
  };
  const auto apply = [](const std::vector<uint32_t>& order, auto& items) {
    auto moved = std::move(items);
    items.clear();
    for (const uint32_t i : order) items.push_back(std::move(moved[i]));
  };
  const std::vector<uint32_t> words = order_of(words_), values = order_of(values_);  // no value has the empty text
  const std::vector<uint32_t> word_now = inverse_of(words), value_now = inverse_of(values);
  apply(words, words_);
  apply(values, values_);
  for (uint32_t& value : value_of_) value = value_now[value];
  for (Value& value : values_) {
    for (uint32_t& word : value.words) word = word_now[word];
    std::sort(value.words.begin(), value.words.end());
  }
}

void Column::Finish() {
  by_given_ = {};
  by_text_ = {};
  by_word_ = {};
  Renumber();
  WeighWords();
  for (Value& value : values_) {
    double sum = 0;
    for (const uint32_t word : value.words) sum += words_[word].weight * words_[word].weight;
    value.norm = std::sqrt(sum);
  }
}

void Column::Reorder(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> moved;
  moved.reserve(order.size());
  for (const uint32_t record : order) moved.push_back(value_of_[record]);
  value_of_ = std::move(moved);
}

}  // namespace leadline::linkage
