// The list of reasons and the places where errors are made say the same. That no place gives a reason outside the list
// is held by the compiler.
#include "base/error_reasons.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "tests/house/source_tree.h"

namespace leadline::house {
namespace {

// "ETAG_MISMATCH" of "EtagMismatch".
std::string NameOf(const std::string& enumerator) {
  std::string out;
  for (const char c : enumerator) {
    if (c >= 'A' && c <= 'Z' && !out.empty()) out += '_';
    out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

// What the server's sources give with each reason: the keys of the facts that stand beside it.
std::map<std::string, std::set<std::string>> GivenReasons() {
  std::map<std::string, std::set<std::string>> out;
  const std::regex reason(R"(ErrorReason::k(\w+)(,\s*\{\{[^;]*;)?)");
  const std::regex key(R"re(\{"(\w+)",)re");
  for (const SourceFile& file : SourcesUnder("server", {".h", ".cc"})) {
    if (file.path.starts_with("server/base/error_reasons.")) continue;
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), reason), end; at != end; ++at) {
      std::set<std::string>& keys = out[NameOf((*at)[1])];
      const std::string facts = (*at)[2];
      for (std::sregex_iterator fact(facts.begin(), facts.end(), key); fact != end; ++fact) keys.insert((*fact)[1]);
    }
  }
  return out;
}

TEST(ErrorReasonsTest, EveryReasonIsGivenSomewhere) {
  const auto given = GivenReasons();
  for (const ErrorReasonInfo& info : ErrorReasons()) {
    if (info.reason >= ErrorReason::kAborted) break;  // those of codes, which come without one
    EXPECT_TRUE(given.contains(std::string(info.name))) << info.name << " is in the list, and no error has it";
  }
  EXPECT_GT(given.size(), 30u);
}

TEST(ErrorReasonsTest, TheirFactsAreInTheList) {
  size_t facts = 0;
  for (const auto& [name, keys] : GivenReasons()) {
    const ErrorReasonInfo* info = FindErrorReason(name);
    ASSERT_NE(info, nullptr) << name << " is called otherwise in the list than in the enumeration";
    const std::set<std::string> listed =
        absl::StrSplit(absl::string_view(info->metadata.data(), info->metadata.size()), ", ");
    for (const std::string& key : keys) {
      ++facts;
      EXPECT_TRUE(listed.contains(key)) << name << " comes with " << key << ", which the list does not say";
    }
  }
  EXPECT_GT(facts, 12u);
}

}  // namespace
}  // namespace leadline::house
