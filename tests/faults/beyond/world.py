"""What all claims need: to say whether they are true, programs that are ended, and a made-up world."""

import contextlib
import datetime
import http.client
import os
import socket
import subprocess
import tempfile
import time

WORK = os.environ["BEYOND"]
PROGRAM = os.path.abspath(os.environ.get("RUSTY_EVENTS_BIN", "target/release/rusty-events"))
VENV = f"{WORK}/python/bin"
HERE = tempfile.mkdtemp(prefix="run-", dir=WORK)
KEYS = ("publisher", "only-on-loopback")
failed = []


def claim(what, is_true, figure=""):
    if not is_true:
        failed.append(what)
    print(f"{'ok    ' if is_true else 'FAILED'}  {what}{': ' if figure != '' else ''}{figure}", flush=True)


def run(command, check=True, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, **options)
    if check and done.returncode:
        raise SystemExit(f"{command}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done


def free_port():
    """A port below 20000, for SeaweedFS takes the one 10,000 above it too."""
    while True:
        port = 10000 + int.from_bytes(os.urandom(2), "big") % 9000
        with socket.socket() as one, socket.socket() as other:
            with contextlib.suppress(OSError):
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10000))
                return port


def wait_for(port, seconds=40):
    for _ in range(seconds * 10):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on {port}")


def get(port, path, headers={}, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


class Parts:
    """The programs that run: ended with this one, by their numbers."""

    def __init__(self):
        self.running = []

    def start(self, command, log, **options):
        with open(f"{HERE}/{log}.log", "ab") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, **options)
        self.running.append(process)
        return process

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


class World:
    """Groups and their calendars, in a folder that the program reads."""

    def __init__(self, folder, groups, events, base, listen=""):
        self.folder, self.base, self.database = f"{HERE}/{folder}", base, f"{HERE}/{folder}.db"
        os.makedirs(f"{self.folder}/sources")
        os.makedirs(f"{self.folder}/pages")
        self.first = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0) + datetime.timedelta(days=3)
        self.groups = {group: {n: f"Evening {n} of group {group}" for n in range(events)} for group in range(groups)}
        listen = f'listen = "127.0.0.1:{listen}"\n' if listen else ""
        with open(f"{self.folder}/service.toml", "w") as file:
            # Nothing leaves the machine: all addresses are a folder's.
            file.write(f'[server]\nurl = "{base}"\n{listen}[fetch]\ncontact = "https://beyond.example/"\n[fetch.mirrors]\n"https://" = "pages"\n'
                       '[schedule]\nrefresh = "* * * * *"\n')
        with open(f"{self.folder}/sources/all.toml", "w") as file:
            for group in self.groups:
                self.write(group)
                file.write(f'[[source]]\nid = "group/{group}"\nurl = "{group}.ics"\nplatform = "ics"\norganiser = "Group {group}"\n'
                           f'organiser-url = "https://group{group}.example/"\nplace = "Berlin, DE"\nmode = "in-person"\n\n')

    def write(self, group):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//beyond//EN"]
        for n, title in self.groups[group].items():
            start = self.first + datetime.timedelta(days=(n * 3 + group) % 300, hours=n % 5)
            lines += ["BEGIN:VEVENT", f"UID:{n}@group{group}.example", "DTSTAMP:20261101T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
                      f"SUMMARY:{title}", f"URL:https://group{group}.example/events/{n}", "LOCATION:Hall\\, Berlin\\, Germany",
                      f"DESCRIPTION:{'We meet at the usual place and talk. ' * 12}", "END:VEVENT"]
        with open(f"{self.folder}/.{group}.part", "w", newline="") as file:
            file.write("\r\n".join(lines + ["END:VCALENDAR", ""]))
        os.replace(f"{self.folder}/.{group}.part", f"{self.folder}/{group}.ics")

    def program(self, *arguments, check=True, database=None):
        done = run([PROGRAM, "--config", self.folder, "--database", database or self.database, *arguments], check=False)
        if check and done.returncode not in (0, 3):
            raise SystemExit(f"{arguments}: {done.returncode}\n{done.stderr[-2000:]}")
        return done

    def export(self, name="public", database=None):
        """Reads the sources, exports, and answers the files by their paths."""
        if not database:
            self.program("--quiet", "refresh")
        self.program("--quiet", "export", f"{HERE}/{name}", database=database)
        return files(f"{HERE}/{name}")


def files(folder):
    folder, found = os.path.realpath(folder), {}
    for where, _, names in os.walk(folder):
        for name in names:
            with open(f"{where}/{name}", "rb") as file:
                found[os.path.relpath(f"{where}/{name}", folder)] = file.read()
    return found
