#include "tests/packs/testing.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "packs/loader.h"

namespace leadline::packs {
namespace {

using Random = std::mt19937_64;

template <typename T>
const T& Pick(const std::vector<T>& items, Random& random) {
  return items[random() % items.size()];
}

std::string Choose(std::vector<std::string> items, Random& random) { return Pick(items, random); }

void FillAttributes(const RuleSet& rules, const std::string& record, domain::Attributes& out, Random& random,
                    size_t one_in) {
  for (const FieldDef& field : rules.fields()) {
    if (field.standard || !field.name.starts_with(record + ".") || random() % one_in != 0) continue;
    const std::string name = field.name.substr(record.size() + 1);
    switch (field.type.Unwrapped().kind()) {
      case cel::TypeKind::kString:
        out[name] =
            field.values.empty()
                ? Choose({"working_professional", "student", "reseller", "manufacturer", "lead_form", "it", "x"},
                         random)
                : Pick(field.values, random);
        break;
      case cel::TypeKind::kInt:
        out[name] = static_cast<double>(random() % 20 == 0 ? random() % 3000 : random() % 15);
        break;
      case cel::TypeKind::kDouble:
        out[name] = static_cast<double>(random() % 100'000'000) / 2;
        break;
      case cel::TypeKind::kBool:
        out[name] = random() % 4 == 0;
        break;
      case cel::TypeKind::kList:
        out[name] = std::vector<std::string>{"crm"};
        break;
      default:
        break;
    }
  }
}

void FillContact(const RuleSet& rules, domain::Contact& contact, Random& random, size_t one_in) {
  contact.id = "contact";
  contact.meaning.central.seniority =
      Choose({"", "owner", "c_level", "vp", "director", "manager", "senior", "staff", "intern", "chef"}, random);
  contact.title = Choose({"", "Gerente de Compras", "Head of IT", "Leiter Einkauf", "Student"}, random);
  contact.email = Choose({"", "ana@acme.com", "ana@gmail.com", "jo@werk.de", "li@mail.acme.com"}, random);
  contact.phone = Choose({"", "+5511987654321"}, random);
  contact.language = Choose({"", "en", "de", "pt-BR"}, random);
  contact.country = Choose({"", "DE", "BR", "US"}, random);
  FillAttributes(rules, "contact", contact.attributes, random, one_in);
}

void FillAccount(const RuleSet& rules, domain::Account& account, Random& random, size_t one_in) {
  account.id = "account";
  account.name = "Acme";
  account.country = Choose({"", "DE", "BR", "US", "IN"}, random);
  account.industry = Choose({"", "manufacturing", "retail", "government", "education", "mining"}, random);
  account.employees = static_cast<int64_t>(random() % 4 == 0 ? random() % 5000 : random() % 250);
  account.owner = Choose({"", "", "na-avery-brooks"}, random);
  if (random() % 2 == 0) {
    domain::AccountScore& score = account.score.emplace();
    score.total = static_cast<double>(random() % 300);
    score.people = static_cast<int64_t>(random() % 5);
    if (random() % 2 == 0) score.products = {{Choose({"platform", "suite"}, random), 2}};
  }
  FillAttributes(rules, "account", account.attributes, random, one_in);
}

void FillLead(const RuleSet& rules, domain::Lead& lead, Random& random, size_t one_in) {
  lead.id = "lead";
  lead.status = Choose({"raw", "inquiry", "maql", "lal", "mql", "re_market", "customer"}, random);
  lead.source = Choose({"", "referral", "organic_search", "trade_fair"}, random);
  lead.region = Choose({"", "emea", "latam", "apac", "north_america"}, random);
  lead.country = Choose({"", "DE", "BR", "US", "IN"}, random);
  lead.language = Choose({"", "en", "de", "pt"}, random);
  if (random() % 2 == 0) lead.products = {Choose({"platform", "suite", "addon"}, random)};
  if (random() % 3 == 0) lead.value = domain::Money{"EUR", static_cast<int64_t>(random() % 100'000) * 1'000'000};
  lead.purchased = random() % 5 == 0;
  lead.contacts.resize(random() % 4);
  for (auto& role : lead.contacts) role = {"contact", Choose({"enquirer", "decision_maker"}, random)};
  lead.created_at = kNow - static_cast<Time>(random() % 200) * kDay;
  lead.status_since = lead.created_at;
  FillAttributes(rules, "lead", lead.attributes, random, one_in);
}

}  // namespace

const LoadResult& RepositoryRules() {
  static const LoadResult* const result = new LoadResult(LoadRuleSet(LEADLINE_SOURCE_DIR "/rules"));
  return *result;
}

const RuleSet& Rules() { return *RepositoryRules().rules; }

std::vector<Diagnostic> WithoutPins(std::vector<Diagnostic> diagnostics) {
  std::erase_if(diagnostics, [](const Diagnostic& d) { return d.code == "LL2310"; });
  return diagnostics;
}

domain::Activity MakeActivity(std::string channel, std::string investment, std::string response, Time age) {
  domain::Activity activity;
  activity.id = channel + "-" + response + "-" + std::to_string(age);
  activity.channel = std::move(channel);
  activity.investment = std::move(investment);
  activity.response = std::move(response);
  activity.time = kNow - age;
  return activity;
}

Sample RandomSample(const RuleSet& rules, Random& random, size_t activities, size_t one_in) {
  Sample sample;
  FillContact(rules, sample.contact, random, one_in);
  FillAccount(rules, sample.account, random, one_in);
  FillLead(rules, sample.lead, random, one_in);
  sample.lead.meaning = sample.contact.meaning;
  for (size_t i = 0; i < activities; ++i) {
    domain::Activity activity = MakeActivity(Pick(rules.FindField("activity.channel")->values, random),
                                             Pick(rules.FindField("activity.investment")->values, random),
                                             Pick(rules.FindField("activity.response")->values, random),
                                             static_cast<Time>(random() % (180 * kDay)));
    activity.id = std::to_string(i);
    activity.product = Choose({"", "platform", "addon"}, random);
    activity.subject = Choose({"", "careers page", "pricing"}, random);
    sample.activities.push_back(std::move(activity));
  }
  std::sort(sample.activities.begin(), sample.activities.end(),
            [](const auto& a, const auto& b) { return a.time < b.time; });
  sample.lead.activity_count = static_cast<int64_t>(activities);
  if (!sample.activities.empty()) sample.lead.last_activity_at = sample.activities.back().time;
  return sample;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace leadline::packs
