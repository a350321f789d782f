#!/usr/bin/env python3
"""Recomputes service levels from what happened, with nothing of Leadline's: reads JSON from standard input.

  {"calendars": {"berlin": {"time_zone": "Europe/Berlin", "hours": {"monday": [["09:00", "18:00"]], ...},
                            "holidays": "BEGIN:VCALENDAR..."}},
   "now": MICROSECONDS,
   "clocks": [{"level", "owner", "calendar", "start", "stopped", "cancelled", "due_after", "latest"}]}

Times are microseconds since 1970, lengths microseconds; "stopped" is 0 while the clock runs. Prints, by level and owner, how
many were met, breached, running and cancelled, and the median working time from start to stop of those that were met, late
or in time, in microseconds.
"""
import datetime
import json
import re
import sys
import zoneinfo

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


def days_off(calendar):
    """The dates of a calendar whose events take one day each, once or every year."""
    days = set()
    for event in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", calendar, re.S):
        first = datetime.datetime.strptime(re.search(r"DTSTART;VALUE=DATE:(\d{8})", event)[1], "%Y%m%d").date()
        until = re.search(r"RRULE:FREQ=YEARLY;UNTIL=(\d{4})", event)
        for year in range(first.year, int(until[1]) + 1 if until else first.year + 1):
            days.add(first.replace(year=year))
    return days


class Calendar:
    def __init__(self, given):
        self.zone = zoneinfo.ZoneInfo(given["time_zone"])
        self.hours = given["hours"]
        self.off = days_off(given["holidays"])
        self.known = {}

    def _moment(self, day, text):
        hour, minute = map(int, text.split(":"))
        local = datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=self.zone)
        return (local.astimezone(UTC) - EPOCH) // MICROSECOND

    def ranges(self, day):
        """Working time of a day, as pairs of moments."""
        if day not in self.known:
            hours = [] if day in self.off else self.hours.get(DAYS[day.weekday()], [])
            self.known[day] = [(self._moment(day, begin), self._moment(day, end)) for begin, end in hours]
        return self.known[day]

    def from_day_of(self, moment):
        day = (EPOCH + moment * MICROSECOND).astimezone(self.zone).date()
        while True:
            yield day
            day += datetime.timedelta(days=1)

    def after(self, start, length):
        """When so much working time has passed."""
        for day in self.from_day_of(start):
            for begin, end in self.ranges(day):
                begin = max(begin, start)
                if begin >= end:
                    continue
                if length <= end - begin:
                    return begin + length
                length -= end - begin

    def between(self, start, stop):
        worked = 0
        for day in self.from_day_of(start):
            for begin, end in self.ranges(day):
                worked += max(0, min(end, stop) - max(begin, start))
            if self._moment(day, "00:00") > stop:
                return worked


def main():
    given = json.load(sys.stdin)
    calendars = {name: Calendar(calendar) for name, calendar in given["calendars"].items()}
    groups = {}
    for clock in given["clocks"]:
        group = groups.setdefault((clock["level"], clock["owner"]), {"met": 0, "breached": 0, "running": 0, "cancelled": 0,
                                                                     "responses": []})
        calendar = calendars[clock["calendar"]]
        due = min(calendar.after(clock["start"], clock["due_after"]), clock["start"] + clock["latest"])
        end = clock["stopped"] or given["now"]
        late = end >= due
        if clock["cancelled"] and not late:
            group["cancelled"] += 1
        elif late:
            group["breached"] += 1
        elif clock["stopped"]:
            group["met"] += 1
        else:
            group["running"] += 1
        if clock["stopped"] and not clock["cancelled"]:
            group["responses"].append(calendar.between(clock["start"], clock["stopped"]))
    for (level, owner), group in sorted(groups.items()):
        responses = sorted(group["responses"])
        median = responses[(len(responses) * 50 + 99) // 100 - 1] if responses else -1
        print(level, owner or "-", group["met"], group["breached"], group["running"], group["cancelled"], median)


main()
