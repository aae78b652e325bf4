-- Who may rule on the pages, and who is logged in.

-- An editor's login. There is none until a command gives it.
CREATE TABLE user (
    name     TEXT PRIMARY KEY,
    password TEXT NOT NULL,  -- argon2id, in the PHC string form
    at       TEXT NOT NULL   -- when it was set
) STRICT;

-- Logins. The cookie's value is not kept, only its hash: who reads this table cannot log in with it.
CREATE TABLE session (
    hash    TEXT PRIMARY KEY,  -- SHA-256 of the cookie's value
    name    TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
    began   TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT;

-- Where SEQUENCE begins for events that the world may have seen and this database has not: a backup was
-- restored that is older than what was published since. An event without a name stands for every other
-- that is new.
CREATE TABLE floor (
    event    TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT;
