// The command line: what commands there are, what they take, and what a user asked for.
//
//   CommandLine line("leadline", "Talks to a server.", "1.0");
//   Command lead = line.root().AddGroup("lead", "Look at leads and change them");
//   auto name = std::make_shared<std::string>();
//   Command get = lead.AddCommand("get", "One lead", "Example:\n  leadline lead get leads/ID",
//                                 [name](Session& session) { return Get(session, *name); });
//   get.AddOption("lead", *name, "leads/ID").Required();
//
// The library that reads the words is seen by this folder alone.
//
// Command, Option and Choice are handles: cheap to copy, equal when copied, and good as long as their CommandLine.
// A variable that an option sets must live as long, too. Nothing here is thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace leadline::cli {

class CommandLine;
class Session;

// Runs a command; gives the exit code.
using Action = std::function<int(Session&)>;

// An option, a flag, or a word by its place. Each method narrows it and gives it back.
class Option {
 public:
  Option Required() const;
  // One of these words, and nothing else.
  Option OneOf(const std::vector<std::string>& words) const;
  // Both ends are in.
  Option Between(int least, int most) const;
  Option Between(double least, double most) const;
  Option NotNegative() const;
  Option Positive() const;
  Option ExistingFile() const;
  Option ExistingFolder() const;
  // Not together with `other`.
  Option Excludes(Option other) const;
  // Only together with `other`.
  Option Needs(Option other) const;
  // Each use takes one word, so that what follows may be a word by its place. For options that may be repeated.
  Option OneValueEach() const;
  // Read from this variable of the environment where the command line does not say it.
  Option FromEnvironment(const std::string& name) const;
  // Help shows what the variable holds now.
  Option ShowDefault() const;
  // What stands for the value in the help, such as FILE.
  Option Placeholder(const std::string& text) const;

 private:
  friend class Command;
  friend class Choice;
  explicit Option(CLI::Option* option) : option_(option) {}
  CLI::Option* option_;
};

// Flags of which exactly one must be given.
class Choice {
 public:
  Option AddFlag(const std::string& names, bool& variable, const std::string& description) const;

 private:
  friend class Command;
  explicit Choice(CLI::App* group) : group_(group) {}
  CLI::App* group_;
};

// What completion and tests see of an option.
struct OptionInfo {
  std::string name;                     // as messages say it: "--limit", or "lead" for a word by its place
  std::vector<std::string> long_names;  // without dashes; empty for a word by its place
  std::string description;
};

class Command {
 public:
  // A command below this one that only holds others; one of them must be named.
  Command AddGroup(const std::string& name, const std::string& description) const;
  // A command below this one that does something. `teaching` is shown below its help: examples, one a line.
  Command AddCommand(const std::string& name, const std::string& description, const std::string& teaching,
                     Action action) const;
  // What a group does where none of its commands is named, which then is no mistake.
  void SetAction(const std::string& teaching, Action action) const;
  // Not shown in the help of the command above.
  void Hide() const;

  // `names`: "--limit", "-o,--output", or a bare word for a word by its place. The variable keeps what it holds when
  // the option is not given.
  Option AddOption(const std::string& names, std::string& variable, const std::string& description) const;
  Option AddOption(const std::string& names, int& variable, const std::string& description) const;
  Option AddOption(const std::string& names, int64_t& variable, const std::string& description) const;
  Option AddOption(const std::string& names, uint64_t& variable, const std::string& description) const;
  Option AddOption(const std::string& names, double& variable, const std::string& description) const;
  Option AddOption(const std::string& names, std::optional<double>& variable, const std::string& description) const;
  Option AddOption(const std::string& names, std::vector<std::string>& variable, const std::string& description) const;
  Option AddFlag(const std::string& names, bool& variable, const std::string& description) const;
  // `name` is for messages.
  Choice AddChoice(const std::string& name) const;

  std::string name() const;
  std::string Help() const;
  // Those directly below, hidden ones too, in the order in which they were added.
  std::vector<Command> Commands() const;
  // Its own, --help too, then those of its choices.
  std::vector<OptionInfo> Options() const;

 private:
  friend class CommandLine;
  Command(CommandLine* line, CLI::App* app) : line_(line), app_(app) {}

  CommandLine* line_;
  CLI::App* app_;
};

// What came of reading a command line.
struct Asked {
  Action action;       // what to run; empty where there is nothing to run:
  bool wrong = false;  // the command line is wrong; otherwise help or the version was asked for
  std::string output;  // then this is to be printed ...
  std::string errors;  // ... and this as an error
};

// The whole of it.
class CommandLine {
 public:
  // `footer` is shown below the help of the program itself.
  CommandLine(const std::string& program, const std::string& description, const std::string& version,
              const std::string& footer);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // The program itself: the commands at the top, and the options that every command takes.
  Command root();
  // Sets the variables of the options. `arguments` as main() has them, with the program's name first. To be called
  // once.
  Asked Read(int count, const char* const* arguments);

 private:
  friend class Command;
  void Bind(CLI::App* app, Action action);

  std::unique_ptr<CLI::App> app_;
  Action selected_;
};

}  // namespace leadline::cli
