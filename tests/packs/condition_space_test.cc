// What is proved about random conditions must be so for every record of a dense grid, and every example must do what
// it is said to do.
#include "packs/prove/condition_space.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

#include "cel/env.h"
#include "fmt/format.h"
#include "packs/condition/text_functions.h"

namespace leadline::packs {
namespace {

using cel::Type;
using cel::Value;
using Random = std::mt19937_64;

struct TestField {
  std::vector<std::string> questions;  // conditions about it alone
  std::vector<Value> grid;             // values around all constants, beside them, and absent
};

class Schema {
 public:
  Schema() {
    AddTextFunctions(env_);
    fields_.reserve(16);
    const std::vector<Value> none = {Value::Null()};
    Add("n", Type::Wrapper(Type::Int()), Numbers("n", {"-1", "0", "2", "3", "5"}), Ints(-3, 7));
    Also("n", none, {"n == null", "n in [2, 3]", "n != 2"});
    Add("amount", Type::Wrapper(Type::Double()), Numbers("amount", {"0.0", "1.5", "2.0"}),
        Doubles({-1, -0.001, 0, 0.001, 1, 1.5, 1.75, 1.999, 2, 2.5, 1e9}));
    Also("amount", none, {"amount != null"});
    Add("text", Type::Wrapper(Type::String()), {}, Texts({"a", "aa", "ab", "ab ", "abc", "abd", "b", "ba", "z", "A"}));
    Also("text", none,
         {"text == \"ab\"", "text != \"a\"", "text in [\"b\", \"ab\"]", "text < \"ab\"", "text >= \"ab\"",
          "text > \"b\"", "text == null"});
    Add("title", Type::Wrapper(Type::String()), {},
        Texts({"x", "gerente", "Gerente Geral", "geral gerente", "geral", "gerente x geral", "jefe", "JEFE, gerente",
               "gerentes", "geral jefe gerente geral", "Jéfe geral", "jefe!"}));
    Also("title", none,
         {"title.hasWord(\"gerente\")", "title.hasWord(\"Gerente Geral\")", "title.hasWord(\"geral\")",
          "title.hasWord(\"jefe\")", "title.fold() == \"jefe\"", "title.fold() in [\"geral\", \"x\"]", "title != null",
          "title == \"jefe\"", "\"geral\" != title.fold()", "title.fold().contains(\"jefe\")"});
    Add("subject", Type::Wrapper(Type::String()), {}, Texts({"c", "careers", "our careers", "car", "scar", "ca", "C"}));
    Also("subject", none,
         {"subject.contains(\"car\")", "subject.contains(\"careers\")", "subject.startsWith(\"car\")",
          "subject.startsWith(\"our\")", "subject.endsWith(\"s\")", "subject.endsWith(\"rs\")"});
    Add("level", Type::Wrapper(Type::String()), {}, Texts({"low", "mid", "high", "other"}));
    fields_.back().values = {"low", "mid", "high"};
    Also("level", none, {"level == \"low\"", "level != \"mid\"", "level in [\"low\", \"high\"]", "level == null"});
    Add("grade", Type::Wrapper(Type::String()), {}, Texts({"a", "b", "other"}));
    fields_.back().values = {"a", "b"};
    fields_.back().open = true;
    Also("grade", none, {"grade == \"a\"", "grade != \"b\"", "grade in [\"a\", \"b\"]", "grade == null"});
    Add("flag", Type::Bool(), {"flag", "flag == true"}, {Value::Bool(false), Value::Bool(true)});
    Add("maybe", Type::Wrapper(Type::Bool()), {"maybe", "maybe == false"}, {Value::Bool(false), Value::Bool(true)});
    Also("maybe", none, {});
    Add("list", Type::Wrapper(Type::List(Type::String())), {"\"x\" in list", "\"y\" in list", "list != null"}, Lists());
    Also("list", none, {});
    Add("record.interactions", Type::Int(), Numbers("record.interactions", {"0", "1"}), Ints(0, 3));
    fields_.back().not_negative = true;
    Add("record.last_response", Type::Wrapper(Type::String()),
        {"record.last_response == \"visit\"", "record.last_response != null"}, Texts({"visit", "call"}));
    Also("record.last_response", none, {});
    Add("score.central", Type::Double(), Numbers("score.central", {"50.0", "100.0", "130.0"}),
        Doubles({0, 50, 75, 99.999999, 100, 115, 130, 500}));
    Add("score.qualified", Type::Bool(), {"score.qualified"}, {Value::Bool(false), Value::Bool(true)});
    // Not looked into: it may come to anything, for the proof.
    Also("text", {}, {"size(text) > 1"});
  }

  const std::vector<FieldDef>& fields() const { return fields_; }
  const TestField& of(size_t field) const { return tests_[field]; }

  std::shared_ptr<const cel::Program> Compile(const std::string& text) const {
    const cel::CompileResult result = cel::Compile(env_, text);
    EXPECT_NE(result.program, nullptr) << text << ": " << (result.issues.empty() ? "" : result.issues[0].message);
    return result.program;
  }

 private:
  void Add(const std::string& name, Type type, std::vector<std::string> questions, std::vector<Value> grid) {
    FieldDef field;
    field.name = name;
    field.type = type;
    EXPECT_TRUE(env_.AddVariable(name, std::move(type)).ok());
    fields_.push_back(std::move(field));
    tests_.push_back({std::move(questions), std::move(grid)});
  }
  void Also(const std::string& name, const std::vector<Value>& values, const std::vector<std::string>& questions) {
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name != name) continue;
      tests_[i].grid.insert(tests_[i].grid.end(), values.begin(), values.end());
      tests_[i].questions.insert(tests_[i].questions.end(), questions.begin(), questions.end());
    }
  }
  static std::vector<std::string> Numbers(const std::string& name, const std::vector<std::string>& constants) {
    std::vector<std::string> out;
    for (const std::string& c : constants) {
      for (const char* op : {"<", "<=", ">", ">=", "==", "!="}) out.push_back(fmt::format("{} {} {}", name, op, c));
    }
    return out;
  }
  static std::vector<Value> Ints(int64_t from, int64_t to) {
    std::vector<Value> out;
    for (int64_t i = from; i <= to; ++i) out.push_back(Value::Int(i));
    return out;
  }
  static std::vector<Value> Doubles(const std::vector<double>& values) {
    std::vector<Value> out;
    for (const double v : values) out.push_back(Value::Double(v));
    return out;
  }
  static std::vector<Value> Texts(const std::vector<const char*>& values) {
    std::vector<Value> out;
    for (const char* v : values) out.push_back(Value::String(v));
    return out;
  }
  static std::vector<Value> Lists() {
    static const std::vector<Value> x = Texts({"x"}), y = Texts({"y"}), both = Texts({"x", "y"}), other = Texts({"z"});
    return {Value::List({}), Value::List(x), Value::List(y), Value::List(both), Value::List(other)};
  }

  cel::Env env_;
  std::vector<FieldDef> fields_;
  std::vector<TestField> tests_;
};

const Schema& Fields() {
  static const Schema* const schema = new Schema();
  return *schema;
}

std::string RandomCondition(const std::vector<size_t>& fields, Random& random, int depth) {
  const auto part = [&] { return RandomCondition(fields, random, depth - 1); };
  const uint64_t dice = random() % 10;
  if (depth == 0 || dice < 2) {
    const auto& questions = Fields().of(fields[random() % fields.size()]).questions;
    return questions[random() % questions.size()];
  }
  if (dice == 2) return fmt::format("!({})", part());
  if (dice == 3) return fmt::format("({} ? {} : {})", part(), part(), part());
  const char* op = dice < 7 ? "&&" : "||";
  return dice % 2 == 0 ? fmt::format("({} {} {})", part(), op, part())
                       : fmt::format("({0} {1} {2} {1} {3})", part(), op, part(), part());
}

// Calls `use` with every record of the grid over the fields that can be.
void ForEachRecord(const std::vector<size_t>& fields, const std::function<void(const std::vector<Value>&)>& use) {
  std::vector<Value> slots(Fields().fields().size());
  std::map<std::string, size_t> by_name;
  for (const size_t f : fields) by_name[Fields().fields()[f].name] = f;
  const auto possible = [&] {
    if (by_name.contains("score.central") && by_name.contains("score.qualified") &&
        (slots[by_name["score.central"]].as_double() >= 100) != slots[by_name["score.qualified"]].as_bool()) {
      return false;
    }
    return !by_name.contains("record.interactions") || !by_name.contains("record.last_response") ||
           slots[by_name["record.interactions"]].as_int() > 0 || slots[by_name["record.last_response"]].is_null();
  };
  const std::function<void(size_t)> fill = [&](size_t at) {
    if (at == fields.size()) {
      if (possible()) use(slots);
      return;
    }
    for (const Value& value : Fields().of(fields[at]).grid) {
      slots[fields[at]] = value;
      fill(at + 1);
    }
  };
  fill(0);
}

TEST(ConditionSpace, WhatIsProvedHoldsForEveryRecordAndExamplesDoWhatTheySay) {
  Random random(2026);
  std::map<Answer::Kind, int> answers;
  for (int round = 0; round < 1500; ++round) {
    std::vector<size_t> fields;
    // Now and then two fields of which the engine guarantees something.
    if (random() % 4 == 0) fields = random() % 2 == 0 ? std::vector<size_t>{9, 10} : std::vector<size_t>{11, 12};
    while (fields.size() < 3) {
      const size_t field = random() % Fields().fields().size();
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    }
    std::vector<std::shared_ptr<const cel::Program>> programs;
    std::vector<std::string> texts;
    ConditionSpace space(Fields().fields());
    std::vector<Wish> wishes;
    for (uint64_t i = 0; i < 1 + random() % 3; ++i) {
      texts.push_back(RandomCondition(fields, random, static_cast<int>(1 + random() % 3)));
      programs.push_back(Fields().Compile(texts.back()));
      ASSERT_NE(programs.back(), nullptr);
      wishes.push_back({space.Add(programs.back()), random() % 2 == 0});
    }
    AddRecordFacts(space, {100, 50});
    space.Freeze();
    const Answer answer = space.Ask(wishes);
    ++answers[answer.kind];
    std::string what;
    for (size_t i = 0; i < texts.size(); ++i) what += (wishes[i].holds ? " holds: " : " not: ") + texts[i];
    const auto fulfils = [&](const std::vector<Value>& slots) {
      for (size_t i = 0; i < programs.size(); ++i) {
        cel::Arena arena;
        if (programs[i]->Evaluate(slots, arena).is_true() != wishes[i].holds) return false;
      }
      return true;
    };
    if (answer.kind == Answer::Kind::kExample) {
      EXPECT_TRUE(fulfils(answer.record)) << what << " by " << answer.example;
    }
    if (answer.kind != Answer::Kind::kNever) continue;
    int against = 0;
    ForEachRecord(fields, [&](const std::vector<Value>& slots) { against += fulfils(slots); });
    ASSERT_EQ(against, 0) << what;
  }
  // Both must occur often, or nothing was tested; and hardly anything may stay open.
  EXPECT_GT(answers[Answer::Kind::kNever], 200);
  EXPECT_GT(answers[Answer::Kind::kExample], 600);
  EXPECT_LT(answers[Answer::Kind::kOpen], 60);
}

TEST(ConditionSpace, WhatTheGridShowsIsFound) {
  Random random(7);
  int shown = 0;
  for (int round = 0; round < 600; ++round) {
    const std::vector<size_t> fields = {random() % 5, 5 + random() % 4};
    const std::string text = RandomCondition(fields, random, 3);
    if (text.find("size(") != std::string::npos) continue;
    const auto program = Fields().Compile(text);
    ConditionSpace space(Fields().fields());
    const int root = space.Add(program);
    space.Freeze();
    for (const bool holds : {true, false}) {
      bool found = false;
      ForEachRecord(fields, [&](const std::vector<Value>& slots) {
        cel::Arena arena;
        found = found || program->Evaluate(slots, arena).is_true() == holds;
      });
      if (!found) continue;
      ++shown;
      EXPECT_EQ(space.Ask({{root, holds}}).kind, Answer::Kind::kExample) << text << (holds ? " holds" : " does not");
    }
  }
  EXPECT_GT(shown, 600);
}

TEST(ConditionSpace, ListedValuesAreAllThatTheSchemaLists) {
  ConditionSpace space(Fields().fields());
  const int root = space.Add(Fields().Compile("level != null && level != \"low\" && !(level in [\"mid\", \"high\"])"));
  space.Freeze();
  EXPECT_EQ(space.Ask({{root, true}}).kind, Answer::Kind::kExample);
  EXPECT_EQ(space.Ask({{root, true}}, true).kind, Answer::Kind::kNever);
}

TEST(ConditionSpace, AWordSequenceHoldsItsWords) {
  ConditionSpace space(Fields().fields());
  const auto add = [&](const char* word) {
    return space.Add(Fields().Compile(fmt::format("title.hasWord(\"{}\")", word)));
  };
  const int both = add("vice presidente"), one = add("presidente"), other = add("vice"), part = add("president");
  space.Freeze();
  EXPECT_EQ(space.Ask({{both, true}, {one, false}}).kind, Answer::Kind::kNever);
  EXPECT_EQ(space.Ask({{both, true}, {part, true}}).kind, Answer::Kind::kExample);
  // Both words, but not one after the other.
  const Answer apart = space.Ask({{one, true}, {other, true}, {both, false}});
  ASSERT_EQ(apart.kind, Answer::Kind::kExample);
  EXPECT_EQ(apart.example, "title = \"presidente vice\"");
}

}  // namespace
}  // namespace leadline::packs
