// One run of the command line: global options, connection and output.
#pragma once

#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "base/clock.h"
#include "cli/output/table.h"
#include "cli/services/unary_method.h"
#include "cli/session/exit_codes.h"
#include "cli/session/global_options.h"

namespace google::protobuf {
class Message;
template <typename Element>
class RepeatedPtrField;
}  // namespace google::protobuf
namespace leadline::v1 {
class FieldWarning;
}
namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace leadline::cli {

// Not thread-safe; channel() may be shared once it was made.
class Session {
 public:
  explicit Session(const GlobalOptions& options) : options_(options) {}

  const GlobalOptions& options() const { return options_; }
  bool json() const { return options_.output == "json"; }
  Time Now() const { return SystemClock().Now(); }

  // The connection to the server, made on first use.
  std::shared_ptr<grpc::Channel> channel();
  enum class Call { kUnary, kStream };
  // Sets deadline (unary calls only), wait and the caller's name.
  void Prepare(grpc::ClientContext& context, Call call) const;

  // For people: see WithoutControls.
  void Print(std::string_view text) const;
  // For programs: as it is.
  void PrintData(std::string_view text) const;
  void Print(const Table& table) const;
  // Protobuf's own JSON mapping; one line when `compact`.
  void PrintJson(const google::protobuf::Message& message, bool compact = false) const;
  // To the error stream.
  void Note(std::string_view text) const;
  void NoteWarnings(const google::protobuf::RepeatedPtrField<v1::FieldWarning>& warnings) const;

  // These print an error and give the exit code.
  int Fail(const grpc::Status& status) const;
  int Fail(const absl::Status& status) const;  // a wrong input: kExitUsage
  int Refuse(std::string_view message) const;  // kExitRefused

  // Calls `method` and shows the response: as JSON, or by `show`. Its warnings go to the error stream.
  template <typename Request, typename Response>
  int Run(const UnaryMethod<Request, Response>& method, const std::type_identity_t<Request>& request,
          const std::type_identity_t<std::function<void(const Response&)>>& show) {
    Response response;
    grpc::Status status = Ask(method, request, response);
    if (!status.ok()) return Fail(status);
    if (json()) {
      PrintJson(response);
    } else {
      show(response);
    }
    if constexpr (requires { response.warnings(); }) NoteWarnings(response.warnings());
    return kExitOk;
  }

  // Calls `method` and leaves the response to the caller.
  template <typename Request, typename Response>
  grpc::Status Ask(const UnaryMethod<Request, Response>& method, const std::type_identity_t<Request>& request,
                   std::type_identity_t<Response>& response) {
    return AskByPath(method.path, request, response);
  }

 private:
  grpc::Status AskByPath(const char* path, const google::protobuf::Message& request,
                         google::protobuf::Message& response);

  GlobalOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace leadline::cli
