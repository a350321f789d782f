#include "base/field_path.h"

namespace leadline {

std::string FieldPath::ToString() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->ToString();
  switch (step_) {
    case Step::kIndex:
      return text + "[" + std::to_string(index_) + "]";
    case Step::kKey:
      text += "[\"";
      for (const char c : name_) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      return text + "\"]";
    case Step::kField:
      break;
  }
  if (!text.empty()) text += '.';
  return text += name_;
}

}  // namespace leadline
