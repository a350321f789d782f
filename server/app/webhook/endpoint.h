// Where and how somebody outside is told: what the settings say of one endpoint. Plain data.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.h"

namespace leadline::app {

struct EndpointLimits {
  int most_per_second = 50;          // messages, at most
  int most_kept = 100'000;           // rows of the outbox, waiting and dead ones together
  Duration keep_waiting = 7 * kDay;  // what waits longer is given up
  Duration keep_dead = 30 * kDay;    // what was given up longer ago is dropped
  Duration timeout = 15 * kSecond;   // of one try, from the first look for the address on
};

struct Endpoint {
  std::string id;   // that rules name
  std::string url;  // https://..., or http://... where private addresses are allowed
  // Signing keys, as bytes: the first signs first. Two are valid while one takes the place of the other.
  std::vector<std::string> secrets;
  std::set<std::string, std::less<>> regions;  // whose events it is told of; none: all
  bool allow_private_addresses = false;
  EndpointLimits limits;
};

// All of them, and what the messages call their source (CloudEvents "source").
struct NotifySettings {
  std::string source = "/leadline";
  std::vector<Endpoint> endpoints;
};

}  // namespace leadline::app
