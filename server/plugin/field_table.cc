#include "plugin/field_table.h"

#include <algorithm>

#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin {

absl::Status FieldTable::Ask(std::string_view name, uint32_t kind, uint32_t& slot) {
  if (kind > LEADLINE_LIST) {
    return absl::InvalidArgumentError(
        fmt::format("field \"{}\" was asked for as kind {}, which does not exist", Presentable(name), kind));
  }
  std::optional<FieldSlot> field = catalog_ ? catalog_(name) : std::nullopt;
  if (!field) return absl::NotFoundError(fmt::format("the schema has no field \"{}\"", Presentable(name)));
  if (kind != LEADLINE_NULL && field->kind != LEADLINE_NULL && kind != field->kind) {
    return absl::InvalidArgumentError(fmt::format("field \"{}\" is {}, the plugin asked for it as {}",
                                                  Presentable(name), KindName(field->kind), KindName(kind)));
  }
  std::lock_guard lock(mutex_);
  auto known = std::find(names_.begin(), names_.end(), name);
  if (known == names_.end()) {
    if (frozen_) {
      return absl::FailedPreconditionError(fmt::format(
          "field \"{}\" was not asked for by the plugin's first instance; ask for the same fields in every create()",
          Presentable(name)));
    }
    // The kind asked for counts where the schema leaves it open: the plugin will read no other.
    if (field->kind == LEADLINE_NULL) field->kind = kind;
    names_.emplace_back(name);
    slots_.push_back(*field);
    known = names_.end() - 1;
  }
  slot = static_cast<uint32_t>(known - names_.begin());
  return absl::OkStatus();
}

void FieldTable::Freeze() {
  std::lock_guard lock(mutex_);
  frozen_ = true;
}

bool FieldTable::Fits(const Record& record) const {
  if (record.count != slots_.size()) return false;
  for (size_t i = 0; i < slots_.size(); ++i) {
    uint32_t kind = record.fields[i].kind;
    if (kind != LEADLINE_NULL && kind != slots_[i].kind && slots_[i].kind != LEADLINE_NULL) return false;
  }
  return true;
}

}  // namespace leadline::plugin
