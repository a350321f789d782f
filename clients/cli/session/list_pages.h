// Lists, page after page.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "cli/services/unary_method.h"
#include "cli/session/exit_codes.h"
#include "cli/session/session.h"

namespace leadline::cli {

// How much of a list is wanted.
struct ListRange {
  std::string page_token;  // where an earlier list ended; empty: from the beginning
  int limit = 50;
  bool all = false;  // to the end, whatever `limit` is
};

struct ListPages {
  int exit_code = kExitOk;
  int shown = 0;
  int short_pages = 0;            // that ended because so many records were looked at
  std::optional<int64_t> in_all;  // where the server knows it
  std::string next;               // page token of what follows; empty: nothing does
};

// Says that pages ended early, if any did; to the error stream.
void NoteShortPages(const Session& session, const ListPages& pages);

// Asks for what `range` says of a list and calls `show` with each record; `records` finds them in a response. A page
// that ends early, because so many records were looked at that did not fit, is gone on with. With JSON output each
// response is a line of its own besides.
template <typename Request, typename Response, typename Records, typename Show>
ListPages ForEachRecord(Session& session, const UnaryMethod<Request, Response>& method, Request request,
                        const ListRange& range, Records records, Show show) {
  constexpr int kMostOfPage = 1000;
  ListPages pages;
  request.set_page_token(range.page_token);
  do {
    request.set_page_size(range.all ? kMostOfPage : std::min(kMostOfPage, range.limit - pages.shown));
    Response response;
    const grpc::Status status = session.Ask(method, request, response);
    if (!status.ok()) {
      pages.exit_code = session.Fail(status);
      return pages;
    }
    if (session.json()) session.PrintJson(response, true);
    for (const auto& record : records(response)) show(record);
    pages.shown += records(response).size();
    pages.next = response.next_page_token();
    request.set_page_token(pages.next);
    bool cut_short = false;
    if constexpr (requires { response.scan_limit_reached(); }) cut_short = response.scan_limit_reached();
    if constexpr (requires { response.has_total_size(); }) {
      if (response.has_total_size()) pages.in_all = response.total_size();
    }
    pages.short_pages += cut_short ? 1 : 0;
    if (records(response).empty() && !cut_short) break;
  } while (!pages.next.empty() && (range.all || pages.shown < range.limit));
  NoteShortPages(session, pages);
  return pages;
}

// The same for responses that hold leads.
template <typename Request, typename Response, typename Show>
ListPages ForEachLead(Session& session, const UnaryMethod<Request, Response>& method, const Request& request,
                      const ListRange& range, Show show) {
  return ForEachRecord(
      session, method, request, range, [](const Response& response) -> const auto& { return response.leads(); }, show);
}

// "There are more: --page-token ..." where the list goes on.
void ShowPageToken(const Session& session, const ListPages& pages);

// "50 leads of 9,240; there are more:" and the page token.
void ShowEndOfList(Session& session, const ListPages& pages, std::string_view what);

}  // namespace leadline::cli
