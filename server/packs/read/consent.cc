// consent.yaml: who may not be marketed to. Only the central pack has one.
#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

constexpr size_t kMostBars = 32;
constexpr size_t kMostRefusals = 16;

class ConsentReader : FileReader {
 public:
  ConsentReader(const Reading& reading, Schema& schema) : FileReader(reading), schema_(schema) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "consent.yaml");
    const auto bars = top.RequiredList("not_marketable");
    top.Finish();
    if (bars.size() > kMostBars) {
      problems_.Add(*bars[kMostBars], "LL1105", fmt::format("at most {} reasons are read", kMostBars),
                    "put several into one condition");
      return;
    }
    for (const YamlNode* node : bars) ReadBar(*node);
    problems_.SetRule("");
    schema_.UseRefusals(std::move(refusals_));
  }

 private:
  void ReadBar(const YamlNode& node) {
    MapReader reader(problems_, node, "a reason against marketing");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a reason against marketing");
    problems_.SetRule(id.value_or(""));
    MarketingBar bar;
    const YamlNode* when = reader.Get("when");
    const YamlNode* responses = reader.Get("responses");
    if ((when == nullptr) == (responses == nullptr)) {
      problems_.Add(node, "LL2641", "a reason has either `when` or `responses`",
                    "write  when: CONDITION  or  responses: [unsubscribe], with until: and channels: as needed");
    } else if (when != nullptr) {
      bar.condition = conditions_.Compile(*when, {.container = "", .of_person = true}, rules_);
      for (const char* key : {"until", "channels"}) {
        if (const YamlNode* other = reader.Get(key)) {
          problems_.Add(*other, "LL2641", fmt::format("`{}` goes with `responses` alone", key), "remove it");
        }
      }
    } else {
      bar.refusal = ReadRefusal(reader, id.value_or(""));
    }
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    if (!id || IsBuiltIn(*reader.Get("id"), *id)) return;
    if (!layer_.Define("reason against marketing", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    if (bar.condition < 0 && bar.refusal < 0) return;
    bar.id = *id;
    bar.layer = layer_.name();
    bar.source = SourceOf(node);
    rules_.not_marketable.push_back(std::move(bar));
  }

  bool IsBuiltIn(const YamlNode& at, const std::string& id) {
    if (id != domain::kNotMarketableErased && id != domain::kNotMarketableStatus) return false;
    problems_.Add(at, "LL1107", fmt::format("\"{}\" is a reason that is always there", id), "give it another name");
    return true;
  }

  // Its number; -1, reported, when it is none.
  int ReadRefusal(MapReader& reader, const std::string& id) {
    Refusal refusal;
    refusal.id = id;
    refusal.channels = TextsOf(reader, "channels", "activity.channel");
    refusal.responses = TextsOf(reader, "responses", "activity.response");
    refusal.until = TextsOf(reader, "until", "activity.response");
    for (const YamlNode* node : reader.List("until")) {
      if (std::find(refusal.responses.begin(), refusal.responses.end(), node->text) == refusal.responses.end())
        continue;
      problems_.Add(*node, "LL2641", fmt::format("\"{}\" cannot both refuse and take it back", node->text),
                    "take it out of one of the two lists");
    }
    if (refusals_.size() == kMostRefusals) {
      problems_.Add(*reader.Get("responses"), "LL1105", fmt::format("at most {} reasons have responses", kMostRefusals),
                    "put several responses into one");
      return -1;
    }
    if (refusal.responses.empty()) {
      problems_.Add(*reader.Get("responses"), "LL1105", "no response is named", "name those by which somebody refuses");
      return -1;
    }
    refusals_.push_back(std::move(refusal));
    return static_cast<int>(refusals_.size()) - 1;
  }

  // The list of values of the field; those that it never has are reported.
  std::vector<std::string> TextsOf(MapReader& reader, const char* key, const char* field) {
    const int slot = schema_.SlotOf(field);
    const FieldDef* def = slot < 0 ? nullptr : &schema_.fields()[static_cast<size_t>(slot)];
    for (const YamlNode* node : reader.List(key)) {
      if (def == nullptr || !def->closed() || !node->is_scalar()) continue;
      if (std::find(def->values.begin(), def->values.end(), node->text) != def->values.end()) continue;
      problems_.Add(*node, "LL1104", fmt::format("{} is never \"{}\"", field, node->text),
                    DidYouMean(node->text, def->values));
    }
    return reader.TextList(key);
  }

  Schema& schema_;
  std::vector<Refusal> refusals_;
};

}  // namespace

void ReadConsent(const Reading& reading, Schema& schema, const YamlNode& root) {
  ConsentReader(reading, schema).Read(root);
}

}  // namespace leadline::packs
