// A record's whole history.
#pragma once

#include <functional>
#include <string>

#include "cli/session/session.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {

// Calls `page` for each page of the timeline of `name`, oldest first, until there is none or `limit` events were given
// (0: all). `next` is where the rest begins; empty at the end. `view`: how much of the decisions is wanted.
grpc::Status ReadTimeline(Session& session, const std::string& name, v1::DecisionView view, int64_t limit,
                          std::string& next, const std::function<void(const v1::GetTimelineResponse&)>& page);

}  // namespace leadline::cli
