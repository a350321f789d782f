// A record's whole history.
#pragma once

#include <functional>
#include <string>

#include "cli/session/session.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

// Calls `page` for each page of the timeline that `request` asks for, oldest first, until there is none or `limit`
// events were given (0: all). `next` is where to begin and then where the rest begins; empty at the end.
grpc::Status ReadTimeline(Session& session, v1::GetTimelineRequest request, int64_t limit, std::string& next,
                          const std::function<void(const v1::GetTimelineResponse&)>& page);

}  // namespace leadline::cli
