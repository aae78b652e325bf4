-- What identifies a draft that was written: how the text at hand is told from an older version of it.
ALTER TABLE issue ADD COLUMN base INTEGER;   -- the version whose text it went on from; null for none
ALTER TABLE issue ADD COLUMN given TEXT;     -- the section that was given; null if unknown
ALTER TABLE issue ADD COLUMN added TEXT;     -- JSON: the rows that we added to it, event and heading
ALTER TABLE issue ADD COLUMN path TEXT;      -- of the draft, links followed
ALTER TABLE issue ADD COLUMN revision TEXT;  -- the commit that was checked out where it lay
