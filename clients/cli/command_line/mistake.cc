#include "cli/command_line/mistake.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <vector>

#include "base/suggestion.h"

namespace leadline::cli {

bool IsCommand(const CLI::App* app) { return !app->get_name().empty(); }

namespace {

// Groups of options are commands without a name.

// The command that was named last: "list" of "leadline lead list".
const CLI::App& NamedCommand(const CLI::App& program) {
  const CLI::App* command = &program;
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (const CLI::App* below : command->get_subcommands()) {
      if (!IsCommand(below)) continue;
      command = below;
      deeper = true;
      break;
    }
  }
  return *command;
}

// "leadline lead list".
std::string FullName(const CLI::App& command) {
  std::string name = command.get_name();
  for (const CLI::App* above = command.get_parent(); above != nullptr; above = above->get_parent()) {
    if (IsCommand(above)) name = above->get_name() + " " + name;
  }
  return name;
}

// Hidden commands have no group.
bool IsShown(const CLI::App* app) { return IsCommand(app) && !app->get_group().empty(); }

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* below : app.get_subcommands(IsShown)) names.push_back(below->get_name());
  return names;
}

// Full names of the commands below `app` that are called so.
void FindCommands(const CLI::App& app, std::string_view name, std::vector<std::string>& found) {
  for (const CLI::App* below : app.get_subcommands(IsShown)) {
    if (below->get_name() == name) found.push_back(FullName(*below));
    FindCommands(*below, name, found);
  }
}

// What a command takes: its own options, those of its choices, and those of the commands above it.
std::vector<const CLI::Option*> OptionsOf(const CLI::App& command) {
  std::vector<const CLI::Option*> options;
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) options.push_back(option);
    for (const CLI::App* choice : app->get_subcommands([](const CLI::App* below) { return !IsCommand(below); })) {
      for (const CLI::Option* option : choice->get_options()) options.push_back(option);
    }
  }
  return options;
}

const CLI::Option* FindOption(const CLI::App& command, std::string_view name) {
  for (const CLI::Option* option : OptionsOf(command)) {
    if (option->get_name() == name) return option;
  }
  return nullptr;
}

std::string WithHint(std::string text, const std::string& hint) {
  return hint.empty() ? text : std::move(text) + "; " + hint;
}

bool LooksLikeOption(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && word != "--" && (word[1] < '0' || word[1] > '9') && word[1] != '.';
}

std::string NoSuchOption(const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : OptionsOf(command)) {
    for (const std::string& long_name : option->get_lnames()) known.push_back("--" + long_name);
  }
  const std::string nearest = LikelyName(name, known);
  return WithHint(fmt::format("{} has no option {}", FullName(command), Cut(name, 64)),
                  nearest.empty() ? "" : fmt::format("did you mean {}?", nearest));
}

std::string NoSuchCommand(const CLI::App& program, const CLI::App& command, const std::string& word) {
  const std::string said = fmt::format("{} has no command {}", FullName(command), Quoted(word));
  const std::vector<std::string> names = CommandsOf(command);
  if (LikelyName(word, names).empty()) {
    std::vector<std::string> elsewhere;
    FindCommands(program, word, elsewhere);
    if (!elsewhere.empty()) return WithHint(said, fmt::format("did you mean {}?", OneOf(elsewhere)));
  }
  return WithHint(said, DidYouMean(word, names));
}

std::string TooManyWords(const CLI::App& program, const CLI::App& command, const std::vector<std::string>& words) {
  if (!CommandsOf(command).empty()) return NoSuchCommand(program, command, words.front());
  return words.size() == 1 ? fmt::format("{} does not know what to do with {}", FullName(command), Quoted(words[0]))
                           : fmt::format("{} does not know what to do with {} and the {} after it", FullName(command),
                                         Quoted(words[0]), words.size() == 2 ? "word" : "words");
}

std::string NeedsOption(const CLI::App& command, const std::string& name) {
  const CLI::Option* option = FindOption(command, name);
  const std::string said = fmt::format("{} needs {}", FullName(command), name);
  return option == nullptr ? said : fmt::format("{}: {}", said, option->get_description());
}

// The flags of a choice, from the library's message: "Exactly 1 option from [--on,--off] is required ...".
std::string NeedsOneOf(std::string_view message) {
  const size_t begin = message.find('[') + 1;
  const std::string_view list = message.substr(begin, message.find(']', begin) - begin);
  std::vector<std::string> names;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (end > at) names.push_back(std::string(list.substr(at, end - at)));
    at = end + 1;
  }
  return fmt::format("give {}one of {}", message.find("were given") == std::string_view::npos ? "" : "only ",
                     OneOf(names));
}

// "Could not convert: --limit = abc".
std::string NotConverted(const CLI::App& command, const std::string& message) {
  constexpr std::string_view kBefore = "Could not convert: ";
  const size_t equals = message.find(" = ");
  if (!message.starts_with(kBefore) || equals == std::string::npos) return message;
  const std::string name = message.substr(kBefore.size(), equals - kBefore.size());
  const std::string value = Quoted(message.substr(equals + 3));
  const CLI::Option* option = FindOption(command, name);
  if (option == nullptr) return fmt::format("{}: {} cannot be read", name, value);
  if (option->get_expected_max() == 0) return fmt::format("{} takes no value; leave out {}", name, value);
  const std::string type = option->get_type_name();
  if (type.starts_with("INT")) return fmt::format("{}: {} is not a whole number", name, value);
  if (type.starts_with("UINT")) return fmt::format("{}: {} is not a whole number from 0", name, value);
  return fmt::format("{}: {} is not a number", name, value);
}

// "--status: At Most 1 required but received 2", "--limit: 1 required INT missing".
std::string WrongCount(const std::string& message) {
  constexpr std::string_view kReceived = "required but received ";
  const std::string name = message.substr(0, message.find(':'));
  const size_t received = message.find(kReceived);
  if (message.find("At Most") == std::string::npos) return fmt::format("{} needs a value after it", name);
  return fmt::format("{} is given {} times; it takes one value", name, message.substr(received + kReceived.size()));
}

// "A excludes B" and "A requires B" in words.
std::string OfTwo(const std::string& message, std::string_view verb, fmt::string_view words) {
  const size_t at = message.find(verb);
  if (at == std::string::npos) return message;
  return fmt::vformat(words, fmt::make_format_args(message.substr(0, at), message.substr(at + verb.size())));
}

// By their types: an error's name is not always that of its type.
template <typename Kind>
bool Is(const CLI::ParseError& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

std::string Said(const CLI::App& program, const CLI::App& command, const CLI::ParseError& error) {
  const std::string message = error.what();
  std::vector<std::string> words = program.remaining(true);
  std::erase(words, "--");
  // A slip in an option's name also makes the option miss, and its value a word too many: it is said first.
  const auto option = std::find_if(words.begin(), words.end(), LooksLikeOption);
  if (option != words.end()) return NoSuchOption(command, *option);
  if (Is<CLI::RequiredError>(error)) {
    if (message.find('[') != std::string::npos) return NeedsOneOf(message);
    if (!message.starts_with("A subcommand")) {
      return NeedsOption(command, message.substr(0, message.find(" is required")));
    }
    if (!words.empty()) return NoSuchCommand(program, command, words.front());
    return fmt::format("{} needs a command after it; use one of: {}", FullName(command), OneOf(CommandsOf(command)));
  }
  if (Is<CLI::ExtrasError>(error) && !words.empty()) return TooManyWords(program, command, words);
  if (Is<CLI::ConversionError>(error)) return NotConverted(command, message);
  if (Is<CLI::ArgumentMismatch>(error)) return WrongCount(message);
  if (Is<CLI::ExcludesError>(error)) {
    return OfTwo(message, " excludes ", "{} and {} do not go together; give one of them");
  }
  if (Is<CLI::RequiresError>(error)) return OfTwo(message, " requires ", "{} works only together with {}");
  return message;  // of our own checks, after the option's name
}

}  // namespace

std::string DescribeMistake(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& command = NamedCommand(program);
  return fmt::format("error: {}\n  {} --help shows what there is.\n", Said(program, command, error), FullName(command));
}

}  // namespace leadline::cli
