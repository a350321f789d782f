// Addresses that are no company's or no person's. mail_providers.yaml: providers of mail for everybody, by domain and
// by family of domains; role_mailboxes.yaml: mailboxes that several people read.
#include "domain/mail_providers.h"

#include <algorithm>
#include <map>

#include "domain/matching.h"
#include "fmt/format.h"
#include "packs/read/readers.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

constexpr size_t kMaxDomains = 20'000;
constexpr size_t kMaxFamilies = 500;

// The name of a family in ASCII; empty when the text is no single label.
std::string FamilyName(std::string_view text) {
  const std::string host =
      text.find('.') == std::string_view::npos ? domain::AsciiHost(fmt::format("{}.com", text)) : "";
  const std::string name = host.empty() ? "" : host.substr(0, host.size() - 4);
  return name.find('.') == std::string::npos ? name : "";  // other scripts have dots of their own
}

std::string_view FirstLabel(std::string_view host) { return host.substr(0, host.find('.')); }

class MailProvidersReader {
 public:
  // `central`: what the centre lists; null when the centre's own file is read.
  MailProvidersReader(Problems& problems, const domain::MailProviders* central)
      : problems_(problems), central_(central) {}

  domain::MailProviders Read(const YamlNode& root) {
    MapReader top(problems_, root, "mail_providers.yaml");
    const std::vector<const YamlNode*> families = Bounded(top, "families", kMaxFamilies);
    const std::vector<const YamlNode*> domains = Bounded(top, "domains", kMaxDomains);
    top.Finish();
    for (const YamlNode* node : families) ReadFamily(*node);
    for (const YamlNode* node : domains) ReadDomain(*node);
    if (top.ok() && root.Find("families") == nullptr && root.Find("domains") == nullptr) {
      problems_.Add(root, "LL1105", "no provider is listed", "list some under families: or domains:");
    }
    return domain::MailProviders(Names(domains_), Names(families_));
  }

 private:
  using Places = std::map<std::string, const YamlNode*, std::less<>>;

  static std::vector<std::string> Names(const Places& places) {
    std::vector<std::string> out;
    for (const auto& [name, at] : places) out.push_back(name);
    return out;
  }

  std::vector<const YamlNode*> Bounded(MapReader& top, std::string_view key, size_t max) {
    std::vector<const YamlNode*> out = top.Get(key) == nullptr ? std::vector<const YamlNode*>() : top.RequiredList(key);
    if (out.size() > max) {
      problems_.Add(*out[max], "LL1105",
                    fmt::format("\"{}\" has {} entries, and {} at most are read", key, out.size(), max),
                    "take out those that no lead uses");
      out.resize(max);
    }
    return out;
  }

  void ReadFamily(const YamlNode& node) {
    const std::optional<std::string> text = ReadText(problems_, node, "a family");
    if (!text) return;
    const std::string name = FamilyName(*text);
    if (name.empty()) {
      problems_.Add(node, "LL2903", fmt::format("\"{}\" is not a family: one name, without a dot", *text),
                    FamilyHint(*text));
      return;
    }
    if (!AddOnce(families_, name, *text, node) || central_ == nullptr || !central_->HasFamily(name)) return;
    WarnKnown(node, name, name);
  }

  static std::string FamilyHint(std::string_view text) {
    const std::string name = FamilyName(FirstLabel(text));
    if (name.empty()) return "write the name before the suffix, such as yahoo";
    const std::string host = domain::RegistrableDomain(text);
    return host.empty() ? fmt::format("write {}", name)
                        : fmt::format("write {} for every suffix, or put {} under domains", name, host);
  }

  void ReadDomain(const YamlNode& node) {
    const std::optional<std::string> text = ReadText(problems_, node, "a domain");
    if (!text) return;
    const std::string host = domain::AsciiHost(*text);
    if (!IsProvidersDomain(node, *text, host) || !AddOnce(domains_, host, *text, node)) return;
    const std::string_view name = FirstLabel(host);
    if (const auto family = families_.find(name); family != families_.end()) {
      Diagnostic& d = problems_.Add(node, "LL2904", fmt::format("the family {} covers {} already", name, host),
                                    "remove one of the two");
      Relate(d, *family->second, "the family");
    } else if (central_ != nullptr && (central_->HasDomain(host) || central_->HasFamily(name))) {
      WarnKnown(node, host, central_->HasDomain(host) ? host : std::string(name));
    }
  }

  // Whether `host`, the text in ASCII, is a domain that one owner registered.
  bool IsProvidersDomain(const YamlNode& node, const std::string& text, const std::string& host) {
    if (domain::IsRegistrySuffix(host.empty() ? text : host)) {
      problems_.Add(node, "LL2902", fmt::format("\"{}\" is a suffix: everybody's domains end with it", text),
                    "list the domains of the providers below it");
      return false;
    }
    const std::string registered = domain::RegistrableDomain(host.empty() ? WithoutMarks(text) : host);
    if (host.empty()) {
      problems_.Add(node, "LL2901", fmt::format("\"{}\" is not a domain", text), DomainHint(text, registered));
      return false;
    }
    if (registered.empty()) {
      problems_
          .Add(node, "LL2906", fmt::format("others have names of their own below {}", host),
               "list it only when all of them are private people: every host below it counts as free mail")
          .severity = Severity::kWarning;
    } else if (registered != host) {
      problems_.Add(node, "LL2901", fmt::format("\"{}\" is below the domain {}", text, registered),
                    fmt::format("write {}: hosts below it are its own", registered));
      return false;
    }
    return true;
  }

  // "*.web.de", "@web.de", ".web.de".
  static std::string_view WithoutMarks(std::string_view text) {
    const size_t begin = text.find_first_not_of("*@. ");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
  }

  static std::string DomainHint(std::string_view text, const std::string& registered) {
    if (!registered.empty()) return fmt::format("write {}", registered);
    const std::string family = FamilyName(text);
    if (family.empty()) return "write it as web.de";
    return fmt::format("write it with its suffix, such as {0}.com, or put {0} under families", family);
  }

  // False, reported, when the name is listed already.
  bool AddOnce(Places& places, const std::string& name, const std::string& text, const YamlNode& node) {
    const auto [first, added] = places.try_emplace(name, &node);
    if (added) return true;
    const std::string& before = first->second->text;
    Diagnostic& d = problems_.Add(node, "LL1106",
                                  text == before ? fmt::format("\"{}\" is listed twice", text)
                                                 : fmt::format("\"{}\" is listed already, as \"{}\"", text, before),
                                  "remove one of the two");
    Relate(d, *first->second, "the first one");
    return false;
  }

  void WarnKnown(const YamlNode& node, const std::string& name, const std::string& by) {
    Diagnostic& d = problems_.Add(node, "LL2905", fmt::format("the central list has {} already", name),
                                  by == name ? "remove it" : fmt::format("remove it: {} is a family there", by));
    d.severity = Severity::kWarning;
  }

  static void Relate(Diagnostic& d, const YamlNode& at, std::string message) {
    d.related = at.file->PositionOf(at.offset);
    d.related_message = std::move(message);
  }

  Problems& problems_;
  const domain::MailProviders* central_;
  Places families_, domains_;  // by the name in ASCII
};

bool IsSmallWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

domain::RoleMailboxes ReadRoleMailboxes(Problems& problems, const YamlNode& root) {
  MapReader top(problems, root, "role_mailboxes.yaml");
  const std::vector<const YamlNode*> items = top.RequiredList("mailboxes");
  top.Finish();
  if (items.size() > kMostRoleMailboxes) {
    problems.Add(*items[kMostRoleMailboxes], "LL1105",
                 fmt::format("at most {} mailboxes are read", kMostRoleMailboxes));
    return {};
  }
  std::map<std::string, const YamlNode*, std::less<>> places;
  for (const YamlNode* item : items) {
    const std::optional<std::string> name = ReadText(problems, *item, "a mailbox");
    if (!name) continue;
    if (!IsSmallWord(*name)) {
      problems.Add(*item, "LL2907", fmt::format("\"{}\" is not one word of the letters a to z", *name),
                   "write what stands before the @, up to the first dot, dash or digit: info stands for info.de, too");
    } else if (const auto [first, added] = places.try_emplace(*name, item); !added) {
      Diagnostic& d =
          problems.Add(*item, "LL1106", fmt::format("\"{}\" is listed twice", *name), "remove one of the two");
      d.related = first->second->file->PositionOf(first->second->offset);
      d.related_message = "the first one";
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, at] : places) names.push_back(name);
  return domain::RoleMailboxes(names);
}

domain::MailProviders ReadMailProviders(Problems& problems, const YamlNode& root) {
  return MailProvidersReader(problems, nullptr).Read(root);
}

void ReadMoreMailProviders(Layer& region, const YamlNode& root, RegionRules& rules) {
  Problems& problems = region.problems();
  const size_t before = problems.ErrorsOf(region.name());
  const domain::MailProviders& central = rules.matching.identity->mail_providers;
  const domain::MailProviders more = MailProvidersReader(problems, &central).Read(root);
  if (problems.ErrorsOf(region.name()) != before) return;
  if (!region.points().accepted.Holds(problems, region.name(), "mail_providers", root)) return;
  rules.public_mail = std::make_shared<const domain::MailProviders>(central.With(more));
}

}  // namespace leadline::packs
