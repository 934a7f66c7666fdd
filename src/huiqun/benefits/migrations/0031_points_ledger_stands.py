"""What the points ledger is, kept by the database: append-only, and each movement's lines sum to zero.

All lines of a movement come in one statement, numbered from 0: the primary key then refuses any that come later, and one
look at the statement's rows checks as many movements as it brings. Joins are held to the index, because the plan is kept
for statements of one movement and of fifty thousand alike. That a movement has lines at all is asked at commit.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION points_lines_stand() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE wrong bigint;
BEGIN
    SELECT s.movement_id INTO wrong FROM (
        SELECT n.movement_id, sum(n.points) AS total, count(*) AS lines, min(n.place) AS first, max(n.place) AS last,
               sum(n.points) FILTER (WHERE n.account = 'customer') AS moved, min(m.points) AS points,
               bool_and(n.customer_id IS NULL OR n.customer_id = m.customer_id) AS own
        FROM new_lines n LEFT JOIN benefits_pointsmovement m ON m.id = n.movement_id
        GROUP BY n.movement_id
    ) s
    WHERE s.total <> 0 OR s.lines < 2 OR s.first <> 0 OR s.last <> s.lines - 1
       OR s.moved IS DISTINCT FROM s.points OR s.own IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the lines of points movement % do not balance, or are not its own', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER points_lines_balance AFTER INSERT ON benefits_pointsline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION points_lines_stand();

CREATE FUNCTION points_movement_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM benefits_pointsline WHERE movement_id = NEW.id AND place = 0) THEN
        RAISE EXCEPTION 'points movement % has no lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER points_movement_has_lines AFTER INSERT ON benefits_pointsmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION points_movement_stands();

CREATE TRIGGER points_movements_are_append_only BEFORE UPDATE OR DELETE ON benefits_pointsmovement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER points_movements_are_not_truncated BEFORE TRUNCATE ON benefits_pointsmovement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER points_lines_are_append_only BEFORE UPDATE OR DELETE ON benefits_pointsline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER points_lines_are_not_truncated BEFORE TRUNCATE ON benefits_pointsline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE benefits_pointslot SET (fillfactor = 80);
"""
UNDO = """
DROP TRIGGER points_lines_balance ON benefits_pointsline;
DROP TRIGGER points_movement_has_lines ON benefits_pointsmovement;
DROP TRIGGER points_movements_are_append_only ON benefits_pointsmovement;
DROP TRIGGER points_movements_are_not_truncated ON benefits_pointsmovement;
DROP TRIGGER points_lines_are_append_only ON benefits_pointsline;
DROP TRIGGER points_lines_are_not_truncated ON benefits_pointsline;
DROP FUNCTION points_lines_stand();
DROP FUNCTION points_movement_stands();
"""


class Migration(migrations.Migration):
    dependencies = (
        ("benefits", "0030_points_and_pledges"),
        ("foundation", "0002_facts_are_append_only"),
    )
    operations = (migrations.RunSQL(GUARD, UNDO),)
