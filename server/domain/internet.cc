// Email addresses and domains.
#include "domain/internet.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "domain/public_suffixes.h"
#include "domain/reference_versions.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr size_t kLongestEmail = 254;
constexpr size_t kLongestLocalPart = 64;
constexpr size_t kLongestLabel = 63;
constexpr size_t kLongestHost = 253;

bool IsLabelByte(char c) {
  auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '-' || c == '_' || byte >= 0x80;
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), IsLabelByte);
}

// At least two labels, the last of which is not a number.
bool IsHostName(std::string_view host) {
  size_t labels = 0;
  std::string_view last;
  while (true) {
    size_t dot = host.find('.');
    last = host.substr(0, dot);
    if (!IsLabel(last)) return false;
    ++labels;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  bool number =
      std::all_of(last.begin(), last.end(), [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  return labels >= 2 && !number;
}

bool IsLocalPart(std::string_view local) {
  if (local.empty() || local.size() > kLongestLocalPart || local.front() == '.' || local.back() == '.') return false;
  constexpr std::string_view kMarks = ".!#$%&'*+/=?^_`{|}~-";
  char previous = 0;
  for (char c : local) {
    auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && byte < 0x80 && kMarks.find(c) == std::string_view::npos) return false;
    if (c == '.' && previous == '.') return false;
    previous = c;
  }
  return true;
}

// The host of a URL, an email address or a bare host; lower case. May be no host at all.
std::string HostOf(std::string_view text) {
  std::string lower = LowerTrimmed(text);
  if (std::string email = NormalizeEmail(lower); !email.empty()) return email.substr(email.find('@') + 1);
  std::string_view host = lower;
  if (size_t scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::string(host);
}

// ASCII form (IDNA 2008, UTS 46) of a host in other scripts; empty when it has none.
std::string ToAsciiHost(const std::string& host) {
  if (IsAscii(host)) return host;
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &error),
                                                      &uidna_close);
  if (U_FAILURE(error)) return "";
  std::array<char, 256> out{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  int32_t length = uidna_nameToASCII_UTF8(idna.get(), host.data(), static_cast<int32_t>(host.size()), out.data(),
                                          static_cast<int32_t>(out.size()), &info, &error);
  if (U_FAILURE(error) || info.errors != 0 || length > static_cast<int32_t>(out.size())) return "";
  return std::string(out.data(), static_cast<size_t>(length));
}

// Read once: a package that is updated counts from the next start on.
const PublicSuffixes& Suffixes() {
  static const PublicSuffixes kSuffixes = LatestPublicSuffixes();
  return kSuffixes;
}

const psl_ctx_t* SuffixList() { return Suffixes().list; }

// What the list says of a host in ASCII; empty: nothing.
std::string RegistrableOf(const std::string& host) {
  if (!IsHostName(host) || SuffixList() == nullptr) return "";
  const char* domain = psl_registrable_domain(SuffixList(), host.c_str());
  return domain == nullptr ? "" : std::string(domain);
}

// The last few hosts that one thread asked for: an enquiry asks for its company's and its address's many times over. An
// answer goes by the host and the list alone, which stays the same for as long as the process runs.
class RecentHosts {
 public:
  const std::string& RegistrableOf(std::string host) {
    for (const Known& known : known_) {
      if (known.host == host) return known.domain;
    }
    Known& oldest = known_[next_++ % known_.size()];
    oldest.domain = domain::RegistrableOf(host);
    oldest.host = std::move(host);
    return oldest.domain;
  }

 private:
  struct Known {
    std::string host;  // of at most kLongestHost bytes; at first empty, of which the list says nothing
    std::string domain;
  };
  std::array<Known, 8> known_;
  size_t next_ = 0;
};

}  // namespace

std::string NormalizeEmail(std::string_view email) {
  std::string lower = LowerTrimmed(email);
  size_t at = lower.rfind('@');
  if (at == std::string::npos || lower.size() > kLongestEmail) return "";
  std::string_view view = lower;
  if (!IsLocalPart(view.substr(0, at)) || !IsHostName(view.substr(at + 1))) return "";
  return lower;
}

std::string AsciiHost(std::string_view host) {
  if (host.size() > 4 * kLongestHost) return "";
  std::string ascii = ToAsciiHost(LowerTrimmed(host));
  return ascii.size() <= kLongestHost && IsHostName(ascii) ? ascii : "";
}

bool IsRegistrySuffix(std::string_view host) {
  std::array<char, kLongestHost + 1> name{};  // the list wants a terminated text
  if (host.empty() || host.front() == '.' || host.size() >= name.size() || SuffixList() == nullptr) return false;
  std::copy(host.begin(), host.end(), name.begin());
  return psl_is_public_suffix2(SuffixList(), name.data(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

std::string RegistrableDomain(std::string_view host_or_url_or_email) {
  thread_local RecentHosts recent;
  std::string host = ToAsciiHost(HostOf(host_or_url_or_email));
  return host.size() > kLongestHost ? RegistrableOf(host) : recent.RegistrableOf(std::move(host));
}

std::string PublicSuffixListVersion() { return Suffixes().version; }

}  // namespace leadline::domain
