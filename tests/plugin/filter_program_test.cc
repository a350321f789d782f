// The program of a worker's filter, run here as the kernel runs it.
#include "plugin/worker/program/filter_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstring>

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kOther = SECCOMP_RET_KILL_THREAD;

#if defined(__x86_64__)
constexpr uint32_t kThisMachine = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kThisMachine = AUDIT_ARCH_AARCH64;
#endif

// What the program says of a call. Fails the test when it does what the kernel would refuse.
uint32_t Say(const FilterProgram& program, int number, std::vector<uint64_t> args = {},
             uint32_t machine = kThisMachine) {
  seccomp_data call{};
  call.nr = number;
  call.arch = machine;
  for (size_t i = 0; i < args.size(); ++i) call.args[i] = args[i];
  uint32_t held = 0;
  for (size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        EXPECT_LE(step.k + sizeof(held), sizeof(call));
        std::memcpy(&held, reinterpret_cast<const char*>(&call) + step.k, sizeof(held));
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        held &= step.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        at += held == step.k ? step.jt : step.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        at += held >= step.k ? step.jt : step.jf;
        break;
      case BPF_JMP | BPF_JA:
        at += step.k;
        break;
      case BPF_RET | BPF_K:
        return step.k;
      default:
        ADD_FAILURE() << "code " << step.code;
        return 0;
    }
  }
  ADD_FAILURE() << "it runs past its end";
  return 0;
}

FilterProgram Program(const SystemCalls& rows) {
  auto program = FilterOf(rows, kOther);
  EXPECT_TRUE(program.ok()) << program.status();
  return program.ok() ? *std::move(program) : FilterProgram();
}

std::string Refusal(const SystemCalls& rows) { return std::string(FilterOf(rows, kOther).status().message()); }

std::vector<uint32_t> Numbers(uint32_t count) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < count; ++i) out.push_back(i);
  return out;
}

TEST(FilterProgramTest, TheTablesMakeOne) {
  SystemCalls loading = ComputingCalls(4711);
  for (const SystemCall& row : LoadingCalls()) loading.push_back(row);
  const FilterProgram first = Program(loading);
  EXPECT_EQ(Say(first, SYS_kill, {4711, 9}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(first, SYS_kill, {4712, 9}), kForbid);
  EXPECT_EQ(Say(first, SYS_openat, {0, 0, O_RDONLY}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(first, SYS_openat, {0, 0, O_RDWR}), kForbid);
  EXPECT_EQ(Say(first, SYS_fcntl, {0, F_SETFL, O_ASYNC}), kForbid);
  EXPECT_EQ(Say(first, SYS_fcntl, {0, F_SETFL, O_NONBLOCK}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(first, SYS_rt_sigaction, {SIGSYS}), Refuse(0));
  EXPECT_EQ(Say(first, SYS_rt_sigaction, {SIGTERM}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(first, SYS_socket), kOther);
  EXPECT_EQ(Say(first, SYS_read, {}, AUDIT_ARCH_I386), SECCOMP_RET_KILL_PROCESS);

  const FilterProgram second = Program(CallsAfterLoading());
  EXPECT_EQ(Say(second, SYS_openat, {0, 0, O_RDONLY}), kForbid);
  EXPECT_EQ(Say(second, SYS_newfstatat), Refuse(EACCES));
}

TEST(FilterProgramTest, RowsOfOneNumberStandTogether) {
  const SystemCall reading{SYS_read, {Is(0, {1})}};
  const SystemCall writing{SYS_write, {}};
  const FilterProgram good = Program({reading, {SYS_read, {Is(0, {5})}}, writing});
  EXPECT_EQ(Say(good, SYS_read, {5}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(good, SYS_read, {2}), kForbid);
  // The first one would decide alone.
  EXPECT_THAT(Refusal({reading, writing, {SYS_read, {Is(0, {5})}}}),
              HasSubstr("the rows of system call " + std::to_string(SYS_read) + " do not stand together"));
}

TEST(FilterProgramTest, NoJumpIsTooLong) {
  constexpr uint32_t kMost = 251;  // beside the return, the loading, the jump past it and the end
  const FilterProgram longest = Program({{SYS_read, {Is(0, Numbers(kMost))}}, {SYS_write, {}}});
  EXPECT_EQ(Say(longest, SYS_read, {0}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(longest, SYS_read, {kMost - 1}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Say(longest, SYS_read, {kMost}), kForbid);
  EXPECT_EQ(Say(longest, SYS_write), SECCOMP_RET_ALLOW);

  const std::string too_long = "a jump goes over 255";
  EXPECT_THAT(Refusal({{SYS_read, {Is(0, Numbers(kMost + 1))}}}), HasSubstr(too_long));
  EXPECT_THAT(Refusal({{SYS_read, {IsNot(0, Numbers(300))}}}), HasSubstr(too_long));
  // Each row is short enough.
  EXPECT_THAT(Refusal({{SYS_read, {Is(0, Numbers(200))}}, {SYS_read, {Is(1, Numbers(200))}}}), HasSubstr(too_long));
  SystemCalls many;
  for (int number = 0; number < 2'000; ++number) many.push_back({number, {}});
  EXPECT_THAT(Refusal(many), HasSubstr("the kernel takes 4096"));
}

}  // namespace
}  // namespace leadline::plugin
