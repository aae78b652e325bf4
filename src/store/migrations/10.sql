-- Open pull requests of the newsletter's repository, as they were last read.
CREATE TABLE pull (
    repository TEXT NOT NULL,     -- OWNER/NAME
    number     INTEGER NOT NULL,
    title      TEXT NOT NULL,
    author     TEXT NOT NULL,
    url        TEXT NOT NULL,
    head       TEXT NOT NULL,     -- the commit whose files were read
    patches    TEXT,              -- JSON: what it changes in drafts, path and difference; null if not read yet
    PRIMARY KEY (repository, number)
) STRICT;

-- When their list was last read, and its validator.
CREATE TABLE pull_list (
    repository TEXT PRIMARY KEY,
    etag       TEXT,
    at         TEXT NOT NULL
) STRICT;
