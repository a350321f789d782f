// Events of the ledger in words.
#pragma once

#include <string>

#include "leadline/v1/decisions.pb.h"
#include "leadline/v1/events.pb.h"

namespace leadline::cli {

// What happened, in one line.
std::string DescribeEvent(const v1::Event& event);

}  // namespace leadline::cli
