-- Groups that should have an event in an issue by their habit, and had none.

-- Which group was named for which day, so that it is named for one issue only.
CREATE TABLE suspect (
    organiser TEXT NOT NULL,  -- its page on a platform (`meetup:rust-berlin`), else its name, folded
    day       TEXT NOT NULL,  -- the day on which it would have met
    issue     TEXT NOT NULL,  -- the issue for which it was named first
    PRIMARY KEY (organiser, day)
) STRICT;

-- Groups that editors no longer expect. Rows stay; taking one back only dates it.
CREATE TABLE dismissal (
    id             INTEGER PRIMARY KEY,
    organiser      TEXT NOT NULL,
    name           TEXT NOT NULL,
    reason         TEXT NOT NULL,
    editor         TEXT,
    at             TEXT NOT NULL,
    expected_again TEXT  -- since when it is expected again
) STRICT;
