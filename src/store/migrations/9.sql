-- Rows of calls for papers that we wrote into drafts: by them an update knows what people changed or took out.
CREATE TABLE call_row (
    day   TEXT NOT NULL,  -- the issue
    path  TEXT NOT NULL,  -- of the draft, links followed; empty if unknown
    event TEXT NOT NULL,
    row   TEXT NOT NULL,  -- as its event gave it last
    at    TEXT NOT NULL,
    PRIMARY KEY (day, path, event)
) STRICT;
