-- The names and pages under which groups were known: an address of a group that was given out once leads to it for good.
CREATE TABLE organiser (
    name  TEXT PRIMARY KEY,  -- folded, as names are compared
    shown TEXT NOT NULL,     -- as it was printed
    "group" TEXT NOT NULL,   -- the group's id
    at    TEXT NOT NULL      -- when it was first known
) STRICT;

CREATE TABLE organiser_page (
    url     TEXT PRIMARY KEY,
    "group" TEXT NOT NULL
) STRICT;
