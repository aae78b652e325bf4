-- A series may have thousands of edited occurrences: all its listings have one key, and what is asked of each must not
-- read the others.
DROP INDEX listing_versions;
CREATE INDEX listing_versions ON listing (source, key, part, instance, first_seen);
