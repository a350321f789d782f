#include "scorecard.h"

#include <string.h>

#include "leadline_config.h"

/* A start that a team replaces by its own figures: README.md says how to get them. */
static const coefficient kDefaults[] = {
    {"employees", "1", -0.7},
    {"employees", "10", -0.2},
    {"employees", "50", 0.4},
    {"employees", "200", 0.9},
    {"employees", "1000", 1.1},
    {"employees", "10000", 0.7},
    {"industry", "manufacturing", 0.6},
    {"industry", "logistics", 0.6},
    {"industry", "wholesale", 0.5},
    {"industry", "retail", 0.3},
    {"industry", "software", 0.3},
    {"industry", "financial_services", 0.2},
    {"industry", "healthcare", 0.1},
    {"industry", "education", -0.4},
    {"industry", "government", -0.2},
    {"seniority", "owner", 0.7},
    {"seniority", "c_level", 0.9},
    {"seniority", "vp", 0.8},
    {"seniority", "director", 0.7},
    {"seniority", "head", 0.5},
    {"seniority", "manager", 0.3},
    {"seniority", "senior", 0.1},
    {"seniority", "staff", -0.2},
    {"seniority", "junior", -0.5},
    {"seniority", "intern", -1.2},
    {"target", "", 0.9},
    {"customer", "", 0.5},
    {"public_mail", "", -0.6},
};

/* The tables of the config, and whether their keys are lower bounds. */
static const char* const kTables[] = {"employees", "industry", "seniority", "technologies"};
static const char* const kFlags[] = {"target", "customer", "public_mail"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static coefficient* entry(scorecard* card, const char* feature, leadline_str key) {
  for (uint32_t i = 0; i < card->count; ++i) {
    coefficient* c = &card->entries[i];
    if (strcmp(c->feature, feature) == 0 && strlen(c->key) == key.len && memcmp(c->key, key.ptr, key.len) == 0)
      return c;
  }
  return NULL;
}

static bool set(scorecard* card, const char* feature, leadline_str key, double log_odds) {
  coefficient* known = entry(card, feature, key);
  if (known != NULL) {
    known->log_odds = log_odds;
    return true;
  }
  if (card->count == MOST_COEFFICIENTS || key.len >= MOST_KEY_BYTES - card->key_bytes) return false;
  char* copy = card->keys + card->key_bytes;
  memcpy(copy, key.ptr, key.len);
  copy[key.len] = 0;
  card->key_bytes += (uint32_t)key.len + 1;
  card->entries[card->count++] = (coefficient){feature, copy, log_odds};
  return true;
}

static bool read_table(leadline_str config, const char* feature, scorecard* card) {
  leadline_str rest;
  leadline_str key;
  leadline_str value;
  if (!leadline_config_find(config, feature, &rest)) return true;
  while (leadline_config_next(&rest, &key, &value)) {
    double log_odds = 0;
    if (!leadline_config_read_number(value, &log_odds) || !set(card, feature, key, log_odds)) return false;
  }
  return true;
}

const char* scorecard_read(leadline_str config, scorecard* card) {
  card->count = LENGTH(kDefaults);
  memcpy(card->entries, kDefaults, sizeof(kDefaults));
  card->key_bytes = 0;
  card->points_to_double_odds = 10;
  card->min_points = -30;
  card->max_points = 50;
  leadline_config_number(config, "points_to_double_odds", &card->points_to_double_odds);
  leadline_config_number(config, "min_points", &card->min_points);
  leadline_config_number(config, "max_points", &card->max_points);
  if (card->min_points > card->max_points) return "min_points is above max_points";
  for (size_t i = 0; i < LENGTH(kTables); ++i) {
    if (!read_table(config, kTables[i], card))
      return "there are more than 256 coefficients, or their keys are too long";
  }
  for (size_t i = 0; i < LENGTH(kFlags); ++i) {
    double log_odds = 0;
    if (leadline_config_number(config, kFlags[i], &log_odds)) set(card, kFlags[i], (leadline_str){"", 0}, log_odds);
  }
  return NULL;
}

bool scorecard_find(const scorecard* card, const char* feature, leadline_str key, double* log_odds) {
  /* Reads only: the lookup is shared with building. */
  const coefficient* found = entry((scorecard*)card, feature, key);
  if (found == NULL) return false;
  *log_odds = found->log_odds;
  return true;
}

bool scorecard_band(const scorecard* card, const char* feature, double value, double* bound, double* log_odds) {
  bool found = false;
  for (uint32_t i = 0; i < card->count; ++i) {
    const coefficient* c = &card->entries[i];
    double from = 0;
    if (strcmp(c->feature, feature) != 0) continue;
    if (!leadline_config_read_number((leadline_str){c->key, strlen(c->key)}, &from)) continue;
    if (from > value || (found && from <= *bound)) continue;
    found = true;
    *bound = from;
    *log_odds = c->log_odds;
  }
  return found;
}

double scorecard_points(const scorecard* card, double log_odds) {
  const double ln2 = 0.69314718055994530942;
  double tenths = log_odds / ln2 * card->points_to_double_odds * 10;
  return (double)(int64_t)(tenths < 0 ? tenths - 0.5 : tenths + 0.5) / 10;
}
