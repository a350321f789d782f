/* The coefficients of the model: what each fact about an account and its contact is worth. */
#ifndef ACCOUNT_FIT_SCORECARD_H_
#define ACCOUNT_FIT_SCORECARD_H_

#include <stdbool.h>
#include <stdint.h>

#include "leadline/plugin.h"

/* A fact's name: "industry" and "software", "target" and "". */
typedef struct coefficient {
  const char* feature;
  const char* key;
  double log_odds; /* natural logarithm of the odds that this fact adds */
} coefficient;

#define MOST_COEFFICIENTS 256u
#define MOST_KEY_BYTES 16384u

/* Never written after scorecard_read(), so calls may run at once. */
typedef struct scorecard {
  coefficient entries[MOST_COEFFICIENTS];
  uint32_t count;
  double points_to_double_odds;
  double min_points;
  double max_points;
  char keys[MOST_KEY_BYTES]; /* of the entries that the config added */
  uint32_t key_bytes;
} scorecard;

/* The defaults, changed by what `config` says. NULL, or what is wrong with it. */
const char* scorecard_read(leadline_str config, scorecard* card);

/* The log-odds of a fact; false when the model says nothing of it. Texts are compared byte by byte. */
bool scorecard_find(const scorecard* card, const char* feature, leadline_str key, double* log_odds);

/* The band of `feature` in which `value` lies: the one with the greatest lower bound, a whole number, that is not
 * above. */
bool scorecard_band(const scorecard* card, const char* feature, double value, double* bound, double* log_odds);

/* Points for log-odds, to a tenth of a point, so that what a reason says is what counts. */
double scorecard_points(const scorecard* card, double log_odds);

#endif /* ACCOUNT_FIT_SCORECARD_H_ */
