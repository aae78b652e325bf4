-- What an editor ruled, what was printed, and which readings wait to be believed.

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
