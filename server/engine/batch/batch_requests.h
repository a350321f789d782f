// The requests that may come in batches.
#pragma once

#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/batch/batch.h"
#include "engine/engine.h"

namespace leadline::engine {

// A lead given to a rep by hand.
struct Reassignment {
  std::string lead;  // resource names
  std::string rep;
  std::string reason;
};

// Each item is a transaction of its own, by the single request of its kind (Engine::RecordActivity and so on), whose
// errors are the item's answer with the field paths of that request. Items that name one lead, or people by one email,
// are done one after another in their order; of others any may be first. A request_id that an earlier item of the batch
// has: ALREADY_EXISTS, REQUEST_ID_REPEATED. An item that others' load turns away is tried again as long as some of the
// batch are under way; then it, and what was not begun, is answered with OVERLOADED, and may be sent again. The same
// with what meets all alike, such as a store that fails or a deadline that has passed.
// The whole has a status only when nothing could be begun: INVALID_ARGUMENT of no items or more than kMostBatchItems;
// otherwise what turned all of them away. `context` says who calls and until when; its request_id, fingerprint,
// validate_only and etag are not read. `threads` begin the items after the first ones, and may end the batch; null:
// whoever ends one does, be it a thread of the store. Thread-safe; the engine and the threads must outlive what was
// begun.
void BatchRecordActivities(Engine& engine, Executor* threads, const CallContext& context,
                           std::vector<BatchItem<domain::Activity>> items, Done<BatchResults<ActivityResult>> done);
void BatchReassign(Engine& engine, Executor* threads, const CallContext& context,
                   std::vector<BatchItem<Reassignment>> items, Done<BatchResults<domain::Lead>> done);
void BatchSubmitEnquiries(Engine& engine, Executor* threads, const CallContext& context,
                          std::vector<BatchItem<Enquiry>> items, Done<BatchResults<SubmitResult>> done);

}  // namespace leadline::engine
