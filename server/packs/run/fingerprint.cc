#include "packs/run/fingerprint.h"

#include <optional>
#include <set>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/zones/time_zones.h"
#include "domain/reference_versions.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

// Values one after the other, so that no two lists of values give one text.
class Canonical {
 public:
  template <typename... T>
  void Add(const T&... values) {
    (One(values), ...);
  }
  void One(std::string_view text) { text_ += fmt::format("{}:{};", text.size(), text); }
  void One(const std::string& text) { One(std::string_view(text)); }
  void One(const char* text) { One(std::string_view(text)); }
  template <typename T>
  requires std::is_arithmetic_v<T>
  void One(T number) { text_ += fmt::format("{};", number); }
  template <typename T>
  requires std::is_enum_v<T>
  void One(T value) { One(static_cast<int64_t>(value)); }
  template <typename T>
  void One(const std::optional<T>& value) {
    value ? One(*value) : One("-");
  }
  template <typename T>
  void One(const std::vector<T>& values) {
    One(values.size());
    for (const T& value : values) One(value);
  }

  std::string Hash() const { return Sha256Hex(text_).substr(0, 32); }

 private:
  std::string text_;
};

class Reader {
 public:
  Reader(const RuleSet& rules, const RegionRules& region, const std::function<std::string(std::string_view)>& version)
      : rules_(rules), region_(region), version_(version) {}

  std::string Hash() {
    AddLifecycle();
    AddConsent();
    AddPauses();
    AddScoring();
    AddNormalizers();
    AddFields();
    AddCountries();
    return out_.Hash();
  }

 private:
  void AddCondition(int number) {
    if (number < 0) return out_.Add("always");
    const cel::Program& program = *region_.conditions[static_cast<size_t>(number)].program;
    out_.Add(program.source());
    slots_.insert(program.used_slots().begin(), program.used_slots().end());
    const cel::Ast& ast = program.ast();
    for (size_t i = 0; i < ast.size(); ++i) {
      const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
      // getHours("Europe/Madrid") and its like.
      if (e.kind == cel::ExprKind::kCall && e.op == cel::Op::kNone && e.name.starts_with("get")) reads_zones_ = true;
    }
  }

  void AddPlugin(int number) {
    if (number < 0) return out_.Add("none");
    const PluginUse& use = rules_.plugins()[static_cast<size_t>(number)];
    out_.Add(use.id, use.capability, use.on_failure, use.fallback, use.fallback_points, use.config_json,
             !use.NeededIn(region_.region), version_(use.id));
    asks_plugins_ = true;
  }

  void AddLifecycle() {
    const domain::Lifecycle& lifecycle = region_.lifecycle;
    for (const domain::StatusDef& s : lifecycle.statuses) out_.Add(s.id, s.terminal, s.open, s.won, s.marketable);
    for (const domain::TransitionDef& t : lifecycle.transitions) {
      out_.Add("transition", t.id, t.from, t.to, t.trigger, t.reasons, t.hold, t.lead_alone);
      AddCondition(t.condition);
    }
    for (const domain::GateDef& gate : lifecycle.gates) {
      out_.Add("gate", gate.id, gate.to, gate.on, gate.denied_entry, gate.hold);
      AddPlugin(gate.plugin);
    }
    for (const domain::StatusRemap& remap : lifecycle.remaps) out_.Add("remap", remap.from, remap.to);
  }

  void AddConsent() {
    for (const MarketingBar& bar : region_.not_marketable) {
      out_.Add("not_marketable", bar.id);
      if (bar.refusal >= 0) {
        const Refusal& refusal = rules_.responses().refusals[static_cast<size_t>(bar.refusal)];
        out_.Add("refusal", refusal.channels, refusal.responses, refusal.until);
      } else {
        AddCondition(bar.condition);
      }
    }
  }

  // What stops a clock is looked at again with everything else that is decided.
  void AddPauses() {
    for (const domain::SlaDef& level : region_.sla.levels) {
      if (level.pause_condition < 0) continue;
      out_.Add("pause", level.id);
      AddCondition(level.pause_condition);
    }
  }

  void AddScoring() {
    const domain::ScoringPolicy& scoring = region_.scoring;
    out_.Add("scoring", scoring.bars.mql, scoring.bars.maql, scoring.adjustment_cap);
    if (scoring.account_score) out_.Add("account score", scoring.account_score->fingerprint);
    for (const domain::ScoringRule& r : scoring.rules) {
      out_.Add("rule", r.id, r.dimension, r.points, r.each_activity, r.half_life, r.max_points, r.regional, r.sets_rule,
               r.sets_matrix);
      AddCondition(r.condition);
    }
    for (const domain::ScoringMatrix& m : scoring.matrices) {
      out_.Add("matrix", m.id, m.dimension, m.half_life, m.max_points);
      for (const auto& cell : m.cells) out_.Add(cell.channel, cell.investment, cell.response, cell.points);
    }
    for (const domain::ScoringPlugin& p : scoring.plugins) {
      out_.Add("plugin", p.id, p.dimension, p.min_points, p.max_points, p.regional);
      AddPlugin(p.plugin);
    }
  }

  void AddNormalizers() {
    for (const Normalizer& normalizer : region_.normalizers) {
      out_.Add("normalizer", normalizer.field, normalizer.counts_for, normalizer.plugin_if_absent);
      for (const NormalizeRow& row : normalizer.rows) {
        out_.Add(row.value);
        AddCondition(row.condition);
      }
      AddPlugin(normalizer.plugin);
    }
  }

  // What the fields go by that conditions read. Plugins may read any.
  void AddFields() {
    bool phones = asks_plugins_, mail = asks_plugins_, currencies = asks_plugins_;
    bool probabilities = asks_plugins_, buying_groups = asks_plugins_;
    for (const int slot : slots_) {
      const FieldDef& field = rules_.fields()[static_cast<size_t>(slot)];
      out_.Add(field.name, field.type.ToString());
      phones = phones || field.name == "contact.phone";
      mail = mail || field.name == "contact.has_public_mail";
      currencies = currencies || field.name == "lead.value_converted" || field.name == "lead.weighted_value";
      probabilities = probabilities || field.name == "lead.win_probability" || field.name == "lead.weighted_value";
      buying_groups =
          buying_groups || field.name == "lead.buying_group_completeness" || field.name == "lead.missing_roles";
    }
    const ResponseKinds& responses = rules_.responses();
    out_.Add("responses", responses.touches, responses.contact_requests, responses.request_days);
    if (phones) out_.Add("phones", domain::PhoneMetadataVersion(), region_.matching.identity->phones.text());
    if (mail) out_.Add("mail", domain::PublicSuffixListVersion(), region_.public_mail->Names());
    if (currencies) {
      out_.Add("currencies", region_.currencies->currency);
      for (const auto& [currency, rate] : region_.currencies->rates) out_.Add(currency, rate);
    }
    if (probabilities) {
      for (const domain::StatusDef& status : region_.lifecycle.statuses) {
        out_.Add(status.id, status.win_probability.has_value(), status.win_probability.value_or(0));
      }
    }
    if (buying_groups) out_.Add("buying groups", domain::TextOf(*region_.buying_groups));
    if (reads_zones_) out_.Add("zones", rules_.time_zones()->fingerprint());
  }

  // Whose persons it decides: those of its countries, and the central rules those of countries that no region has.
  void AddCountries() {
    std::set<std::string> countries;
    const auto add = [&](const RegionRules& of) {
      for (const domain::Territory& territory : of.routing.territories) {
        for (const std::string& country : territory.countries) {
          const std::string region = rules_.RegionOfCountry(country);
          if (region_.region.empty() ? !region.empty() : region == region_.region) countries.insert(country);
        }
      }
    };
    add(rules_.ForRegion(""));
    for (const std::string& region : rules_.regions()) add(rules_.ForRegion(region));
    for (const std::string& country : countries) out_.Add(country);
  }

  const RuleSet& rules_;
  const RegionRules& region_;
  const std::function<std::string(std::string_view)>& version_;
  Canonical out_;
  std::set<int> slots_;
  bool asks_plugins_ = false;
  bool reads_zones_ = false;
};

}  // namespace

std::string FingerprintOf(const RuleSet& rules, const RegionRules& region,
                          const std::function<std::string(std::string_view id)>& version_of_plugin) {
  return Reader(rules, region, version_of_plugin).Hash();
}

std::string FingerprintOfNormalizers(const RegionRules& region, const std::vector<PluginUse>& plugins) {
  Canonical out;
  for (const Normalizer& normalizer : region.normalizers) {
    out.Add("normalizer", normalizer.field, normalizer.counts_for, normalizer.plugin_if_absent);
    for (const NormalizeRow& row : normalizer.rows) {
      out.Add(row.value, row.condition < 0 ? std::string("always")
                                           : region.conditions[static_cast<size_t>(row.condition)].program->source());
    }
    if (normalizer.plugin < 0) continue;
    const PluginUse& use = plugins[static_cast<size_t>(normalizer.plugin)];
    out.Add(use.id, use.on_failure, use.fallback, use.config_json);
  }
  return out.Hash();
}

}  // namespace leadline::packs
