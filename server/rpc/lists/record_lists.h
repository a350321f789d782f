// Pages and batches of records, the same for leads, contacts and accounts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "engine/listing/listing.h"
#include "fmt/format.h"
#include "rpc/call.h"
#include "rpc/convert/records.h"
#include "rpc/tokens.h"

namespace leadline::rpc {

// A record as Get, BatchGet and List answer it: as it is now, and with the place of its last change.
template <typename T, typename Proto>
void ToProto(const engine::Listed<T>& from, const Present& present, Proto* to) {
  ToProto(from.record, present, to);
  to->set_change_position(from.change_position);
}

// Fills a page, which ends before kMostAnswerBytes. `list` is one of engine/listing, `add`
// adds a record to the answer and gives it.
template <typename T, typename Request, typename Response, typename List, typename Add>
absl::Status FillPage(const Environment& env, const grpc::CallbackServerContext& call, std::string_view method,
                      const Request& request, Response* response, List list, Add add) {
  constexpr int kStandardPageSize = 50;
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  engine::CallContext context = ContextOf(call, check);
  context.wanted = StillAsked(call);
  engine::ListRequest asked;
  asked.page_size = check.PageSize(root / "page_size", request.page_size(), kStandardPageSize, engine::kMostPageSize);
  asked.filter = check.Text(root / "filter", request.filter());
  asked.order_by = check.Word(root / "order_by", request.order_by());
  asked.count = request.page_token().empty();  // it is told once
  const std::string scope = Scope(method, {context.actor, asked.filter, asked.order_by});
  asked.cursor = CursorOf(root / "page_token", scope, request.page_token(), check);
  RETURN_IF_ERROR(check.ToStatus());
  const Present present(*env.engine);
  size_t bytes = 0;
  const auto fits = [&](const engine::Listed<T>& listed) {
    Response one;
    ToProto(listed, present, add(&one));
    bytes += one.ByteSizeLong();
    return bytes <= kMostAnswerBytes;
  };
  absl::StatusOr<engine::ListPage<T>> page = list(env.engine->options(), context, asked, fits);
  if (!page.ok()) return PageError(page.status());
  for (const engine::Listed<T>& listed : page->items) ToProto(listed, present, add(response));
  response->set_next_page_token(PageToken(scope, page->next));
  response->set_scan_limit_reached(page->scan_limit_reached);
  if (page->total_size.has_value()) response->set_total_size(*page->total_size);
  return absl::OkStatus();
}

// The records of `names`. `get` is one of engine/listing.
template <typename T, typename Get>
absl::StatusOr<std::vector<engine::Listed<T>>> GetNamed(const Environment& env, const grpc::CallbackServerContext& call,
                                                        const std::vector<std::string>& names, Get get) {
  Checker check(env.engine->clock().Now());
  engine::CallContext context = ContextOf(call, check);
  context.wanted = StillAsked(call);
  RETURN_IF_ERROR(check.ToStatus());
  return get(env.engine->options(), context, names);
}

// Fills the answer of a BatchGet. `get` is one of engine/listing, `add` adds a record to the answer and gives it.
// INVALID_ARGUMENT when the records are larger than kMostAnswerBytes together.
template <typename T, typename Request, typename Response, typename Get, typename Add>
absl::Status FillNamed(const Environment& env, const grpc::CallbackServerContext& call, const Request& request,
                       Response* response, Get get, Add add) {
  const std::vector<std::string> names(request.names().begin(), request.names().end());
  ASSIGN_OR_RETURN(const std::vector<engine::Listed<T>> records, GetNamed<T>(env, call, names, get));
  const Present present(*env.engine);
  size_t bytes = 0;
  for (const engine::Listed<T>& record : records) {
    auto* added = add(response);
    ToProto(record, present, added);
    bytes += added->ByteSizeLong();
    if (bytes <= kMostAnswerBytes) continue;
    response->Clear();
    return InvalidField("names", fmt::format("the records are larger than {} MiB together; ask for fewer at a time",
                                             kMostAnswerBytes >> 20));
  }
  return absl::OkStatus();
}

// One record: BatchGet of one name, whose errors speak of a `name`.
template <typename T, typename Get>
absl::StatusOr<engine::Listed<T>> GetOne(const Environment& env, const grpc::CallbackServerContext& call,
                                         domain::RecordKind kind, const std::string& name, Get get) {
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  check.RequiredName(root / "name", name, {kind});
  RETURN_IF_ERROR(check.ToStatus());
  ASSIGN_OR_RETURN(std::vector<engine::Listed<T>> records, GetNamed<T>(env, call, {name}, get));
  return std::move(records.front());
}

}  // namespace leadline::rpc
