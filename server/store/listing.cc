#include "store/listing.h"

#include <cmath>
#include <variant>

#include "store/codec_wire.h"

namespace leadline::store {

bool StoredBefore(std::string_view a, std::string_view b) {
  char bytes[kUuidBytes];
  const bool a_last = PackUuid(a, bytes), b_last = PackUuid(b, bytes);
  return a_last != b_last ? b_last : a < b;
}

bool StandsBefore(const ListPlace& a, const ListPlace& b) {
  return a.number != b.number ? a.number < b.number : StoredBefore(a.id, b.id);
}

std::string ExternalIdKey(std::string_view external_id) {
  return external_id.empty() ? std::string() : std::string("external_id:").append(external_id);
}

std::string ExternalIdKey(const domain::Lead& lead) {
  const auto found = lead.attributes.find(kExternalId);
  const auto* text = found == lead.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : ExternalIdKey(*text);
}

double ListedScore(const domain::Lead& lead) { return std::isfinite(lead.score.total) ? lead.score.total : 0; }

}  // namespace leadline::store
