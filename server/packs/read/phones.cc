// phones.yaml: which ways of writing a number mean the same telephone. Only the central pack has one.
#include "domain/iso_codes.h"
#include "domain/phone.h"
#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

constexpr size_t kMostRules = 1000;

class PhonesReader {
 public:
  PhonesReader(Problems& problems, domain::PhoneRules& phones) : problems_(problems), phones_(phones) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "phones.yaml");
    const std::vector<const YamlNode*> rules = top.RequiredList("rules");
    top.Finish();
    if (rules.size() > kMostRules) {
      problems_.Add(*rules[kMostRules], "LL1105", fmt::format("at most {} rules are read", kMostRules));
      return;
    }
    for (const YamlNode* rule : rules) ReadRule(*rule);
  }

 private:
  void ReadRule(const YamlNode& node) {
    MapReader reader(problems_, node, "a rule for telephone numbers");
    const int calling_code = ReadCountry(reader);
    std::optional<domain::PhoneForm> old_form = ReadForm(reader, "old");
    std::optional<domain::PhoneForm> new_form = ReadForm(reader, "new");
    reader.Date("since");
    reader.Finish();
    if (calling_code == 0 || !old_form || !new_form) return;
    const auto problem = phones_.Add({calling_code, *std::move(old_form), *std::move(new_form)});
    if (problem) {
      Report(*problem, reader, calling_code);
    } else {
      places_.push_back(&node);
    }
  }

  // The country's calling code; 0 with problems.
  int ReadCountry(MapReader& reader) {
    const std::string code = reader.RequiredText("country");
    if (code.empty()) return 0;
    const int calling_code = domain::IsCountryCode(code) ? domain::CallingCodeOf(code) : 0;
    if (calling_code == 0) {
      const std::string meant = domain::LikelyCountryCode(code);
      std::string hint = meant.empty() ? std::string(domain::kCountryCodeForm) : "write " + meant;
      if (meant == code) hint = "numbers there begin with another country's calling code: name that country";
      problems_.Add(*reader.Get("country"), "LL2505", fmt::format("\"{}\" is not a country with a calling code", code),
                    std::move(hint));
    }
    return calling_code;
  }

  std::optional<domain::PhoneForm> ReadForm(MapReader& reader, const char* key) {
    const std::string text = reader.RequiredText(key);
    if (text.empty()) return std::nullopt;
    absl::StatusOr<domain::PhoneForm> form = domain::PhoneForm::Parse(text);
    if (form.ok()) return *std::move(form);
    problems_.Add(*reader.Get(key), "LL2621", std::string(form.status().message()),
                  "write a national number with x for any digit, such as 01x{8} or [2-5]x{7}");
    return std::nullopt;
  }

  // Since when the new form is the only one; absent where both are in use. For the reader: keys do not depend on it.
  void Report(const domain::PhoneRuleProblem& problem, MapReader& reader, int calling_code) {
    using Kind = domain::PhoneRuleProblem::Kind;
    switch (problem.kind) {
      case Kind::kOpenDigits:
        problems_.Add(
            *reader.Get("new"), "LL2622", "the new form has other open digits than the old one",
            "a rule may add and remove fixed digits; keep every x and [..] as the old form has them, in order");
        return;
      case Kind::kItself:
        problems_.Add(*reader.Get("new"), "LL2622", "the new form is the old one, so the rule changes nothing",
                      "remove the rule, or correct one of the forms");
        return;
      case Kind::kAgain:
        AddWithOther(problem, reader.node(),
                     fmt::format("+{} {} would be changed twice: one rule makes it and another changes it again",
                                 calling_code, problem.example),
                     "let every old form lead to the newest one at once");
        return;
      case Kind::kTwice:
        AddWithOther(problem, reader.node(), fmt::format("two rules change +{} {}", calling_code, problem.example),
                     "make one of the old forms narrower, for example with [2-5]");
        return;
    }
  }

  void AddWithOther(const domain::PhoneRuleProblem& problem, const YamlNode& node, std::string message,
                    std::string hint) {
    Diagnostic& d = problems_.Add(node, "LL2623", std::move(message), std::move(hint));
    if (problem.other < 0 || static_cast<size_t>(problem.other) >= places_.size()) return;  // the rule itself
    const YamlNode& other = *places_[static_cast<size_t>(problem.other)];
    d.related = other.file->PositionOf(other.offset);
    d.related_message = "the other rule";
  }

  Problems& problems_;
  domain::PhoneRules& phones_;
  std::vector<const YamlNode*> places_;  // of the rules that stand, by number
};

}  // namespace

void ReadPhones(Problems& problems, const YamlNode& root, domain::PhoneRules& phones) {
  PhonesReader(problems, phones).Read(root);
}

}  // namespace leadline::packs
