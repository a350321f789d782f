#include "cli/command_line/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "base/suggestion.h"
#include "cli/command_line/mistake.h"

namespace leadline::cli {
namespace {

// Groups of options are commands without a name.
bool IsChoice(const CLI::App* app) { return app->get_name().empty(); }

void AppendOptions(const CLI::App& app, std::vector<OptionInfo>& out) {
  for (const CLI::Option* option : app.get_options()) {
    // A choice has one of its own, which is that of its command.
    if (IsChoice(&app) && option == app.get_help_ptr()) continue;
    out.push_back({option->get_name(), option->get_lnames(), option->get_description()});
  }
}

// What a command below does not know falls through to the group above it, whose own action does not run then: it would
// be lost.
void RefuseOwnOptions(const CLI::App& group, const CLI::App& below) {
  for (const CLI::Option* option : group.get_options()) {
    if (option->count() == 0) continue;
    throw CLI::ValidationError(option->get_name(), fmt::format("{} {} does not take it; {} by itself does",
                                                               group.get_name(), below.get_name(), group.get_name()));
  }
}

// A check in words of our own; `shown` is for the help.
template <typename Fault>
CLI::Validator Check(Fault fault, const std::string& shown) {
  return CLI::Validator([fault](std::string& text) -> std::string { return fault(text); }, shown);
}

// Numbers from 0, or above it. The library's own check says its upper bound with three hundred digits.
CLI::Validator Above(bool zero_too, const std::string& shown) {
  const auto fault = [zero_too](const std::string& text) -> std::string {
    double number = 0;
    if (!CLI::detail::lexical_cast(text, number) || !std::isfinite(number)) return Quoted(text) + " is not a number";
    if (number > 0 || (zero_too && number == 0)) return "";
    return text + (zero_too ? " is below 0" : " is not above 0");
  };
  return Check(fault, shown);
}

// Numbers with both ends. `kind` is what they are: "a number".
template <typename Number>
CLI::Validator Within(Number least, Number most, const std::string& kind) {
  const auto fault = [least, most, kind](const std::string& text) -> std::string {
    Number number = 0;
    if (CLI::detail::lexical_cast(text, number) && number >= least && number <= most) return "";
    return fmt::format("{} is not {} from {} to {}", Quoted(text), kind, least, most);
  };
  return Check(fault, CLI::Range(least, most).get_description());
}

// A plain file or a folder that is there.
CLI::Validator Existing(bool folder, const std::string& shown) {
  const auto fault = [folder](const std::string& path) -> std::string {
    switch (CLI::detail::check_path(path.c_str())) {
      case CLI::detail::path_type::nonexistent:
        return fmt::format("there is no {} {}", folder ? "folder" : "file", path);
      case CLI::detail::path_type::directory:
        return folder ? "" : fmt::format("{} is a folder, not a file", path);
      case CLI::detail::path_type::file:
        return folder ? fmt::format("{} is a file, not a folder", path) : "";
    }
    return "";
  };
  return Check(fault, shown);
}

}  // namespace

Option Option::Required() const { return Option(option_->required()); }
Option Option::OneOf(const std::vector<std::string>& words) const {
  const auto fault = [words](const std::string& text) -> std::string {
    if (std::find(words.begin(), words.end(), text) != words.end()) return "";
    return fmt::format("{} is not a value of it; {}", Quoted(text), DidYouMean(text, words));
  };
  return Option(option_->check(Check(fault, fmt::format("{{{}}}", fmt::join(words, ",")))));
}
Option Option::Between(int least, int most) const {
  return Option(option_->check(Within(least, most, "a whole number")));
}
Option Option::Between(double least, double most) const {
  return Option(option_->check(Within(least, most, "a number")));
}
Option Option::NotNegative() const { return Option(option_->check(Above(true, "NONNEGATIVE"))); }
Option Option::Positive() const { return Option(option_->check(Above(false, "POSITIVE"))); }
Option Option::ExistingFile() const { return Option(option_->check(Existing(false, "FILE"))); }
Option Option::ExistingFolder() const { return Option(option_->check(Existing(true, "DIR"))); }
Option Option::Excludes(Option other) const { return Option(option_->excludes(other.option_)); }
Option Option::Needs(Option other) const { return Option(option_->needs(other.option_)); }
Option Option::OneValueEach() const { return Option(option_->allow_extra_args(false)); }
Option Option::FromEnvironment(const std::string& name) const { return Option(option_->envname(name)); }
Option Option::ShowDefault() const { return Option(option_->capture_default_str()); }
Option Option::Placeholder(const std::string& text) const { return Option(option_->type_name(text)); }

Option Choice::AddFlag(const std::string& names, bool& variable, const std::string& description) const {
  return Option(group_->add_flag(names, variable, description));
}

Command Command::AddGroup(const std::string& name, const std::string& description) const {
  CLI::App* group = app_->add_subcommand(name, description);
  group->fallthrough();
  group->require_subcommand(1);
  return Command(line_, group);
}

Command Command::AddCommand(const std::string& name, const std::string& description, const std::string& teaching,
                            Action action) const {
  CLI::App* command = app_->add_subcommand(name, description);
  command->fallthrough();
  if (!teaching.empty()) command->footer("\n" + teaching);
  line_->Bind(command, std::move(action));
  return Command(line_, command);
}

void Command::SetAction(const std::string& teaching, Action action) const {
  app_->require_subcommand(0, 1);
  if (!teaching.empty()) app_->footer("\n" + teaching);
  line_->Bind(app_, std::move(action));
}

void Command::Hide() const { app_->group(""); }

Option Command::AddOption(const std::string& names, std::string& variable, const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, int& variable, const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, int64_t& variable, const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, uint64_t& variable, const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, double& variable, const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, std::optional<double>& variable,
                          const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddOption(const std::string& names, std::vector<std::string>& variable,
                          const std::string& description) const {
  return Option(app_->add_option(names, variable, description));
}
Option Command::AddFlag(const std::string& names, bool& variable, const std::string& description) const {
  return Option(app_->add_flag(names, variable, description));
}

Choice Command::AddChoice(const std::string& name) const {
  CLI::Option_group* group = app_->add_option_group(name);
  group->require_option(1);
  return Choice(group);
}

std::string Command::name() const { return app_->get_name(); }

std::string Command::Help() const { return app_->help(); }

std::vector<Command> Command::Commands() const {
  std::vector<Command> out;
  for (CLI::App* app : app_->get_subcommands(IsCommand)) out.push_back(Command(line_, app));
  return out;
}

std::vector<OptionInfo> Command::Options() const {
  std::vector<OptionInfo> out;
  AppendOptions(*app_, out);
  for (const CLI::App* choice : app_->get_subcommands(IsChoice)) AppendOptions(*choice, out);
  return out;
}

CommandLine::CommandLine(const std::string& program, const std::string& description, const std::string& version,
                         const std::string& footer)
    : app_(std::make_unique<CLI::App>(description, program)) {
  app_->footer(footer);
  app_->require_subcommand(1);
  app_->set_version_flag("--version", program + " " + version);
}

CommandLine::~CommandLine() = default;

Command CommandLine::root() { return Command(this, app_.get()); }

void CommandLine::Bind(CLI::App* app, Action action) {
  app->callback([this, app, action = std::move(action)] {
    // The callback of a parent runs after that of the command below it, which then holds.
    if (app->get_subcommands().empty()) {
      selected_ = action;
    } else {
      RefuseOwnOptions(*app, *app->get_subcommands().front());
    }
  });
}

Asked CommandLine::Read(int count, const char* const* arguments) {
  try {
    app_->parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream output, errors;
    const bool wrong = app_->exit(error, output, errors) != 0;
    return {.action = nullptr,
            .wrong = wrong,
            .output = output.str(),
            .errors = wrong ? DescribeMistake(*app_, error) : errors.str()};
  }
  return {.action = selected_, .wrong = false, .output = "", .errors = ""};
}

}  // namespace leadline::cli
