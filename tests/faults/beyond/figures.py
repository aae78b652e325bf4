"""How long 10,000 events take, and how many requests a second `serve` and the cache answer."""

import datetime
import os
import re
import resource
import time

from world import HERE, PROGRAM, World, files, free_port, get, run, wait_for


def timed(command):
    """Seconds by the clock and of CPU, its children's included."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = command()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return answer, f"{time.monotonic() - began:.1f} s ({cpu:.1f} CPU s)"


def load(port, path, *headers):
    command = ["wrk", "-t1", "-c32", "-d8s", "--latency"]
    for header in headers:
        command += ["-H", header]
    said = run([*command, f"http://127.0.0.1:{port}{path}"]).stdout
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said)[1], re.search(r"99%\s+(\S+)", said)[1]
    errors = re.search(r"Non-2xx.*|Socket errors.*", said)
    return f"{float(rate):.0f} a second, p99 {p99}{', ' + errors[0] if errors else ''}"


def figures(parts, store):
    world = World("large", 100, 100, store.base)
    world.program("--quiet", "refresh")
    print(f"-- 10,000 events on {os.cpu_count()} cores, {datetime.date.today()}, load {os.getloadavg()[0]:.1f}")
    _, took = timed(lambda: world.program("--quiet", "export", f"{HERE}/large-public"))
    found = files(f"{HERE}/large-public")
    print(f"export: {len(found)} files, {sum(map(len, found.values())) / 2**20:.0f} MiB: {took}")
    print(f"export again, nothing changed: {timed(lambda: world.program('--quiet', 'export', f'{HERE}/large-public'))[1]}")
    (done, requests), took = timed(lambda: store.publish("large-public", FORCE="1"))
    print(f"publish: {took}; {len(requests)} requests; {done.stderr.strip()}")
    (done, requests), took = timed(lambda: store.publish("large-public"))
    print(f"publish again, nothing changed: {took}; {len(requests)} requests; {done.stderr.strip()}")
    world.groups[7][3] = "Another title"
    world.write(7)
    world.program("--quiet", "refresh")
    print(f"export after one event changed: {timed(lambda: world.program('--quiet', 'export', f'{HERE}/large-public'))[1]}")
    (done, requests), took = timed(lambda: store.publish("large-public"))
    print(f"publish after one event changed: {took}; {len(requests)} requests; {done.stderr.strip()}")

    port = free_port()
    parts.start([PROGRAM, "--config", world.folder, "--database", world.database, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"], "large")
    wait_for(port)
    slug = get(port, "/feeds/organiser/group-7.ics")
    path = "/feeds/organiser/group-7.ics"
    if slug[0] != 200:
        path = (slug[1]["Location"] or "/events.ics").replace(store.base, "")
    for name, at in (("serve", port), ("cache", store.cache)):
        for kind, coding in (("", "identity"), (" in gzip", "gzip")):
            status, headers, body = get(at, path, {"Accept-Encoding": coding})
            again = get(at, path, {"Accept-Encoding": coding, "If-None-Match": headers["ETag"]})
            if (status, again[0]) != (200, 304):
                raise SystemExit(f"{name}: {path} is answered {status}, then {again[0]}")
            print(f"{name}: {path}{kind}, {len(body)} bytes: {load(at, path, f'Accept-Encoding: {coding}')}")
            print(f"{name}: the same, 304: {load(at, path, f'Accept-Encoding: {coding}', 'If-None-Match: ' + headers['ETag'])}")
