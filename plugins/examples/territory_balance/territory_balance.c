/* Routes each lead to the rep of its territory with the lowest load for their weight and capacity and the shortest way
 * from their office. See README.md. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leadline/plugin.h"
#include "leadline_config.h"
#include "places.h"

#define NO_SLOT UINT32_MAX

/* Of a lead: its own place when the schema has one, else its country. */
enum field { LATITUDE, LONGITUDE, LEAD_COUNTRY, ACCOUNT_COUNTRY, CONTACT_COUNTRY, FIELDS };

static const struct {
  const char* name;
  uint32_t kind;
} kFields[FIELDS] = {
    [LATITUDE] = {"lead.latitude", LEADLINE_F64},          [LONGITUDE] = {"lead.longitude", LEADLINE_F64},
    [LEAD_COUNTRY] = {"lead.country", LEADLINE_STR},       [ACCOUNT_COUNTRY] = {"account.country", LEADLINE_STR},
    [CONTACT_COUNTRY] = {"contact.country", LEADLINE_STR},
};

/* The whole instance. Never written after create(), so calls may run at once. */
typedef struct balance {
  double max_load_share;
  double km_per_load;
  uint32_t slots[FIELDS]; /* NO_SLOT: the schema has no such field */
} balance;

/* A lead's place, and how far it is from the farthest office that is known; where it is not, every way is 0. */
typedef struct way {
  const balance* self;
  bool known;
  place lead;
  double farthest_km;
} way;

/* Why candidates were passed over, for the explanation. */
typedef struct tally {
  uint32_t unavailable;
  uint32_t full;
} tally;

static const char kSchema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"max_load_share\": {\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 1},"
    "\"km_per_load\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1000000}}}";

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

static bool has_office(const leadline_candidate* c) { return place_is_known(c->latitude, c->longitude); }

static double way_km(const way* w, const leadline_candidate* c) {
  if (!w->known) return 0;
  return has_office(c) ? distance_km(w->lead, (place){c->latitude, c->longitude}) : w->farthest_km;
}

/* What it takes to give the lead to `c`: their load for weight and capacity, and the way as so much load. */
static double cost(const way* w, const leadline_candidate* c) {
  double load = (double)c->open_load / (c->weight * (double)c->capacity);
  return w->known ? load + way_km(w, c) / w->self->km_per_load : load;
}

/* Below 0 when `a` goes before `b`: territory, cost, longest without a lead, id. */
static int compare(const way* w, const leadline_candidate* a, const leadline_candidate* b) {
  if (in_territory(a) != in_territory(b)) return in_territory(a) ? -1 : 1;
  double cost_a = cost(w, a);
  double cost_b = cost(w, b);
  if (cost_a != cost_b) return cost_a < cost_b ? -1 : 1;
  /* LEADLINE_TIME_NONE is the smallest time: who never had a lead goes first. */
  if (a->last_assigned != b->last_assigned) return a->last_assigned < b->last_assigned ? -1 : 1;
  return compare_ids(a->rep_id, b->rep_id);
}

static const leadline_value* value_of(const balance* self, const leadline_record* record, enum field field) {
  uint32_t slot = self->slots[field];
  if (slot == NO_SLOT || record->fields[slot].kind != kFields[field].kind) return NULL;
  return &record->fields[slot];
}

static bool find_lead(const balance* self, const leadline_record* record, place* out) {
  const leadline_value* latitude = value_of(self, record, LATITUDE);
  const leadline_value* longitude = value_of(self, record, LONGITUDE);
  if (latitude != NULL && longitude != NULL && place_is_known(latitude->u.f64, longitude->u.f64)) {
    *out = (place){latitude->u.f64, longitude->u.f64};
    return true;
  }
  for (enum field field = LEAD_COUNTRY; field < FIELDS; ++field) {
    const leadline_value* country = value_of(self, record, field);
    if (country != NULL && place_of_country((leadline_str){country->u.str, country->len}, out)) return true;
  }
  return false;
}

static way measure(const balance* self, const leadline_route_request* request) {
  way w = {.self = self};
  w.known = self->km_per_load > 0 && find_lead(self, &request->record, &w.lead);
  for (uint32_t k = 0; w.known && k < request->count; ++k) {
    const leadline_candidate* c = &request->candidates[k];
    double km = has_office(c) ? distance_km(w.lead, (place){c->latitude, c->longitude}) : 0;
    if (km > w.farthest_km) w.farthest_km = km;
  }
  return w;
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

static void add_candidate(text* t, const way* w, const leadline_candidate* c) {
  add_id(t, c->rep_id);
  add_text(t, in_territory(c) ? ": in territory, load " : ": outside territory, load ");
  add_count(t, c->open_load);
  add_text(t, " of ");
  add_count(t, c->capacity);
  add_text(t, ", weight ");
  add_weight(t, c->weight);
  if (!w->known) return;
  add_text(t, ", ");
  if (has_office(c)) {
    add_count(t, (uint64_t)(way_km(w, c) + 0.5));
    add_text(t, " km away");
  } else {
    add_text(t, "office unknown");
  }
}

static void explain(text* t, const way* w, const leadline_route_request* request, uint32_t best, uint32_t next,
                    const tally* passed_over) {
  if (best == LEADLINE_ROUTE_NOBODY) {
    add_text(t, "nobody: of ");
    add_count(t, request->count);
    add_text(t, " candidates ");
  } else {
    add_candidate(t, w, &request->candidates[best]);
    add_text(t, "; ");
    if (next != LEADLINE_ROUTE_NOBODY) {
      add_text(t, "next best ");
      add_candidate(t, w, &request->candidates[next]);
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
    way w = measure(self, request);
    for (uint32_t k = 0; k < request->count; ++k) {
      const leadline_candidate* c = &request->candidates[k];
      if (!fit(self, c, &passed_over)) continue;
      if (best == LEADLINE_ROUTE_NOBODY || compare(&w, c, &request->candidates[best]) < 0) {
        next = best;
        best = k;
      } else if (next == LEADLINE_ROUTE_NOBODY || compare(&w, c, &request->candidates[next]) < 0) {
        next = k;
      }
    }
    text why = {.len = 0};
    explain(&why, &w, request, best, next, &passed_over);
    api->add_reason(call, i, (leadline_str){why.bytes, why.len}, 0);
    outs[i].choice = best;
  }
  return LEADLINE_OK;
}

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  balance* self = malloc(sizeof(*self));
  if (self == NULL) return LEADLINE_RESOURCE_EXHAUSTED;
  self->max_load_share = 1;
  self->km_per_load = 5000;
  leadline_config_number(config, "max_load_share", &self->max_load_share);
  leadline_config_number(config, "km_per_load", &self->km_per_load);
  for (int i = 0; i < FIELDS; ++i) {
    leadline_str name = {kFields[i].name, strlen(kFields[i].name)};
    self->slots[i] = NO_SLOT;
    int32_t code = host->field_slot(host, name, kFields[i].kind, &self->slots[i]);
    if (code == LEADLINE_OK || code == LEADLINE_NOT_FOUND) continue;
    free(self); /* the host knows what is wrong with the field */
    return code;
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
