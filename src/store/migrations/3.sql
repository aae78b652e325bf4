-- Where SEQUENCE begins for events that the world may have seen and this database has not: a backup was
-- restored that is older than what was published since. An event without a name stands for every other
-- that is new.
CREATE TABLE floor (
    event    TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT;
