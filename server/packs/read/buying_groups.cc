// buying_groups.yaml: who takes part in buying which product. Only the central pack has one.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "domain/deals/buying_group.h"
#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

constexpr size_t kMostRoles = 50;
constexpr size_t kMostWords = 50;
constexpr size_t kMostTemplates = 100;
constexpr size_t kMostProducts = 100;

class BuyingGroupsReader : FileReader {
 public:
  BuyingGroupsReader(const Reading& reading, const Schema& schema) : FileReader(reading), schema_(schema) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "buying_groups.yaml");
    const auto roles = top.RequiredList("roles");
    const auto templates = top.RequiredList("buying_groups");
    top.Finish();
    if (!Fits(roles, kMostRoles, "roles") || !Fits(templates, kMostTemplates, "buying groups")) return;
    for (const YamlNode* node : roles) ReadRole(*node);
    for (const YamlNode* node : templates) ReadTemplate(*node);
    problems_.SetRule("");
    rules_.buying_groups = std::make_shared<const domain::BuyingGroups>(std::move(groups_));
  }

 private:
  bool Fits(const std::vector<const YamlNode*>& nodes, size_t most, std::string_view what) {
    if (nodes.size() <= most) return true;
    problems_.Add(*nodes[most], "LL1105", fmt::format("at most {} {} are read", most, what), "remove the others");
    return false;
  }

  // Reports a word that stands for another role already.
  bool TakeWord(const YamlNode& at, const std::string& word, const std::string& role) {
    const auto [taken, fresh] = words_.emplace(word, role);
    if (fresh) return true;
    problems_.Add(at, "LL2651", fmt::format("\"{}\" stands for the role \"{}\" already", word, taken->second),
                  "one word stands for one role: remove it from one of the two");
    return false;
  }

  void ReadRole(const YamlNode& node) {
    MapReader reader(problems_, node, "a role");
    if (!reader.ok()) return;
    problems_.SetRule("");
    const std::optional<std::string> id = ReadId(problems_, reader, "a role");
    problems_.SetRule(id.value_or(""));
    const auto also = reader.List("also");
    const std::vector<std::string> words = reader.TextList("also");
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    if (!id || !layer_.Define("role", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    if (!Fits(also, kMostWords, "words for one role")) return;
    TakeWord(*reader.Get("id"), *id, *id);
    domain::BuyingRole role{.id = *id};
    for (size_t i = 0; i < words.size() && words.size() == also.size(); ++i) {
      if (TakeWord(*also[i], words[i], *id)) role.also.push_back(words[i]);
    }
    groups_.roles.push_back(std::move(role));
  }

  void ReadTemplate(const YamlNode& node) {
    MapReader reader(problems_, node, "a buying group");
    if (!reader.ok()) return;
    problems_.SetRule("");
    const std::optional<std::string> id = ReadId(problems_, reader, "a buying group");
    problems_.SetRule(id.value_or(""));
    domain::BuyingGroupTemplate group;
    const auto products = reader.RequiredList("products");
    if (Fits(products, kMostProducts, "products of one buying group")) ReadProducts(products, group);
    if (const YamlNode* wanted = reader.Require("wanted")) ReadWanted(*wanted, group);
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal});
    reader.Text("description");
    reader.Finish();
    if (!id || !layer_.Define("buying group", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    group.id = *id;
    groups_.templates.push_back(std::move(group));
  }

  void ReadProducts(const std::vector<const YamlNode*>& nodes, domain::BuyingGroupTemplate& group) {
    const int slot = schema_.SlotOf("lead.products");
    const FieldDef* def = slot < 0 ? nullptr : &schema_.fields()[static_cast<size_t>(slot)];
    for (const YamlNode* node : nodes) {
      const std::optional<std::string> product = ReadText(problems_, *node, "a product");
      if (!product) continue;
      if (def != nullptr && def->closed() &&
          std::find(def->values.begin(), def->values.end(), *product) == def->values.end()) {
        problems_.Add(*node, "LL1104", fmt::format("lead.products never has \"{}\"", *product),
                      DidYouMean(*product, def->values));
      } else if (!products_.insert(*product).second) {
        problems_.Add(*node, "LL2651", fmt::format("\"{}\" has a buying group already", *product),
                      "a product has one buying group: remove it from one of the two");
      } else {
        group.products.push_back(*product);
      }
    }
  }

  void ReadWanted(const YamlNode& node, domain::BuyingGroupTemplate& group) {
    if (!node.is_map() || node.keys.empty()) {
      problems_.Add(node, "LL1102", "\"wanted\" must be a map of roles and how many people are wanted in each",
                    "write  wanted: {decision_maker: 1, user: 2}");
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& role = node.keys[i].text;
      if (!IsRole(role)) {
        problems_.Add(node.keys[i], "LL2652", fmt::format("there is no role \"{}\"", role),
                      DidYouMean(role, layer_.IdsOf("role")));
        continue;
      }
      const std::optional<double> count = ReadNumber(problems_, node.items[i], "how many people are wanted");
      if (!count) continue;
      if (!(*count >= 1 && *count <= domain::kMostOfRole && *count == static_cast<double>(static_cast<int>(*count)))) {
        problems_.Add(node.items[i], "LL1105",
                      fmt::format("of a role from 1 to {} people are wanted", domain::kMostOfRole));
        continue;
      }
      group.wanted.emplace(role, static_cast<int64_t>(*count));
    }
  }

  bool IsRole(const std::string& id) const {
    return std::any_of(groups_.roles.begin(), groups_.roles.end(), [&](const auto& role) { return role.id == id; });
  }

  const Schema& schema_;
  domain::BuyingGroups groups_;
  std::map<std::string, std::string> words_;  // of roles, with the role
  std::set<std::string> products_;
};

}  // namespace

void ReadBuyingGroups(const Reading& reading, const Schema& schema, const YamlNode& root) {
  BuyingGroupsReader(reading, schema).Read(root);
}

void CheckBuyingGroupsAreThere(Problems& problems, const YamlNode& schema) {
  const YamlNode* records = schema.Find("records");
  const YamlNode* lead = records == nullptr ? nullptr : records->Find("lead");
  if (lead == nullptr) return;
  for (const char* name : {"buying_group_completeness", "missing_roles"}) {
    const YamlNode* field = lead->Find(name);
    if (field == nullptr) continue;
    problems
        .Add(*field, "LL2654", fmt::format("lead.{} is always absent: the pack wants no buying groups", name),
             "add buying_groups.yaml, or remove the field")
        .severity = Severity::kWarning;
  }
}

}  // namespace leadline::packs
