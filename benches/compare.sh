#!/usr/bin/env bash
# Prints the program's speed beside others' in one run, as ratios with their aims. Installs the yardsticks from their
# registries below target/compare: icalendar and recurring-ical-events (PyPI), libical (Debian). axum is a dependency.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/target/compare
mkdir -p "$work"

echo "== yardsticks" >&2
if ! pkg-config --exists libical 2>/dev/null; then
    { apt-get update -qq && apt-get install -qq -y libical-dev pkg-config; } >&2 || echo "libical cannot be installed" >&2
fi
if pkg-config --exists libical 2>/dev/null; then
    read -ra flags <<< "$(pkg-config --cflags --libs libical)"
    cc -O2 -o "$work/libical" benches/yardsticks/libical.c "${flags[@]}"
fi
if [ ! -x "$work/python/bin/python" ]; then
    python3 -m venv "$work/python"
    "$work/python/bin/pip" install -q icalendar==7.3.0 recurring-ical-events==3.8.2 >&2
fi

echo "== ours (the archives that these make are kept in target/bench-archives)" >&2
cargo build --locked -q --release
cargo bench --locked -q --bench serving | tee "$work/serving.txt" >&2
cargo bench --locked -q --bench questions | tee "$work/questions.txt" >&2
cargo bench --locked -q --bench refresh -- --all | tee "$work/refresh.txt" >&2
cargo bench --locked -q --bench refresh -- --make "$work/alone" >&2
python3 benches/yardsticks/growth.py "$work/refresh.txt" > "$work/growth.svg"
echo "the growth of a refresh is drawn in $work/growth.svg" >&2

echo "== theirs" >&2
config=$PWD/target/bench-archives/10000-10000/config
now=2026-12-01T09:00:00Z
ours() { awk -v work="$1" 'index($0, work) == 1 { print $(NF - 1); exit }' "$work/refresh.txt"; }
program=$PWD/target/release/rusty-events
cpu() { python3 benches/yardsticks/cpu.py "$@"; }
refresh() { cpu "$program" --config "$config" --database "$work/$1.db" --now "$2" refresh; }
# Five of each, in turns: the machine's other work falls on all. The median counts.
: > "$work/parse"; : > "$work/cold"; : > "$work/warm"
for round in 1 2 3 4 5; do
    [ ! -x "$work/libical" ] || "$work/libical" parse "$config"/*.ics >> "$work/parse"
    rm -f "$work/cold.db"*
    refresh cold "$now" >> "$work/cold"
    refresh cold "2026-12-01T10:0$round:00Z" >> "$work/warm"
done
python=$("$work/python/bin/python" benches/yardsticks/read.py "$config"/*.ics | cut -d' ' -f1)
middle() { sort -n "$1" | sed -n 3p | cut -d' ' -f1; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 == 0 || b + 0 == 0) print "-"; else printf "%.2f", a / b }'; }
row() { printf '| %s | %s | %s |\n' "$@"; }
cold=$(middle "$work/cold")

printf '| work | measured | aim |\n|---|---|---|\n'
row "cold refresh of 100 feeds × 100 events, CPU, against libical's bare parse of the same bytes" \
    "$cold s, $(ratio "$cold" "$(middle "$work/parse")") ×" '≤ 4 ×'
row 'the same, against icalendar + recurring-ical-events reading it' "$(ratio "$python" "$cold") × as fast" '≥ 20 ×'
if [ -x "$work/libical" ]; then
    read -r theirs _ < <("$work/libical" parse "$work/alone"/*.ics)
    row "reading alone, against libical's parse of the same bytes" \
        "$(ours 'read alone') s, $(ratio "$(ours 'read alone')" "$theirs") ×" '≤ 0.7 ×'
    read -r theirs _ < <("$work/libical" expand "$work/alone/series.calendar" 20261201T090000Z 365)
    row 'expand 5,000 series over a year, against libical' "$(ratio "$theirs" "$(ours 'expand')") × as fast" '≥ 8 ×'
fi
row 'refresh again, nothing changed, 10,000 events, CPU' "$(middle "$work/warm") s" '≤ 0.15 s'
while IFS= read -r line; do row "${line%%: *}" "${line#*: }" ''; done < "$work/serving.txt"
printf '\nOne question that was not asked before, by the number of events in the database:\n\n```text\n'
cat "$work/questions.txt"
printf '```\n'
