-- When the server made the list that was last read, if it made it for us and says so: what a cache that is stuck answers
-- is older.
ALTER TABLE source ADD COLUMN made_at TEXT;
