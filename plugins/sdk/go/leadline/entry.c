/* The tables of the interface; each function goes on in Go. A handle of Go's stands for an instance. */
#include <stddef.h>
#include <string.h>

#include "_cgo_export.h"
#include "leadline/plugin.h"

static int32_t create(const leadline_host* host, leadline_str config, void** self) {
  uintptr_t handle = 0;
  int32_t code = leadlineGoCreate((leadline_host*)host, (char*)config.ptr, config.len, &handle);
  if (code == LEADLINE_OK) *self = (void*)handle;
  return code;
}

static void destroy(void* self) { leadlineGoDestroy((uintptr_t)self); }

static int32_t normalize(void* self, const leadline_record* records, uint32_t n, leadline_normalize_out* outs,
                         leadline_call* call, const leadline_call_api* api) {
  return leadlineGoNormalize((uintptr_t)self, (leadline_record*)records, n, outs, call, (leadline_call_api*)api);
}

static int32_t gate(void* self, const leadline_transition* transitions, uint32_t n, leadline_status_out* outs,
                    leadline_call* call, const leadline_call_api* api) {
  return leadlineGoGate((uintptr_t)self, (leadline_transition*)transitions, n, outs, call, (leadline_call_api*)api);
}

static int32_t score(void* self, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  return leadlineGoScore((uintptr_t)self, (leadline_record*)records, n, outs, call, (leadline_call_api*)api);
}

static int32_t route(void* self, const leadline_route_request* requests, uint32_t n, leadline_route_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  return leadlineGoRoute((uintptr_t)self, (leadline_route_request*)requests, n, outs, call, (leadline_call_api*)api);
}

static int32_t compare(void* self, const leadline_pair* pairs, uint32_t n, leadline_merge_out* outs,
                       leadline_call* call, const leadline_call_api* api) {
  return leadlineGoCompare((uintptr_t)self, (leadline_pair*)pairs, n, outs, call, (leadline_call_api*)api);
}

static const void* get_capability(const char* id) {
  static const leadline_normalize_v1 normalize_table = {sizeof(normalize_table), normalize};
  static const leadline_status_v1 status_table = {sizeof(status_table), gate};
  static const leadline_score_v1 score_table = {sizeof(score_table), score};
  static const leadline_route_v1 route_table = {sizeof(route_table), route};
  static const leadline_merge_v1 merge_table = {sizeof(merge_table), compare};
  if (!leadlineGoHas((char*)id)) return NULL;
  if (strcmp(id, LEADLINE_NORMALIZE_V1) == 0) return &normalize_table;
  if (strcmp(id, LEADLINE_STATUS_V1) == 0) return &status_table;
  if (strcmp(id, LEADLINE_SCORE_V1) == 0) return &score_table;
  if (strcmp(id, LEADLINE_ROUTE_V1) == 0) return &route_table;
  if (strcmp(id, LEADLINE_MERGE_V1) == 0) return &merge_table;
  return NULL;
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = LEADLINE_ABI_MAJOR,
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
  };
  (void)host_major;
  (void)host_minor;
  /* Waits for the init functions of Go, in which the plugin is exported. */
  if (plugin.id == NULL && !leadlineGoDescribe(&plugin)) return NULL;
  return &plugin;
}
