/* A scorer that never answers: what it costs others is measured. */
#include <string.h>
#include <unistd.h>

#include "leadline/plugin.h"

static int32_t score(void* instance, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  (void)instance, (void)records, (void)n, (void)outs, (void)call, (void)api;
  while (pause() != 0) {
  }
  return LEADLINE_OK;
}

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  static int nothing;
  (void)host, (void)config;
  *instance = &nothing;
  return LEADLINE_OK;
}

static void destroy(void* instance) { (void)instance; }

static const void* get_capability(const char* id) {
  static const leadline_score_v1 table = {sizeof(table), score};
  return strcmp(id, LEADLINE_SCORE_V1) == 0 ? &table : NULL;
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static const leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = LEADLINE_ABI_MAJOR,
      .flags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE,
      .id = LEADLINE_PLUGIN_ID,
      .version = LEADLINE_PLUGIN_VERSION,
      .config_schema_json = "{}",
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
  };
  (void)host_major, (void)host_minor;
  return &plugin;
}
