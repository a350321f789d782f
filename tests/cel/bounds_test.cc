// Nesting is bounded: what is too deep is refused by name, what is allowed runs on a small stack.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>

#include "test_env.h"

namespace leadline::cel {
namespace {

// Frames under AddressSanitizer are several times as large.
#if defined(__has_feature)
#define LEADLINE_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define LEADLINE_ADDRESS_SANITIZER 1
#else
#define LEADLINE_ADDRESS_SANITIZER 0
#endif
#if LEADLINE_ADDRESS_SANITIZER
constexpr size_t kStack = 6 << 20;
#else
constexpr size_t kStack = 1 << 20;
#endif

// Runs `work` on a thread with a stack of kStack bytes. Overflowing it ends the test program.
void OnSmallStack(std::function<void()> work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kStack), 0);
  pthread_t thread;
  auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &work), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

std::string Repeat(std::string_view part, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += part;
  return out;
}

// One construct that can hold itself: before and after the innermost part, `count` times each.
struct Nesting {
  const char* name;
  const char* before;
  const char* inner;
  const char* after;

  std::string Source(int count) const { return Repeat(before, count) + inner + Repeat(after, count); }
};

constexpr Nesting kNestings[] = {
    {"parentheses", "(", "1", ")"},
    {"not", "!(", "true", ")"},
    {"minus", "-(", "count", ")"},
    {"ternary, last", "count == 1 ? 1 : ", "2", ""},
    {"ternary, middle", "count == 1 ? ", "2", " : 1"},
    {"ternary, condition", "(", "true", " ? true : false)"},
    {"or inside and", "(count == 1 || true && ", "true", ")"},
    {"list", "[", "1", "]"},
    {"map value", "{'a': ", "1", "}"},
    {"map key", "{", "1", ": 1}[1]"},
    {"select", "", "dyn(tags)", ".a"},
    {"optional select", "", "dyn({'a': 1})", ".?a"},
    {"index", "", "dyn(tags)", "[0]"},
    {"index inside", "[0][", "0", "]"},
    {"call", "int(", "1", ")"},
    {"call on a receiver", "", "region", ".trim()"},
    {"has", "has({'a': ", "1", "}.a)"},
    {"addition", "", "count", " + 1"},
    {"addition on the right", "1 + (", "count", ")"},
    {"comparison", "true == (", "true", ")"},
    {"in", "(true in [", "true", "])"},
    {"all", "[1].all(x, ", "true", ")"},
    {"map macro", "[1].map(x, ", "x", ")"},
    {"map macro, range", "", "[1]", ".map(x, x)"},
    {"filter", "", "tags", ".filter(x, x != '')"},
    {"transformMap", "{1: 1}.transformMap(k, v, ", "1", ")"},
    {"bind", "cel.bind(x, 1, ", "x", ")"},
    {"bind, value", "cel.bind(x, ", "1", ", x)"},
    {"optMap", "optional.of(1).optMap(x, ", "x", ")"},
    {"message", "google.protobuf.ListValue{values: [", "1", "]}"},
};

bool IsDepth(const Issue& issue) {
  return issue.kind == Issue::Kind::kSize && issue.message.find("nested more than 250 deep") != std::string::npos;
}

TEST(BoundsTest, EveryConstructIsRefusedWhenNestedTooDeep) {
  OnSmallStack([] {
    TestEnv t;
    for (const Nesting& nesting : kNestings) {
      for (int count : {260, 1500}) {
        const CompileResult compiled = Compile(t.env(), nesting.Source(count));
        EXPECT_EQ(compiled.program, nullptr) << nesting.name;
        ASSERT_EQ(compiled.issues.size(), 1u) << nesting.name;
        EXPECT_TRUE(IsDepth(compiled.issues.front())) << nesting.name << ": " << compiled.issues.front().message;
      }
    }
  });
}

TEST(BoundsTest, WhatIsAllowedRunsOnASmallStack) {
  OnSmallStack([] {
    TestEnv t;
    for (const Nesting& nesting : kNestings) {
      int count = 250;
      CompileResult compiled;
      while (compiled.program == nullptr && count > 0) {
        compiled = Compile(t.env(), nesting.Source(count));
        if (compiled.program == nullptr) --count;
      }
      // The most costly construct takes four levels of the tree for one of the text.
      EXPECT_GE(count, 60) << nesting.name;
      ASSERT_NE(compiled.program, nullptr) << nesting.name;
      Arena arena;
      EXPECT_NE(ToDisplayString(compiled.program->Evaluate(t.slots(), arena)), "") << nesting.name;
      EXPECT_FALSE(compiled.program->Explain(t.slots(), arena).empty()) << nesting.name;
    }
  });
}

// Signs in a row are no nesting: pairs of them cancel out.
TEST(BoundsTest, ManySigns) {
  TestEnv t;
  EXPECT_EQ(t.Eval(std::string(30001, '!') + "true"), "false");
  EXPECT_EQ(t.Eval(std::string(30001, '-') + "count"), "-7");
  EXPECT_EQ(t.Eval(std::string(30002, '-') + "1"), "1");
}

// Openers without an end, in every order of two.
TEST(BoundsTest, UnclosedOpeners) {
  OnSmallStack([] {
    TestEnv t;
    const char* openers[] = {"(",    "[",  "{",    "{1:", "!",          "-",    "a?",
                             "a?b:", "f(", "x.f(", "x[",  "[1].map(x,", "A{a:", "[?"};
    for (const char* a : openers) {
      for (const char* b : openers) {
        const CompileResult compiled = Compile(t.env(), Repeat(std::string(a) + b, 2000));
        EXPECT_EQ(compiled.program, nullptr) << a << b;
        EXPECT_FALSE(compiled.issues.empty()) << a << b;
      }
    }
  });
}

}  // namespace
}  // namespace leadline::cel
