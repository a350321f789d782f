// Which addresses of the network are somebody's outside.
#pragma once

#include <sys/socket.h>

#include <string>

namespace leadline::app {

// `address` is as long as its family says. Whether it is one of the public internet: not of this machine, of a local
// network, of a provider's inner one (also that of the data of cloud machines), of many receivers at once, or kept for
// another use; neither directly nor inside of an IPv6 address that stands for an IPv4 one. False for other families
// than IPv4 and IPv6.
bool IsPublicAddress(const sockaddr* address);

// "127.0.0.1", "::1"; empty for other families.
std::string AddressText(const sockaddr* address);

}  // namespace leadline::app
