/* Places on the globe. */
#ifndef TERRITORY_BALANCE_PLACES_H_
#define TERRITORY_BALANCE_PLACES_H_

#include <stdbool.h>

#include "leadline/plugin.h"

/* In degrees: north and east are positive. */
typedef struct place {
  double latitude;
  double longitude;
} place;

/* Where most people of a country live, to a degree or two, by its ISO 3166-1 code in capitals. */
bool place_of_country(leadline_str code, place* out);

/* Whether both are degrees that a globe has. */
bool place_is_known(double latitude, double longitude);

/* Kilometres along the great circle, on a sphere of the Earth's mean radius: within 0.6 % of the truth. */
double distance_km(place a, place b);

#endif /* TERRITORY_BALANCE_PLACES_H_ */
