/* The plugin that the host's own cost is measured with: adds up its fields, as many as the config says. Built as a
 * plugin, and into the benchmark itself for the call without a host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leadline/plugin.h"

typedef struct sum {
  uint32_t fields;
  uint32_t slots[32];
} sum;

static int32_t score(void* instance, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  const sum* self = instance;
  (void)call;
  (void)api;
  for (uint32_t i = 0; i < n; ++i) {
    double points = 0;
    for (uint32_t f = 0; f < self->fields; ++f) {
      const leadline_value* value = &records[i].fields[self->slots[f]];
      points += value->kind == LEADLINE_F64 ? value->u.f64 : (double)value->len;
    }
    outs[i].points = points;
  }
  return LEADLINE_OK;
}

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  char text[64] = "";
  memcpy(text, config.ptr, config.len < sizeof(text) - 1 ? config.len : sizeof(text) - 1);
  const char* colon = strchr(text, ':');
  sum* self = calloc(1, sizeof(*self));
  self->fields = colon == NULL ? 0 : (uint32_t)atoi(colon + 1);
  for (uint32_t i = 0; i < self->fields; ++i) {
    char name[16];
    int size = snprintf(name, sizeof(name), "f%u", i);
    int32_t code = host->field_slot(host, (leadline_str){name, (uint64_t)size}, LEADLINE_NULL, &self->slots[i]);
    if (code != LEADLINE_OK) return code;
  }
  *instance = self;
  return LEADLINE_OK;
}

static void destroy(void* instance) { free(instance); }

static const void* get_capability(const char* id) {
  static const leadline_score_v1 table = {sizeof(table), score};
  return strcmp(id, LEADLINE_SCORE_V1) == 0 ? &table : NULL;
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static const leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = LEADLINE_ABI_MAJOR,
      .flags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE,
      .id = "org.leadline.bench.sum",
      .version = "1.0.0",
      .config_schema_json = "{\"type\":\"object\",\"properties\":{\"fields\":{\"type\":\"integer\",\"maximum\":32}}}",
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
  };
  (void)host_major;
  (void)host_minor;
  return &plugin;
}
