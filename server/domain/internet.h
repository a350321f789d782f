// Email addresses, host names and domains in one form each. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace leadline::domain {

// Lower case and trimmed; empty when it has not the form of an address.
std::string NormalizeEmail(std::string_view email);
// The registrable domain of a host, URL or email address (libpsl); empty when there is none.
std::string RegistrableDomain(std::string_view host_or_url_or_email);
// A host name in small letters, in ASCII (IDNA 2008, UTS 46) when it is in another script; empty when the text is none:
// a URL, an address, one label alone.
std::string AsciiHost(std::string_view host);
// Whether a registry gives out names directly below `host`, which is in AsciiHost's form or one label: "com", "com.br".
// Not for suffixes that a company opened below its own name ("github.io"), nor for what the list does not know. Does
// not allocate.
bool IsRegistrySuffix(std::string_view host);

}  // namespace leadline::domain
