// What is said of forms that other languages have: every right form that is named compiles.
#include <gtest/gtest.h>

#include "cel/functions.h"
#include "cel/hints/foreign_calls.h"
#include "test_env.h"
#include "written_forms.h"

namespace leadline::cel {
namespace {

// Empty when the form compiles.
std::string Fault(TestEnv& t, const std::string& form) {
  const CompileResult compiled = Compile(t.env(), Compilable(form));
  return compiled.program != nullptr ? "" : compiled.issues.front().message;
}

TEST(ForeignForms, EachFormOfAFunctionCompiles) {
  TestEnv t;
  size_t forms = 0;
  for (const ForeignCall& call : ForeignCalls()) {
    for (const std::string& form : FormsIn(call.hint)) {
      ++forms;
      EXPECT_EQ(Fault(t, form), "") << call.name << ": " << form;
    }
  }
  EXPECT_GT(forms, 250u);
}

TEST(ForeignForms, EachUsageOfAMacroCompiles) {
  TestEnv t;
  for (const std::string_view name : MacroNames()) {
    EXPECT_EQ(Fault(t, std::string(MacroUsage(name))), "") << MacroUsage(name);
  }
}

// Of a function that there is by this name nobody would be told. Math.abs is misspelt, though.
TEST(ForeignForms, NoFunctionHereIsCalledForeign) {
  for (const ForeignCall& call : ForeignCalls()) {
    for (const Builtin& b : FindBuiltins(call.name)) {
      EXPECT_TRUE(b.member || call.name.starts_with("math.")) << call.name;
    }
  }
}

struct Case {
  const char* source;
  const char* hint;  // of the first issue
};

TEST(ForeignForms, HintsAreWrittenInTheWordsOfTheSource) {
  constexpr Case kCases[] = {
      {"NOT contact.optin", "write `!contact.optin`"},
      {"not (region == 'UK')", "write `!condition`"},
      {"unless contact.optin", "write `!contact.optin`"},
      {"contact.email IS NULL", "write `contact.email == null`"},
      {"region is distinct from 'UK'", "write `region != 'UK'`"},
      {"region is one of ('UK', 'CH') && count > 1", "write `region in ['UK', 'CH']`"},
      {"count + 1 between 2 and 3", "write `x >= 2 && x <= 3`"},
      {"count between 2 and 3", "write `count >= 2 && count <= 3`"},
      {"count is greater than or equal to 5", "write `count >= 5`"},
      {"region does not contain 'U'", "write `!region.contains('U')`"},
      {"region ends with 'K'", "write `region.endsWith('K')`"},
      {"region like '%K'", "write `region.endsWith(\"K\")`"},
      {"region ilike 'uk'", "write `region.lowerAscii() == \"uk\"`"},
      {"region like 'U_'", "write `region.contains(\"x\")`, or `region.matches(\"a.*b\")` for a pattern"},
      {"region !~ 'U'", "write `!region.matches('U')`"},
      {"contact.email ?? 'x'", "write `(contact.email != null ? contact.email : 'x')`"},
      {"count in 2...5", "write `count >= 2 && count <= 5`"},
      {"1 < count <= 9", "write `1 < count && count <= 9`"},
      {"(1 < count + 2) < 9", "write `a < x && x < b`"},
      {"region == 'UK' || 'CH'", "write `region in ['UK', 'CH']`"},
      {"region != ['UK', 'CH']", "write `!(region in ['UK', 'CH'])`"},
      {"tags in ['vip']", "write `sets.intersects(tags, ['vip'])`"},
      {"!tags && true", "write `size(tags) == 0`"},
      {"count && true", "write `count > 0`"},
      {"region || true", "write `region != \"\"`"},
      {"contact.email || true", "write `contact.email != null`"},
      {"count == 1,000", "write `1000`"},
      {"amount > 0,5", "write `0.5`"},
      {"count == 12_345", "write `12345`"},
      {"count == 12'345'678", "write a number without marks in it: `1000`"},
      {"/a*[b/.test(region)", "write `region.matches(\"pattern\")`"},
      {"region == NULL", "write `null`"},
      {"contact.optin == False", "write `false`"},
      {"region == none", "write `null`, or \"none\" in quotes if you mean the text"},
      {"count()", "write `count`, without ( )"},
      {"contact.age() > 1", "write `contact.age`, without ( )"},
      {"contains(region, 'U')", "write `region.contains('U')`"},
      {"region.int() > 1", "write `int(region)`"},
      {"NVL(contact.email, 'x') == 'x'", "write `contact.email != null ? contact.email : 'x'`"},
      {"or(count > 1, count < 5)", "write `count > 1 || count < 5`"},
      {"IF(count > 1, 'a', 'b') == 'a'", "write `count > 1 ? 'a' : 'b'`"},
      {"AND(count > 1, count < 5, true)", "write `a && b`"},
      {"OR(count > 1, count < 5)", "write `count > 1 || count < 5`"},
      {"tags.push('x') == tags", "write `tags + [x]`"},
      {"region.length == 2", "write `size(region)`"},
      {"contact['email'] == 'x'", "write `contact.email`"},
      {"contact->email == 'x'", "write `contact.email`"},
      {"contact?.email == 'x'", "leave out the ?, or write `record.?field.orValue(value)`"},
      {"count > 1 && < 5", "name the field again: `x > 5 && x < 10`"},
      {"tags.exists(x => x == 'vip')", "write `list.exists(x, condition)`"},
      {"[count 1]", "a comma is missing before it"},
      {"region 'UK'", "an operator is missing before it, such as `==` or `&&`"},
      {"count ! = 5", "write `!=` without a space in it"},
  };
  TestEnv t;
  for (const auto& [source, hint] : kCases) {
    const CompileResult compiled = Compile(t.env(), source);
    ASSERT_FALSE(compiled.issues.empty()) << source;
    EXPECT_EQ(compiled.issues.front().hint, hint) << source;
    for (const std::string& form : FormsIn(hint)) EXPECT_EQ(Fault(t, form), "") << form;
  }
}

// What only looks like a sign of another language has its meaning.
TEST(ForeignForms, RightExpressionsStayRight) {
  TestEnv t;
  EXPECT_EQ(t.Eval("true ?.5 : 1.0"), "0.5");
  EXPECT_EQ(t.Eval("contact.optin == true ?.count : 1"), "1");
  EXPECT_EQ(t.Eval("5 --3"), "8");
  EXPECT_EQ(t.Eval("1<-1"), "false");
  EXPECT_EQ(t.Eval("!!true"), "true");
  EXPECT_EQ(t.Eval("{'a': 1, 'b': 2}['a']"), "1");
  EXPECT_EQ(t.Eval("{}.size() == 0 && [] == []"), "true");
  EXPECT_EQ(t.Eval("{'a': {'b': 1}}.a.b"), "1");
}

}  // namespace
}  // namespace leadline::cel
