/* Routes each lead to the rep of its territory with the lowest load for their weight and capacity. See README.md. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leadline/plugin.h"

/* The whole instance. Never written after create(), so calls may run at once. */
typedef struct balance {
  double max_load_share;
} balance;

/* Why candidates were passed over, for the explanation. */
typedef struct tally {
  uint32_t unavailable;
  uint32_t full;
} tally;

static const char kSchema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"max_load_share\": {\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 1}}}";

/* ------------------------------------------------------------------------------------------------------- Config */

static const char* skip_space(const char* p, const char* end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) ++p;
  return p;
}

/* Digits, with a fraction and an exponent; independent of the process's locale, unlike strtod(). */
static bool read_number(const char* p, const char* end, double* out) {
  double value = 0;
  int exponent = 0;
  bool fraction = false;
  bool any = false;
  for (; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && !fraction)); ++p) {
    if (*p == '.') {
      fraction = true;
      continue;
    }
    value = value * 10 + (*p - '0');
    exponent -= fraction ? 1 : 0;
    any = true;
  }
  if (any && p < end && (*p == 'e' || *p == 'E')) {
    int sign = 1;
    int written = 0;
    if (++p < end && (*p == '-' || *p == '+')) sign = *p++ == '-' ? -1 : 1;
    for (; p < end && *p >= '0' && *p <= '9' && written < 1000; ++p) written = written * 10 + (*p - '0');
    exponent += sign * written;
  }
  double scale = 1;
  for (int i = 0; i < abs(exponent) && i < 400; ++i) scale *= 10;
  *out = exponent < 0 ? value / scale : value * scale;
  return any;
}

/* The host has held the text to the schema: an object that is empty or has this one number. */
static bool read_config(leadline_str config, balance* self) {
  static const char key[] = "\"max_load_share\"";
  const char* end = config.ptr + config.len;
  self->max_load_share = 1;
  for (const char* p = config.ptr; p + sizeof(key) - 1 <= end; ++p) {
    if (memcmp(p, key, sizeof(key) - 1) != 0) continue;
    p = skip_space(p + sizeof(key) - 1, end);
    if (p == end || *p != ':') return false;
    return read_number(skip_space(p + 1, end), end, &self->max_load_share);
  }
  return true;
}

/* ------------------------------------------------------------------------------------------------------- Choice */

static bool in_territory(const leadline_candidate* c) { return (c->flags & LEADLINE_CANDIDATE_TERRITORY) != 0; }

static bool fit(const balance* self, const leadline_candidate* c, tally* passed_over) {
  if ((c->flags & LEADLINE_CANDIDATE_AVAILABLE) == 0 || !(c->weight > 0)) {
    ++passed_over->unavailable;
    return false;
  }
  if ((double)c->open_load >= self->max_load_share * (double)c->capacity) {
    ++passed_over->full;
    return false;
  }
  return true;
}

static int compare_ids(leadline_str a, leadline_str b) {
  size_t shorter = (size_t)(a.len < b.len ? a.len : b.len);
  int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
  return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Below 0 when `a` goes before `b`: territory, load for weight and capacity, longest without a lead, id. */
static int compare(const leadline_candidate* a, const leadline_candidate* b) {
  if (in_territory(a) != in_territory(b)) return in_territory(a) ? -1 : 1;
  double load_a = (double)a->open_load / (a->weight * (double)a->capacity);
  double load_b = (double)b->open_load / (b->weight * (double)b->capacity);
  if (load_a != load_b) return load_a < load_b ? -1 : 1;
  /* LEADLINE_TIME_NONE is the smallest time: who never had a lead goes first. */
  if (a->last_assigned != b->last_assigned) return a->last_assigned < b->last_assigned ? -1 : 1;
  return compare_ids(a->rep_id, b->rep_id);
}

/* -------------------------------------------------------------------------------------------------- Explanation */

typedef struct text {
  char bytes[512];
  size_t len;
} text;

static void add(text* t, const char* bytes, size_t len) {
  if (len > sizeof(t->bytes) - t->len) len = sizeof(t->bytes) - t->len;
  if (len != 0) memcpy(t->bytes + t->len, bytes, len);
  t->len += len;
}

static void add_text(text* t, const char* s) { add(t, s, strlen(s)); }

/* A long id is cut at a whole character. */
static void add_id(text* t, leadline_str id) {
  size_t len = (size_t)(id.len < 64 ? id.len : 64);
  while (len < id.len && len > 0 && ((unsigned char)id.ptr[len] & 0xC0) == 0x80) --len;
  add(t, id.ptr, len);
}

static void add_count(text* t, uint64_t n) {
  char digits[24];
  int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
  add(t, digits, (size_t)len);
}

/* Two decimals at most, with a point in every locale. */
static void add_weight(text* t, double weight) {
  uint64_t cents = weight < 1e15 ? (uint64_t)(weight * 100 + 0.5) : (uint64_t)1e17;
  add_count(t, cents / 100);
  if (cents % 100 == 0) return;
  char decimals[3] = {(char)('0' + cents / 10 % 10), (char)('0' + cents % 10), 0};
  add_text(t, ".");
  add(t, decimals, decimals[1] == '0' ? 1 : 2);
}

static void add_candidate(text* t, const leadline_candidate* c) {
  add_id(t, c->rep_id);
  add_text(t, in_territory(c) ? ": in territory, load " : ": outside territory, load ");
  add_count(t, c->open_load);
  add_text(t, " of ");
  add_count(t, c->capacity);
  add_text(t, ", weight ");
  add_weight(t, c->weight);
}

static void explain(text* t, const leadline_route_request* request, uint32_t best, uint32_t next,
                    const tally* passed_over) {
  if (best == LEADLINE_ROUTE_NOBODY) {
    add_text(t, "nobody: of ");
    add_count(t, request->count);
    add_text(t, " candidates ");
  } else {
    add_candidate(t, &request->candidates[best]);
    add_text(t, "; ");
    if (next != LEADLINE_ROUTE_NOBODY) {
      add_text(t, "next best ");
      add_candidate(t, &request->candidates[next]);
      add_text(t, "; ");
    }
  }
  add_count(t, passed_over->unavailable);
  add_text(t, " unavailable, ");
  add_count(t, passed_over->full);
  add_text(t, " full");
}

/* ------------------------------------------------------------------------------------------------------- Plugin */

static int32_t route(void* instance, const leadline_route_request* requests, uint32_t n, leadline_route_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  const balance* self = instance;
  for (uint32_t i = 0; i < n; ++i) {
    const leadline_route_request* request = &requests[i];
    uint32_t best = LEADLINE_ROUTE_NOBODY;
    uint32_t next = LEADLINE_ROUTE_NOBODY;
    tally passed_over = {0, 0};
    for (uint32_t k = 0; k < request->count; ++k) {
      const leadline_candidate* c = &request->candidates[k];
      if (!fit(self, c, &passed_over)) continue;
      if (best == LEADLINE_ROUTE_NOBODY || compare(c, &request->candidates[best]) < 0) {
        next = best;
        best = k;
      } else if (next == LEADLINE_ROUTE_NOBODY || compare(c, &request->candidates[next]) < 0) {
        next = k;
      }
    }
    text why = {.len = 0};
    explain(&why, request, best, next, &passed_over);
    api->add_reason(call, i, (leadline_str){why.bytes, why.len}, 0);
    outs[i].choice = best;
  }
  return LEADLINE_OK;
}

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  balance* self = malloc(sizeof(*self));
  if (self == NULL) return LEADLINE_RESOURCE_EXHAUSTED;
  if (!read_config(config, self)) {
    static const char why[] = "max_load_share cannot be read";
    host->set_error(host, (leadline_str){why, sizeof(why) - 1});
    free(self);
    return LEADLINE_INVALID_ARGUMENT;
  }
  *instance = self;
  return LEADLINE_OK;
}

static void destroy(void* instance) { free(instance); }

static const void* get_capability(const char* id) {
  static const leadline_route_v1 table = {sizeof(table), route};
  return strcmp(id, LEADLINE_ROUTE_V1) == 0 ? &table : NULL;
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static const leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = LEADLINE_ABI_MAJOR,
      .min_host_minor = 0,
      .flags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE,
      .id = LEADLINE_PLUGIN_ID,
      .version = LEADLINE_PLUGIN_VERSION,
      .config_schema_json = kSchema,
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
  };
  (void)host_major;
  (void)host_minor;
  return &plugin;
}
