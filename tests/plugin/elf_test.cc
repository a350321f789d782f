// Reading ELF headers of files that nobody vouches for.
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "plugin/admit/elf_check.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

std::string Verdict(std::string_view image) { return std::string(CheckElf(image).message()); }

// Bytes of exactly the size, so that a sanitizer sees any step beyond.
absl::Status CheckExact(std::string_view image) {
  std::vector<char> exact(image.begin(), image.end());
  return CheckElf({exact.data(), exact.size()});
}

TEST(ElfTest, GoodOnesPass) {
  EXPECT_EQ(Verdict(ReadAll(FixturePath("good"))), "");
  EXPECT_EQ(Verdict(ReadAll(LEADLINE_BINARY_DIR "/plugins/title_seniority.so")), "");
}

TEST(ElfTest, WhatIsNoSharedObject) {
  EXPECT_THAT(Verdict(""), HasSubstr("is not an ELF file"));
  EXPECT_THAT(Verdict("#!/bin/sh"), HasSubstr("is not an ELF file"));
  std::string image = ReadAll(FixturePath("good"));
  std::string other = image;
  other[EI_CLASS] = ELFCLASS32;
  EXPECT_THAT(Verdict(other), HasSubstr("was built for another machine"));
  other = image;
  other[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_RISCV);
  EXPECT_THAT(Verdict(other), HasSubstr("was built for another machine"));
  other = image;
  other[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  EXPECT_THAT(Verdict(other), HasSubstr("is not a shared object"));
}

TEST(ElfTest, ExecutableStackIsRefused) {
  std::string image = ReadAll(FixturePath("good"));
  Elf64_Ehdr header;
  std::memcpy(&header, image.data(), sizeof(header));
  for (int i = 0; i < header.e_phnum; ++i) {
    size_t at = header.e_phoff + static_cast<size_t>(i) * sizeof(Elf64_Phdr);
    Elf64_Phdr segment;
    std::memcpy(&segment, image.data() + at, sizeof(segment));
    if (segment.p_type != PT_GNU_STACK) continue;
    segment.p_flags |= PF_X;
    std::memcpy(image.data() + at, &segment, sizeof(segment));
  }
  EXPECT_THAT(Verdict(image), HasSubstr("executable stack"));
}

TEST(ElfTest, AnyTruncationIsSafe) {
  std::string image = ReadAll(FixturePath("good"));
  for (size_t size = 0; size < image.size(); size += size < 5'000 ? 1 : 61) {
    absl::Status status = CheckExact(std::string_view(image).substr(0, size));
    if (size < sizeof(Elf64_Ehdr)) {
      ASSERT_FALSE(status.ok()) << size;
    }
  }
}

TEST(ElfTest, AnyMutationIsSafe) {
  std::string image = ReadAll(FixturePath("good"));
  std::mt19937 random(20260101);
  constexpr uint64_t kNasty[] = {0, 1, 0x7F, 0xFFFF, 0xFFFFFFFF, UINT64_MAX, UINT64_MAX - 7, 1ULL << 63};
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string mutated = image;
    // Headers and dynamic tables stand at the start of the file: half of the hits go there.
    for (uint32_t hits = 1 + random() % 4; hits > 0; --hits) {
      size_t range = random() % 2 == 0 ? 2'048 : image.size() - 8;
      uint64_t value = random() % 2 == 0 ? kNasty[random() % std::size(kNasty)] : random();
      std::memcpy(mutated.data() + random() % range, &value, 1ULL << (random() % 4));
    }
    refused += CheckExact(mutated).ok() ? 0 : 1;
  }
  EXPECT_GT(refused, 2'000);
}

}  // namespace
}  // namespace leadline::plugin
