#include "rpc/field_path.h"

namespace leadline::rpc {

std::string FieldPath::ToString() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->ToString();
  if (index_ >= 0) return text + "[" + std::to_string(index_) + "]";
  if (!text.empty()) text += '.';
  return text += name_;
}

}  // namespace leadline::rpc
