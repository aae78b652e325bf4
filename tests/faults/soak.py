"""Twelve simulated days of 300 sources that fail in every way, and a run that is killed every few minutes of them.

    cargo build --release && python3 tests/faults/soak.py [SEED [DAYS [SOURCES]]]

Every six simulated hours the real program reads all sources over HTTP. One source in seven fails, each time in another
way. Before half of the readings another one is begun and killed at a random moment. After each whole reading:

- the database passes SQLite's integrity check, and no temporary file lies beside it;
- each event that was ever published has the id that it had first, and no event has two;
- every event that its organiser lists and that is to come is published, once, as it was last read;
- no event of a failing source is withdrawn;
- the program's peak of memory stays level: of the last third of the readings at most a quarter above that of the second.

Prints what broke, and the figures; ends with 1 if anything broke. Standard library only.
"""

import datetime
import http.server
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.path.abspath(os.environ.get("RUSTY_EVENTS_BIN", "target/release/rusty-events"))
SEED, DAYS, SOURCES = (int(value) for value in (sys.argv[1:] + ["1", "12", "300"][len(sys.argv) - 1:]))
START = datetime.datetime(2026, 12, 1, 6, tzinfo=datetime.timezone.utc)
FAULTS = ["500", "503", "404", "empty", "cut", "page", "nothing", "garbage", "slow-lines", "no-events", "hang-up"]
EVENTS = 8
chance = random.Random(SEED)


class Group:
    """A group with its calendar: what is true, and what its host serves this time."""

    def __init__(self, number):
        self.number = number
        self.first = START + datetime.timedelta(days=20)
        self.events = {n: (0, "") for n in range(EVENTS)}  # number -> (days moved, title's end)
        self.fault = None
        self.read = None  # the truth at the last reading without a fault

    def host(self, port):
        """An address of its own, so that what one host asks for is not kept towards the others."""
        return f"127.0.{self.number // 200}.{self.number % 200 + 1}:{port}"

    def start(self, n):
        return self.first + datetime.timedelta(days=9 * n + self.number % 9 + self.events[n][0], hours=12 + n % 4)

    def title(self, n):
        return f"Evening {n} of group {self.number}{self.events[n][1]}"

    def calendar(self):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//soak//EN"]
        for n in self.events:
            lines += ["BEGIN:VEVENT", f"UID:{n}@group{self.number}.example", "DTSTAMP:20261101T000000Z",
                      f"DTSTART:{self.start(n):%Y%m%dT%H%M%SZ}", f"SUMMARY:{self.title(n)}",
                      f"URL:https://group{self.number}.example/events/{n}", "LOCATION:Hall\\, Berlin\\, Germany", "END:VEVENT"]
        return "\r\n".join(lines + ["END:VCALENDAR", ""])

    def live(self):
        """An ordinary change: an event moves by a day, gets a longer title, or a new one is announced."""
        n = chance.choice(list(self.events))
        moved, end = self.events[n]
        what = chance.randrange(3)
        if what == 0:
            self.events[n] = (moved + 1, end)
        elif what == 1:
            self.events[n] = (moved, end + ", more")
        elif len(self.events) < EVENTS + 3:
            self.events[len(self.events)] = (0, "")


class Handler(http.server.BaseHTTPRequestHandler):
    groups = []

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="text/calendar; charset=utf-8", headers=()):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        found = re.fullmatch(r"/(\d+)\.ics", self.path)
        if not found:
            return self.answer(404, "", "text/plain")
        group = self.groups[int(found[1])]
        text = group.calendar()
        match group.fault:
            case "500": return self.answer(500, "broken", "text/plain")
            case "503": return self.answer(503, "", "text/plain", [("Retry-After", "120")])
            case "404": return self.answer(404, "gone", "text/plain")
            case "empty": return self.answer(200, "")
            case "page": return self.answer(200, "<html><title>Log in</title><form></form></html>", "text/html")
            case "garbage": return self.answer(200, bytes(chance.randrange(256) for _ in range(2000)))
            case "no-events": return self.answer(200, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//soak//EN\r\nEND:VCALENDAR\r\n")
            case "nothing" | "hang-up": return self.connection.close()
            case "cut" | "slow-lines":
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text[:len(text) // 2].encode())
                return self.connection.close()
        self.answer(200, text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A killed program hangs up: that is what is tried."""


def unread(database, now):
    """The sources whose last visit at that time did not succeed, with its error."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    visits = connection.execute("SELECT source, error FROM visit WHERE at >= ? AND outcome NOT IN ('read', 'unchanged')", [f"{now:%Y-%m-%dT%H:%M}"])
    return dict(visits.fetchall())


def published(database):
    """The published events by their page: id, start, title and status."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    events = {}
    for name, body in connection.execute("SELECT id, body FROM published"):
        event = json.loads(body)
        page = event["links"][0][1]
        events.setdefault(page, []).append((name, event["when"]["timed"]["start"], event["title"], event["status"]))
    connection.close()
    return check, events


def main():
    Handler.groups = [Group(number) for number in range(SOURCES)]
    server = Server(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    hosts = [group.host(port) for group in Handler.groups]
    folder = tempfile.mkdtemp(prefix="soak-")
    os.makedirs(f"{folder}/config/sources")
    with open(f"{folder}/config/service.toml", "w") as file:
        file.write(f'[fetch]\ncontact = "https://soak.example/"\nper-host-interval = "0s"\nper-host-in-flight = 8\nallow = {json.dumps(hosts)}\n')
    with open(f"{folder}/config/sources/all.toml", "w") as file:
        for group in Handler.groups:
            file.write(f'[[source]]\nid = "group/{group.number}"\nurl = "http://{group.host(port)}/{group.number}.ics"\nplatform = "ics"\n'
                       f'organiser = "Group {group.number}"\norganiser-url = "https://group{group.number}.example/"\nplace = "Berlin, DE"\nmode = "in-person"\n\n')
    database = f"{folder}/events.db"
    broken, ids, peaks, kills = [], {}, [], 0

    def command(now):
        return [PROGRAM, "--quiet", "--config", f"{folder}/config", "--database", database, "--now", f"{now:%Y-%m-%dT%H:%M:%SZ}", "refresh"]

    took = 1.0
    for step in range(DAYS * 4):
        now = START + datetime.timedelta(hours=6 * step)
        for group in Handler.groups:
            # The first reading is a good one: what was never read cannot be held to.
            group.fault = chance.choice(FAULTS) if step and chance.random() < 1 / 7 else None
            if step and chance.random() < 0.02:
                group.live()
        if chance.random() < 0.5:
            run = subprocess.Popen(command(now), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * took)
            run.send_signal(signal.SIGKILL)
            run.wait()
            kills += 1
        began = time.monotonic()
        run = subprocess.Popen(command(now + datetime.timedelta(minutes=10)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = run.stderr.read().decode()
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        peaks.append(used.ru_maxrss // 1024)
        if run.returncode not in (0, 3):
            broken.append(f"step {step}: exit code {run.returncode}: {said[-300:]}")
        for group in Handler.groups:
            if group.fault is None:
                group.read = {f"https://group{group.number}.example/events/{n}": (group.start(n), group.title(n)) for n in group.events}
        check, events = published(database)
        failed = unread(database, now + datetime.timedelta(minutes=10))
        for group in Handler.groups:
            if group.fault is None and f"group/{group.number}" in failed:
                broken.append(f"step {step}: group {group.number} was not read: {failed[f'group/{group.number}']}")
        if check != "ok":
            broken.append(f"step {step}: integrity: {check}")
        left = [name for name in os.listdir(folder) if name not in ("config", "events.db") and not name.startswith("events.db-") and not name.endswith(".lock")]
        if left:
            broken.append(f"step {step}: left behind: {left}")
        for page, found in events.items():
            if len(found) > 1:
                broken.append(f"step {step}: {page} is published {len(found)} times")
            if ids.setdefault(page, found[0][0]) != found[0][0]:
                broken.append(f"step {step}: {page} has another id")
        for group in Handler.groups:
            for page, (start, title) in group.read.items():
                found = events.get(page)
                if not found:
                    broken.append(f"step {step}: {page} is lost")
                elif start > now and (found[0][3] != "confirmed"):
                    broken.append(f"step {step}: {page} is {found[0][3]}")
                elif group.fault is None and (found[0][1] != f"{start:%Y-%m-%dT%H:%M:%SZ}" or found[0][2] != title):
                    broken.append(f"step {step}: {page} is {found[0][1:3]}, not {start, title}")
    third = len(peaks) // 3
    before, after = max(peaks[third:2 * third]), max(peaks[2 * third:])
    if after > before * 1.25:
        broken.append(f"memory grows: {before} MiB, then {after} MiB")
    for line in broken[:40]:
        print(line)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{SOURCES} sources, {DAYS} days, seed {SEED}: {len(peaks)} readings, {kills} kills, {len(ids)} events, {len(broken)} broken; "
          f"peak of memory {peaks[1]} MiB at first, {after} MiB at last; {used.ru_utime + used.ru_stime:.0f} CPU s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
