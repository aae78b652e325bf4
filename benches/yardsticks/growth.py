"""Draws how a refresh grows with the number of events, from the table that `cargo bench --bench refresh -- --all` prints.

    python3 benches/yardsticks/growth.py target/compare/refresh.txt > benches/growth.svg

Both scales are logarithmic: work in step with the size is a straight line that rises like the grey ones.
"""

import math
import re
import sys

LINES = (("cold", "cold", "#1f6feb", ""), ("one source", "one source changed", "#b35900", "6 4"),
         ("again", "nothing changed", "#2da44e", "2 3"))
LEFT, TOP, WIDTH, HEIGHT = 64, 24, 420, 300
SIZES = (100, 100_000)
SECONDS = (0.01, 100)


def x(events):
    return LEFT + WIDTH * math.log(events / SIZES[0]) / math.log(SIZES[1] / SIZES[0])


def y(seconds):
    share = math.log(max(seconds, SECONDS[0]) / SECONDS[0]) / math.log(SECONDS[1] / SECONDS[0])
    return TOP + HEIGHT * (1 - share)


def measured(path):
    """The CPU seconds of each work, by the number of events, of the worlds with 100 events a source."""
    found = {name: {} for name, *_ in LINES}
    for line in open(path):
        row = re.match(r"(cold|again|one source).*?(\d+) x 100\s+([\d.]+)\s+\d+\s*$", line)
        if row:
            found[row[1]][int(row[2]) * 100] = float(row[3])
    return found


def main():
    found = measured(sys.argv[1])
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 170} {TOP + HEIGHT + 48}" '
        'font-family="sans-serif" font-size="12" fill="#57606a">',
        "<title>CPU seconds of a refresh by the number of events</title>",
    ]
    for events in (100, 1_000, 10_000, 100_000):
        out.append(f'<text x="{x(events):.0f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{events:,}</text>')
    out.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 38}" text-anchor="middle">events to come, 100 a source</text>')
    for seconds in (0.01, 0.1, 1, 10, 100):
        at = y(seconds)
        out.append(f'<path d="M{LEFT} {at:.1f}h{WIDTH}" stroke="#8c959f" stroke-opacity=".3"/>')
        out.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{seconds:g} s</text>')
    for seconds in (0.01, 0.1):
        ends = f"M{x(SIZES[0]):.1f} {y(seconds):.1f}L{x(SIZES[1]):.1f} {y(seconds * 1000):.1f}"
        out.append(f'<path d="{ends}" stroke="#8c959f" stroke-opacity=".6" fill="none"/>')
    for name, label, colour, dashes in LINES:
        points = sorted(found[name].items())
        if not points:
            continue
        path = "L".join(f"{x(events):.1f} {y(seconds):.1f}" for events, seconds in points)
        out.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" fill="none"/>')
        out += [f'<circle cx="{x(events):.1f}" cy="{y(seconds):.1f}" r="3" fill="{colour}"/>' for events, seconds in points]
        events, seconds = points[-1]
        out.append(f'<text x="{x(events) + 8:.1f}" y="{y(seconds) + 4:.1f}" fill="{colour}">{label}, {seconds:g} s</text>')
    print("\n".join(out + ["</svg>"]))


main()
