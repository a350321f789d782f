/* What Go calls of the host: Go cannot call through a function pointer of C. */
#ifndef LEADLINE_GO_GLUE_H_
#define LEADLINE_GO_GLUE_H_

#include "leadline/plugin.h"

static inline int32_t leadline_go_field_slot(const leadline_host* host, const char* name, uint64_t len, uint32_t kind,
                                             uint32_t* slot) {
  return host->field_slot(host, (leadline_str){name, len}, kind, slot);
}

static inline void leadline_go_log(const leadline_host* host, int32_t level, const char* text, uint64_t len) {
  host->log(host, level, (leadline_str){text, len});
}

static inline void leadline_go_host_error(const leadline_host* host, const char* text, uint64_t len) {
  host->set_error(host, (leadline_str){text, len});
}

static inline int64_t leadline_go_now(const leadline_call_api* api, const leadline_call* call) {
  return api->now(call);
}

static inline int64_t leadline_go_time_left(const leadline_call_api* api, const leadline_call* call) {
  return api->time_left(call);
}

static inline int32_t leadline_go_cancelled(const leadline_call_api* api, const leadline_call* call) {
  return api->cancelled(call);
}

static inline void leadline_go_call_error(const leadline_call_api* api, leadline_call* call, const char* text,
                                          uint64_t len) {
  api->set_error(call, (leadline_str){text, len});
}

static inline void leadline_go_add_reason(const leadline_call_api* api, leadline_call* call, uint32_t item,
                                          const char* text, uint64_t len, double weight) {
  api->add_reason(call, item, (leadline_str){text, len}, weight);
}

static inline void* leadline_go_alloc(const leadline_call_api* api, leadline_call* call, uint64_t size) {
  return api->alloc(call, size);
}

#endif /* LEADLINE_GO_GLUE_H_ */
