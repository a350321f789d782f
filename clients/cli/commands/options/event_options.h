// Kinds of events as the command line writes them.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "cli/command_line/command_line.h"
#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/events.pb.h"

namespace leadline::cli {

// "status_changed", ...: all that the contract knows, in its order.
std::vector<std::string> EventKindNames();
// --kind, which may be repeated; only these words.
Option AddKindOption(Command command, std::vector<std::string>& kinds);
// Adds the kinds, which are words of EventKindNames().
void SetKinds(const std::vector<std::string>& kinds, google::protobuf::RepeatedField<int>& to);

}  // namespace leadline::cli
