// Matching against people whose duplicates are known. The data are not part of the project.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

std::filesystem::path DataFolder() {
  const char* set = std::getenv("LEADLINE_DATA");
  return set != nullptr ? std::filesystem::path(set) : std::filesystem::path(LEADLINE_SOURCE_DIR) / "../shared/data";
}

std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> cells(1);
  for (char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

struct Person {
  Contact contact;
  std::string cluster;
};

// unique_id, first_name, surname, dob, city, email, cluster; none of the cells is quoted.
std::vector<Person> ReadPeople(const std::filesystem::path& path) {
  std::vector<Person> people;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells = SplitLine(line);
    if (cells.size() != 7) continue;
    Person person;
    person.contact = {.id = cells[0], .given_name = cells[1], .family_name = cells[2], .email = cells[5]};
    if (!cells[3].empty()) person.contact.attributes["birth_date"] = cells[3];
    if (!cells[4].empty()) person.contact.attributes["city"] = cells[4];
    person.cluster = cells[6];
    people.push_back(std::move(person));
  }
  return people;
}

// What an operations team would write down after looking at some pairs: how often a field agrees among the same
// people, and how often by chance.
MatchPolicy PeoplePolicy() {
  MatchPolicy policy;
  policy.prior = 0.5;
  policy.match_probability = 0.95;
  policy.contact_keys = {BlockingKey::kEmail, BlockingKey::kEmailLocalPart, BlockingKey::kFullName,
                         BlockingKey::kNameAndDomain};
  policy.contact_comparisons = {
      {.field = "contact.email",
       .comparator = Comparator::kEmail,
       .levels =
           {{"same", 1, 0.65, 0.002}, {"near", 0.92, 0.25, 0.004}, {"some", 0.8, 0.05, 0.05}, {"else", 0, 0.05, 0.94}}},
      {.field = "contact.full_name",
       .comparator = Comparator::kJaroWinkler,
       .levels =
           {{"same", 1, 0.45, 0.005}, {"near", 0.9, 0.25, 0.01}, {"part", 0.8, 0.2, 0.05}, {"else", 0, 0.1, 0.935}}},
      {.field = "contact.birth_date",
       .comparator = Comparator::kJaroWinkler,
       .levels =
           {{"same", 1, 0.6, 0.005}, {"near", 0.95, 0.2, 0.02}, {"some", 0.88, 0.1, 0.1}, {"else", 0, 0.1, 0.87}}},
      {.field = "contact.city",
       .comparator = Comparator::kJaroWinkler,
       .levels = {{"same", 1, 0.6, 0.2}, {"near", 0.85, 0.25, 0.05}, {"else", 0, 0.15, 0.75}}}};
  return policy;
}

struct Figures {
  int64_t true_pairs = 0, blocked = 0, blocked_true = 0, found = 0, found_true = 0;

  double Precision() const { return found == 0 ? 0 : static_cast<double>(found_true) / static_cast<double>(found); }
  double BlockedRecall() const { return static_cast<double>(found_true) / static_cast<double>(blocked_true); }
  double Recall() const { return static_cast<double>(found_true) / static_cast<double>(true_pairs); }
};

Figures Measure(const MatchPolicy& policy, const std::vector<Person>& people) {
  Figures figures;
  std::map<std::string, std::vector<size_t>> blocks;
  std::map<std::string, int64_t> clusters;
  for (size_t i = 0; i < people.size(); ++i) {
    figures.true_pairs += clusters[people[i].cluster]++;
    for (const std::string& key : ContactKeys(policy, people[i].contact, nullptr)) blocks[key].push_back(i);
  }
  std::set<std::pair<size_t, size_t>> pairs;
  for (const auto& [key, members] : blocks) {
    for (size_t i = 0; i < members.size(); ++i) {
      for (size_t j = i + 1; j < members.size(); ++j) pairs.emplace(members[i], members[j]);
    }
  }
  for (const auto& [left, right] : pairs) {
    bool same = people[left].cluster == people[right].cluster;
    PairResult pair = CompareContacts(policy, people[left].contact, nullptr, people[right].contact, nullptr);
    bool match = Judge(policy, pair) == DuplicateVerdict::kMatch;
    ++figures.blocked;
    figures.blocked_true += same ? 1 : 0;
    figures.found += match ? 1 : 0;
    figures.found_true += match && same ? 1 : 0;
  }
  return figures;
}

TEST(DuplicatesOnRealisticPeople, PrecisionAndRecall) {
  std::filesystem::path path = DataFolder() / "duplicates/fake_1000.csv";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "no data at " << path.string() << ": set LEADLINE_DATA to the folder that holds duplicates/";
  }
  std::vector<Person> people = ReadPeople(path);
  ASSERT_EQ(people.size(), 1000U);
  Figures figures = Measure(PeoplePolicy(), people);
  ASSERT_EQ(figures.true_pairs, 2031);
  fmt::print(
      "fake_1000: {} true pairs; {} blocked, {} of them true ({:.1f} %); {} found, {} of them true: precision {:.4f}, "
      "recall over blocked pairs {:.4f}, over all pairs {:.4f}\n",
      figures.true_pairs, figures.blocked, figures.blocked_true,
      100.0 * static_cast<double>(figures.blocked_true) / static_cast<double>(figures.true_pairs), figures.found,
      figures.found_true, figures.Precision(), figures.BlockedRecall(), figures.Recall());
  EXPECT_GE(figures.Precision(), 0.95);
  EXPECT_GE(figures.BlockedRecall(), 0.9);
}

// Pairs that people looked at: the score of those called the same must lie above the others'.
TEST(DuplicatesOnRealisticPeople, LabelledPairs) {
  std::filesystem::path folder = DataFolder() / "duplicates";
  if (!std::filesystem::exists(folder / "fake_1000_labels.csv")) {
    GTEST_SKIP() << "no data at " << folder.string() << ": set LEADLINE_DATA to the folder that holds duplicates/";
  }
  std::map<std::string, Person> people;
  for (Person& person : ReadPeople(folder / "fake_1000.csv")) people.emplace(person.contact.id, std::move(person));
  MatchPolicy policy = PeoplePolicy();
  std::ifstream file(folder / "fake_1000_labels.csv");
  std::string line;
  std::getline(file, line);
  int64_t right = 0;
  int64_t wrong = 0;
  int64_t missed = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cells = SplitLine(line);
    ASSERT_EQ(cells.size(), 5U) << line;
    PairResult pair =
        CompareContacts(policy, people.at(cells[0]).contact, nullptr, people.at(cells[2]).contact, nullptr);
    bool match = Judge(policy, pair) == DuplicateVerdict::kMatch;
    bool same = std::stod(cells[4]) >= 0.5;
    right += match && same ? 1 : 0;
    wrong += match && !same ? 1 : 0;
    missed += !match && same ? 1 : 0;
  }
  double precision = static_cast<double>(right) / static_cast<double>(right + wrong);
  double recall = static_cast<double>(right) / static_cast<double>(right + missed);
  fmt::print("fake_1000_labels: precision {:.4f}, recall {:.4f} over {} pairs called the same\n", precision, recall,
             right + missed);
  EXPECT_GE(precision, 0.95);
  EXPECT_GE(recall, 0.6);
}

}  // namespace
}  // namespace leadline::domain
