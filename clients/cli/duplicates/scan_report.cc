#include "cli/duplicates/scan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <vector>

#include "cli/output/table.h"

namespace leadline::cli {
namespace {

using Json = nlohmann::ordered_json;

double ThresholdOf(double probability) { return std::log2(probability / (1 - probability)); }

std::vector<linkage::RecordPair> SamePairs(const linkage::ScanResult& result, double match_probability) {
  std::vector<linkage::RecordPair> same;
  for (const linkage::WeighedPair& pair : result.pairs) {
    if (pair.weight >= ThresholdOf(match_probability)) same.push_back(pair.pair);
  }
  return same;
}

// An entity's number, from 1, by its first row in the file.
std::vector<int64_t> EntityNumbers(const ScanReport& report, std::vector<uint32_t>& order) {
  order.resize(report.file.table.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return report.file.lines[a] < report.file.lines[b]; });
  std::map<uint32_t, int64_t> numbers;
  std::vector<int64_t> of_record(order.size());
  for (const uint32_t record : order) {
    const auto next = static_cast<int64_t>(numbers.size()) + 1;
    of_record[record] = numbers.try_emplace(report.result.entity_of[record], next).first->second;
  }
  return of_record;
}

struct Counts {
  int64_t entities = 0, duplicates = 0, largest = 0, same = 0;
};

Counts CountsOf(const ScanReport& report) {
  std::map<uint32_t, int64_t> sizes;
  for (const uint32_t entity : report.result.entity_of) ++sizes[entity];
  Counts counts{.entities = static_cast<int64_t>(sizes.size()),
                .duplicates = static_cast<int64_t>(report.file.table.size() - sizes.size())};
  for (const auto& [entity, size] : sizes) counts.largest = std::max(counts.largest, size);
  counts.same = static_cast<int64_t>(SamePairs(report.result, report.match_probability).size());
  return counts;
}

std::string Csv(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

// What two records would share, were they two.
std::string SharedBy(const linkage::RecordTable& records, const linkage::PairClass& of) {
  std::string fields;
  for (const size_t comparison : of.shared) {
    fields += fmt::format("{}{}", fields.empty() ? "" : ", ", records.ComparisonName(comparison));
  }
  return fields.empty() ? "" : "two may share " + fields;
}

Json AccuracyJson(const linkage::Accuracy& accuracy) {
  return {{"precision", accuracy.precision}, {"recall", accuracy.recall}, {"f1", accuracy.f1}};
}

void AddQuality(const char* name, const linkage::Accuracy& accuracy, Table& table) {
  table.Add({name, fmt::format("{:.4f}", accuracy.precision), fmt::format("{:.4f}", accuracy.recall),
             fmt::format("{:.4f}", accuracy.f1)});
}

// Of pairs that the model takes for the same, how many a key finds: what the key would find alone.
std::vector<double> RecallOfKeys(const ScanReport& report) {
  double all = 0;
  for (const linkage::WeighedPair& pair : report.result.pairs) all += linkage::ProbabilityOfWeight(pair.weight);
  std::vector<double> recall;
  for (const linkage::BlockingKeyReport& key : report.result.keys) recall.push_back(all > 0 ? key.same / all : 0);
  return recall;
}

uint32_t RecordOf(const ScanFile& file, const std::string& id) {
  const auto found = std::find(file.ids.begin(), file.ids.end(), id);
  return static_cast<uint32_t>(found - file.ids.begin());
}

}  // namespace

std::optional<linkage::Quality> QualityOf(const ScanFile& file, const linkage::ScanResult& result,
                                          double match_probability) {
  if (!file.has_truth) return std::nullopt;
  std::map<std::string, uint32_t> numbers;
  std::vector<uint32_t> truth, entity_of, place(file.table.size(), UINT32_MAX);
  for (uint32_t i = 0; i < file.table.size(); ++i) {
    if (file.truths[i].empty()) continue;
    place[i] = static_cast<uint32_t>(truth.size());
    truth.push_back(numbers.try_emplace(file.truths[i], static_cast<uint32_t>(numbers.size())).first->second);
    entity_of.push_back(result.entity_of[i]);
  }
  if (truth.empty()) return std::nullopt;
  std::vector<linkage::RecordPair> same;
  for (const linkage::RecordPair& pair : SamePairs(result, match_probability)) {
    if (place[pair.a] != UINT32_MAX && place[pair.b] != UINT32_MAX) same.push_back({place[pair.a], place[pair.b]});
  }
  return linkage::Assess(truth, entity_of, same);
}

void PrintScan(Session& session, const ScanReport& report) {
  const Counts counts = CountsOf(report);
  session.Print(fmt::format("{} records are {} entities: {} are duplicates of another; the largest entity has {}.\n",
                            report.file.table.size(), counts.entities, counts.duplicates, counts.largest));
  session.Print(fmt::format("{} pairs were compared, found by {} keys; {} are the same (probability {:g} and more).\n",
                            report.result.compared, report.result.keys.size(), counts.same, report.match_probability));
  session.Print(fmt::format("It took {:.1f} s and {:.0f} MB.\n", report.cost.seconds,
                            static_cast<double>(report.cost.memory_bytes) / 1e6));
  if (!report.quality) return;
  Table table({{"Against the truth"},
               {"Precision", Table::Align::kRight},
               {"Recall", Table::Align::kRight},
               {"F1", Table::Align::kRight}});
  AddQuality("pairs", report.quality->pairwise, table);
  AddQuality("pairs within entities", report.quality->cluster_pairwise, table);
  AddQuality("B-cubed", report.quality->b_cubed, table);
  session.Print("\n");
  session.Print(table);
}

void PrintScanJson(Session& session, const ScanReport& report) {
  const Counts counts = CountsOf(report);
  Json json = {{"records", report.file.table.size()},
               {"setAside", report.file.set_aside},
               {"entities", counts.entities},
               {"duplicates", counts.duplicates},
               {"largestEntity", counts.largest},
               {"comparedPairs", report.result.compared},
               {"samePairs", counts.same},
               {"matchProbability", report.match_probability},
               {"seconds", report.cost.seconds},
               {"memoryBytes", report.cost.memory_bytes}};
  if (report.quality) {
    json["pairwise"] = AccuracyJson(report.quality->pairwise);
    json["cluster_pairwise"] = AccuracyJson(report.quality->cluster_pairwise);
    json["b_cubed"] = AccuracyJson(report.quality->b_cubed);
  }
  session.PrintData(json.dump(2) + "\n");
}

void PrintKeys(Session& session, const ScanReport& report) {
  Table table({{"Key", Table::Align::kWrap},
               {"Pairs", Table::Align::kRight},
               {"Only by it", Table::Align::kRight},
               {"Largest block", Table::Align::kRight},
               {"Estimated recall", Table::Align::kRight}});
  const std::vector<double> recall = RecallOfKeys(report);
  for (size_t i = 0; i < recall.size(); ++i) {
    const linkage::BlockingKeyReport& key = report.result.keys[i];
    table.Add({key.key, fmt::format("{}", key.pairs), fmt::format("{}", key.alone),
               fmt::format("{}{}", key.largest_block, key.capped ? " (too large)" : ""),
               fmt::format("{:.3f}", recall[i])});
  }
  session.Print(table);
}

void PrintKeysJson(Session& session, const ScanReport& report) {
  Json keys = Json::array();
  const std::vector<double> recall = RecallOfKeys(report);
  for (size_t i = 0; i < recall.size(); ++i) {
    const linkage::BlockingKeyReport& key = report.result.keys[i];
    keys.push_back({{"key", key.key},
                    {"pairs", key.pairs},
                    {"alone", key.alone},
                    {"largestBlock", key.largest_block},
                    {"capped", key.capped},
                    {"estimatedRecall", recall[i]}});
  }
  session.PrintData(Json{{"records", report.file.table.size()}, {"keys", keys}}.dump(2) + "\n");
}

void PrintWeights(Session& session, const ScanReport& report) {
  const linkage::MatchModel& model = report.result.model;
  Table table({{"Field"},
               {"Level", Table::Align::kWrap},
               {"The same", Table::Align::kRight},
               {"Others", Table::Align::kRight},
               {"Weight", Table::Align::kRight}});
  for (size_t i = 0; i < report.file.table.comparisons(); ++i) {
    for (int level = 1; level <= report.file.table.LevelsAt(i); ++level) {
      const auto probability = [&](const linkage::PairClass& of) { return of.levels[i][static_cast<size_t>(level)]; };
      const double same = probability(model.same), none = probability(model.others.back());
      table.Add({level == 1 ? std::string(report.file.table.ComparisonName(i)) : "",
                 std::string(report.file.table.LabelAt(i, static_cast<linkage::Level>(level))),
                 fmt::format("{:.4f}", same), fmt::format("{:.4f}", none),
                 fmt::format("{:+.1f}", std::log2(same / none))});
    }
  }
  session.Print(
      "\nHow often pairs agree so: those that are the same, and others that share nothing in particular. The weight, "
      "in\n"
      "bits, says how much likelier that makes the same.\n");
  session.Print(table);
}

absl::Status PrintPair(Session& session, const ScanReport& report, const std::string& left, const std::string& right) {
  const linkage::RecordTable& records = report.file.table;
  const uint32_t a = RecordOf(report.file, left), b = RecordOf(report.file, right);
  for (const auto& [record, id] : {std::pair(a, left), std::pair(b, right)}) {
    if (record == records.size()) return absl::NotFoundError(fmt::format("no row of the file has the id \"{}\"", id));
  }
  if (a == b) return absl::InvalidArgumentError(fmt::format("\"{}\" and \"{}\" are one row", left, right));
  const linkage::RecordPair pair{std::min(a, b), std::max(a, b)};
  const linkage::PairWeight weight = ExplainWeight(records, report.result.model, pair, records.Compare(pair.a, pair.b));
  Table table({{"Field"},
               {left, Table::Align::kWrap},
               {right, Table::Align::kWrap},
               {"Agreement", Table::Align::kWrap},
               {"Weight", Table::Align::kRight}});
  for (size_t i = 0; i < records.comparisons(); ++i) {
    const auto value = [&](uint32_t record) {
      return i < records.fields().size() ? records.column(i).value(records.column(i).ValueOf(record)).text : "";
    };
    table.Add({std::string(records.ComparisonName(i)), value(a), value(b),
               std::string(records.LabelAt(i, weight.comparisons[i].level)),
               fmt::format("{:+.2f}", weight.comparisons[i].bits)});
  }
  table.Add({"before any comparison", "", "", "prior", fmt::format("{:+.2f}", weight.prior)});
  table.Add({"other explanations", "", "", SharedBy(records, report.result.model.others[weight.likeliest]),
             fmt::format("{:+.2f}", weight.rest)});
  table.AddLine();
  table.Add({"sum", "", "", fmt::format("probability {:.4f}", linkage::ProbabilityOfWeight(weight.total)),
             fmt::format("{:+.2f}", weight.total)});
  session.Print(fmt::format("{} and {} are {}.\n", left, right,
                            report.result.entity_of[a] == report.result.entity_of[b] ? "one entity" : "two entities"));
  session.Print(table);
  return absl::OkStatus();
}

std::string EntitiesCsv(const ScanReport& report) {
  std::vector<uint32_t> order;
  const std::vector<int64_t> numbers = EntityNumbers(report, order);
  std::string out = "line,id,entity\n";
  for (const uint32_t record : order) {
    out += fmt::format("{},{},{}\n", report.file.lines[record], Csv(report.file.ids[record]), numbers[record]);
  }
  return out;
}

std::string PairsCsv(const ScanReport& report) {
  const linkage::RecordTable& records = report.file.table;
  std::string out = "id,other_id,probability,weight";
  for (size_t i = 0; i < records.comparisons(); ++i) {
    out += fmt::format(",{},{}", Csv(std::string(records.ComparisonName(i))),
                       Csv(std::string(records.ComparisonName(i)) + " weight"));
  }
  out += '\n';
  std::vector<size_t> order;
  for (size_t i = 0; i < report.result.pairs.size(); ++i) {
    if (report.result.pairs[i].weight >= ThresholdOf(report.match_probability)) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return report.result.pairs[a].weight > report.result.pairs[b].weight; });
  for (const size_t i : order) {
    const linkage::RecordPair& pair = report.result.pairs[i].pair;
    const linkage::PairWeight weight = ExplainWeight(records, report.result.model, pair, report.result.patterns[i]);
    uint32_t first = pair.a, second = pair.b;
    if (report.file.lines[first] > report.file.lines[second]) std::swap(first, second);
    out += fmt::format("{},{},{:.6f},{:.3f}", Csv(report.file.ids[first]), Csv(report.file.ids[second]),
                       linkage::ProbabilityOfWeight(weight.total), weight.total);
    for (size_t field = 0; field < records.comparisons(); ++field) {
      out += fmt::format(",{},{:.3f}", Csv(std::string(records.LabelAt(field, weight.comparisons[field].level))),
                         weight.comparisons[field].bits);
    }
    out += '\n';
  }
  return out;
}

}  // namespace leadline::cli
