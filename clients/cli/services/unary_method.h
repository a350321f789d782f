// A method of the contract that takes one message and gives one.
#pragma once

namespace leadline::cli {

// Stands for the generated stub, whose headers are several times the work of everything else in a command. A test holds
// every one of them against the contract.
template <typename Request, typename Response>
struct UnaryMethod {
  const char* path;  // "/leadline.v1.LeadService/GetLead"
};

}  // namespace leadline::cli
