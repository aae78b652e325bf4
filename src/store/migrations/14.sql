-- When the newest list of those that were read was made: what a cache that is stuck answers is older.
ALTER TABLE source ADD COLUMN left_origin_at TEXT;  -- as a cache said, else when it was asked
ALTER TABLE source ADD COLUMN stamped_at TEXT;      -- as its entries say, where they do
