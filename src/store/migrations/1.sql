-- What was said. A row is a version: it is current until `replaced_at`, and its event is gone from its
-- source since `gone_at`. `missing_since` is the first reading that did not list it.
CREATE TABLE listing (
    id            INTEGER PRIMARY KEY,
    source        TEXT NOT NULL,
    key           TEXT NOT NULL,
    instance      TEXT NOT NULL,  -- RECURRENCE-ID; empty for an event or the whole series
    part          TEXT NOT NULL,  -- list or page
    way           TEXT NOT NULL,
    body          TEXT NOT NULL,  -- JSON
    predecessor   TEXT,           -- the key under which the source knew the event before
    mark          TEXT NOT NULL,  -- of a page: the mark of the list's version that asked for it
    first_seen    TEXT NOT NULL,
    last_seen     TEXT NOT NULL,
    missing_since TEXT,
    gone_at       TEXT,
    replaced_at   TEXT
) STRICT;
CREATE UNIQUE INDEX listing_current ON listing (source, key, instance, part) WHERE replaced_at IS NULL;

-- Every visit to a source, and what came of it.
CREATE TABLE visit (
    id       INTEGER PRIMARY KEY,
    source   TEXT NOT NULL,
    at       TEXT NOT NULL,
    outcome  TEXT NOT NULL,  -- read, unchanged, failed
    way      TEXT,
    phase    TEXT,           -- of a failure: dns, connect, tls, http, decode, parse, …
    error    TEXT,
    entries  INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    new      INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    gone     INTEGER NOT NULL,
    millis   INTEGER NOT NULL
) STRICT;
CREATE INDEX visit_of_source ON visit (source, at);

-- What the next visit needs to know.
CREATE TABLE source (
    id            TEXT PRIMARY KEY,
    last_visit    TEXT NOT NULL,
    last_good     TEXT,              -- read, or said to be unchanged
    last_read     TEXT,              -- read whole
    failures      INTEGER NOT NULL,  -- in a row
    way           TEXT,              -- of the last good reading
    best_tried    TEXT,              -- when its best way was last tried
    not_before    TEXT,              -- Retry-After
    etag          TEXT,
    last_modified TEXT,
    validated     TEXT               -- address, way and program version for which the validators hold
) STRICT;

-- What could not be read in the current listings of a source.
CREATE TABLE problem (
    source TEXT NOT NULL,
    part   TEXT NOT NULL,  -- of its list, or of the page of an event
    line   INTEGER NOT NULL,
    what   TEXT NOT NULL,
    item   TEXT,
    lost   INTEGER NOT NULL
) STRICT;
CREATE INDEX problem_of_source ON problem (source);

-- What we made of it: the id under which each key was first seen (never changed) …
CREATE TABLE identity (
    key        TEXT PRIMARY KEY,
    event      TEXT NOT NULL,
    first_seen TEXT NOT NULL
) STRICT;

-- … which events are one, by which rule …
CREATE TABLE twin (
    event TEXT PRIMARY KEY,
    twins TEXT NOT NULL,
    rule  TEXT
) STRICT;

-- … which look it and are not held to be …
CREATE TABLE suspicion (
    one   TEXT NOT NULL,
    other TEXT NOT NULL,
    why   TEXT NOT NULL
) STRICT;

-- … and what could not be believed.
CREATE TABLE rejected (
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    line   INTEGER NOT NULL,
    title  TEXT NOT NULL,
    field  TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- What the world saw.
CREATE TABLE published (
    id       TEXT PRIMARY KEY,
    body     TEXT NOT NULL,     -- JSON
    sequence INTEGER NOT NULL,
    created  TEXT NOT NULL,
    modified TEXT NOT NULL
) STRICT;
