#include "cli/commands/options/request_input.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace leadline::cli {

absl::StatusOr<std::string> ReadText(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::Status ParseJson(const std::string& json, const std::string& where, google::protobuf::Message& message) {
  auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{} holds no {} in JSON: {}", where, message.GetDescriptor()->name(), std::string(status.message())));
}

absl::Status ReadJson(const std::string& path, google::protobuf::Message& message) {
  absl::StatusOr<std::string> json = ReadText(path);
  if (!json.ok()) return json.status();
  return ParseJson(*json, path == "-" ? "the standard input" : path, message);
}

}  // namespace leadline::cli
