// normalize.yaml: tables that give a field its meaning, and the plugins that may follow them.
#include <algorithm>

#include "fmt/format.h"
#include "packs/condition/stored_values.h"
#include "packs/read/readers.h"
#include "packs/run/fields.h"

namespace leadline::packs {
namespace {

class NormalizeReader : FileReader {
 public:
  explicit NormalizeReader(const Reading& reading) : FileReader(reading) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "normalize.yaml");
    const YamlNode* tables = top.Require("normalize");
    top.Finish();
    if (tables == nullptr) return;
    if (!tables->is_map()) {
      problems_.Add(*tables, "LL1102", "\"normalize\" must be a map of field: rows");
      return;
    }
    for (size_t i = 0; i < tables->keys.size(); ++i) ReadTable(tables->keys[i], tables->items[i]);
    problems_.SetRule("");
  }

 private:
  void ReadTable(const YamlNode& key, const YamlNode& rows) {
    problems_.SetRule(key.text);
    const auto& open = layer_.points().normalize_fields;
    if (std::find(open.begin(), open.end(), key.text) == open.end()) {
      layer_.CheckOpened(key, false, fmt::format("the normalisation of \"{}\"", key.text));
      return;
    }
    if (!rows.is_sequence()) {
      problems_.Add(rows, "LL1102", "the rows must be a list", "begin each row with \"- \"");
      return;
    }
    domain_field_ = key.text;
    std::vector<NormalizeRow> own;
    int plugin = -1;
    plugin_if_absent_ = false;
    for (size_t i = 0; i < rows.items.size(); ++i) {
      const YamlNode& row = rows.items[i];
      if (row.is_map() && row.Find("plugin") != nullptr) {
        plugin = ReadPluginRow(row, i + 1 == rows.items.size());
      } else {
        ReadRow(row, own);
      }
    }
    Normalizer& normalizer = NormalizerOf(key.text);
    const auto first = [](const NormalizeRow& row) { return row.before_regions; };
    const auto at = std::find_if_not(normalizer.rows.begin(), normalizer.rows.end(), first);
    normalizer.rows.insert(at, own.begin(), own.end());
    // Of the centre's own, too, those that come first are asked first.
    std::stable_partition(normalizer.rows.begin(), normalizer.rows.end(), first);
    if (plugin < 0) return;
    normalizer.plugin = plugin;
    normalizer.plugin_if_absent = plugin_if_absent_;
  }

  Normalizer& NormalizerOf(const std::string& field) {
    for (Normalizer& normalizer : rules_.normalizers) {
      if (normalizer.field == field) return normalizer;
    }
    rules_.normalizers.push_back(Normalizer{field, {}, -1, false});
    return rules_.normalizers.back();
  }

  int ReadPluginRow(const YamlNode& row, bool last) {
    if (!last) problems_.Add(row, "LL2801", "the plugin is asked after the rows: it must come last");
    MapReader reader(problems_, row, "a plugin");
    const int use = plugins_.Read(layer_, reader, {"normalize " + domain_field_, "leadline.normalize/1", {}, {}});
    plugin_if_absent_ = reader.Flag("only_if_absent");
    reader.Finish();
    return use;
  }

  void ReadRow(const YamlNode& row, std::vector<NormalizeRow>& out) {
    MapReader reader(problems_, row, "a row");
    if (!reader.ok()) return;
    NormalizeRow normalize;
    normalize.layer = layer_.name();
    normalize.source = SourceOf(row);
    normalize.before_regions = reader.Flag("before_regions");
    if (const YamlNode* before = reader.Get("before_regions"); before != nullptr && !layer_.is_central()) {
      problems_.Add(*before, "LL2301", "what comes before the regions' rows is the centre's to say",
                    "remove it; a region's rows are asked in their order");
      normalize.before_regions = false;
    }
    if (const YamlNode* locale = reader.Get("locale")) {
      problems_.Add(*locale, "LL1101", "a row has no \"locale\"",
                    fmt::format("a row holds in every language; for one alone write  when: language == \"{}\" && ...",
                                locale->text));
    }
    normalize.value = reader.RequiredText("value");
    if (const YamlNode* value = reader.Get("value"); value != nullptr && value->is_scalar() && value->text.empty()) {
      problems_.Add(*value, "LL1104", "a row must give a value", "take the row out; no value is what was given");
    }
    CheckValue(reader, normalize.value);
    if (const YamlNode* when = reader.Require("when")) {
      ConditionUse use;
      use.container = domain_field_.substr(0, domain_field_.find('.'));
      use.may_read_score = false;
      normalize.condition = conditions_.Compile(*when, use, rules_);
      CheckReads(*when, normalize.condition);
    }
    reader.Finish();
    out.push_back(std::move(normalize));
  }

  // Tables read what was given, so that their order does not matter, and nobody gives a seniority.
  void CheckReads(const YamlNode& when, int condition) {
    if (condition < 0) return;
    for (const int slot : rules_.conditions[static_cast<size_t>(condition)].program->used_slots()) {
      const std::string& field = conditions_.schema().fields()[static_cast<size_t>(slot)].name;
      if (field == "contact.seniority") {
        problems_.Add(when, "LL2806", "tables read what was given, and contact.seniority is what they give",
                      "test the title instead");
      } else if (IsAccountScoreField(field)) {
        problems_.Add(when, "LL2806", fmt::format("tables read what was given, and {} follows from it", field),
                      "let rules of scores, routes or statuses read it");
      }
    }
  }

  void CheckValue(MapReader& reader, const std::string& value) {
    const int slot = conditions_.schema().SlotOf(domain_field_);
    if (slot < 0 || value.empty()) return;
    const FieldDef& field = conditions_.schema().fields()[static_cast<size_t>(slot)];
    if (CanHave(field, value)) return;
    problems_.Add(*reader.Get("value"), "LL2106", fmt::format("{} is never \"{}\"", domain_field_, value),
                  WhatToWrite(field, value));
  }

  std::string domain_field_;
  bool plugin_if_absent_ = false;  // of the table being read
};

}  // namespace

void ReadNormalize(const Reading& reading, const YamlNode& root) { NormalizeReader(reading).Read(root); }

}  // namespace leadline::packs
