#!/usr/bin/env bash
# Days off are repeated by the rules of RFC 5545, and every library that reads calendars counts them out. Three well-used
# ones agree on "the last Monday of May", and part where a yearly rule names days of the month or weeks of the year:
#
# - libical 3.0.16 (Debian 12's, behind Evolution and many servers) reads "every Friday the 13th", written as a yearly
#   rule, as those of the month of DTSTART alone. The RFC expands BYMONTHDAY of a yearly rule over all months.
# - It takes 29 December 2031 for a Monday of week 53: 2031 has 52 weeks, and that Monday begins week 1 of 2032.
# - ical.js 2.2.1 leaves BYWEEKNO out of such a rule and gives every Monday after the first, and leaves BYSETPOS out of a
#   monthly rule of four days, so that "the last day from the 28th on" becomes all of them.
#
# python-dateutil 2.9.0.post0 follows the RFC in all of them. Every rule here is valid, and begins on a day that it names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

apt-get download -qq libical3=3.0.16-1+b1 libical-dev=3.0.16-1+b1 libicu72 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done
python3 -m venv python >/dev/null
python/bin/pip -q install python-dateutil==2.9.0.post0
npm --silent install ical.js@2.2.1 >/dev/null

cat >rules.txt <<'RULES'
20260525|FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3
20260213|FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=4
20261228|FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3
20260531|FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3
RULES

cat >libical.cc <<'CODE'
#include <libical/ical.h>

#include <cstdio>
#include <fstream>
#include <string>

int main() {
  std::ifstream rules("rules.txt");
  for (std::string line; std::getline(rules, line);) {
    const icaltimetype start = icaltime_from_string(line.substr(0, 8).c_str());
    icalrecur_iterator* days = icalrecur_iterator_new(icalrecurrencetype_from_string(line.substr(9).c_str()), start);
    std::printf("%s:", line.substr(9).c_str());
    for (icaltimetype day = icalrecur_iterator_next(days); !icaltime_is_null_time(day);
         day = icalrecur_iterator_next(days)) {
      std::printf(" %04d-%02d-%02d", day.year, day.month, day.day);
    }
    std::printf("\n");
    icalrecur_iterator_free(days);
  }
}
CODE
library=$(dirname "$(find tree -name 'libical.so.3' | head -1)")
g++ -std=c++17 -I tree/usr/include libical.cc -o libical -L "$library" -l:libical.so.3 -Wl,--allow-shlib-undefined
LD_LIBRARY_PATH=$library ./libical >libical.txt

cat >count_out.py <<'CODE'
from datetime import datetime

from dateutil.rrule import rrulestr

for line in open("rules.txt"):
    start, rule = line.strip().split("|")
    days = rrulestr(rule, dtstart=datetime.strptime(start, "%Y%m%d"))
    print(f"{rule}:", *(day.strftime("%Y-%m-%d") for day in days))
CODE
python/bin/python count_out.py >dateutil.txt

cat >icaljs.mjs <<'CODE'
import fs from "node:fs";
import ICAL from "ical.js";

for (const line of fs.readFileSync("rules.txt", "utf8").trim().split("\n")) {
  const [start, rule] = line.split("|");
  const first = ICAL.Time.fromDateString(`${start.slice(0, 4)}-${start.slice(4, 6)}-${start.slice(6)}`);
  const days = ICAL.Recur.fromString(rule).iterator(first);
  const found = [];
  for (let day = days.next(); day; day = days.next()) found.push(day.toString());
  console.log(`${rule}: ${found.join(" ")}`);
}
CODE
node icaljs.mjs >icaljs.txt

for library in libical dateutil icaljs; do
  echo "$library"
  sed 's/^/  /' "$library.txt"
done

diff dateutil.txt - <<'SEEN'
FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3: 2026-05-25 2027-05-31 2028-05-29
FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=4: 2026-02-13 2026-03-13 2026-11-13 2027-08-13
FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3: 2026-12-28 2032-12-27 2037-12-28
FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3: 2026-05-31 2026-06-30 2026-07-31
SEEN
diff libical.txt - <<'SEEN'
FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3: 2026-05-25 2027-05-31 2028-05-29
FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=4: 2026-02-13 2032-02-13 2037-02-13 2043-02-13
FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3: 2026-12-28 2031-12-29 2032-12-27
FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3: 2026-05-31 2026-06-30 2026-07-31
SEEN
diff icaljs.txt - <<'SEEN'
FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3: 2026-05-25 2027-05-31 2028-05-29
FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;COUNT=4: 2026-02-13 2026-03-13 2026-11-13 2027-08-13
FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3: 2027-01-04 2027-01-11 2027-01-18
FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3: 2026-05-31 2026-06-28 2026-06-29
SEEN
echo "as found"
