"""CPU seconds that icalendar and recurring-ical-events take to read calendars: the occurrences of a year."""

import datetime
import sys
import time

import icalendar
import recurring_ical_events

start = datetime.datetime(2026, 12, 1, tzinfo=datetime.timezone.utc)
end = start + datetime.timedelta(days=365)
began = time.process_time()
found = 0
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    for event in recurring_ical_events.of(calendar).between(start, end):
        # What a reader of events needs of each.
        found += bool((event.get("SUMMARY"), event.get("LOCATION"), event.get("URL"), event.get("DTSTART").dt))
print(f"{time.process_time() - began:.3f} {found}")
