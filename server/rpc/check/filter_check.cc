#include "rpc/check/filter_check.h"

#include <algorithm>
#include <vector>

#include "base/suggestion.h"
#include "engine/input/input_schema.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

// Field of a lead that has a closed list of values; null when it has none.
const packs::FieldDef* ClosedField(const engine::Snapshot& snapshot, std::string_view name) {
  const engine::InputSchema::Field* field = snapshot.input->Find(engine::InputSchema::Record::kLead, name);
  return field == nullptr || field->def->open || field->def->values.empty() ? nullptr : field->def;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

FilterCheck::FilterCheck(engine::Engine& engine, const engine::CallContext& context, Time now)
    : engine_(engine), context_(context), snapshot_(engine.snapshot()), violations_(now) {}

void FilterCheck::Status(const FieldPath& path, const std::string& status) {
  if (status.empty()) return;
  std::vector<std::string> known;
  for (const domain::StatusDef& def : snapshot_->rules->ForRegion("").lifecycle.statuses) known.push_back(def.id);
  if (Contains(known, status) || Stored({.status = status})) return;
  Refuse(path, "a status", status, known);
}

void FilterCheck::Region(const FieldPath& path, const std::string& region) {
  if (region.empty() || snapshot_->input->HasRegion(region) || Stored({.region = region})) return;
  Refuse(path, "a region", region, snapshot_->input->regions());
}

void FilterCheck::Rep(const FieldPath& path, const std::string& rep) {
  if (rep.empty()) return;
  std::vector<std::string> known;
  for (const domain::Rep& r : snapshot_->rules->reps()) known.push_back(r.id);
  if (Contains(known, rep) || Stored({.assignee = rep})) return;
  Refuse(path, "a rep", rep, known);
}

void FilterCheck::Source(const FieldPath& path, const std::string& source) {
  if (source.empty()) return;
  const packs::FieldDef* field = ClosedField(*snapshot_, "source");
  if (field == nullptr || Contains(field->values, source) || Stored({.source = source})) return;
  Refuse(path, "a source", source, field->values);
}

void FilterCheck::Queue(const FieldPath& path, const std::string& queue) {
  if (queue.empty()) return;
  std::vector<std::string> known;
  for (const domain::Queue& declared : snapshot_->rules->queues()) known.push_back(declared.id);
  if (Contains(known, queue) || Stored({.hold_queue = queue})) return;
  Refuse(path, "a hold queue", queue, known);
}

void FilterCheck::Product(const FieldPath& path, const std::string& product) {
  if (product.empty()) return;
  const packs::FieldDef* field = ClosedField(*snapshot_, "products");
  if (field == nullptr || Contains(field->values, product) || StoredProduct(product)) return;
  Refuse(path, "a product", product, field->values);
}

absl::Status FilterCheck::ToStatus() const { return read_.ok() ? violations_.ToStatus() : read_; }

bool FilterCheck::Stored(const store::LeadFilter& filter) {
  const auto page = engine_.ListLeads(context_, filter, "", 1);
  if (!page.ok()) read_ = page.status();
  return page.ok() && !page->items.empty();
}

bool FilterCheck::StoredProduct(const std::string& product) {
  engine::ReportFilter filter;
  filter.product = product;
  const auto funnels = engine_.GetFunnel(context_, filter, {});
  if (!funnels.ok()) read_ = funnels.status();
  return funnels.ok() && std::any_of(funnels->begin(), funnels->end(), [](const auto& f) { return f.total > 0; });
}

void FilterCheck::Refuse(const FieldPath& path, std::string_view what, const std::string& value,
                         const std::vector<std::string>& known) {
  const std::string nearest = LikelyName(value, known);
  std::string hint = known.empty() ? "there is none" : fmt::format("use one of: {}", OneOf(known));
  if (!nearest.empty()) hint = fmt::format("did you mean \"{}\"? Use one of: {}", nearest, OneOf(known));
  violations_.Refuse(
      path, fmt::format("{} is not {} of the packs, and no stored lead has it; {}", Quoted(value), what, hint));
}

}  // namespace leadline::rpc
