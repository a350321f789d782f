// What every call that changes something may be told besides what it is about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/command_line/command_line.h"
#include "cli/session/long_work.h"
#include "cli/session/session.h"

namespace leadline::cli {

struct ChangeFlags {
  std::string request_id, etag;
  int64_t expected_generation = 0;
  bool validate_only = false;
  bool async = false;
};

// An etag as the server gives it: 3 is "3".
std::string EtagOf(std::string_view text);

void AddRequestIdOption(Command command, ChangeFlags& flags);
void AddEtagOption(Command command, ChangeFlags& flags);
void AddValidateOnlyFlag(Command command, ChangeFlags& flags);
void AddGenerationOption(Command command, ChangeFlags& flags);
// Of commands that start long work.
void AddAsyncFlag(Command command, ChangeFlags& flags);

// Says that nothing was stored, if that was asked for; to the error stream.
void NoteNothingStored(const Session& session, const ChangeFlags& flags);

// Those of the options that a request has fields for.
template <typename Request>
void AddChangeOptions(Command command, ChangeFlags& flags) {
  if constexpr (requires(Request r) { r.set_etag(""); }) AddEtagOption(command, flags);
  if constexpr (requires(Request r) { r.set_request_id(""); }) AddRequestIdOption(command, flags);
  if constexpr (requires(Request r) { r.set_expected_generation(1); }) AddGenerationOption(command, flags);
  if constexpr (requires(Request r) { r.set_validate_only(true); }) AddValidateOnlyFlag(command, flags);
}

// Puts what the options said into the request.
template <typename Request>
void SetChange(const ChangeFlags& flags, Request& request) {
  if constexpr (requires { request.set_etag(""); }) request.set_etag(EtagOf(flags.etag));
  if constexpr (requires { request.set_request_id(""); }) request.set_request_id(flags.request_id);
  if constexpr (requires { request.set_expected_generation(1); }) {
    request.set_expected_generation(flags.expected_generation);
  }
  if constexpr (requires { request.set_validate_only(true); }) request.set_validate_only(flags.validate_only);
}

// Calls a method that changes something and shows the response; see Session::Run.
template <typename Request, typename Response, typename Show>
int RunChange(Session& session, const UnaryMethod<Request, Response>& method, const ChangeFlags& flags,
              Request& request, Show show) {
  SetChange(flags, request);
  const int code = session.Run(method, request, show);
  if (code == kExitOk) NoteNothingStored(session, flags);
  return code;
}

// The same for a method that starts long work; see RunLongAndShow.
template <typename Request, typename Response, typename Show>
int RunChange(Session& session, const LongMethod<Request, Response>& method, const ChangeFlags& flags, Request& request,
              Show show) {
  SetChange(flags, request);
  const int code = RunLongAndShow(session, method, request, flags.async, show);
  if (code == kExitOk && !flags.async) NoteNothingStored(session, flags);
  return code;
}

}  // namespace leadline::cli
