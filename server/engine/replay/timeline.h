// Histories, event by event. Plain data.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "domain/event.h"

namespace leadline::engine {

struct TimelineRequest {
  std::string name;        // resource name
  std::string page_token;  // empty: from the beginning
  int page_size = 100;
  bool replay = false;  // decisions are decided again and explained in full
  // Which events are wanted; empty: all. Where many are not, a page may have fewer than page_size events, or none, and
  // a next page all the same.
  std::function<bool(const domain::Event&)> wanted = {};
};

struct TimelineEntry {
  domain::Event event;
  std::optional<domain::Decision> decision;  // the event's, for people
  // With `replay`: what differs from what is stored, which is then what `decision` shows, or what cannot be known.
  std::string replay_note;
};

// Takes the next entry; false: the page is full with it.
using TimelineSink = std::function<bool(const TimelineEntry&)>;

}  // namespace leadline::engine
