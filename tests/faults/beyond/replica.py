"""Claims about Litestream: deploy/litestream.yml beside a `serve` that is written to, both killed, and brought back in
another folder."""

import contextlib
import datetime
import json
import os
import sqlite3
import subprocess
import threading
import time

from world import HERE, KEYS, PROGRAM, VENV, World, claim, free_port, get, run, wait_for


def decisions(database):
    """The events that were decided about, and whether the file is whole."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    found = {row[0] for row in connection.execute("SELECT event FROM decision WHERE event IS NOT NULL")}
    connection.close()
    return whole, found


class Writers:
    """Editors who decide, feeds that change and refreshes, all at once, beside a `serve` that refreshes by itself."""

    def __init__(self, world, events):
        self.world, self.events, self.going = world, events, True
        self.acknowledged, self.refused, self.refreshes, self.wal, self.children = {}, [], 0, 0, set()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.decide, self.decide, self.change)]
        for thread in self.threads:
            thread.start()

    def call(self, *arguments):
        command = [PROGRAM, "--quiet", "--config", self.world.folder, "--database", self.world.database, *arguments]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.children.add(child)
        said = child.communicate()[1]
        self.children.discard(child)
        if child.returncode not in (0, 1, 3) and self.going:
            self.refused.append(said[-200:])
        return child.returncode

    def decide(self):
        while self.going and self.events:
            event = self.events.pop()
            if self.call("decide", "hide", event, "--from", "everywhere", "--reason", "a test") == 0:
                self.acknowledged[event] = time.time()
            elif self.going:
                self.refused.append(event)
            with contextlib.suppress(OSError):
                self.wal = max(self.wal, os.path.getsize(f"{self.world.database}-wal"))
            time.sleep(0.1)

    def change(self):
        while self.going:
            group = self.refreshes % len(self.world.groups)
            self.world.groups[group][0] = f"Title {time.time()}"
            self.world.write(group)
            # 1: the one of `serve` holds the lock.
            self.refreshes += self.call("refresh") in (0, 3)
            time.sleep(0.5)

    def kill(self):
        self.going = False
        for child in list(self.children):
            child.kill()
        for thread in self.threads:
            thread.join()


def replica(parts, store):
    port = free_port()
    world = World("main", 20, 30, f"http://127.0.0.1:{port}", port)
    world.program("--quiet", "refresh")
    events = [row[0] for row in sqlite3.connect(world.database).execute("SELECT id FROM published ORDER BY random()")]
    interval = 10
    shipped = open("deploy/litestream.yml").read()
    for ours, here in [("/var/lib/rusty-events/events.db", world.database), ("bucket: rusty-events-backup", "bucket: backup"), ("region: eu-central-1", "region: us-east-1"),
                       ("# endpoint: https://s3.example.com", f"endpoint: http://127.0.0.1:{store.port}"), (f"sync-interval: {interval}s", f"sync-interval: {interval}s")]:
        if ours not in shipped:
            raise SystemExit(f"deploy/litestream.yml no longer holds {ours!r}")
        shipped = shipped.replace(ours, here)
    with open(f"{HERE}/litestream.yml", "w") as file:
        file.write(shipped)
    os.environ |= {"LITESTREAM_ACCESS_KEY_ID": KEYS[0], "LITESTREAM_SECRET_ACCESS_KEY": KEYS[1]}
    litestream = [f"{VENV}/litestream"]
    config = ["-config", f"{HERE}/litestream.yml"]

    def restore(to, *options):
        return run([*litestream, "restore", *config, "-force", *options, "-o", to, world.database], check=False)

    known, refused, lags = {}, [], []
    whole, moment, early = True, None, None
    for number in range(3):
        # In the order of deploy/litestream.yml.
        copier = parts.start([*litestream, "replicate", *config], "litestream")
        time.sleep(5)
        server = parts.start([PROGRAM, "--config", world.folder, "--database", world.database, "serve"], "serve")
        wait_for(port)
        writers = Writers(world, events)
        deadline = time.time() + 40
        while time.time() < deadline:
            if number == 1:
                # A read replica: a fresh copy again and again while writes go on, and the pages made from it.
                if restore(f"{HERE}/replica.db").returncode == 0:
                    at = time.time()
                    is_whole, found = decisions(f"{HERE}/replica.db")
                    whole &= is_whole
                    newest = [when for event, when in writers.acknowledged.copy().items() if event not in found]
                    lags.append(at - min(newest, default=at))
            if number == 1 and moment is None and len(writers.acknowledged) > 5:
                moment, early = datetime.datetime.now(datetime.timezone.utc), set(known) | set(writers.acknowledged)
            time.sleep(1)
        # All at once, as a machine ends.
        killed = time.time()
        writers.going = False
        for process in (copier, server):
            process.kill()
        writers.kill()
        server.wait(), copier.wait()
        refused += writers.refused
        before = writers.acknowledged
        known |= before
        is_whole, original = decisions(world.database)
        claim(f"replica: round {number + 1}: what was acknowledged is in the database that was killed", is_whole and set(known) <= original,
              f"{len(before)} decisions, {writers.refreshes} refreshes, -wal at most {writers.wal / 2**20:.1f} MiB")
        done = restore(f"{HERE}/restored.db", "-integrity-check", "full")
        if done.returncode:
            claim(f"replica: round {number + 1}: restored", False, done.stderr[-300:])
            continue
        is_whole, found = decisions(f"{HERE}/restored.db")
        missing = [killed - when for event, when in known.items() if event not in found]
        lost = max(missing, default=0)
        claim(f"replica: round {number + 1}: restored elsewhere, whole, with every decision but those of the last {interval} s", is_whole and lost <= interval + 2,
              f"{len(found)} of {len(original)} decisions; the oldest that is missing was {lost:.1f} s old")
    claim("replica: no decision and no refresh failed beside Litestream", not refused and "locked" not in open(f"{HERE}/serve.log").read(), f"{len(known)} decisions {refused[:2]}")
    claim("replica: copies restored while writes went on were whole", whole and lags, f"{len(lags)} copies, at most {max(lags, default=0):.1f} s behind")
    done = restore(f"{HERE}/then.db", "-timestamp", f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}")
    is_whole, then = decisions(f"{HERE}/then.db")
    claim("replica: restored as of a moment", done.returncode == 0 and is_whole and len(then) < len(early) + 3 and len(then) > 0, f"{len(then)} decisions; {len(early)} were acknowledged by then, {len(known)} in all")

    # Another machine: the documented way, and its `serve` answers.
    os.makedirs(f"{HERE}/elsewhere")
    other = f"{HERE}/elsewhere/events.db"
    restored = world.program("restore", f"{HERE}/restored.db", database=other)
    elsewhere = free_port()
    parts.start([PROGRAM, "--config", world.folder, "--database", other, "serve", "--listen", f"127.0.0.1:{elsewhere}"], "elsewhere")
    wait_for(elsewhere)
    status, _, body = get(elsewhere, "/v1/events.json?limit=500")
    shown = {event["id"] for event in json.loads(body)["events"]} if status == 200 else set()
    _, hidden = decisions(f"{HERE}/restored.db")
    claim("replica: `serve` on another machine answers from what `rusty-events restore` made of it", get(elsewhere, "/readyz")[0] == status == 200 and shown and not shown & hidden,
          f"{len(shown)} events, none of the {len(hidden)} hidden; {(restored.stderr + restored.stdout).strip().splitlines()[0]}")
    copy = world.export("replica-public", database=f"{HERE}/replica.db")
    claim("replica: a copy that is only read is exported as files", "index.html" in copy and "feeds/all.ics" in copy, f"{len(copy)} files")
