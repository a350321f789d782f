#include "store/erasure/erased_samples.h"

#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"

namespace leadline::store {
namespace {

using domain::RecordKind;

absl::StatusOr<bool> TellsOfErased(Reader& reader, const std::string& name) {
  const std::optional<domain::RecordRef> ref = domain::ParseResourceName(name);
  if (!ref.has_value()) return false;
  ASSIGN_OR_RETURN(const bool erased, reader.IsErased(ref->kind, ref->id));
  if (erased || ref->kind != RecordKind::kLead) return erased;
  const absl::StatusOr<domain::Lead> lead = reader.GetLead(ref->id);
  if (absl::IsNotFound(lead.status())) return false;
  RETURN_IF_ERROR(lead.status());
  for (const domain::ContactRole& role : lead->contacts) {
    ASSIGN_OR_RETURN(const bool gone, reader.IsErased(RecordKind::kContact, role.contact_id));
    if (gone) return true;
  }
  return false;
}

}  // namespace

absl::Status DropErasedSamples(Reader& reader, std::vector<OperationSample>& samples) {
  std::vector<OperationSample> kept;
  for (OperationSample& sample : samples) {
    bool erased = false;
    for (const std::string& record : sample.records) {
      ASSIGN_OR_RETURN(const bool tells, TellsOfErased(reader, record));
      erased = erased || tells;
    }
    if (!erased) kept.push_back(std::move(sample));
  }
  samples = std::move(kept);
  return absl::OkStatus();
}

}  // namespace leadline::store
