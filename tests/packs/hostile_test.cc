// Large packs end in an answer: each is checked in a process of its own, whose peak memory and time are printed. What
// is asserted is counted, and the same on every machine.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <string>

#include "packs/check_budget.h"
#include "tests/packs/hostile/hostile_packs.h"

extern char** environ;

namespace leadline::packs {
namespace {

struct ChildRun {
  int status = -1;
  std::string output;
  double seconds = 0;  // of its processor
  long peak_kib = 0;
};

ChildRun RunInChild(const std::string& name) {
  ChildRun run;
  std::array<int, 2> pipes = {};
  EXPECT_EQ(pipe(pipes.data()), 0);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, pipes[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&files, pipes[0]);
  std::string program = CHECK_HOSTILE, argument = name;
  std::array<char*, 3> argv = {program.data(), argument.data(), nullptr};
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ), 0);
  posix_spawn_file_actions_destroy(&files);
  close(pipes[1]);
  std::array<char, 4096> part = {};
  for (ssize_t got = 0; (got = read(pipes[0], part.data(), part.size())) > 0;) {
    run.output.append(part.data(), static_cast<size_t>(got));
  }
  close(pipes[0]);
  rusage usage = {};
  EXPECT_EQ(wait4(child, &run.status, 0, &usage), child);
  run.seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  run.peak_kib = usage.ru_maxrss;
  return run;
}

class HostilePackTest : public testing::TestWithParam<HostilePack> {};

TEST_P(HostilePackTest, EndsInAnAnswer) {
  const HostilePack& hostile = GetParam();
  const ChildRun run = RunInChild(hostile.name);
  ASSERT_EQ(run.status, 0) << run.output;
  std::istringstream words(run.output);
  uint64_t steps = 0, bytes = 0;
  size_t findings = 0;
  std::string codes, message;
  words >> steps >> bytes >> findings >> codes;
  std::getline(words, message);
  std::getline(words, message);
  std::printf("%-26s %8.2f s %6ld MiB %12lu steps %5lu MiB counted  %s\n  %s\n", hostile.name.c_str(), run.seconds,
              run.peak_kib / 1024, static_cast<unsigned long>(steps), static_cast<unsigned long>(bytes >> 20),
              codes.c_str(), message.c_str());
  if (hostile.code.empty()) {
    EXPECT_EQ(codes, "good");
  } else if (hostile.code != "*") {
    EXPECT_NE(codes.find(hostile.code), std::string::npos) << codes;
  }
  EXPECT_LE(steps, hostile.most_steps);
  // The last piece may lie beyond the limit: a file or a case.
  EXPECT_LE(bytes, CheckLimits().bytes + (32 << 20));
  EXPECT_LE(findings, 2 * CheckLimits().findings + 4);
}

INSTANTIATE_TEST_SUITE_P(All, HostilePackTest, testing::ValuesIn(HostilePacks()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace leadline::packs
