-- Many sources that change at once.

-- Sources that are held because many changed at once: what each said before `before` stands. Rows that have
-- ended are kept as the alarm's history.
CREATE TABLE crowd (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    scope  TEXT NOT NULL,  -- a platform, or all
    kind   TEXT NOT NULL,  -- gone, moved, renamed, mixed, added
    before TEXT NOT NULL,
    since  TEXT NOT NULL,  -- when the alarm was raised
    calm   TEXT,           -- since when the rest is as usual again
    why    TEXT NOT NULL,
    ended  TEXT,
    how    TEXT            -- back, agreed, accepted, forgotten
) STRICT;
CREATE UNIQUE INDEX crowd_held ON crowd (source) WHERE ended IS NULL;

-- Why a single source is held, and how many events of a foreign kind its reading has.
ALTER TABLE held ADD COLUMN kind TEXT NOT NULL DEFAULT 'contradiction';
ALTER TABLE held ADD COLUMN strangers INTEGER NOT NULL DEFAULT 0;

-- When what a source says changed: read whole at every refresh, without the bodies.
CREATE INDEX listing_times ON listing (source, first_seen, replaced_at, gone_at, missing_since);
