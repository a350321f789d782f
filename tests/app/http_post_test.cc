#include "app/webhook/http_post.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>

#include <cstring>

#include "app/webhook/public_address.h"
#include "tests/app/receiver.h"

namespace leadline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

bool IsPublic(const std::string& text) {
  sockaddr_storage address{};
  auto* in = reinterpret_cast<sockaddr_in*>(&address);
  auto* in6 = reinterpret_cast<sockaddr_in6*>(&address);
  if (inet_pton(AF_INET, text.c_str(), &in->sin_addr) == 1) {
    in->sin_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &in6->sin6_addr), 1) << text;
    in6->sin6_family = AF_INET6;
  }
  EXPECT_EQ(AddressText(reinterpret_cast<const sockaddr*>(&address)), text);
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&address));
}

TEST(PublicAddressTest, WhatIsOfAMachineOrANetworkIsNotPublic) {
  for (const char* text : {"0.0.0.0",     "10.1.2.3",         "100.64.0.1",      "100.127.255.255", "127.0.0.1",
                           "127.9.9.9",   "169.254.169.254",  "172.16.0.1",      "172.31.255.255",  "192.0.0.8",
                           "192.0.2.1",   "192.168.1.1",      "198.18.0.1",      "198.19.255.255",  "198.51.100.1",
                           "203.0.113.1", "224.0.0.1",        "240.0.0.1",       "255.255.255.255", "::",
                           "::1",         "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",  "2002:7f00:1::",
                           "fc00::1",     "fd12:3456::1",     "fe80::1",         "ff02::1",         "2001::1",
                           "2001:db8::1", "3fff::1",          "64:ff9b:1::1",    "100::1",          "fec0::1"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
  }
  for (const char* text : {"8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
                           "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
                           "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
    EXPECT_TRUE(IsPublic(text)) << text;
  }
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(IsPublicAddress(&local));
}

TEST(HttpPostTest, ARealReceiverGetsTheBytes) {
  Receiver receiver;
  CurlPoster poster;
  const HttpAnswer answer =
      poster.Post({receiver.Url("/a"), {{"webhook-id", "1"}}, std::string("{\"a\":\"\0\"}", 9), true, 5 * kSecond});
  EXPECT_EQ(answer.status, 204) << answer.failure;
  ASSERT_THAT(receiver.received(), SizeIs(1));
  EXPECT_EQ(receiver.received()[0].path, "/a");
  EXPECT_EQ(receiver.received()[0].body.size(), 9u);
  EXPECT_EQ(receiver.received()[0].headers.at("webhook-id"), "1");
  EXPECT_FALSE(receiver.received()[0].headers.contains("expect"));
}

TEST(HttpPostTest, APrivateAddressIsRefusedWhereItIsUsed) {
  Receiver receiver;
  CurlPoster poster;
  const std::string port = std::to_string(receiver.port());
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost"), std::string("2130706433"),
                                  std::string("[::ffff:127.0.0.1]")}) {
    const HttpAnswer answer = poster.Post({"https://" + host + ":" + port + "/", {}, "{}", false, 5 * kSecond});
    EXPECT_EQ(answer.status, 0);
    EXPECT_THAT(answer.failure, HasSubstr("not a public address")) << host;
  }
  const HttpAnswer plain = poster.Post({receiver.Url(), {}, "{}", false, 5 * kSecond});
  EXPECT_EQ(plain.status, 0) << "http is refused, too";
  EXPECT_THAT(receiver.received(), IsEmpty());
}

TEST(HttpPostTest, RedirectsAreNotFollowed) {
  Receiver receiver;
  receiver.SetAnswer(
      [&](const Received&) { return "307 Temporary Redirect\r\nlocation: " + receiver.Url("/b") + "\r\n"; });
  CurlPoster poster;
  EXPECT_EQ(poster.Post({receiver.Url("/a"), {}, "{}", true, 5 * kSecond}).status, 307);
  EXPECT_THAT(receiver.received(), SizeIs(1));
}

TEST(HttpPostTest, AnAnswerIsBoundedInBytesAndTime) {
  Receiver receiver;
  receiver.SetAnswer([](const Received&) {
    const std::string body(size_t{8} << 20, 'x');
    return "200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\nconnection: close\r\n\r\n" + body;
  });
  CurlPoster poster;
  EXPECT_EQ(poster.Post({receiver.Url(), {}, "{}", true, 5 * kSecond}).status, 200);
  receiver.SetAnswer([](const Received&) {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    return "200 OK\r\n";
  });
  const HttpAnswer late = poster.Post({receiver.Url(), {}, "{}", true, kSecond / 4});
  EXPECT_EQ(late.status, 0);
  EXPECT_FALSE(late.failure.empty());
}

TEST(HttpPostTest, RetryAfterIsReadAndNoProxyIsAsked) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Receiver receiver;
  receiver.SetAnswer([](const Received&) { return "503 Busy\r\nretry-after: 120\r\n"; });
  CurlPoster poster;
  const HttpAnswer answer = poster.Post({receiver.Url(), {}, "{}", true, 5 * kSecond});
  unsetenv("http_proxy");
  EXPECT_EQ(answer.status, 503) << answer.failure;
  EXPECT_EQ(answer.retry_after, 120 * kSecond);
}

}  // namespace
}  // namespace leadline::app
