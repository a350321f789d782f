#include "packs/cases/test_suite.h"

#include <algorithm>
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
      for (const YamlNode& row : CasesOfTable(problems_, *table)) ReadCase(row);
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
    if (const auto moment = ParseTime(node->text); moment.ok()) return *moment;
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
      fixtures_.push_back({&node.keys[i], &node.items[i], false});
    }
    problems_.SetRule("");
  }

  void ReadCase(const YamlNode& node) {
    MapReader reader(problems_, node, "a case");
    if (!reader.ok()) return;
    problems_.SetRule(node.Find("name") != nullptr ? node.Find("name")->text : "");
    const YamlNode* each = reader.Get("for_each");
    if (each == nullptr) {
      ReadOne(node, reader);
      return;
    }
    if (!each->is_map() || each->keys.size() != 1 || !each->items[0].is_sequence()) {
      problems_.Add(*each, "LL3107", "`for_each` names one field with a list of values",
                    "write  for_each: {lead.country: [DE, AT]}");
      return;
    }
    for (const YamlNode& value : each->items[0].items) ReadVariant(node, each->keys[0], value);
  }

  // The case once more, with one field set.
  void ReadVariant(const YamlNode& node, const YamlNode& path, const YamlNode& value) {
    YamlNode variant = node;
    YamlNode set;
    set.kind = YamlNode::Kind::kMap;
    set.file = node.file;
    set.offset = path.offset;
    if (!PutAtPath(problems_, set, path, value)) return;
    for (size_t i = 0; i < variant.keys.size(); ++i) {
      if (variant.keys[i].text == "name") variant.items[i].text += fmt::format(": {}", value.text);
      if (variant.keys[i].text == "for_each") variant.items[i] = set;
    }
    MapReader reader(problems_, variant, "a case");
    ReadOne(variant, reader);
  }

  void ReadOne(const YamlNode& node, MapReader& reader) {
    const size_t before = problems_.list().size();
    TestCase test;
    test.pack = pack_;
    test.suite = suite_;
    test.position = node.file->PositionOf(node.offset);
    test.name = reader.RequiredText("name");
    test.needs_plugin = reader.Text("needs_plugin");
    test.now = MomentOf(reader).value_or(now_);
    const std::string region = RegionOf(reader, region_);
    Give(reader, test);
    const std::string deciding = test.input.lead.region.empty() ? region : test.input.lead.region;
    const YamlNode* expect = reader.Require("expect");
    if (expect != nullptr) {
      ReadExpectations(problems_, owner_, deciding, *expect, test.now, test.input, test.expect);
      if (test.expect.empty() && problems_.list().size() == before) {
        problems_.Add(*expect, "LL3105", "the case expects nothing", "add what the packs should decide");
      }
    }
    reader.Finish();
    if (!names_.insert(test.name).second) {
      problems_.Add(node, "LL3108", fmt::format("two cases are called \"{}\"", test.name), "give each its own name");
    }
    if (problems_.list().size() != before) return;
    CompleteInput(rules_, region, test.now, test.input);
    out_.push_back(std::move(test));
  }

  void Give(MapReader& reader, TestCase& test) {
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
    // What `for_each` sets stands in its place by now.
    const YamlNode* each = reader.Get("for_each");
    const YamlNode* set = each == nullptr ? nullptr : each->Find("with");
    if (set != nullptr) ApplyGiven(problems_, owner_, *set, test.now, test.input);
  }

  void GiveFixture(const YamlNode& name, TestCase& test) {
    std::vector<std::string> names;
    for (Fixture& fixture : fixtures_) {
      names.push_back(fixture.key->text);
      if (fixture.key->text != name.text || !name.is_scalar()) continue;
      fixture.used = true;
      Problems reported_already;
      ApplyGiven(reported_already, owner_, *fixture.body, test.now, test.input);
      return;
    }
    problems_.Add(name, "LL3101", fmt::format("there is no fixture \"{}\"", name.text), DidYouMean(name.text, names));
  }

  void ReportUnused() {
    problems_.SetRule("");
    for (const Fixture& fixture : fixtures_) {
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
  std::vector<Fixture> fixtures_;
  std::set<std::string> names_;
};

void ReadFile(Problems& problems, const RuleSet& rules, const PackFiles& pack, const std::string& path,
              const std::string& text, std::vector<TestCase>& out) {
  auto file = std::make_unique<YamlFile>(path, text);
  const size_t before = problems.list().size();
  const bool whole = file->Parse(problems.list());
  for (size_t i = before; i < problems.list().size(); ++i) problems.list()[i].layer = pack.name;
  if (whole && problems.list().size() == before) SuiteReader(problems, rules, pack.name, out).Read(file->root());
}

}  // namespace

TestSuites ReadTestSuites(const PackSet& set, const RuleSet& rules, const std::vector<std::string>& only) {
  TestSuites out;
  Problems problems;
  for (const PackFiles& pack : set.packs) {
    if (!only.empty() && std::find(only.begin(), only.end(), pack.name) == only.end()) continue;
    problems.SetLayer(pack.name);
    const std::string root = set.root.empty() ? "" : set.root + "/";
    const std::string place = root + (pack.name == "central" ? "central/" : "regions/" + pack.name + "/");
    for (const auto& [path, text] : pack.files) {
      if (!path.starts_with(kFolder) || !(path.ends_with(".yaml") || path.ends_with(".yml"))) continue;
      if (path.ends_with(kEnding)) {
        ReadFile(problems, rules, pack, place + path, text, out.cases);
      } else {
        problems.AddFile(place + path, "LL3110", "the name of a file of tests ends in _test.yaml",
                         "rename it, or it tests nothing");
      }
    }
  }
  out.diagnostics = problems.Take();
  // Rows of a table, and values of a `for_each`, share their faults.
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.position == b.position && a.code == b.code && a.message == b.message;
  };
  auto& list = out.diagnostics;
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  return out;
}

}  // namespace leadline::packs
