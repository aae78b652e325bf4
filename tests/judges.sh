#!/usr/bin/env bash
# What judges the served site from outside, to be run by hand: a calendar program and a calendar library
# read the feeds, the checker of the HTML standard reads every page, and the interface's description is
# held against what is answered. Prints a figure a judge; ends with 1 if any of them finds a fault, and
# with 2 if one cannot be had.
#
#   tests/judges.sh             all of them; some minutes
#   SECONDS_OF_FUZZ=600 tests/judges.sh
#
# Needs python3, npm, java, a C compiler and apt-get; what else it needs is put under target/judges.
set -euo pipefail
cd "$(dirname "$0")/.."

fuzz="${SECONDS_OF_FUZZ:-240}"
judges="$PWD/target/judges"
now=2024-11-06T09:00:00Z
password='a long password'
failed=0

work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

verdict() { # judge, figure, 0 or not
    local word=ok
    if [ "$3" -ne 0 ]; then
        word=FAILED
        failed=1
    fi
    printf '%-14s %-6s %s\n' "$1" "$word" "$2"
}

lacking() {
    echo "$1 cannot be had" >&2
    exit 2
}

# --- the judges ---

in_venv() { # name, requirement, program
    if ! "$judges/$1/bin/python" -c "import importlib.metadata as m; assert m.version('$1') == '$2'" 2>/dev/null; then
        python3 -m venv "$judges/$1" || lacking "$1"
        "$judges/$1/bin/pip" install --quiet --disable-pip-version-check "$1==$2" || lacking "$1"
    fi
}

mkdir -p "$judges"
in_venv khal 0.14.1
in_venv schemathesis 4.32.5
vnu="$judges/vnu/node_modules/vnu-jar/build/dist/vnu.jar"
if [ ! -f "$vnu" ]; then
    npm install --prefix "$judges/vnu" --ignore-scripts --no-audit --no-fund --silent vnu-jar@26.9.27 || lacking vnu-jar
fi
# Unpacked and not installed: the machine stays as it was.
if [ ! -f "$judges/libical/usr/include/libical/ical.h" ]; then
    mkdir -p "$judges/libical"
    (cd "$work" && apt-get download -qq libical-dev libical3 2>/dev/null) || lacking libical
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$judges/libical"; done
fi
library="$(dirname "$(find "$judges/libical" -name libical.so -print -quit)")"
cat >"$work/parse.c" <<'C'
/* Reads a calendar; prints its events and the faults that the library finds in it. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    size_t room = 1 << 20, used = 0, got;
    char *text = malloc(room + 1);
    while ((got = fread(text + used, 1, room - used, stdin)) > 0) {
        used += got;
        if (used == room)
            text = realloc(text, (room *= 2) + 1);
    }
    text[used] = 0;
    icalcomponent *calendar = icalparser_parse_string(text);
    if (calendar == NULL || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        puts("no calendar");
        return 1;
    }
    int errors = icalcomponent_count_errors(calendar);
    int allowed = icalrestriction_check(calendar) && icalcomponent_is_valid(calendar);
    int events = 0, wrong = 0;
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        struct icaltimetype start = icalcomponent_get_dtstart(event), end = icalcomponent_get_dtend(event);
        events++;
        if (!icaltime_is_valid_time(start) || icaltime_compare(end, start) < 0 || !icalcomponent_get_summary(event))
            wrong++;
    }
    if (errors || !allowed)
        fputs(icalcomponent_as_ical_string(calendar), stderr);
    printf("%d events, %d errors, %d wrong%s\n", events, errors, wrong, allowed ? "" : ", breaks a restriction");
    return errors || !allowed || wrong;
}
C
gcc -Wall -I "$judges/libical/usr/include" "$work/parse.c" -L "$library" -lical -Wl,-rpath,"$library" -o "$work/parse" ||
    lacking libical

# --- the server, on the sample ---

cargo build --locked --quiet
program="$PWD/target/debug/rusty-events"
cp -r config/sample "$work/config"
# It is asked to look at whatever address comes to the judges' minds: nothing may leave the machine.
echo '"http://" = "pages"' >>"$work/config/service.toml"
set_up=("$program" --config "$work/config" --database "$work/events.db")
"${set_up[@]}" --now "$now" refresh >"$work/refresh.log" 2>&1 || [ $? -eq 3 ] ||
    { cat "$work/refresh.log"; exit 2; }
echo "$password" | "${set_up[@]}" user set-password ann 2>/dev/null
"${set_up[@]}" --now "$now" decide cancel https://www.eventbrite.fr/e/rust-meetup-in-paris-tickets-1037795553437 \
    --reason 'its page says so' >/dev/null 2>&1
"${set_up[@]}" --now "$now" serve --listen 127.0.0.1:0 2>"$work/serve.log" &
server=$!
base=
for _ in $(seq 100); do
    base="$(sed -n 's/^serving //p' "$work/serve.log")"
    [ -n "$base" ] && break
    sleep 0.1
done
[ -n "$base" ] || { cat "$work/serve.log"; exit 2; }

# --- every page, and every feed that one links to ---

mkdir "$work/pages" "$work/feeds"
python3 - "$base" "$work" "$password" <<'PYTHON'
import html.parser, http.client, pathlib, sys, urllib.parse

base, work, password = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
host = urllib.parse.urlsplit(base).netloc
form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": base}

def ask(method, path, headers, body=None):
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()

class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []
    def handle_starttag(self, tag, attributes):
        if tag in ("a", "link"):
            self.found.append(dict(attributes).get("href") or "")

def walk(name, headers):
    """Keeps every page and feed that is linked from those that people open first."""
    queue = ["/", "/section", "/sources", "/check", "/login", "/no-such-page", "/events/no-such", "/section?issue=x",
             "/why?url=https://www.meetup.com/rust-berlin/", "/why?url=https://nobody.example/", "/why?url=Rust",
             "/check?url=https://berline.rs/", "/check?url=https://nobody.example/", "/feeds/all.ics", "/feeds/virtual.ics",
             "/events.ics", "/events.ics?cancelled=mark&q=rust", "/feeds/country/fr.ics"]
    seen = set(queue)
    kept = 0
    def keep(path, answer, body):
        nonlocal kept
        kind = answer.headers.get_content_type()
        folder = {"text/html": "pages", "text/calendar": "feeds"}.get(kind)
        if folder:
            kept += 1
            ending = {"pages": "html", "feeds": "ics"}[folder]
            file = work / folder / f"{name}-{kept:04}.{ending}"
            file.write_bytes(body)
            with open(work / f"{folder}.txt", "a") as index:
                index.write(f"{file.name} {answer.status} {path}\n")
        return kind
    while queue:
        path = queue.pop(0)
        answer, body = ask("GET", path, {"Accept": "text/html", **headers})
        assert answer.status < 500, (path, answer.status)
        if keep(path, answer, body) != "text/html":
            continue
        links = Links()
        links.feed(body.decode())
        for link in links.found:
            link = urllib.parse.urldefrag(urllib.parse.urljoin(base + path, link)).url.replace("webcal://", "http://")
            if link.startswith(base + "/"):
                link = link[len(base):]
                # Of the answers to each event's question one is as good as another.
                again = sum(known.startswith("/why?") for known in seen) > 30 and link.startswith("/why?")
                if link not in seen and not again and len(seen) < 600:
                    seen.add(link)
                    queue.append(link)
    answer, section = ask("GET", "/section.md", headers)
    draft = section.decode().replace("Virtual", "Online", 1) + "\nEnd.\n"
    answer, body = ask("POST", "/section", {**form, **headers}, urllib.parse.urlencode({"draft": draft}))
    assert answer.status == 200, (answer.status, body)
    keep("POST /section", answer, body)

walk("anybody", {})
answer, _ = ask("POST", "/login", form, urllib.parse.urlencode({"name": "ann", "password": password}))
assert answer.status == 303, answer.status
walk("editor", {"Cookie": answer.headers["Set-Cookie"].split(";")[0]})
PYTHON

# --- their verdicts ---

java -jar "$vnu" --stdout --format gnu --errors-only "$work/pages" >"$work/vnu.txt" 2>&1 && status=0 || status=$?
if [ "$status" -ne 0 ]; then
    # What it says, how often, and where for example.
    sed 's/.*\/\([a-z]*-[0-9]*\.html\)"[^ ]* /\1 /' "$work/vnu.txt" >"$work/vnu.short"
    sed 's/^[^ ]* //' "$work/vnu.short" | sort | uniq -c | sort -rn | sed -n 1,20p
    sort -u -k 2 "$work/vnu.short" | cut -d ' ' -f 1 | sort -u | sed -n 1,20p | grep -F -f - "$work/pages.txt" || true
fi
verdict vnu "$(find "$work/pages" -type f | wc -l) pages, $(grep -c ': error' "$work/vnu.txt" || true) errors" "$status"

status=0 events=0 feeds=0
for feed in "$work"/feeds/*.ics; do
    said="$("$work/parse" <"$feed" 2>"$work/parse.txt")" || { status=1; echo "$(basename "$feed"): $said"; grep -m 5 -i 'X-LIC-ERROR' "$work/parse.txt" || true; }
    feeds=$((feeds + 1)) events=$((events + ${said%% *}))
done
verdict libical "$feeds feeds with $events events" "$status"

status=0 events=0
number=0
for feed in "$work"/feeds/anybody-*.ics; do
    number=$((number + 1))
    mkdir -p "$work/khal/$number"
    cat >"$work/khal.conf" <<CONFIG
[calendars]
[[feed]]
path = $work/khal/$number
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = $work/khal-$number.db
CONFIG
    khal=("$judges/khal/bin/khal" -c "$work/khal.conf")
    "${khal[@]}" import --batch "$feed" >"$work/khal.txt" 2>&1 || status=1
    told="$(grep -c '^BEGIN:VEVENT' "$feed" || true)"
    listed="$("${khal[@]}" list --once --format '{uid}' --day-format '' 2024-01-01 900d 2>>"$work/khal.txt" | grep -c '@rusty-events' || true)"
    if [ "$told" -ne "$listed" ] || grep -qi 'error\|warning\|critical' "$work/khal.txt"; then
        status=1
        echo "$(basename "$feed"): $told events told, $listed listed"
        head -n 3 "$work/khal.txt"
    fi
    events=$((events + listed))
done
verdict khal "$number feeds with $events events" "$status"

event="$(sed -n 's#^anybody-.* 200 /events/##p' "$work/pages.txt" | sed -n 1p)"
cat >"$work/schemathesis.toml" <<CONFIG
# A value of the right form may still be none: a country that is not, a day before another.
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "301", "303", "400", "401", "403", "404", "409", "429", "414"]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "414", "415", "429"]

[[operations]]
include-path = "/feeds/country/{feed}"
parameters = { "path.feed" = "de.ics" }
[[operations]]
include-path = "/feeds/organiser/{feed}"
parameters = { "path.feed" = "rust-berlin.ics" }
[[operations]]
include-path = "/organisers/{organiser}"
parameters = { "path.organiser" = "rust-berlin" }
[[operations]]
include-path = "/events/{event}"
parameters = { "path.event" = "$event" }
CONFIG
# It keeps what it found in the folder where it runs.
(cd "$work" && "$judges/schemathesis/bin/schemathesis" --no-color --config-file "$work/schemathesis.toml" run "$base/openapi.json" \
    --max-time "$fuzz" --max-examples 2000 --seed 1 --continue-on-failure --generation-database none \
    --request-timeout 60 >"$work/schemathesis.txt" 2>&1) && status=0 || status=$?
[ "$status" -eq 0 ] || sed -n '/FAILURES/,$p' "$work/schemathesis.txt" | cut -c 1-200 | sed -n 1,200p
verdict schemathesis "$(grep -A1 '^Test cases' "$work/schemathesis.txt" | sed -n '2s/^ *//p')" "$status"

exit "$failed"
