-- So that a question reads the rows that answer it and no others: which events are on which days, which have changed
-- since a reader last looked, and by which names an event is known.

-- Days in UTC, at most one off from those where the event is. A body that is no JSON has none; it is read with every
-- window, and reported then.
ALTER TABLE published ADD COLUMN first_day TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(body) THEN substr(coalesce(body ->> '$.when.timed.start', body ->> '$.when.days.first'), 1, 10) END) VIRTUAL;
ALTER TABLE published ADD COLUMN last_day TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(body) THEN substr(coalesce(
        body ->> '$.when.timed.end', body ->> '$.when.timed.start', body ->> '$.when.days.last'), 1, 10) END) VIRTUAL;
ALTER TABLE published ADD COLUMN print_until TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(body) THEN body ->> '$.print_until' END) VIRTUAL;
-- The publication that wrote the row last.
ALTER TABLE published ADD COLUMN publication INTEGER NOT NULL DEFAULT 0;

CREATE INDEX published_first_day ON published (first_day);
CREATE INDEX published_of_days ON published (last_day) WHERE last_day > date(first_day, '+2 days');
CREATE INDEX published_pinned ON published (print_until) WHERE print_until IS NOT NULL;
CREATE INDEX published_publication ON published (publication);

-- The number of the last publication that changed an event or a suspicion: one row.
CREATE TABLE publication (number INTEGER NOT NULL) STRICT;
INSERT INTO publication VALUES (0);

CREATE INDEX identity_of_event ON identity (event);
CREATE INDEX link_of_event ON link (event);
CREATE INDEX twin_of_set ON twin (twins);
CREATE INDEX suspicion_one ON suspicion (one);
CREATE INDEX suspicion_other ON suspicion (other);
CREATE INDEX listing_of_key ON listing (key) WHERE replaced_at IS NULL AND part = 'list';
