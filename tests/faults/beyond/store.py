"""Claims about the object store: SeaweedFS <- nginx as the witness of every request <- deploy/publish.sh, and
deploy/store.conf as the cache before it."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

from world import HERE, KEYS, VENV, World, claim, files, free_port, get, run, wait_for


def file_of(path):
    """The file that an address of the site means."""
    path = path.lstrip("/")
    if path == "" or path.endswith("/"):
        return f"{path}index.html"
    return path if "." in path.rsplit("/", 1)[-1] else f"{path}/index.html"


def links(path, body, base):
    """The addresses of this site that a file names, from the slash on."""
    text = body.decode()
    found = []
    if path.endswith(".ics"):
        text = text.replace("\r\n ", "")
    if path.endswith(".html"):
        found = re.findall(r'(?:href|src|action)="(/[^"#?]*)', text)
    absolute = re.escape(base.split("//")[1]) + r"(/[A-Za-z0-9._/-]*)"
    return set(found) | {link.rstrip(".") for link in re.findall(absolute, text)}


class Store:
    """SeaweedFS, a witness before it, and the cache; `remote` is the remote that publish.sh gets."""

    def __init__(self, parts):
        self.parts, self.process = parts, None
        self.port, self.witness, self.cache = free_port(), free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.cache}"
        self.inner = [free_port() for _ in range(3)]
        os.makedirs(f"{HERE}/store")
        os.makedirs(f"{HERE}/nginx/temp")
        with open(f"{HERE}/s3.json", "w") as file:
            json.dump({"identities": [
                {"name": "publisher", "credentials": [{"accessKey": KEYS[0], "secretKey": KEYS[1]}], "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
                {"name": "anonymous", "actions": ["Read:site"]}]}, file)
        with open(f"{HERE}/rclone.conf", "w") as file:
            file.write(f"[events]\ntype = s3\nprovider = Other\naccess_key_id = {KEYS[0]}\nsecret_access_key = {KEYS[1]}\n"
                       f"endpoint = http://127.0.0.1:{self.witness}\n")
        shipped = open("deploy/store.conf").read()
        for ours, here in [("server store.example.com:80", f"server 127.0.0.1:{self.port}"), ("BUCKET", "site"), ("store.example.com", "127.0.0.1"),
                           ("    listen [::]:80;\n", ""), ("listen 80", f"listen 127.0.0.1:{self.cache} reuseport"),
                           ("/var/cache/nginx-rusty-events-store", f"{HERE}/nginx/cache")]:
            if ours not in shipped:
                raise SystemExit(f"deploy/store.conf no longer holds {ours!r}")
            shipped = shipped.replace(ours, here)
        with open(f"{HERE}/nginx/nginx.conf", "w") as file:
            temp = "".join(f"{kind}_temp_path {HERE}/nginx/temp/{kind};\n" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
            file.write(f"""user root; daemon off; worker_processes 2; pid {HERE}/nginx/pid; error_log {HERE}/nginx/error.log;
events {{ worker_connections 2048; }}
http {{
{temp} access_log off; keepalive_requests 100000;
log_format witness '$msec $request_method $status $request_uri';
server {{
    listen 127.0.0.1:{self.witness}; client_max_body_size 0; access_log {HERE}/witness.log witness;
    location / {{ proxy_pass http://127.0.0.1:{self.port}; proxy_set_header Host $http_host; proxy_request_buffering off; }}
}}
{shipped}
}}
""")
        # A store that is down is tried for minutes else.
        os.environ |= {"RCLONE_CONFIG": f"{HERE}/rclone.conf", "RCLONE_RETRIES": "1", "RCLONE_LOW_LEVEL_RETRIES": "3"}
        self.start()
        parts.start(["nginx", "-p", f"{HERE}/nginx", "-c", f"{HERE}/nginx/nginx.conf"], "nginx")
        wait_for(self.cache)
        run(["rclone", "mkdir", "events:site"])
        run(["rclone", "mkdir", "events:backup"])

    def start(self):
        master, volume, filer = self.inner
        self.process = self.parts.start(
            [f"{VENV}/weed", "server", f"-dir={HERE}/store", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
             f"-volume.port={volume}", f"-filer.port={filer}", f"-filer.localSocket={HERE}/filer.sock", "-volume.max=20",
             "-master.volumeSizeLimitMB=256", "-master.telemetry=false", "-s3", f"-s3.port={self.port}", "-s3.port.iceberg=0",
             "-s3.port.lance=0", f"-s3.config={HERE}/s3.json"], "weed")
        wait_for(self.port)
        for _ in range(300):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(self.port, "/site/nothing")[0] in (403, 404):
                    break
            time.sleep(0.1)
        time.sleep(3)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def publish(self, name="public", newer=False, **environment):
        """Runs publish.sh; answers how it ended, and the requests (method, path below the bucket) that changed something."""
        mark = self.mark()
        environment = {**os.environ, "WAIT": "0", **environment}
        if newer:
            environment["PATH"] = f"{VENV}:{environment['PATH']}"
        done = run(["bash", "deploy/publish.sh", f"{HERE}/{name}", "events:site"], check=False, env=environment)
        return done, self.requests(mark)

    def mark(self):
        with contextlib.suppress(OSError):
            return os.path.getsize(f"{HERE}/witness.log")
        return 0

    def requests(self, mark):
        time.sleep(0.05)
        with open(f"{HERE}/witness.log") as file:
            file.seek(mark)
            lines = [line.split(" ", 3) for line in file.read().splitlines()]
        return [(method, uri.split("?")[0].removeprefix("/site/")) for _, method, status, uri in lines if status.startswith("2") or method in ("GET", "HEAD")]


def is_write(request):
    return request[0] in ("PUT", "DELETE", "POST")


def dangling(state, path, base):
    """What a page links to that is not among the files."""
    return [f"{path} -> {link}" for link in links(path, state[path], base) if file_of(link) not in state] if path.endswith(".html") else []


def replay(before, after, writes, base):
    """The store after each write, one by one: the links of a page to what is not there at that moment, and the end."""
    state, found = dict(before), []
    for method, path in writes:
        if path == "headers.json":
            continue
        if method == "PUT":
            state[path] = after[path]
            found += dangling(state, path, base)
        else:
            del state[path]
            # A page that goes itself may lose what it links to: nothing leads to it any more.
            found += [link for page in state if page in after for link in dangling(state, page, base)]
    return found, state


class Reader(threading.Thread):
    """Reads the first pages through the cache all the time, and whatever they lead to that it has not seen yet."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self.store, self.going, self.read, self.missed = store, True, 0, []

    def run(self):
        seen = set()
        while self.going:
            for page in ("/", "/groups/"):
                body = get(self.store.cache, page)[2]
                self.read += 1
                for link in links("index.html", body, self.store.base) - seen:
                    status, headers, _ = get(self.store.cache, link)
                    self.read += 1
                    seen.add(link)
                    # Only a page that is still kept may be late; the copy that led here is looked at again.
                    if status != 200:
                        self.missed.append((link, status))
            time.sleep(0.2)

    def end(self):
        self.going = False
        self.join()
        return self


def without_list(found):
    return {path: body for path, body in found.items() if path != "headers.json"}


def stored():
    """What lies in the bucket, read back from the store."""
    shutil.rmtree(f"{HERE}/back", ignore_errors=True)
    run(["rclone", "copy", "--transfers", "16", "events:site", f"{HERE}/back"])
    return without_list(files(f"{HERE}/back"))


def object_store(parts, store):
    world = World("world", 12, 25, store.base)
    first = world.export()
    done, requests = store.publish()
    claim("store: an export is published with rclone as Debian has it", done.returncode == 0, f"{run(['rclone', 'version']).stdout.split()[1]}, {done.stderr.strip()}")
    wrong = []
    for entry in json.loads(first["headers.json"]):
        path = entry["path"]
        status, headers, body = get(store.cache, "/" + path.removesuffix("index.html"))
        if (status, headers["Content-Type"], headers["Cache-Control"], body) != (200, entry["content_type"], entry["cache_control"], first[path]):
            wrong.append((path, status, headers["Content-Type"], headers["Cache-Control"]))
    claim("store: every file has the bytes, type and Cache-Control of headers.json through the cache", not wrong, f"{len(first) - 1} files {wrong[:3]}")
    named = {link for path, body in first.items() for link in links(path, body, store.base)}
    missing = [link for link in named if get(store.cache, link)[0] != 200]
    claim("store: every own link of a page, calendar or feed is answered", not missing, f"{len(named)} links {missing[:5]}")
    status, headers, body = get(store.cache, "/events/there-is-none")
    claim("store: what is missing is answered by 404.html, also where the store says it in XML", (status, body) == (404, first["404.html"]), headers["Content-Type"])

    tag = get(store.cache, "/feeds/all.ics")[1]["ETag"]
    again = get(store.cache, "/feeds/all.ics", {"If-None-Match": tag})
    zipped = get(store.cache, "/feeds/all.ics", {"Accept-Encoding": "gzip"})[1]
    zipped_again = get(store.cache, "/feeds/all.ics", {"Accept-Encoding": "gzip", "If-None-Match": zipped["ETag"]})
    claim("store: a conditional request is answered with 304 by the cache, plain and compressed",
          (again[0], again[1]["X-Cache"], zipped["Content-Encoding"], zipped_again[0]) == (304, "HIT", "gzip", 304), f"{tag}, {zipped['ETag']}")
    hostile = ["/feeds/all.ics%0d%0aX:%20y", "/%2e%2e/%2e%2e/backup/x", "/..%2f..%2fbackup", "/feeds/all.ics?a=b", "/a%20b"]
    answers = [get(store.cache, path)[0] for path in hostile]
    claim("store: addresses with line ends or dots lead nowhere, a query is left out", answers[0] == answers[4] == 404 and answers[3] == 200 and set(answers[1:3]) <= {400, 404}, answers)
    claim("store: the cache takes no writes", {get(store.cache, "/index.html", method=method)[0] for method in ("PUT", "DELETE", "POST")} <= {403, 404, 405} and get(store.cache, "/index.html")[0] == 200)

    done, requests = store.publish()
    claim("store: where nothing changed nothing is sent", done.returncode == 0 and not list(filter(is_write, requests)), f"{len(requests)} requests, {done.stderr.strip()}")

    # An ordinary change: a new event, another title, and one that an editor takes out everywhere.
    old_page, old_feed = get(store.cache, "/")[2], get(store.cache, "/feeds/all.ics")[2]
    world.groups[3][99] = "A new evening"
    world.groups[4][0] = "Another title"
    world.write(3), world.write(4)
    hidden = sqlite3.connect(world.database).execute("SELECT id FROM published WHERE body LIKE '%Evening 5 of group 7%'").fetchone()[0]
    world.program("decide", "hide", hidden, "--from", "everywhere", "--reason", "a test")
    second = world.export()
    differ = {path for path in second if second[path] != first.get(path)} - {"headers.json"}
    gone = set(first) - set(second)
    reader = Reader(store)
    reader.start()
    began = time.time()
    done, requests = store.publish(WAIT="65")
    published = time.time() - 65
    reader.end()
    writes = list(filter(is_write, requests))
    sent = {path for method, path in writes if method == "PUT"} - {"headers.json"}
    deleted = {path for method, path in writes if method == "DELETE"}
    claim("store: after a change exactly the files that differ are sent, and the gone ones taken away",
          done.returncode == 0 and sent == differ and deleted == gone and gone, f"{len(sent)} sent, {len(deleted)} taken away of {len(first) - 1}")
    found, state = replay(without_list(first), without_list(second), writes, store.base)
    claim("store: at no moment between two writes a page links to what is not there", not found and state == without_list(second), f"{len(writes)} moments {found[:3]}")
    claim("store: a reader through the cache meanwhile found every link", not reader.missed, f"{reader.read} pages read {reader.missed[:3]}")
    fresh_page = get(store.cache, "/")
    fresh_page = get(store.cache, "/") if fresh_page[1]["X-Cache"] in ("STALE", "UPDATING") else fresh_page
    claim("store: a changed page is seen once its max-age of 60 s is over, without a purge", fresh_page[2] == second["index.html"] != old_page, f"X-Cache {fresh_page[1]['X-Cache']}")
    kept = get(store.cache, "/feeds/all.ics")
    purged = get(store.cache, "/feeds/all.ics", {"X-Refresh": "1"})
    after = get(store.cache, "/feeds/all.ics")
    claim("store: a feed is kept for its 300 s, and seen at once after a request with X-Refresh from the machine itself",
          (kept[2], purged[2], after[2], after[1]["X-Cache"]) == (old_feed, second["feeds/all.ics"], second["feeds/all.ics"], "HIT"), f"{time.time() - published:.0f} s after the change")
    untouched = "/feeds/organiser/" + next(path for path in sorted(differ) if path.startswith("feeds/organiser/")).rsplit("/", 1)[1]

    store.kill()
    answers = [get(store.cache, path) for path in ("/", "/feeds/all.ics", "/groups/", "/style.css")]
    claim("store: while it is down the cache answers with what it has", all(status == 200 for status, _, _ in answers), [headers["X-Cache"] for _, headers, _ in answers])
    done, _ = store.publish()
    claim("store: publishing while it is down fails", done.returncode == 1, done.stderr.strip().splitlines()[-1][:120])
    time.sleep(max(0, 62 - (time.time() - began - 65)))
    status, headers, body = get(store.cache, "/")
    claim("store: also after max-age is over", status == 200 and headers["X-Cache"] in ("STALE", "UPDATING") and body == second["index.html"], headers["X-Cache"])
    store.start()

    # A broken export, and one of another database.
    shutil.copytree(f"{HERE}/public/", f"{HERE}/broken")
    os.remove(f"{HERE}/broken/feeds/all.ics")
    done, requests = store.publish("broken")
    claim("store: an export that lacks a file is refused", done.returncode == 1 and not list(filter(is_write, requests)), done.stderr.strip().splitlines()[-1])
    small = World("small", 1, 1, store.base)
    small.export("other")
    done, requests = store.publish("other")
    claim("store: an export without more than half of what stands is refused, and nothing is deleted", done.returncode == 1 and not list(filter(is_write, requests)), done.stderr.strip())
    empty = World("empty", 0, 0, store.base)
    claim("store: a database without a reading is not exported", empty.program("export", f"{HERE}/nothing", check=False).returncode not in (0, 3))

    third = cut_off(world, store)
    published = time.time()
    is_old = get(store.cache, untouched)[2] != third[untouched[1:]]
    while get(store.cache, untouched)[2] != third[untouched[1:]] and time.time() < published + 302:
        time.sleep(1)
    claim("store: a changed feed is seen once its max-age of 300 s is over, without a purge", is_old and time.time() < published + 302, f"{time.time() - published:.0f} s after the change")


def cut_off(world, store):
    """Publishing is killed in the middle, again and again, with a newer rclone; the next run mends it."""
    found, rounds = [], 0
    for number in range(4):
        for group in range(12):
            world.groups[group][200 + number] = f"Evening {number} of a killed run"
            world.groups[group].pop(200 + number - 1, None)
            world.write(group)
        after = world.export()
        mark = store.mark()
        environment = {**os.environ, "WAIT": "0", "PATH": f"{VENV}:{os.environ['PATH']}"}
        process = subprocess.Popen(["bash", "deploy/publish.sh", f"{HERE}/public", "events:site"], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        # After the list of what begins, in the new files, among them and the changed ones, and late.
        while process.poll() is None and sum(map(is_write, store.requests(mark))) < (2, 10, 30, 60)[number]:
            pass
        rounds += process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.5)
        left = stored()
        found += [link for page in left for link in dangling(left, page, store.base)]
    claim("store: a publishing that is killed leaves no page with a link to nothing", not found and rounds >= 2, f"{rounds} of 4 killed at work {found[:3]}")
    done, requests = store.publish(newer=True)
    orphans = set(stored()) ^ set(without_list(after))
    claim("store: the next run mends it and leaves nothing behind (rclone 1.75)", done.returncode == 0 and stored() == without_list(after), f"{done.stderr.strip()} {sorted(orphans)[:3]}")
    return after
