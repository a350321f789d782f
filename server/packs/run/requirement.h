// What must be so for a condition to be true: the condition without its third outcome, the error.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cel/program.h"
#include "cel/value.h"
#include "packs/condition/comparison.h"
#include "packs/rule_set.h"
#include "packs/run/text_codes.h"

namespace leadline::packs {

// Codes of one TextSource, ascending; with `others`, all codes but those.
struct CodeSet {
  std::vector<uint32_t> codes;
  bool others = false;

  bool Has(uint32_t code) const;
  bool empty() const { return codes.empty() && !others; }
  bool full() const { return codes.empty() && others; }
};

// A text that conditions compare with constants: a field as it is, or its text.fold().
struct TextSource {
  int slot = -1;
  bool folded = false;
  TextCodes codes;
};

// A condition, or the part of one, that only its program can evaluate. Parts that say the same are one, in whichever
// conditions they stand.
struct Leaf {
  static constexpr size_t kWhole = SIZE_MAX;
  const cel::Program* program = nullptr;  // kept alive by the region's conditions
  size_t number = kWhole;                 // of the program's leaves
  std::vector<int> slots;
  bool of_activity = false;  // reads activity.*
};

// A tree of tests that hold or do not. There is no "not": it stands with the tests, so that an error (an absent field
// in `<`) fails both a comparison and its opposite, which is what the language's && and || make of it where only true
// counts.
struct Requirement {
  enum class Kind : uint8_t {
    kAlways,
    kNever,
    kText,    // the source's code is one of `texts`
    kBool,    // the slot is the bool `constant`, or with `wanted` false: is not
    kNull,    // the slot is absent, or is not
    kNumber,  // the slot is a number and `op constant` is `wanted`; absent is unequal to any
    kEqual,   // the slot equals `constant`, or does not
    kWords,   // the source has one of `words`, or is a text with none of them
    kParts,   // the slot is a text that contains one of `words`, or is one that contains none of them
    kAll,     // of `parts`
    kAny,
    kLeaf,  // the leaf is true, or is false
  };
  Kind kind = Kind::kAlways;
  Comparison::Operator op = Comparison::Operator::kIsTrue;  // kNumber
  bool wanted = true;
  int slot = -1;    // also of the source
  int source = -1;  // index into the sources
  int leaf = -1;    // index into the leaves
  cel::Value constant;
  CodeSet texts;
  std::vector<std::string> words;  // kWords: folded; kParts: as they are written
  std::vector<Requirement> parts;
};

// Makes requirements that share sources and leaves. Constant parts are folded, nested ones flattened, comparisons of
// one text joined, cheap parts come first.
class RequirementMaker {
 public:
  // `fields` must outlive it.
  explicit RequirementMaker(const std::vector<FieldDef>& fields) : fields_(fields) {}

  // True of a record exactly when the program evaluates to true.
  Requirement Make(const cel::Program& program);

  std::vector<TextSource>& sources() { return sources_; }
  std::vector<Leaf>& leaves() { return leaves_; }
  const std::vector<Leaf>& leaves() const { return leaves_; }
  bool OfActivity(int slot) const { return fields_[static_cast<size_t>(slot)].name.starts_with("activity."); }

 private:
  Requirement OfNode(cel::ExprId expr, bool wanted);
  Requirement OfComparison(const Comparison& comparison, cel::ExprId expr, bool wanted);
  Requirement OfTexts(const Comparison& comparison, bool wanted);
  Requirement OfWords(int slot, std::string_view word, bool wanted);
  // What has no test of its own: by the program.
  Requirement OfLeaf(cel::ExprId expr, bool wanted);
  int SourceOf(int slot, bool folded);
  int InternLeaf(size_t number, std::string_view text, std::vector<int> slots);

  const std::vector<FieldDef>& fields_;
  const cel::Program* program_ = nullptr;  // of the condition being read
  std::vector<TextSource> sources_;
  std::vector<Leaf> leaves_;
  std::map<std::pair<int, bool>, int> source_of_;
  std::map<std::string, int> leaf_of_;
};

}  // namespace leadline::packs
