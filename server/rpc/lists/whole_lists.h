// Pages of lists that are short enough to be made whole each time. Thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rpc/check/checker.h"
#include "rpc/tokens.h"

namespace leadline::rpc {

// What a request asks of a list: the page's size, where it begins, and what its tokens are bound to.
struct AskedPage {
  int size = 0;
  std::string cursor;  // empty: the first page
  std::string scope;
};

// `actor`: who asks.
template <typename Request>
AskedPage AskedPageOf(std::string_view method, std::string_view actor, const Request& request, Checker& check) {
  constexpr int kStandardPageSize = 100, kMostPageSize = 1000;
  const FieldPath root;
  AskedPage asked;
  asked.size = check.PageSize(root / "page_size", request.page_size(), kStandardPageSize, kMostPageSize);
  asked.scope = Scope(method, {actor});
  asked.cursor = CursorOf(root / "page_token", asked.scope, request.page_token(), check);
  return asked;
}

// Fills a page of `items` in the order of their keys: texts that are not empty and stay with an item, so that items
// which come and go meanwhile do not shift the others. It ends before kMostAnswerBytes. `add` adds an item to the
// answer.
template <typename T, typename Response, typename KeyOf, typename Add>
void FillFromWhole(const AskedPage& asked, const std::vector<T>& items, Response* response, KeyOf key_of, Add add) {
  std::vector<std::pair<std::string, const T*>> following;
  for (const T& item : items) {
    if (std::string key = key_of(item); key > asked.cursor) following.emplace_back(std::move(key), &item);
  }
  std::sort(following.begin(), following.end());
  size_t bytes = 0;
  std::string_view last;
  for (int i = 0; i < static_cast<int>(following.size()); ++i) {
    Response one;
    add(*following[i].second, &one);
    bytes += one.ByteSizeLong();
    if (i > 0 && (i == asked.size || bytes > kMostAnswerBytes)) {
      response->set_next_page_token(PageToken(asked.scope, last));
      return;
    }
    response->MergeFrom(one);
    last = following[i].first;
  }
}

}  // namespace leadline::rpc
