#include "packs/load/rule_set_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ids.h"
#include "domain/reference_versions.h"
#include "fmt/format.h"
#include "packs/check/account_score.h"
#include "packs/check/hidden_routes.h"
#include "packs/check/lifecycle.h"
#include "packs/check/order.h"
#include "packs/check/routes.h"
#include "packs/check/scoring.h"
#include "packs/check/table_values.h"
#include "packs/check/translation.h"
#include "packs/load/pack_source.h"
#include "packs/run/fingerprint.h"
#include "packs/run/scoring_plan.h"
#include "packs/run/time_plan.h"
#include "packs/values/currencies.h"
#include "packs/values/sales_ready.h"

namespace leadline::packs {
namespace {

// The form of the keys that domain/blocking.cc makes: another number when it makes others of the same record.
constexpr int kFormOfKeys = 4;

std::string FingerprintOf(const PackSource& central, const domain::MatchPolicy& policy,
                          const domain::IdentityTables& tables) {
  const auto providers = central.files.find("mail_providers.yaml");
  std::string all =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", kFormOfKeys, domain::PhoneMetadataVersion(),
                  domain::PublicSuffixListVersion(), domain::JapaneseReadingsVersion(),
                  providers == central.files.end() ? "" : providers->second->text(), tables.phones.text());
  for (const auto* keys : {&policy.contact_keys, &policy.account_keys}) {
    for (const domain::BlockingKey key : *keys) all += fmt::format(" {}", static_cast<int>(key));
    all += '\n';
  }
  return Sha256Hex(all);
}

std::string TextOf(const YamlNode* root) { return root == nullptr ? "" : root->file->text(); }

bool SameTable(const RegionRules& rules, const Normalizer& a, const Normalizer& b) {
  const auto source = [&](const NormalizeRow& row) {
    return row.condition < 0 ? std::string() : rules.conditions[static_cast<size_t>(row.condition)].program->source();
  };
  const auto same_row = [&](const NormalizeRow& x, const NormalizeRow& y) {
    return x.value == y.value && source(x) == source(y);
  };
  return a.plugin == b.plugin && a.plugin_if_absent == b.plugin_if_absent &&
         std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), same_row);
}

// The region's tables, each followed by the one that counts for the centre where that is another.
std::vector<Normalizer> BothCounted(const RegionRules& rules, std::vector<Normalizer> of_region,
                                    std::vector<Normalizer> of_centre) {
  std::vector<Normalizer> out;
  const auto take = [&](std::string_view field) -> std::optional<Normalizer> {
    const auto it = std::find_if(of_centre.begin(), of_centre.end(), [&](const auto& n) { return n.field == field; });
    if (it == of_centre.end()) return std::nullopt;
    Normalizer taken = std::move(*it);
    of_centre.erase(it);
    taken.counts_for = Normalizer::CountsFor::kCentre;
    return taken;
  };
  for (Normalizer& own : of_region) {
    std::optional<Normalizer> central = take(own.field);
    const bool same = central && SameTable(rules, own, *central);
    own.counts_for = same ? Normalizer::CountsFor::kBoth : Normalizer::CountsFor::kRegion;
    out.push_back(std::move(own));
    if (central && !same) out.push_back(*std::move(central));
  }
  for (Normalizer& central : of_centre) {
    central.counts_for = Normalizer::CountsFor::kCentre;
    out.push_back(std::move(central));
  }
  return out;
}

}  // namespace

LoadResult RuleSetBuilder::Build() {
  if (set_.Find("central") == nullptr) {
    problems_.AddFile(PlaceOf("central"), "LL1008", "the central pack is missing",
                      "region packs extend it and cannot be used alone");
    return {nullptr, problems_.Take(), {}};
  }
  for (const PackFiles& pack : set_.packs) {
    packs_.push_back(ReadPackSource(problems_, pack, PlaceOf(pack.name), points_));
    if (IsValidId(pack.name)) continue;
    problems_.AddFile(PlaceOf(pack.name), "LL1107", fmt::format("\"{}\" is not a name for a region", pack.name),
                      "use small letters, digits, _ and -");
  }
  ReadRegions();
  auto rules = std::make_unique<RegionRules>();
  ReadCentral(*rules);
  // Without one of the central files, what regions refer to would seem not to be there.
  const bool central_whole =
      IsWhole(packs_[0]) && problems_.budget().Of("central").reached == CheckBudget::Limit::kNone;
  std::vector<std::unique_ptr<RegionRules>> sets;
  for (size_t i = 1; i < packs_.size(); ++i) {
    auto regional = std::make_unique<RegionRules>(*rules);
    regional->region = packs_[i].name();
    if (central_whole) ReadRegion(packs_[i], *regional);
    sets.push_back(std::move(regional));
  }
  if (central_whole && options_.analyze && options_.prove) {
    std::vector<const RegionRules*> all = {rules.get()};
    for (const auto& set : sets) all.push_back(set.get());
    CheckDimensions(problems_, definitions_, all);
    if (!problems_.has_errors()) CheckValuesOfTables(all);
  }
  if (ReportStopped() || problems_.has_errors()) {
    std::vector<PackSoundness> soundness = SoundnessOf(central_whole);
    return {nullptr, problems_.Take(), std::move(soundness)};
  }
  for (size_t i = 1; i < packs_.size(); ++i) CheckPin(problems_, packs_[i], packs_[0].info.ref.sha256);
  out_->fields_ = schema_.fields();
  for (size_t i = 0; i < out_->fields_.size(); ++i) out_->field_slots_[out_->fields_[i].name] = static_cast<int>(i);
  out_->responses_ = schema_.responses();
  out_->time_zones_ = schema_.time_zones();
  out_->plugins_ = plugins_.uses();
  Assemble(std::move(rules));
  for (auto& set : sets) Assemble(std::move(set));
  for (PackSource& pack : packs_) out_->packs_.push_back(pack.info);
  std::vector<PackSoundness> soundness = SoundnessOf(central_whole);
  return {out_, problems_.Take(), std::move(soundness)};
}

bool RuleSetBuilder::ReportStopped() {
  bool any = false;
  for (const PackSource& pack : packs_) {
    const CheckBudget::Usage usage = problems_.budget().Of(pack.name());
    if (usage.reached == CheckBudget::Limit::kNone) continue;
    any = true;
    // Of findings beyond all count a line of their own tells.
    if (usage.reached == CheckBudget::Limit::kFindings) continue;
    problems_.AddStopped(StoppedCheck(pack.name(), usage, problems_.budget().limits(), PlaceOf(pack.name())));
  }
  return any;
}

void RuleSetBuilder::CheckValuesOfTables(const std::vector<const RegionRules*>& sets) {
  CheckTableValues(Written(packs_[0], *sets[0]), 0, sets);
  for (size_t i = 1; i < sets.size(); ++i) {
    CheckTableValues(Written(packs_[i], *sets[i]), sets[0]->conditions.size(), {sets[i]});
  }
}

std::vector<PackSoundness> RuleSetBuilder::SoundnessOf(bool central_whole) {
  std::vector<PackSoundness> out;
  for (const PackSource& pack : packs_) {
    out.push_back({pack.name(), pack.info.ref.sha256, pack.central || central_whole,
                   static_cast<int>(problems_.ErrorsOf(pack.name()))});
  }
  return out;
}

std::string RuleSetBuilder::PlaceOf(const std::string& pack) const {
  return (set_.root.empty() ? "" : set_.root + "/") + (pack == "central" ? pack : "regions/" + pack);
}

WrittenRules RuleSetBuilder::Written(const PackSource& pack, const RegionRules& rules) {
  return {rules, pack.name(), schema_.fields(), definitions_, conditions_.places(), problems_};
}

void RuleSetBuilder::ReadShared(const PackSource& pack, Layer& layer, RegionRules& rules) {
  const Reading reading{layer, conditions_, plugins_, rules};
  ReadNormalizers(pack, reading);
  if (const YamlNode* root = pack.Root("scoring.yaml")) ReadScoring(reading, scoring_, *root);
  if (const YamlNode* root = pack.Root("sla.yaml")) ReadCalendars(reading, *root);
  if (const YamlNode* root = pack.Root("routing.yaml")) {
    if (!pack.central) ReadQueues(reading, root);
    const size_t before = problems_.found();
    ReadRouting(reading, routing_, *root);
    if (problems_.found() == before) CheckRouting(Written(pack, rules));
  }
  if (const YamlNode* root = pack.Root("sla.yaml")) ReadSla(reading, *root);
  if (const YamlNode* root = pack.Root("notify.yaml")) ReadNotify(reading, *root);
}

void RuleSetBuilder::ReadRegions() {
  std::vector<std::string> regions;
  for (size_t i = 1; i < packs_.size(); ++i) regions.push_back(packs_[i].name());
  const YamlNode* routing = packs_[0].Root("routing.yaml");
  const YamlNode* territories = routing == nullptr ? nullptr : routing->Find("territories");
  if (territories != nullptr && territories->is_sequence()) {
    for (const YamlNode& territory : territories->items) {
      const YamlNode* region = territory.Find("region");
      if (region != nullptr && region->is_scalar()) regions.push_back(region->text);
    }
  }
  std::sort(regions.begin(), regions.end());
  regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
  conditions_.UseRegions(std::move(regions), packs_.size() > 1);
}

void RuleSetBuilder::ReadNormalizers(const PackSource& pack, const Reading& reading) {
  RegionRules& rules = reading.rules;
  const YamlNode* own = pack.Root("normalize.yaml");
  if (pack.central) {
    if (own != nullptr) ReadNormalize(reading, *own);
    return;
  }
  const std::string accepted_sha256 = points_.accepted.HashOf(pack.name(), "normalize");
  const YamlNode* kept = packs_[0].Root(AcceptedTablePath(pack.name()));
  if (kept != nullptr && Sha256Hex(TextOf(kept)) != accepted_sha256) {
    problems_.SetLayer("central");
    problems_.Add(*kept, "LL2312", "this is not the version of the table that the central pack.yaml accepts",
                  fmt::format("run  leadline pack accept {}  or take the file out", pack.name()));
    problems_.SetLayer(pack.name());
    kept = nullptr;
  }
  if (own == nullptr && kept == nullptr) return;
  const std::vector<Normalizer> central = rules.normalizers;
  if (own != nullptr) ReadNormalize(reading, *own);
  const bool accepted = own != nullptr && points_.accepted.Holds(problems_, pack.name(), "normalize", *own,
                                                                 "so what it says besides counts into the regional "
                                                                 "adjustment alone");
  if (accepted) return;
  const std::vector<Normalizer> of_region = std::exchange(rules.normalizers, central);
  if (kept != nullptr) {
    problems_.SetLayer("central");
    ReadNormalize(reading, *kept);
    problems_.SetLayer(pack.name());
  }
  rules.normalizers = BothCounted(rules, of_region, std::move(rules.normalizers));
}

void RuleSetBuilder::ReadCentral(RegionRules& rules) {
  PackSource& pack = packs_[0];
  Layer layer(pack.info, problems_, definitions_, points_, set_.Find(pack.name())->files, options_.now);
  problems_.SetLayer(pack.name());
  ReadSchemas();
  problems_.SetLayer(pack.name());
  const Reading reading{layer, conditions_, plugins_, rules};
  ReadQueues(reading, pack.Root("routing.yaml"));
  if (const YamlNode* root = pack.Root("status.yaml")) ReadStatus(reading, *root);
  if (const YamlNode* root = pack.Root("consent.yaml")) ReadConsent(reading, schema_, *root);
  if (const YamlNode* root = pack.Root("buying_groups.yaml")) {
    ReadBuyingGroups(reading, schema_, *root);
  } else if (const YamlNode* schema = pack.Root("schema.yaml"); schema != nullptr && options_.analyze) {
    CheckBuyingGroupsAreThere(problems_, *schema);
  }
  ReadShared(pack, layer, rules);
  if (const YamlNode* root = pack.Root("merge.yaml")) ReadMerge(reading, schema_, *root);
  ReadIdentity(rules);
  if (const YamlNode* root = pack.Root("currencies.yaml")) {
    rules.currencies = ReadCurrencies(problems_, *root);
    if (options_.analyze) CheckRates(problems_, *root, *rules.currencies, options_.now);
  } else if (const YamlNode* schema = pack.Root("schema.yaml"); schema != nullptr && options_.analyze) {
    CheckRatesAreThere(problems_, *schema);
  }
  const WrittenRules written = Written(pack, rules);
  if (const Definition* block = definitions_.Find("section", "sales_ready"); block != nullptr && options_.analyze) {
    CheckSalesReady(problems_, *block->at, rules.sales_ready, options_.now);
  }
  CheckAccountScore(written);
  if (!options_.prove || problems_.stopped()) return;
  CheckLifecycle(written);
  if (!options_.analyze || problems_.stopped()) return;
  CheckConsent(written);
  CheckNormalizers(written);
  CheckScoring(written);
  if (!rules.routing.routes.empty()) CheckRoutes(written);
  CheckServiceLevels(written);
}

void RuleSetBuilder::ReadSchemas() {
  std::vector<std::string> regions;
  for (const PackSource& pack : packs_) {
    if (!pack.central) regions.push_back(pack.name());
  }
  for (PackSource& pack : packs_) {
    const YamlNode* root = pack.Root("schema.yaml");
    if (root == nullptr) continue;
    problems_.SetLayer(pack.name());
    Layer layer(pack.info, problems_, definitions_, points_, set_.Find(pack.name())->files, options_.now);
    pack.central ? schema_.Read(problems_, *root) : schema_.ReadRegion(layer, *root, regions);
  }
}

void RuleSetBuilder::ReadIdentity(RegionRules& rules) {
  auto identity = std::make_shared<domain::IdentityTables>();
  if (const YamlNode* root = packs_[0].Root("mail_providers.yaml")) {
    identity->mail_providers = ReadMailProviders(problems_, *root);
  }
  if (const YamlNode* root = packs_[0].Root("role_mailboxes.yaml")) {
    identity->role_mailboxes = ReadRoleMailboxes(problems_, *root);
  }
  if (const YamlNode* root = packs_[0].Root("phones.yaml")) ReadPhones(problems_, *root, identity->phones);
  identity->fingerprint = FingerprintOf(packs_[0], rules.matching, *identity);
  rules.public_mail = {identity, &identity->mail_providers};
  rules.merging.identity = identity;
  rules.matching.identity = std::move(identity);
}

void RuleSetBuilder::ReadRegion(PackSource& pack, RegionRules& rules) {
  Layer layer(pack.info, problems_, definitions_, points_, set_.Find(pack.name())->files, options_.now);
  problems_.SetLayer(pack.name());
  conditions_.BeginPack();
  ReadShared(pack, layer, rules);
  if (const YamlNode* root = pack.Root("mail_providers.yaml")) ReadMoreMailProviders(layer, *root, rules);
  if (!options_.analyze || !options_.prove || problems_.stopped()) return;
  const WrittenRules written = Written(pack, rules);
  CheckNormalizers(written);
  CheckTranslation(written);
  CheckScoring(written);
  CheckRoutes(written);
  CheckHiddenRoutes(written);
}

void RuleSetBuilder::Assemble(std::unique_ptr<RegionRules> rules) {
  for (const domain::Territory& territory : rules->routing.territories) {
    for (const std::string& country : territory.countries) {
      out_->region_by_country_.try_emplace(country, territory.region);
    }
  }
  for (const domain::Rep& rep : rules->routing.reps) {
    const auto same = [&](const domain::Rep& other) { return other.id == rep.id; };
    if (std::none_of(out_->reps_.begin(), out_->reps_.end(), same)) out_->reps_.push_back(rep);
  }
  for (const domain::Queue& queue : rules->routing.queues) {
    if (queue.layer == (rules->region.empty() ? "central" : rules->region)) out_->queues_.push_back(queue);
  }
  rules->plan = MakeScoringPlan(*rules, out_->fields_, out_->responses_,
                                out_->time_zones_ == nullptr ? "" : out_->time_zones_->version());
  rules->timing = MakeTimePlan(*rules, out_->fields_);
  rules->normalizers_sha256 = FingerprintOfNormalizers(*rules, out_->plugins_);
  if (!rules->region.empty()) out_->regions_.push_back(rules->region);
  const std::string region = rules->region;
  out_->by_region_.emplace(region, std::move(rules));
}

}  // namespace leadline::packs
