-- The chats that hear of events, and what each has heard last of each event: so nothing is posted twice.
CREATE TABLE channel (
    name   TEXT PRIMARY KEY,
    filter TEXT NOT NULL,  -- as it is configured
    since  TEXT NOT NULL   -- what was known before is no news
) STRICT;

CREATE TABLE heard (
    channel TEXT NOT NULL,
    event   TEXT NOT NULL,
    said    TEXT NOT NULL,  -- its start in seconds since 1970, or 'off'
    at      TEXT NOT NULL,
    PRIMARY KEY (channel, event)
) STRICT;
