-- That a listing is new shows in its id: they only rise while none is deleted, and deletions are counted. A trigger that
-- counts was more than half of what it takes to write one: SQLite copies each page again for every such statement, to
-- be able to undo it alone.
DROP TRIGGER grounds_listing_new;
ALTER TABLE grounds ADD COLUMN newest INTEGER;  -- with `believed`: the largest id of a listing then; null for none
UPDATE grounds SET newest = (SELECT max(id) FROM listing);
