// What a pack would decide otherwise.
#pragma once

#include "cli/session/session.h"
#include "leadline/v1/admin_service.pb.h"

namespace leadline::cli {

// Tables of what differs.
void ShowDiff(Session& session, const v1::PackDiff& diff);

}  // namespace leadline::cli
