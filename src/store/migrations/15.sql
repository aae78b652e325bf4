-- The days of an event are written with it. As columns that SQLite works out of the body they took a twentieth of a
-- refresh: the body is read once more for each row.
DROP INDEX published_first_day;
DROP INDEX published_of_days;
DROP INDEX published_pinned;
ALTER TABLE published RENAME COLUMN first_day TO old_first_day;
ALTER TABLE published RENAME COLUMN last_day TO old_last_day;
ALTER TABLE published RENAME COLUMN print_until TO old_print_until;
ALTER TABLE published ADD COLUMN first_day TEXT;    -- in UTC, at most one off from those where the event is; null if the body cannot be read
ALTER TABLE published ADD COLUMN last_day TEXT;
ALTER TABLE published ADD COLUMN print_until TEXT;
UPDATE published SET first_day = old_first_day, last_day = old_last_day, print_until = old_print_until;
ALTER TABLE published DROP COLUMN old_first_day;
ALTER TABLE published DROP COLUMN old_last_day;
ALTER TABLE published DROP COLUMN old_print_until;
CREATE INDEX published_first_day ON published (first_day);
CREATE INDEX published_of_days ON published (last_day) WHERE last_day > date(first_day, '+2 days');
CREATE INDEX published_pinned ON published (print_until) WHERE print_until IS NOT NULL;
