-- What an editor ruled, what was printed, and which readings wait to be believed.

-- What a human ruled, only ever added to. A row that takes another back names it in `undoes` and no event.
CREATE TABLE decision (
    id     INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    editor TEXT,
    event  TEXT,
    ruling TEXT,  -- JSON
    undoes INTEGER UNIQUE REFERENCES decision (id),
    reason TEXT NOT NULL,
    CHECK ((event IS NULL) = (undoes IS NOT NULL) AND (event IS NULL) = (ruling IS NULL))
) STRICT;

-- Every page under which an event was ever seen, for requests by an old one.
CREATE TABLE link (
    url        TEXT NOT NULL,
    event      TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (url, event)
) STRICT;

-- The day under which a listing is told from an earlier event that had its key.
ALTER TABLE listing ADD COLUMN renewed TEXT;

-- What the pages of events answered that their source's list went without.
CREATE TABLE question (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    url    TEXT NOT NULL,
    at     TEXT NOT NULL,
    answer TEXT NOT NULL,  -- live, off, gone, silent
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX question_of_listing ON question (source, key);

-- The latest reading of each source that contradicts most of what the source said before, and waits to
-- be agreed with or accepted.
CREATE TABLE held (
    source    TEXT PRIMARY KEY,
    since     TEXT NOT NULL,     -- the first such reading in a row
    at        TEXT NOT NULL,     -- this one
    way       TEXT NOT NULL,
    standing  INTEGER NOT NULL,  -- events that were to come
    confirmed INTEGER NOT NULL,  -- those of them that it names at their time
    listed    INTEGER NOT NULL,  -- all that it lists for the days to come
    reading   TEXT NOT NULL      -- JSON
) STRICT;

-- What was printed: the text of each issue's section. A row is a version; only a changed text makes one.
CREATE TABLE issue (
    id     INTEGER PRIMARY KEY,
    day    TEXT NOT NULL,
    at     TEXT NOT NULL,
    origin TEXT NOT NULL,  -- written (by update) or learned (from a printed issue)
    file   TEXT NOT NULL,  -- the name of the file it stood in
    text   TEXT NOT NULL,
    told   TEXT            -- JSON: of a written one what the events told then, row by row
) STRICT;
CREATE INDEX issue_of_day ON issue (day, origin, id);

-- Which ways have ever named an event: asked of each that a reading goes without.
CREATE INDEX listing_versions ON listing (source, key);
