-- That the requests of a whole day were not enough for a page was known by the words of its trouble.
ALTER TABLE discover_look ADD COLUMN not_enough INTEGER;  -- the requests that a day had then; null if they were enough
UPDATE discover_look SET not_enough = CAST(substr(trouble, 37) AS INTEGER)
WHERE trouble LIKE 'takes more requests than a day has, %';
