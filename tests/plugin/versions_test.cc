// Plugins of another age: compiled against an older and a newer header than the host's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

#include "plugin/local/module.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

// The points and the first reason for a record whose only field is `number`.
std::pair<double, std::string> Score(Plugin& plugin, double number) {
  std::vector<Value> fields = {DoubleValue(number)};
  Record record = RecordOf(fields);
  ScoreResult result;
  absl::Status status = plugin.Score({&record, 1}, {&result, 1});
  if (!status.ok() || result.reasons.size() != 1) return {-1, status.ToString()};
  return {result.points, result.reasons[0].text};
}

TEST(VersionsTest, AnOlderPluginLoadsAndWorks) {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "older", {}, "{}");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ(Score(**plugin, 12.5), std::pair(12.5, std::string("older: host longer 1, alloc 1")));
}

TEST(VersionsTest, ANewerPluginThatCanDoWithoutTheNewLoadsAndWorks) {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "newer", {}, "{}");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  EXPECT_EQ(Score(**plugin, 3), std::pair(3.0, std::string("newer: count 0, trace 0")));
}

TEST(VersionsTest, ANewerPluginThatNeedsTheNewIsRefusedWithBothVersions) {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "newer_needs", {}, "{}");
  EXPECT_EQ(plugin.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(plugin.status().message()), HasSubstr("needs plugin ABI 1.7 or later, this server has 1.0"));
}

// A descriptor of `size` bytes that ends where memory does: whoever reads on dies.
class CornerDescriptor {
 public:
  explicit CornerDescriptor(size_t size) {
    pages_ = static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_EQ(mprotect(pages_ + kPage, kPage, PROT_NONE), 0);
    leadline_plugin whole{};
    whole.size = size;
    whole.abi_major = LEADLINE_ABI_MAJOR;
    whole.id = "org.test.corner";
    whole.version = "1";
    whole.create = [](const leadline_host*, leadline_str, void**) -> int32_t { return LEADLINE_OK; };
    whole.destroy = [](void*) {};
    whole.get_capability = [](const char*) -> const void* { return nullptr; };
    std::memcpy(pages_ + kPage - size, &whole, size);
    descriptor_ = reinterpret_cast<const leadline_plugin*>(pages_ + kPage - size);
  }
  ~CornerDescriptor() { munmap(pages_, 2 * kPage); }
  CornerDescriptor(const CornerDescriptor&) = delete;
  CornerDescriptor& operator=(const CornerDescriptor&) = delete;
  const leadline_plugin* get() const { return descriptor_; }

 private:
  static constexpr size_t kPage = 4096;
  char* pages_;
  const leadline_plugin* descriptor_;
};

TEST(VersionsTest, NothingIsReadBeyondADescriptorsSize) {
  Manifest manifest{.id = "org.test.corner", .version = "1", .capabilities = {}, .sha256 = "", .so_path = "corner.so"};
  size_t least = offsetof(leadline_plugin, get_extension);
  CornerDescriptor oldest(least);
  auto copy = CheckDescriptor(oldest.get(), manifest);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(copy->get_extension, nullptr);
  EXPECT_NE(copy->create, nullptr);
  for (size_t size = sizeof(uint64_t); size < least; size += 8) {
    CornerDescriptor cut(size);
    EXPECT_THAT(std::string(CheckDescriptor(cut.get(), manifest).status().message()),
                HasSubstr("gives a descriptor of " + std::to_string(size) + " bytes"));
  }
}

}  // namespace
}  // namespace leadline::plugin
