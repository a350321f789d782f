// The command line against a running server, for end-to-end tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/server_process.h"

namespace leadline::e2e {

// A server, and commands that ask it.
class CliTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.output(); }

  Ended Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kClient, "--server", server_.address(), "--actor", "olga"});
    return RunProgram(arguments, std::chrono::milliseconds(120'000));
  }
  // The output as JSON; fails the test when the command does.
  nlohmann::json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-o", "json"});
    const Ended ended = Run(std::move(arguments));
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
    return nlohmann::json::parse(ended.output, nullptr, false);
  }
  // What came of an enquiry of this person.
  nlohmann::json Submit(const std::string& email, const std::string& given_name = "Ana") {
    return Json({"submit", "--given-name", given_name, "--family-name", "Silva", "--email", email, "--company",
                 "Acme Lda", "--domain", "acme.example", "--country", "PT", "--source", "web_form", "--activity",
                 "website/high/contact_me"});
  }

  ServerProcess server_;
};

}  // namespace leadline::e2e
