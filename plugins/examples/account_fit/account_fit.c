/* Scores how well an account and its contact fit: a logistic scorecard. See README.md. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leadline/plugin.h"
#include "scorecard.h"

#define NO_SLOT UINT32_MAX

enum field { EMPLOYEES, INDUSTRY, SENIORITY, TARGET, CUSTOMER, TECHNOLOGIES, PUBLIC_MAIL, FIELDS };

static const struct {
  const char* name;
  uint32_t kind;
} kFields[FIELDS] = {
    [EMPLOYEES] = {"account.employees", LEADLINE_I64},
    [INDUSTRY] = {"account.industry", LEADLINE_STR},
    [SENIORITY] = {"contact.seniority", LEADLINE_STR},
    [TARGET] = {"account.target", LEADLINE_BOOL},
    [CUSTOMER] = {"account.customer", LEADLINE_BOOL},
    [TECHNOLOGIES] = {"account.technologies", LEADLINE_LIST},
    [PUBLIC_MAIL] = {"contact.has_public_mail", LEADLINE_BOOL},
};

/* The whole instance. Never written after create(), so calls may run at once. */
typedef struct account_fit {
  uint32_t slots[FIELDS]; /* NO_SLOT: the schema has no such field */
  scorecard card;
} account_fit;

/* Bounds keep the points of one fact below 10,000, so that every sum is finite. */
#define WEIGHTS \
  "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"number\", \"minimum\": -20, \"maximum\": 20}}"
#define BANDS                                                                                              \
  "{\"type\": \"object\", \"propertyNames\": {\"pattern\": \"^[0-9]{1,12}$\"}, \"additionalProperties\": " \
  "{\"type\": \"number\", \"minimum\": -20, \"maximum\": 20}}"
#define WEIGHT "{\"type\": \"number\", \"minimum\": -20, \"maximum\": 20}"

static const char kSchema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"points_to_double_odds\": {\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 200},"
    "\"min_points\": {\"type\": \"integer\", \"minimum\": -1000, \"maximum\": 1000},"
    "\"max_points\": {\"type\": \"integer\", \"minimum\": -1000, \"maximum\": 1000},"
    "\"employees\": " BANDS ", \"industry\": " WEIGHTS ", \"seniority\": " WEIGHTS ", \"technologies\": " WEIGHTS
    ", \"target\": " WEIGHT ", \"customer\": " WEIGHT ", \"public_mail\": " WEIGHT "}}";

/* ------------------------------------------------------------------------------------------------------ Scoring */

/* One item being scored: its points are the sum of its reasons. */
typedef struct tally {
  leadline_call* call;
  const leadline_call_api* api;
  uint32_t item;
  double points;
} tally;

static void count(tally* t, const char* text, double points) {
  if (points == 0) return;
  t->api->add_reason(t->call, t->item, (leadline_str){text, strlen(text)}, points);
  t->points += points;
}

static const leadline_value* value_of(const account_fit* self, const leadline_record* record, enum field field) {
  uint32_t slot = self->slots[field];
  if (slot == NO_SLOT || record->fields[slot].kind != kFields[field].kind) return NULL;
  return &record->fields[slot];
}

static void score_text(const account_fit* self, tally* t, const char* feature, const char* label,
                       const leadline_value* value) {
  double log_odds = 0;
  char text[128];
  /* What no coefficient knows says nothing, so that only keys of the config are ever printed. */
  if (value == NULL || !scorecard_find(&self->card, feature, (leadline_str){value->u.str, value->len}, &log_odds))
    return;
  /* A key too long to print is left out whole: half a character would be no text. */
  if (value->len < 100) {
    snprintf(text, sizeof(text), "%s %.*s", label, (int)value->len, value->u.str);
  } else {
    snprintf(text, sizeof(text), "%s", label);
  }
  count(t, text, scorecard_points(&self->card, log_odds));
}

static void score_flag(const account_fit* self, tally* t, const char* feature, const char* text,
                       const leadline_value* value) {
  double log_odds = 0;
  if (value == NULL || value->u.i64 == 0) return;
  if (!scorecard_find(&self->card, feature, (leadline_str){"", 0}, &log_odds)) return;
  count(t, text, scorecard_points(&self->card, log_odds));
}

static void score_employees(const account_fit* self, tally* t, const leadline_value* value) {
  double bound = 0;
  double log_odds = 0;
  char text[64];
  if (value == NULL || !scorecard_band(&self->card, "employees", (double)value->u.i64, &bound, &log_odds)) return;
  snprintf(text, sizeof(text), "%" PRId64 " employees or more", (int64_t)bound);
  count(t, text, scorecard_points(&self->card, log_odds));
}

/* Points outside the bounds are taken back by a reason of their own: the sum stays the sum. */
static void hold(const account_fit* self, tally* t) {
  char text[64];
  double limit = t->points > self->card.max_points ? self->card.max_points : self->card.min_points;
  if (t->points <= self->card.max_points && t->points >= self->card.min_points) return;
  snprintf(text, sizeof(text), "held to at %s %d", t->points > limit ? "most" : "least", (int)limit);
  count(t, text, limit - t->points);
  t->points = limit;
}

static double score_one(const account_fit* self, const leadline_record* record, tally* t) {
  score_employees(self, t, value_of(self, record, EMPLOYEES));
  score_text(self, t, "industry", "industry", value_of(self, record, INDUSTRY));
  score_text(self, t, "seniority", "contact is", value_of(self, record, SENIORITY));
  score_flag(self, t, "target", "on the list of target accounts", value_of(self, record, TARGET));
  score_flag(self, t, "customer", "buys from us already", value_of(self, record, CUSTOMER));
  score_flag(self, t, "public_mail", "writes from a free mail address", value_of(self, record, PUBLIC_MAIL));
  const leadline_value* list = value_of(self, record, TECHNOLOGIES);
  for (uint32_t i = 0; list != NULL && i < list->len; ++i) {
    const leadline_value* item = &list->u.list[i];
    if (item->kind == LEADLINE_STR) score_text(self, t, "technologies", "uses", item);
  }
  hold(self, t);
  return t->points;
}

static int32_t score(void* instance, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                     leadline_call* call, const leadline_call_api* api) {
  for (uint32_t i = 0; i < n; ++i) {
    tally t = {call, api, i, 0};
    outs[i].points = score_one(instance, &records[i], &t);
  }
  return LEADLINE_OK;
}

/* ------------------------------------------------------------------------------------------------------- Plugin */

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  account_fit* self = malloc(sizeof(*self));
  if (self == NULL) return LEADLINE_RESOURCE_EXHAUSTED;
  const char* wrong = scorecard_read(config, &self->card);
  if (wrong != NULL) {
    host->set_error(host, (leadline_str){wrong, strlen(wrong)});
    free(self);
    return LEADLINE_INVALID_ARGUMENT;
  }
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
  static const leadline_score_v1 table = {sizeof(table), score};
  return strcmp(id, LEADLINE_SCORE_V1) == 0 ? &table : NULL;
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
