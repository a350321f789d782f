// Providers of mail for everybody: an address there says nothing about the company.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace leadline::domain {

// A table of providers. Immutable once built, and thread-safe then.
class MailProviders {
 public:
  MailProviders() = default;  // knows none
  // `domains`: registrable domains ("web.de"). `families`: the name before the suffix of a provider with domains in
  // many countries ("yahoo"). Both in the form that AsciiHost() gives; the packs check them.
  MailProviders(const std::vector<std::string>& domains, const std::vector<std::string>& families);

  // Whether `host` is a provider's: one of the domains, or a family's name before a suffix of a registry ("yahoo.com",
  // "yahoo.com.br"), or a host below such a domain ("vip.163.com"). "gmail.acme.com" is Acme's. Does not allocate when
  // `host` is ASCII in small letters, as those of stored records are; any other is read as AsciiHost() reads it.
  bool IsPublic(std::string_view host) const;

  bool HasDomain(std::string_view domain) const { return domains_.contains(domain); }
  bool HasFamily(std::string_view name) const { return families_.contains(name); }
  size_t domains() const { return domains_.size(); }
  size_t families() const { return families_.size(); }

  // All domains, then all families, each in order: equal for tables that know the same.
  std::vector<std::string> Names() const;

  // This table and the other.
  MailProviders With(const MailProviders& other) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using NameSet = std::unordered_set<std::string, Hash, std::equal_to<>>;

  bool Holds(std::string_view host) const;

  NameSet domains_;
  NameSet families_;
};

}  // namespace leadline::domain
