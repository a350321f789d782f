#include "cli/commands/options/change_options.h"

#include <algorithm>

namespace leadline::cli {

std::string EtagOf(std::string_view text) {
  const bool number =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? '"' + std::string(text) + '"' : std::string(text);
}

void AddRequestIdOption(Command command, ChangeFlags& flags) {
  command.AddOption("--request-id", flags.request_id, "Names the request, so that a repeat acts once");
}

void AddEtagOption(Command command, ChangeFlags& flags) {
  command.AddOption("--etag", flags.etag, "Refuse when the record has changed since; 3 and '\"3\"' are the same");
}

void AddValidateOnlyFlag(Command command, ChangeFlags& flags) {
  command.AddFlag("--validate-only", flags.validate_only, "Check and decide and show, but store nothing");
}

void AddGenerationOption(Command command, ChangeFlags& flags) {
  command
      .AddOption("--expected-generation", flags.expected_generation,
                 "Refuse when another generation decides by now (leadline pack status shows it)")
      .Positive();
}

void AddAsyncFlag(Command command, ChangeFlags& flags) {
  command.AddFlag("--async", flags.async, "Only start it, and print the name of the operation");
}

void NoteNothingStored(const Session& session, const ChangeFlags& flags) {
  if (flags.validate_only) session.Note("Checked and decided only: nothing was stored.\n");
}

}  // namespace leadline::cli
