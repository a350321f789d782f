// What only C++ can do wrong: let an exception out, and share a symbol with other plugins.
#include <cstring>
#include <stdexcept>

#include "leadline/plugin.h"

namespace broken {

#ifdef UNIQUE
// An inline function's static variable is STB_GNU_UNIQUE unless compiled otherwise.
__attribute__((visibility("default"))) inline int& shared() {
  static int value = 0;
  return value;
}
#endif

int32_t Score(void*, const leadline_record*, uint32_t n, leadline_score_out* out, leadline_call*,
              const leadline_call_api*) {
#ifdef THROWS
  if (n > 0) throw std::runtime_error("thrown on purpose");
#endif
#ifdef UNIQUE
  shared() = 1;
#endif
  for (uint32_t i = 0; i < n; ++i) out[i].points = 1;
  return LEADLINE_OK;
}

int32_t Create(const leadline_host*, leadline_str, void** self) {
  static int instances[64];
  static unsigned next = 0;
  *self = &instances[__atomic_fetch_add(&next, 1U, __ATOMIC_RELAXED) % 64];
  return LEADLINE_OK;
}
void Destroy(void*) {}

const void* Capability(const char* id) {
  static const leadline_score_v1 kTable = {sizeof(kTable), &Score};
  return std::strcmp(id, LEADLINE_SCORE_V1) == 0 ? &kTable : nullptr;
}

}  // namespace broken

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t, uint32_t) {
  static const leadline_plugin kPlugin = {sizeof(leadline_plugin),
                                          LEADLINE_ABI_MAJOR,
                                          0,
                                          LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE,
                                          0,
                                          LEADLINE_PLUGIN_ID,
                                          LEADLINE_PLUGIN_VERSION,
                                          nullptr,
                                          &broken::Create,
                                          &broken::Destroy,
                                          &broken::Capability,
                                          nullptr};
  return &kPlugin;
}
