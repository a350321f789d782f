/* A plugin of another age: compiled against a header that is older or newer than the host's. Scores a record with the
 * size of the host's table and says which members it found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leadline/plugin.h"

#ifndef AGED_MIN_MINOR
#define AGED_MIN_MINOR 0
#endif

typedef struct aged {
  const leadline_host* host;
  uint32_t slot;
} aged;

static void say(char* text, size_t size, const aged* self, const leadline_call_api* api) {
#ifdef AGED_NEWER
  int host_grew = LEADLINE_HAS(self->host, count) && self->host->count != NULL;
  int call_grew = LEADLINE_HAS(api, trace) && api->trace != NULL;
  snprintf(text, size, "newer: count %d, trace %d", host_grew, call_grew);
#else
  /* What the host has beyond what this header knows is not its business. */
  int host_longer = self->host->size > sizeof(*self->host);
  snprintf(text, size, "older: host longer %d, alloc %d", host_longer, LEADLINE_HAS(api, alloc));
#endif
}

static int32_t score(void* instance, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  const aged* self = instance;
  for (uint32_t i = 0; i < n; ++i) {
    char text[128];
    const leadline_value* number = &records[i].fields[self->slot];
    outs[i].points = number->kind == LEADLINE_F64 ? number->u.f64 : -1;
    say(text, sizeof(text), self, api);
    api->add_reason(call, i, (leadline_str){text, strlen(text)}, outs[i].points);
  }
  return LEADLINE_OK;
}

static int32_t create(const leadline_host* host, leadline_str config, void** out) {
  static const char name[] = "test.number";
  aged* self = malloc(sizeof(*self));
  (void)config;
  if (self == NULL) return LEADLINE_RESOURCE_EXHAUSTED;
  self->host = host;
  int32_t code = host->field_slot(host, (leadline_str){name, sizeof(name) - 1}, LEADLINE_F64, &self->slot);
  if (code != LEADLINE_OK) {
    free(self);
    return code;
  }
  *out = self;
  return LEADLINE_OK;
}

static void destroy(void* self) { free(self); }

#ifdef AGED_NEWER
/* What an older host does not know it never calls. */
static int32_t warm(void* self) {
  (void)self;
  abort();
}
static void idle(void* self) {
  (void)self;
  abort();
}
#endif

static const void* get_capability(const char* id) {
  static const leadline_score_v1 table = {
      .size = sizeof(table),
      .score = score,
#ifdef AGED_NEWER
      .warm = warm,
#endif
  };
  return strcmp(id, LEADLINE_SCORE_V1) == 0 ? &table : NULL;
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static const leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = LEADLINE_ABI_MAJOR,
      .min_host_minor = AGED_MIN_MINOR,
      .flags = LEADLINE_FLAG_CONCURRENT,
      .id = LEADLINE_PLUGIN_ID,
      .version = LEADLINE_PLUGIN_VERSION,
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
#ifdef AGED_NEWER
      .idle = idle,
#endif
  };
  (void)host_major;
  (void)host_minor;
  return &plugin;
}
