#include "engine/given/update_mask.h"

#include <array>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::engine {
namespace {

using domain::Account;
using domain::Contact;
using domain::Lead;

constexpr std::array kContactFields = {
    FieldAt<Contact, &Contact::given_name>("given_name"), FieldAt<Contact, &Contact::family_name>("family_name"),
    FieldAt<Contact, &Contact::email>("email"),           FieldAt<Contact, &Contact::phone>("phone"),
    FieldAt<Contact, &Contact::title>("title"),           FieldAt<Contact, &Contact::language>("language"),
    FieldAt<Contact, &Contact::country>("country"),       FieldAt<Contact, &Contact::account_id>("account"),
    FieldAt<Contact, &Contact::attributes>("attributes"),
};

constexpr std::array kAccountFields = {
    FieldAt<Account, &Account::name>("display_name"), FieldAt<Account, &Account::domain>("domain"),
    FieldAt<Account, &Account::country>("country"),   FieldAt<Account, &Account::region>("region"),
    FieldAt<Account, &Account::industry>("industry"), FieldAt<Account, &Account::employees>("employee_count"),
    FieldAt<Account, &Account::owner>("owner"),       FieldAt<Account, &Account::attributes>("attributes"),
};

constexpr std::array kLeadFields = {
    FieldAt<Lead, &Lead::account_id>("account"),      FieldAt<Lead, &Lead::contacts>("contacts"),
    FieldAt<Lead, &Lead::source>("source"),           FieldAt<Lead, &Lead::region>("region"),
    FieldAt<Lead, &Lead::country>("country"),         FieldAt<Lead, &Lead::language>("language"),
    FieldAt<Lead, &Lead::products>("products"),       FieldAt<Lead, &Lead::value>("value"),
    FieldAt<Lead, &Lead::probability>("probability"), FieldAt<Lead, &Lead::attributes>("attributes"),
};

}  // namespace

std::span<const MaskField<Contact>> ChangeableFields(const Contact&) { return kContactFields; }
std::span<const MaskField<Account>> ChangeableFields(const Account&) { return kAccountFields; }
std::span<const MaskField<Lead>> ChangeableFields(const Lead&) { return kLeadFields; }

absl::Status NoSuchPath(size_t number, std::string_view path, std::string_view kind,
                        const std::vector<std::string_view>& known) {
  return InvalidField(fmt::format("update_mask.paths[{}]", number),
                      fmt::format("\"{}\" is not a field of {} that can be changed; use {} or attributes.NAME",
                                  path.substr(0, 64), kind, fmt::join(known, ", ")));
}

std::string_view AttributeOf(std::string_view path) {
  if (!path.starts_with(domain::kAttributePrefix)) return "";
  return path.substr(domain::kAttributePrefix.size());
}

}  // namespace leadline::engine
