#include "packs/check/condition.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {
namespace {

using Node = ConditionSpace::Node;

class Checker {
 public:
  Checker(const WrittenRules& written, const CheckedCondition& checked)
      : problems_(written.problems),
        checked_(checked),
        program_(written.ProgramOf(checked.condition)),
        place_(written.PlaceOf(checked.condition)),
        space_(written.fields, &problems_.budget()),
        bare_(written.fields, &problems_.budget()) {
    root_ = space_.Add(program_);
    AddRecordFacts(space_, written.rules.scoring.bars);
    if (checked.of_lead) AddLeadFacts(space_);
    for (const std::string& status : checked.statuses) {
      if (const int node = AddStatusTest(space_, status); node >= 0) in_status_.push_back(node);
    }
    space_.Freeze();
  }

  bool Run() {
    if (NeverHolds()) return false;
    if (!place_.written || IsLiteral()) return true;
    if (AlwaysHolds()) return true;
    FindIdlePart();
    return true;
  }

 private:
  // `when: "true"` says what it means.
  bool IsLiteral() const { return program_->ast().root_node().kind == cel::ExprKind::kConst; }

  Diagnostic& Add(cel::ExprId part, const char* code, std::string message, std::string hint) {
    problems_.SetRule(checked_.rule);
    const bool whole = !place_.written || part == cel::kNoExpr;
    const YamlRange range = whole ? RangeOf(*place_.at) : RangeOf(*place_.at, program_->ast().node(part).span);
    Diagnostic& d = problems_.Add(range, code, std::move(message), std::move(hint));
    problems_.SetRule("");
    return d;
  }

  std::string Text(int node) const { return fmt::format("`{}`", program_->ast().Text(space_.node(node).expr)); }

  // What must all hold for the condition to hold (`and`), or of which one must (`or`).
  std::vector<int> PartsOf(int node, Node::Kind kind) const {
    if (space_.node(node).kind != kind) return {node};
    std::vector<int> out;
    for (const int child : space_.node(node).children) {
      for (const int part : PartsOf(child, kind)) out.push_back(part);
    }
    return out;
  }

  bool Never(const std::vector<int>& parts, bool holds, bool listed_only) const {
    std::vector<Wish> wishes;
    for (const int part : parts) wishes.push_back({part, holds});
    return space_.Ask(wishes, listed_only).kind == Answer::Kind::kNever;
  }

  // The fewest of the parts that cannot be so together.
  std::vector<int> Core(std::vector<int> parts, bool holds, bool listed_only) const {
    for (size_t i = 0; i < parts.size() && parts.size() > 1;) {
      std::vector<int> without = parts;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (Never(without, holds, listed_only)) {
        parts = std::move(without);
      } else {
        ++i;
      }
    }
    return parts;
  }

  std::string Listed(const std::vector<int>& parts, const char* word) const {
    std::string out;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) out += i + 1 == parts.size() ? fmt::format(" {} ", word) : std::string(", ");
      out += Text(parts[i]);
    }
    return out;
  }

  bool NeverHolds() {
    const std::vector<int> parts = PartsOf(root_, Node::Kind::kAnd);
    for (const bool listed_only : {false, true}) {
      if (!Never(parts, true, listed_only)) continue;
      const std::vector<int> core = Core(parts, true, listed_only);
      const char* of_which = listed_only ? " with the values that schema.yaml lists" : "";
      std::string why = core.size() == 1
                            ? fmt::format("{} is true for no record{}", Text(core[0]), of_which)
                            : fmt::format("{} are true together for no record{}", Listed(core, "and"), of_which);
      Add(cel::kNoExpr, "LL2111", "this condition never holds: " + why, "mend it, or remove the rule (proved)");
      return true;
    }
    if (in_status_.empty()) return false;
    for (const int status : in_status_) {
      if (!Never({root_, status}, true, false)) return false;
    }
    Add(cel::kNoExpr, "LL2111", fmt::format("this condition never holds for a record in {}", OneOf(checked_.statuses)),
        "mend it, or remove the rule (proved)");
    return true;
  }

  bool AlwaysHolds() {
    const std::vector<int> parts = PartsOf(root_, Node::Kind::kOr);
    if (!Never(parts, false, false)) return false;
    const std::vector<int> core = Core(parts, false, false);
    Diagnostic& d = Add(
        cel::kNoExpr, "LL2112",
        core.size() == 1 ? fmt::format("this condition always holds: {} is true for every record", Text(core[0]))
                         : fmt::format("this condition always holds: {} is true for every record", Listed(core, "or")),
        "mend it; to say always, leave `when` out, or write `when: \"true\"` (proved)");
    d.severity = Severity::kWarning;
    return true;
  }

  // A part of an `and` or `or` without which the condition holds for the same records. The facts between fields stay
  // out of it: who writes both of two such fields says more than the engine needs, and that is no fault.
  void FindIdlePart() {
    const int root = bare_.Add(program_);
    bare_.Freeze();
    idle_ = -1;
    Visit(root, root);
    if (idle_ < 0) return;
    const cel::ExprId expr = bare_.node(idle_).expr;
    Diagnostic& d = Add(expr, "LL2113", fmt::format("`{}` changes nothing here", program_->ast().Text(expr)),
                        "without it the condition holds for the same records: remove it, or mend it (proved)");
    d.severity = Severity::kWarning;
  }

  void Visit(int root, int number) {
    const Node& node = bare_.node(number);
    const bool joins = node.kind == Node::Kind::kAnd || node.kind == Node::Kind::kOr;
    for (size_t i = node.children.size(); i-- > 0 && idle_ < 0;) {
      const int child = node.children[i];
      Visit(root, child);
      if (idle_ >= 0 || !joins || IsGuard(child)) continue;
      const Outcomes without = node.kind == Node::Kind::kAnd ? kTrue : kFalse;
      const Wish as_is{root, true}, not_as_is{root, false};
      const Wish changed{root, true, child, without}, not_changed{root, false, child, without};
      if (bare_.Ask({as_is, not_changed}).kind == Answer::Kind::kNever &&
          bare_.Ask({not_as_is, changed}).kind == Answer::Kind::kNever) {
        idle_ = child;
      }
    }
  }

  // `field != null` before a comparison says that the field may be absent; it does no harm.
  bool IsGuard(int number) const {
    const Node& node = bare_.node(number);
    if (node.kind == Node::Kind::kNot) return IsGuard(node.children[0]);
    if (node.kind != Node::Kind::kAtom) return false;
    const auto& atom = bare_.atoms()[static_cast<size_t>(node.atom)];
    if (atom.field < 0) return false;
    const Comparison& test = bare_.classes()[static_cast<size_t>(atom.field)].tests()[static_cast<size_t>(atom.test)];
    return test.is_equality() && test.constants.size() == 1 && test.constants[0].is_null();
  }

  Problems& problems_;
  const CheckedCondition& checked_;
  const std::shared_ptr<const cel::Program> program_;
  const ConditionPlace& place_;
  ConditionSpace space_;
  ConditionSpace bare_;
  std::vector<int> in_status_;
  int root_ = -1;
  int idle_ = -1;
};

}  // namespace

bool CheckCondition(const WrittenRules& written, const CheckedCondition& checked) {
  return checked.condition < 0 || Checker(written, checked).Run();
}

bool CanHold(const WrittenRules& written, int condition, const std::string& status) {
  if (condition < 0) return true;
  ConditionSpace space(written.fields, &written.problems.budget());
  const int root = space.Add(written.ProgramOf(condition));
  AddRecordFacts(space, written.rules.scoring.bars);
  std::vector<Wish> wishes = {{root, true}};
  if (!status.empty()) {
    if (const int node = AddStatusTest(space, status); node >= 0) wishes.push_back({node, true});
  }
  space.Freeze();
  return space.Ask(wishes).kind != Answer::Kind::kNever;
}

bool IsSound(Problems& problems, const std::string& layer, const std::string& file) {
  return !problems.stopped() && !problems.HasErrorIn("", "schema.yaml") && !problems.HasErrorIn(layer, file);
}

}  // namespace leadline::packs
