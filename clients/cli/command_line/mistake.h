// What is wrong with a command line, for who typed it. Seen by this folder alone.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace leadline::cli {

// A group of options is an App without a name.
bool IsCommand(const CLI::App* app);

// In lines, each ended: what was typed, what was likely meant, and whose help to read. `program` is the whole command
// line as it was when reading it ended with `error`.
std::string DescribeMistake(const CLI::App& program, const CLI::ParseError& error);

}  // namespace leadline::cli
