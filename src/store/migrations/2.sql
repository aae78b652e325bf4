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

-- Every page under which an event was ever seen, for whoever asks by an old one.
CREATE TABLE link (
    url        TEXT NOT NULL,
    event      TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (url, event)
) STRICT;
