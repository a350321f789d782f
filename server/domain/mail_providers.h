// Which domains belong to a provider of mail for everybody, so that an address there says nothing about a company.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

namespace leadline::domain {

// Immutable and thread-safe once made. The default knows no provider.
class MailProviders {
 public:
  MailProviders() = default;
  // `domains`: registrable domains as they stand behind the "@" ("web.de"). `families`: names before the first dot, for
  // providers with domains in many countries ("yahoo" is yahoo.com, yahoo.com.br and so on). All in small letters.
  MailProviders(std::span<const std::string_view> domains, std::span<const std::string_view> families);

  // Whether the domain is one of the list or of a family. In any letters; outer white space does not count.
  bool IsPublic(std::string_view domain) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Names = std::unordered_set<std::string, Hash, std::equal_to<>>;

  Names domains_;
  Names families_;
};

// The providers that stand in the code.
MailProviders BuiltInMailProviders();

}  // namespace leadline::domain
