#include "base/plugin_id.h"

namespace leadline {

bool IsPluginId(std::string_view id) {
  if (id.size() > 128 || id.find('.') == std::string_view::npos) return false;
  char previous = '.';
  for (char c : id) {
    bool label = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!label && (c != '.' || previous == '.')) return false;
    previous = c;
  }
  return previous != '.';
}

}  // namespace leadline
