#include "engine/listing/names.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

absl::StatusOr<std::string> StandingIdOf(store::Reader& reader, domain::RecordKind kind, const std::string& id) {
  if (kind == domain::RecordKind::kAccount) {
    ASSIGN_OR_RETURN(const domain::Account account, StandingAccount(reader, id));
    return account.id;
  }
  ASSIGN_OR_RETURN(const domain::Contact contact, StandingContact(reader, id));
  return contact.id;
}

}  // namespace

absl::Status ResolveNames(store::Reader& reader, domain::RecordKind kind, std::string_view filter, BoundTerm& term) {
  std::vector<FieldValue> values;
  std::vector<size_t> places;
  const auto add = [&](FieldValue value, size_t place) {
    values.push_back(std::move(value));
    places.push_back(place);
  };
  for (size_t i = 0; i < term.values.size(); ++i) {
    const std::string& id = std::get<std::string>(term.values[i]);
    const size_t place = term.places[i];
    if (id.empty()) {
      add(term.values[i], place);
      continue;
    }
    const absl::StatusOr<std::string> standing = StandingIdOf(reader, kind, id);
    if (absl::IsNotFound(standing.status())) {
      return FilterError(filter, place, fmt::format("there is no {}", Cut(domain::ResourceName(kind, id), 100)));
    }
    RETURN_IF_ERROR(standing.status());
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, MergedIds(reader, kind, *standing));
    for (const std::string& merged : ids) {
      if (std::find(values.begin(), values.end(), FieldValue(merged)) == values.end()) add(merged, place);
    }
  }
  term.values = std::move(values);
  term.places = std::move(places);
  return absl::OkStatus();
}

}  // namespace leadline::engine
