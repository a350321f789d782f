#include "domain/mail_providers.h"

#include <algorithm>

#include "domain/internet.h"

namespace leadline::domain {
namespace {

bool IsPlain(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

// Whether a family's domain can be `rest`, the end of `host` that begins with the family's name: what follows the name
// is a registry's suffix, and the two together are none ("co" before "uk").
bool IsRegistered(std::string_view host, std::string_view rest) {
  const std::string_view suffix = rest.substr(rest.find('.') + 1);
  // Nobody has an address right at a suffix: the common case needs no list.
  if (rest.size() == host.size() && suffix.find('.') == std::string_view::npos) return !suffix.empty();
  return IsRegistrySuffix(suffix) && !IsRegistrySuffix(rest);
}

}  // namespace

MailProviders::MailProviders(const std::vector<std::string>& domains, const std::vector<std::string>& families)
    : domains_(domains.begin(), domains.end()), families_(families.begin(), families.end()) {}

bool MailProviders::IsPublic(std::string_view host) const {
  return IsPlain(host) ? Holds(host) : Holds(AsciiHost(host));
}

bool MailProviders::Holds(std::string_view host) const {
  std::string_view rest = host;
  for (size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    if (domains_.contains(rest)) return true;
    if (families_.contains(rest.substr(0, dot)) && IsRegistered(host, rest)) return true;
    rest.remove_prefix(dot + 1);
  }
  return false;
}

std::vector<std::string> MailProviders::Names() const {
  std::vector<std::string> names(domains_.begin(), domains_.end());
  std::sort(names.begin(), names.end());
  const auto families = static_cast<std::ptrdiff_t>(names.size());
  names.insert(names.end(), families_.begin(), families_.end());
  std::sort(names.begin() + families, names.end());
  return names;
}

MailProviders MailProviders::With(const MailProviders& other) const {
  MailProviders both = *this;
  both.domains_.insert(other.domains_.begin(), other.domains_.end());
  both.families_.insert(other.families_.begin(), other.families_.end());
  return both;
}

}  // namespace leadline::domain
