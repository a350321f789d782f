// Signatures of messages as the Standard Webhooks specification asks for (version 1, HMAC-SHA256).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"

namespace leadline::app {

// The key of a secret's text: "whsec_" and plain base64 of 24 to 64 bytes, with its padding. The prefix may be left
// out. INVALID_ARGUMENT otherwise; the message never shows the secret.
absl::StatusOr<std::string> SigningKeyOf(std::string_view secret);

// The value of "webhook-signature": "v1,BASE64" for each key in their order, with one blank between. Some libraries
// take nothing else. `id`: of ASCII without dots at its end; `time`: whole seconds of it count.
std::string SignatureOf(std::span<const std::string> keys, std::string_view id, Time time, std::string_view body);

}  // namespace leadline::app
