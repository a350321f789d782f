// Lists of leads, page after page.
#pragma once

#include <algorithm>
#include <string>

#include "cli/services/unary_method.h"
#include "cli/session/exit_codes.h"
#include "cli/session/session.h"

namespace leadline::cli {

struct LeadPages {
  int exit_code = kExitOk;
  int shown = 0;
  std::string next;  // page token of what follows; empty: nothing does
};

// Asks for at most `limit` leads, from where the request begins, and calls `show` with each. With JSON output each
// response is a line of its own besides.
template <typename Request, typename Response, typename Show>
LeadPages ForEachLead(Session& session, const UnaryMethod<Request, Response>& method, Request request, int limit,
                      Show show) {
  constexpr int kMostOfPage = 1000;
  LeadPages pages;
  do {
    request.set_page_size(std::min(kMostOfPage, limit - pages.shown));
    Response response;
    const grpc::Status status = session.Ask(method, request, response);
    if (!status.ok()) {
      pages.exit_code = session.Fail(status);
      return pages;
    }
    if (session.json()) session.PrintJson(response, true);
    for (const auto& lead : response.leads()) show(lead);
    pages.shown += response.leads_size();
    pages.next = response.next_page_token();
    request.set_page_token(pages.next);
    if (response.leads_size() == 0) break;
  } while (!pages.next.empty() && pages.shown < limit);
  return pages;
}

}  // namespace leadline::cli
