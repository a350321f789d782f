#!/usr/bin/env bash
# An office in Vancouver opens at nine on 16 November 2026. Inside one Node.js process the packages do not agree when that is.
#
# Packages, each the newest of its kind on 2026-11-28: moment-timezone 0.6.6, timezonecomplete 5.15.1, @js-joda/timezone 2.25.2
# (with @js-joda/core 6.3.2), timezone-support 3.1.0, from npm.
#
# British Columbia does not put its clocks back any more (tzdata 2026f): in November 2026 it is at -07:00. Each of these
# packages carries time zone tables of its own, in a format of its own; neither the system's tzdata nor those of Node.js reach
# them, and "the newest release" says nothing of the age of the tables inside. Two are right, two are an hour off. A service
# level that one part of a system computes is late in another.
#
# Seen:
#   moment-timezone    2026-11-16T16:00:00.000Z
#   timezonecomplete   2026-11-16T16:00:00.000Z
#   js-joda            2026-11-16T17:00:00.000Z
#   timezone-support   2026-11-16T17:00:00.000Z
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund moment-timezone@0.6.6 timezonecomplete@5.15.1 tzdata@1.0.51 \
  @js-joda/core@6.3.2 @js-joda/timezone@2.25.2 timezone-support@3.1.0

cat >ask.js <<'JS'
const zone = "America/Vancouver";
const show = (name, instant) => console.log(name.padEnd(18), instant.toISOString());

show("moment-timezone", require("moment-timezone").tz("2026-11-16 09:00", zone).toDate());

const tc = require("timezonecomplete");
show("timezonecomplete", new Date(new tc.DateTime(2026, 11, 16, 9, 0, 0, 0, tc.zone(zone)).unixUtcMillis()));

const { LocalDateTime, ZoneId } = require("@js-joda/core");
require("@js-joda/timezone");
show("js-joda", new Date(LocalDateTime.parse("2026-11-16T09:00").atZone(ZoneId.of(zone)).toInstant().toEpochMilli()));

const support = require("timezone-support");
const offset = support.getUTCOffset(new Date("2026-11-16T17:00:00Z"), support.findTimeZone(zone)).offset;
show("timezone-support", new Date(Date.UTC(2026, 10, 16, 9, offset)));
JS
node ask.js | tee seen

diff seen - <<'SEEN' && echo "as described"
moment-timezone    2026-11-16T16:00:00.000Z
timezonecomplete   2026-11-16T16:00:00.000Z
js-joda            2026-11-16T17:00:00.000Z
timezone-support   2026-11-16T17:00:00.000Z
SEEN
