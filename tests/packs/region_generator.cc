#include "tests/packs/region_generator.h"

#include <vector>

#include "base/clock.h"
#include "fmt/format.h"

namespace leadline::packs {
namespace {

class RegionWriter {
 public:
  RegionWriter(const RuleSet& rules, std::string name, std::mt19937_64& random)
      : rules_(rules), central_(rules.ForRegion("")), name_(std::move(name)), random_(random) {
    // Half of the packs try nothing that is forbidden, so that many of them load.
    mischief_ = OneIn(2);
  }

  PackFiles Write() {
    PackFiles pack{name_, {}};
    pack.files["pack.yaml"] =
        fmt::format("pack: {}\nextends: central\nversion: 1.0.0\nowner: {}-operations\n", name_, name_);
    pack.files["scoring.yaml"] = Scoring();
    pack.files["routing.yaml"] = Routing();
    if (!OneIn(3)) pack.files["normalize.yaml"] = Normalize();
    if (!OneIn(3)) pack.files["sla.yaml"] = Sla();
    if (OneIn(3)) pack.files["mail_providers.yaml"] = MailProviders();
    if (Wrong(30)) pack.files["status.yaml"] = "statuses: []\n";
    return pack;
  }

 private:
  bool OneIn(size_t n) { return random_() % n == 0; }
  // Whether to do one of the forbidden things here.
  bool Wrong(size_t n) { return mischief_ && OneIn(n); }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[random_() % items.size()];
  }
  int Number(int from, int to) { return from + static_cast<int>(random_() % static_cast<size_t>(to - from + 1)); }

  std::string Comparison(bool activity) {
    for (;;) {
      const FieldDef& field = Pick(rules_.fields());
      const bool of_activity = field.name.starts_with("activity.");
      if (of_activity != activity || field.name.starts_with("score.") || field.name == "now") continue;
      switch (field.kind) {
        case cel::TypeKind::kString:
          if (field.values.empty()) return fmt::format("{} {} null", field.name, OneIn(2) ? "==" : "!=");
          if (OneIn(3)) return fmt::format("{} in ['{}', '{}']", field.name, Pick(field.values), Pick(field.values));
          return fmt::format("{} {} '{}'", field.name, OneIn(4) ? "!=" : "==", Pick(field.values));
        case cel::TypeKind::kInt:
          return fmt::format("{} {} {}", field.name, OneIn(2) ? ">=" : "<", Number(0, 12));
        case cel::TypeKind::kDouble:
          return fmt::format("{} > {}.5", field.name, Number(0, 5000));
        case cel::TypeKind::kBool:
          return fmt::format("{} == {}", field.name, OneIn(2));
        case cel::TypeKind::kList:
          return fmt::format("'platform' in {}", field.name);
        default:
          continue;
      }
    }
  }

  std::string Condition(bool activity = false, int depth = 0) {
    if (depth == 0 && Wrong(60)) return "true) || (true";
    if (depth == 0 && Wrong(60)) return "contact.senority == 'manager'";
    if (depth > 1 || OneIn(3)) return Comparison(activity);
    const std::string left = Condition(activity, depth + 1);
    const std::string right = Comparison(activity || OneIn(2) ? activity : false);
    switch (random_() % 4) {
      case 0:
        return fmt::format("({}) || {}", left, right);
      case 1:
        return fmt::format("!({}) && {}", left, right);
      case 2:
        return fmt::format("({} ? {} : false)", left, right);
      default:
        return fmt::format("{} && ({})", right, left);
    }
  }

  // A condition as a value of YAML, with comments of its own language in places where they could swallow what follows.
  std::string Written(const std::string& condition, const std::string& indent) {
    if (OneIn(3)) return fmt::format("\"{}\"", condition);
    if (OneIn(3)) return fmt::format("|-\n{0}  {1}  // why\n{0}  || false // so", indent, condition);
    if (OneIn(3)) return fmt::format(">-\n{0}  // nothing\n\n{0}  {1}", indent, condition);
    return fmt::format("\"{} // as agreed\"", condition);
  }

  std::string Scoring() {
    std::string out;
    const int rules = Number(0, 4);
    if (rules > 0) out += "rules:\n";
    for (int i = 0; i < rules; ++i) out += Rule(i);
    // Where the centre has plugins, it opens the slot for them.
    const int plugins = central_.scoring.plugins.empty() ? 0 : Number(0, 2);
    if (plugins > 0) out += "plugins:\n";
    for (int i = 0; i < plugins; ++i) out += Plugin(i);
    std::string set;
    for (int i = Number(0, 2); i > 0; --i) set += SetRule();
    for (int i = Number(0, 2); i > 0; --i) set += SetCell();
    if (!set.empty()) out += "set:\n" + set;
    if (Wrong(25)) out += "threshold: {mql: 60}\n";
    if (Wrong(25)) out += "regional_adjustment: {cap: 49}\n";
    if (Wrong(25)) out += "matrices: []\n";
    return out.empty() ? "rules: []\n" : out;
  }

  std::string Rule(int number) {
    std::string id = fmt::format("{}.rule{}", name_, number);
    if (Wrong(20)) id = Pick(central_.scoring.rules).id;
    if (Wrong(20)) id = fmt::format("rule{}", number);
    const bool each = OneIn(2);
    const int points = Number(1, 60) * (OneIn(3) ? -1 : 1);
    std::string out = fmt::format("  - id: {}\n    dimension: {}\n    points: {}\n    when: {}\n", id,
                                  Pick(central_.scoring.rules).dimension, points, Written(Condition(each), "    "));
    if (each) out += "    each: activity\n";
    if (each && OneIn(2)) out += fmt::format("    decay: {{half_life: {}d}}\n", Number(1, 90));
    if (OneIn(4)) out += fmt::format("    max_points: {}\n", Number(1, 90));
    if (Wrong(40)) out += "    seal: open\n";
    return out;
  }

  std::string Plugin(int number) {
    std::string id = fmt::format("{}.plugin{}", name_, number);
    if (Wrong(10)) id = Pick(central_.scoring.plugins).id;
    const std::string plugin = Wrong(10) ? "org.leadline.title_seniority" : fmt::format("org.{}.habit", name_);
    return fmt::format(
        "  - {{id: {}, plugin: {}, dimension: {}, on_failure: skip, optional: true, min_points: -{}, max_points: "
        "{}}}\n",
        id, plugin, Pick(central_.scoring.rules).dimension, Number(0, 60), Number(1, 90));
  }

  std::string SetRule() {
    const auto& rule = Pick(central_.scoring.rules);
    if (!mischief_ && rule.id != "form.contact_me") return "";
    return fmt::format("  - {{rule: {}, points: {}}}\n", rule.id, Number(52, 68) + (Wrong(10) ? 100 : 0));
  }

  std::string SetCell() {
    if (central_.scoring.matrices.empty()) return "";
    const auto& matrix = Pick(central_.scoring.matrices);
    const auto& cell = Pick(matrix.cells);
    if (cell.channel == "*" || cell.investment == "*" || cell.response == "*") return "";
    return fmt::format("  - {{matrix: {}, channel: {}, investment: {}, response: {}, points: {}}}\n", matrix.id,
                       cell.channel, cell.investment, cell.response, cell.points + Number(-1, 1) * 0.5);
  }

  std::string Routing() {
    const std::string team = name_ + "_desk";
    std::string out = fmt::format("territories:\n  - {{id: {}_land, countries: [{}]}}\n", name_, Country());
    out += fmt::format("teams:\n  - {{id: {}}}\n", team);
    out += fmt::format(
        "reps:\n  - {{id: {0}-one, name: One, team: {1}, languages: [en], territories: [{0}_land], weight: {2}}}\n",
        name_, team, Number(1, 5));
    out += fmt::format("  - {{id: {}-two, name: Two, team: {}, languages: [en, de]}}\n", name_,
                       OneIn(3) && !central_.routing.reps.empty() ? Pick(central_.routing.reps).team : team);
    out += "routes:\n";
    for (int i = Number(1, 3); i > 0; --i) {
      std::string id = fmt::format("{}.route{}", name_, i);
      if (Wrong(6)) id = Pick(central_.routing.routes).id;
      out += fmt::format("  - id: {}\n    team: {}\n    when: {}\n", id, team, Written(Condition(), "    "));
    }
    // The base packs open one route.
    if (OneIn(3)) out += fmt::format("  - {{id: gate, hold: {}}}\n", Wrong(10) ? "nowhere" : name_ + ".queue");
    out += fmt::format("queues:\n  - {{id: {}, owner: {}}}\n",
                       Wrong(10) ? Pick(central_.routing.queues).id : name_ + ".queue", name_);
    std::string tighten;
    for (const domain::Route& route : central_.routing.routes) {
      const bool opened = route.id == "first" || route.id == "account_owner";
      if (!(opened ? OneIn(2) : Wrong(12))) continue;
      tighten += fmt::format("  - route: {}\n    and: {}\n", route.id, Written(Condition(), "    "));
    }
    if (!tighten.empty()) out += "tighten:\n" + tighten;
    if (Wrong(30)) out += "default_hold: ours\n";
    return out;
  }

  // Antarctica, Bouvet Island and the French Southern Territories: nobody claims them.
  std::string Country() {
    const std::vector<std::string> free = {"AQ", "BV", "TF"};
    if (Wrong(10)) return "US";
    return OneIn(4) ? Pick(free) : free[name_.size() % 3];
  }

  std::string Normalize() {
    std::string out = "normalize:\n  contact.seniority:\n";
    const FieldDef* seniority = rules_.FindField("contact.seniority");
    for (int i = Number(1, 4); i > 0; --i) {
      const char* word = Pick(std::vector<const char*>{"gerente", "head", "leiter", "student", "of"});
      out += fmt::format("    - {{when: 'title.hasWord(\"{}\")', value: {}}}\n", word, Pick(seniority->values));
    }
    if (Wrong(15)) out += "  contact.title:\n    - {when: 'true', value: x}\n";
    return out;
  }

  std::string Sla() {
    const std::string day = Wrong(5) ? "13:00-16:00" : "08:00-16:00";
    std::string out = fmt::format(
        "calendars:\n  - {{id: {0}_hours, time_zone: Europe/Lisbon, hours: {{monday: {1}, tuesday: {1}, wednesday: "
        "{1}, "
        "thursday: {1}, friday: {1}}}, holidays: [{2}]}}\ntighten:\n",
        name_, day, Holidays());
    const auto& level = Pick(central_.sla.levels);
    const bool opened = level.id == "mql" || level.id == "contact_me";
    if (!opened && !mischief_) return out.substr(0, out.size() - 9);
    return out + fmt::format("  - {{level: {}, due_after: {}m, calendar: {}_hours}}\n", level.id,
                             Number(1, Wrong(3) ? 9000 : 30), name_);
  }

  // Weekdays from the first Monday of January 2026 on, one after the other.
  std::string Holidays() {
    std::string out;
    for (int i = Wrong(5) ? 30 : Number(0, 25); i > 0; --i) {
      out += FormatTime(*ParseTime("2026-01-05") + (7 * ((i - 1) / 5) + (i - 1) % 5) * kDay).substr(0, 10);
      if (i > 1) out += ", ";
    }
    return out;
  }

  // Addresses of the samples; no centre accepts a list that is made up here.
  std::string MailProviders() {
    std::string out = OneIn(2) ? "families: [werk]\n" : "families: [mail, acme]\n";
    out += OneIn(2) ? "domains: [acme.com]\n" : "domains: [werk.de, gmail.com]\n";
    if (Wrong(10)) out += "except: [gmail.com]\n";
    if (Wrong(10)) out = "domains: [com, co.uk]\n";
    return out;
  }

  const RuleSet& rules_;
  const RegionRules& central_;
  std::string name_;
  std::mt19937_64& random_;
  bool mischief_ = false;
};

}  // namespace

PackFiles RandomRegion(const RuleSet& central, const std::string& name, std::mt19937_64& random) {
  return RegionWriter(central, name, random).Write();
}

}  // namespace leadline::packs
