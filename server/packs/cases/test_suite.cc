#include "packs/cases/test_suite.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "fmt/format.h"
#include "packs/cases/expect.h"
#include "packs/cases/given.h"
#include "packs/cases/tables.h"
#include "packs/cases/test_owner.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {
namespace {

constexpr std::string_view kFolder = "tests/";
constexpr std::string_view kEnding = "_test.yaml";
constexpr size_t kMostShownName = 200;

// About what a case keeps in memory until it has run, with its result.
uint64_t BytesOf(const TestCase& test) {
  const TestInput& in = test.input;
  const size_t attributes = in.lead.attributes.size() + in.contact.attributes.size() + in.account.attributes.size();
  size_t activities = in.activities.size() * sizeof(domain::Activity);
  for (const domain::Activity& activity : in.activities) {
    activities += activity.channel.size() + activity.investment.size() + activity.response.size() +
                  activity.product.size() + activity.subject.size() + activity.id.size();
  }
  return sizeof(TestCase) + 1000 + 4 * test.name.size() + 2 * test.position.file.size() + activities +
         200 * (attributes + in.lead.contacts.size() + in.reps.size() + in.pools.size()) +
         500 * test.expect.rules.size();
}

// Reads one file.
class SuiteReader {
 public:
  SuiteReader(Problems& problems, const RuleSet& rules, std::string pack, std::vector<TestCase>& out)
      : problems_(problems), owner_(rules, pack), rules_(rules), pack_(std::move(pack)), out_(out) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "a test file");
    if (!top.ok()) return;
    suite_ = top.RequiredText("suite");
    region_ = RegionOf(top, owner_.region());
    top.Require("now");
    now_ = MomentOf(top).value_or(0);
    if (const YamlNode* fixtures = top.Get("fixtures")) ReadFixtures(*fixtures);
    const std::vector<const YamlNode*> cases = top.List("cases");
    const std::vector<const YamlNode*> tables = top.List("tables");
    top.Finish();
    if (now_ == 0) return;
    for (const YamlNode* node : cases) ReadCase(*node);
    for (const YamlNode* table : tables) {
      ReadCasesOfTable(problems_, *table, [&](const YamlNode& row) { ReadCase(row); });
    }
    if (cases.empty() && tables.empty()) {
      problems_.Add(root, "LL3105", "the file tests nothing", "add  cases:  or  tables:");
    }
    ReportUnused();
    problems_.SetRule("");
  }

 private:
  std::string RegionOf(MapReader& reader, std::string fallback) {
    const YamlNode* node = reader.Get("region");
    if (node == nullptr || !owner_.MayName(problems_, *node, node->text)) return fallback;
    std::set<std::string> names(rules_.regions().begin(), rules_.regions().end());
    for (const auto& territory : rules_.ForRegion("").routing.territories) names.insert(territory.region);
    if (names.contains(node->text)) return node->text;
    problems_.Add(*node, "LL3104", fmt::format("there is no region \"{}\"", node->text),
                  DidYouMean(node->text, {names.begin(), names.end()}));
    return fallback;
  }

  std::optional<Time> MomentOf(MapReader& reader) {
    const YamlNode* node = reader.Get("now");
    if (node == nullptr) return std::nullopt;
    if (const auto moment = ParseTime(node->text); moment.ok()) {
      if (*moment > 0) return *moment;
      problems_.Add(*node, "LL3111", fmt::format("\"{}\" is not after 1970", node->text), "give a later moment");
      return std::nullopt;
    }
    problems_.Add(*node, "LL3106", fmt::format("\"{}\" is not a moment", node->text), "write 2026-06-01T12:00:00Z");
    return std::nullopt;
  }

  void ReadFixtures(const YamlNode& node) {
    if (!node.is_map()) {
      problems_.Add(node, "LL1102", "\"fixtures\" must be a map of name: what it gives");
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) {
      problems_.SetRule(node.keys[i].text);
      TestInput unused;
      ApplyGiven(problems_, owner_, node.items[i], now_, unused);
      fixtures_.try_emplace(node.keys[i].text, Fixture{&node.keys[i], &node.items[i], false});
    }
    problems_.SetRule("");
  }

  void ReadCase(const YamlNode& node) {
    MapReader reader(problems_, node, "a case");
    if (!reader.ok()) return;
    const YamlNode* name = node.Find("name");
    problems_.SetRule(name != nullptr ? Cut(name->text, kMostShownName) : "");
    problems_.budget().Visit(node.file->PositionOf(node.offset));
    const size_t before = problems_.found();
    for (const char* key : {"needs_plugin", "now", "region", "given", "with", "for_each"}) reader.Get(key);
    for (const char* key : {"name", "expect"}) reader.Require(key);
    reader.Finish();
    const bool whole = problems_.found() == before;
    const YamlNode* each = reader.Get("for_each");
    if (each == nullptr) {
      ReadOne(node, reader, "", nullptr, whole);
      return;
    }
    if (!each->is_map() || each->keys.size() != 1 || !each->items[0].is_sequence()) {
      problems_.Add(*each, "LL3107", "`for_each` names one field with a list of values",
                    "write  for_each: {lead.country: [DE, AT]}");
      return;
    }
    // The case once more for each value, with that field set: the case itself is read, not copied.
    for (const YamlNode& value : each->items[0].items) {
      if (problems_.stopped()) return;
      YamlNode set;
      set.kind = YamlNode::Kind::kMap;
      set.file = node.file;
      set.offset = each->keys[0].offset;
      if (!PutAtPath(problems_, set, each->keys[0], value)) return;
      ReadOne(node, reader, fmt::format(": {}", value.text), set.Find("with"), whole);
    }
  }

  // `set`: what a `for_each` gives besides; null: nothing. `whole`: nothing is wrong with the keys of the case.
  void ReadOne(const YamlNode& node, MapReader& reader, const std::string& variant, const YamlNode* set, bool whole) {
    const size_t before = problems_.found();
    TestCase test;
    test.pack = pack_;
    test.suite = suite_;
    test.position = node.file->PositionOf(node.offset);
    test.name = reader.Text("name") + variant;
    test.needs_plugin = reader.Text("needs_plugin");
    test.now = MomentOf(reader).value_or(now_);
    const std::string region = RegionOf(reader, region_);
    Give(reader, set, test);
    const std::string deciding = test.input.lead.region.empty() ? region : test.input.lead.region;
    const YamlNode* expect = reader.Get("expect");
    if (expect != nullptr) {
      ReadExpectations(problems_, owner_, deciding, *expect, test.now, test.input, test.expect);
      if (test.expect.empty() && whole && problems_.found() == before) {
        problems_.Add(*expect, "LL3105", "the case expects nothing", "add what the packs should decide");
      }
    }
    if (!names_.insert(test.name).second) {
      problems_.Add(node, "LL3108", fmt::format("two cases are called \"{}\"", test.name), "give each its own name");
    }
    if (!whole || problems_.found() != before || problems_.stopped()) return;
    CompleteInput(rules_, region, test.now, test.input);
    if (!problems_.budget().Hold(BytesOf(test))) return;
    out_.push_back(std::move(test));
  }

  void Give(MapReader& reader, const YamlNode* set, TestCase& test) {
    const YamlNode* given = reader.Get("given");
    if (given != nullptr && given->is_sequence()) {
      for (const YamlNode& name : given->items) GiveFixture(name, test);
    } else if (given != nullptr) {
      GiveFixture(*given, test);
    }
    const YamlNode* with = reader.Get("with");
    if (with != nullptr && with->is_sequence()) {
      for (const YamlNode& part : with->items) ApplyGiven(problems_, owner_, part, test.now, test.input);
    } else if (with != nullptr) {
      ApplyGiven(problems_, owner_, *with, test.now, test.input);
    }
    if (set != nullptr) ApplyGiven(problems_, owner_, *set, test.now, test.input);
  }

  // What is wrong with a fixture is told once, where it stands.
  void GiveFixture(const YamlNode& name, TestCase& test) {
    const auto it = name.is_scalar() ? fixtures_.find(name.text) : fixtures_.end();
    if (it != fixtures_.end()) {
      it->second.used = true;
      ApplyGiven(problems_, owner_, *it->second.body, test.now, test.input);
      return;
    }
    std::vector<std::string> names;
    for (const auto& [known, fixture] : fixtures_) names.emplace_back(known);
    problems_.Add(name, "LL3101", fmt::format("there is no fixture \"{}\"", name.text), DidYouMean(name.text, names));
  }

  void ReportUnused() {
    problems_.SetRule("");
    for (const auto& [name, fixture] : fixtures_) {
      if (fixture.used) continue;
      Diagnostic& d = problems_.Add(*fixture.key, "LL3109",
                                    fmt::format("no case is given the fixture \"{}\"", fixture.key->text), "remove it");
      d.severity = Severity::kWarning;
    }
  }

  struct Fixture {
    const YamlNode* key = nullptr;
    const YamlNode* body = nullptr;
    bool used = false;
  };

  Problems& problems_;
  const TestOwner owner_;
  const RuleSet& rules_;
  std::string pack_;
  std::vector<TestCase>& out_;
  std::string suite_;
  std::string region_;
  Time now_ = 0;
  std::map<std::string_view, Fixture> fixtures_;  // by name
  std::set<std::string> names_;
};

void ReadFile(Problems& problems, const RuleSet& rules, const PackFiles& pack, const std::string& path,
              const std::string& text, std::vector<TestCase>& out) {
  auto file = std::make_unique<YamlFile>(path, text);
  std::vector<Diagnostic> faults;
  HeldBytes held(problems.budget());
  const bool whole = problems.budget().Spend(20 * text.size()) && file->Parse(faults);
  if (!problems.budget().Spend(50 * file->nodes()) || !held.Add(2 * text.size() + file->nodes() * sizeof(YamlNode))) {
    return;
  }
  for (Diagnostic& d : faults) d.layer = pack.name;
  problems.AddAll(std::move(faults));
  if (whole) SuiteReader(problems, rules, pack.name, out).Read(file->root());
}

}  // namespace

TestSuites ReadTestSuites(const PackSet& set, const RuleSet& rules, const std::vector<std::string>& only,
                          CheckBudget* budget) {
  TestSuites out;
  Problems problems(budget);
  std::vector<Diagnostic> stopped;
  for (const PackFiles& pack : set.packs) {
    if (!only.empty() && std::find(only.begin(), only.end(), pack.name) == only.end()) continue;
    problems.SetLayer(pack.name);
    if (problems.stopped()) continue;  // which has been said
    problems.budget().BeginStage(CheckStage::kTests);
    const std::string root = set.root.empty() ? "" : set.root + "/";
    const std::string place = root + (pack.name == "central" ? "central/" : "regions/" + pack.name + "/");
    for (const auto& [path, text] : pack.files) {
      if (problems.stopped()) break;
      if (!path.starts_with(kFolder) || !(path.ends_with(".yaml") || path.ends_with(".yml"))) continue;
      if (path.ends_with(kEnding)) {
        ReadFile(problems, rules, pack, place + path, text, out.cases);
      } else {
        problems.AddFile(place + path, "LL3110", "the name of a file of tests ends in _test.yaml",
                         "rename it, or it tests nothing");
      }
    }
    const CheckBudget::Usage usage = problems.budget().Of(pack.name);
    if (!problems.stopped() || usage.reached == CheckBudget::Limit::kFindings) continue;
    stopped.push_back(StoppedCheck(pack.name, usage, problems.budget().limits(), place + "tests"));
  }
  for (Diagnostic& d : stopped) problems.AddStopped(std::move(d));
  out.diagnostics = problems.Take();
  return out;
}

}  // namespace leadline::packs
