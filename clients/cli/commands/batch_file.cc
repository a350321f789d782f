#include "cli/commands/batch_file.h"

#include "cli/output/text.h"
#include "cli/session/errors.h"

namespace leadline::cli {

void BatchOutcome::Done(int64_t line, const std::string& what) {
  ++done_;
  if (!session_.json()) session_.Print(fmt::format("{:>6}  {}\n", line, what));
}

void BatchOutcome::Failed(int64_t line, const google::rpc::Status& error) {
  ++failed_;
  if (session_.json()) return;
  session_.Print(fmt::format("{:>6}  failed: {}: {}\n", line, CodeName(static_cast<grpc::StatusCode>(error.code())),
                             ShownMessage(error)));
}

int BatchOutcome::Sum() const {
  session_.Note(fmt::format("{} done, {} failed\n", WithThousands(done_), WithThousands(failed_)));
  return failed_ == 0 ? kExitOk : kExitRefused;
}

}  // namespace leadline::cli
