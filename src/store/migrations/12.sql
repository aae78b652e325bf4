-- Candidates: groups and calendars that no source reads, with the evidence that they should be read.
CREATE TABLE candidate (
    id         TEXT PRIMARY KEY,
    page       TEXT NOT NULL UNIQUE,  -- its page, in the newsletter's spelling
    url        TEXT NOT NULL,         -- what a source would read
    platform   TEXT NOT NULL,
    name       TEXT,
    place      TEXT,
    events     TEXT NOT NULL,         -- JSON: pairs of day and title
    entry      TEXT,                  -- the entry that would make it a source: TOML
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    looked     TEXT,                  -- when its own page was last read
    trouble    TEXT,                  -- what went wrong then
    state      TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ignored', 'added')),
    decided    TEXT,                  -- when an editor decided so
    editor     TEXT,
    reason     TEXT
) STRICT;

CREATE TABLE candidate_evidence (
    candidate TEXT NOT NULL REFERENCES candidate (id),
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    words     TEXT NOT NULL,
    link      TEXT,
    since     TEXT NOT NULL,
    PRIMARY KEY (candidate, kind, subject)
) STRICT;

-- Pages of searches and of groups that may have moved: when each was last read, and what went wrong.
CREATE TABLE discover_look (
    url     TEXT PRIMARY KEY,
    at      TEXT NOT NULL,
    trouble TEXT
) STRICT;

-- Requests that looking for candidates took, by day in UTC.
CREATE TABLE discover_day (
    day      TEXT PRIMARY KEY,
    requests INTEGER NOT NULL
) STRICT;
