#include "app/webhook/http_post.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>

#include "app/webhook/public_address.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

constexpr size_t kMostAnswerBytes = size_t{64} << 10;
constexpr long kMostConnectMillis = 5'000;
constexpr Duration kMostRetryAfter = kDay;

void InitCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// What callbacks find out of one try.
struct Try {
  bool allow_private_addresses = false;
  std::string refused;  // an address
  size_t answer_bytes = 0;
};

curl_socket_t OpenSocket(void* data, curlsocktype, curl_sockaddr* address) {
  auto* one = static_cast<Try*>(data);
  if (!one->allow_private_addresses && !IsPublicAddress(&address->addr)) {
    one->refused = AddressText(&address->addr);
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t CountAnswer(char*, size_t size, size_t count, void* data) {
  auto* one = static_cast<Try*>(data);
  one->answer_bytes += size * count;
  return one->answer_bytes > kMostAnswerBytes ? 0 : size * count;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

HeaderList HeadersOf(const HttpPost& post) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return;
    (void)list.release();
    list.reset(longer);
  };
  for (const auto& [name, value] : post.headers) add(name + ": " + value);
  add("Expect:");  // no asking before
  return list;
}

}  // namespace

struct CurlPoster::Handle {
  CURL* curl = curl_easy_init();
  ~Handle() { curl_easy_cleanup(curl); }
};

CurlPoster::CurlPoster() {
  InitCurl();
  handle_ = std::make_unique<Handle>();
}

CurlPoster::~CurlPoster() = default;

HttpAnswer CurlPoster::Post(const HttpPost& post) {
  CURL* curl = handle_->curl;
  if (curl == nullptr) return {.failure = "libcurl cannot be used: it is out of memory"};
  curl_easy_reset(curl);  // keeps connections
  Try one{.allow_private_addresses = post.allow_private_addresses, .refused = {}};
  char error[CURL_ERROR_SIZE] = "";
  const HeaderList headers = HeadersOf(post);
  const long millis = std::max<long>(1, static_cast<long>(post.timeout / 1000));
  curl_easy_setopt(curl, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, post.allow_private_addresses ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // nor one of the environment: it would look for the address itself
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, millis);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(millis, kMostConnectMillis));
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "leadline");
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &one);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, CountAnswer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &one);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  const CURLcode code = curl_easy_perform(curl);
  HttpAnswer answer;
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  // An answer that goes on too long has been given all the same.
  const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && one.answer_bytes > kMostAnswerBytes);
  if (answered && status != 0) {
    answer.status = static_cast<int>(status);
    curl_off_t seconds = 0;
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
    answer.retry_after = std::min<Duration>(std::clamp<curl_off_t>(seconds, 0, 86'400) * kSecond, kMostRetryAfter);
  } else if (!one.refused.empty()) {
    answer.failure = fmt::format(
        "the name leads to {}, which is not a public address; allow_private_addresses allows it", one.refused);
  } else {
    answer.failure = fmt::format("{}{}{}", curl_easy_strerror(code), error[0] == '\0' ? "" : ": ", error);
  }
  return answer;
}

}  // namespace leadline::app
