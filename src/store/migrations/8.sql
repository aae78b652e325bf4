-- Whether anything that beliefs rest on has changed since they were last formed: if nothing has, a refresh has
-- nothing to believe. Triggers count, so that no writer can forget to.
CREATE TABLE grounds (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    changes  INTEGER NOT NULL,  -- how often what is stored has changed
    believed INTEGER,           -- the count at which it was last believed; null for never
    rest     TEXT,              -- a digest of all else that was believed from: configuration, program, day
    at       TEXT,              -- when
    report   TEXT               -- JSON: what came of it
) STRICT;
INSERT INTO grounds (id, changes) VALUES (1, 0);

CREATE TRIGGER grounds_listing_new AFTER INSERT ON listing BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_listing_gone AFTER DELETE ON listing BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
-- That a listing was said again is no change.
CREATE TRIGGER grounds_listing AFTER UPDATE ON listing
WHEN new.body IS NOT old.body OR new.key IS NOT old.key OR new.predecessor IS NOT old.predecessor
    OR new.renewed IS NOT old.renewed OR new.missing_since IS NOT old.missing_since
    OR new.gone_at IS NOT old.gone_at OR new.replaced_at IS NOT old.replaced_at
    OR new.first_seen IS NOT old.first_seen
BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
-- A page that was read since counts before the list only until the list is read well again.
CREATE TRIGGER grounds_source AFTER UPDATE OF last_good ON source
WHEN new.last_good IS NOT old.last_good AND EXISTS (
    SELECT 1 FROM listing WHERE source = new.id AND part = 'page' AND replaced_at IS NULL AND gone_at IS NULL
        AND first_seen > coalesce(old.last_good, ''))
BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_question_new AFTER INSERT ON question BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_question_gone AFTER DELETE ON question BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_decision AFTER INSERT ON decision BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_crowd_new AFTER INSERT ON crowd BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_crowd AFTER UPDATE ON crowd BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_floor_new AFTER INSERT ON floor BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_floor_gone AFTER DELETE ON floor BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
-- Printed issues say what is usual for a group.
CREATE TRIGGER grounds_issue_new AFTER INSERT ON issue BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_issue AFTER UPDATE ON issue BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
CREATE TRIGGER grounds_issue_gone AFTER DELETE ON issue BEGIN
    UPDATE grounds SET changes = changes + 1;
END;
