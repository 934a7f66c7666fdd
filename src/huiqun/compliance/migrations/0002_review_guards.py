"""What the review promises, promised again by the database: there is no way round by SQL either."""

from django.db import migrations

GUARD = """
CREATE FUNCTION compliance_guard_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.subject, NEW.version, NEW.branch_id, NEW.frozen, NEW.digest, NEW.author_ids,
        NEW.submitted_by_id, NEW.submitted_at) IS DISTINCT FROM (OLD.subject, OLD.version, OLD.branch_id,
        OLD.frozen, OLD.digest, OLD.author_ids, OLD.submitted_by_id, OLD.submitted_at) THEN
        RAISE EXCEPTION 'a dossier is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dossiers_are_frozen BEFORE UPDATE OR DELETE ON compliance_dossier
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_dossier();

CREATE FUNCTION compliance_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE hands bigint[] := array_remove(ARRAY[NEW.decided_by_id, NEW.acting_for_id]::bigint[], NULL);
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('approved', 'returned') THEN
        RAISE EXCEPTION 'a decided step stays decided' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM compliance_dossier d WHERE d.id = NEW.dossier_id AND d.author_ids && hands) THEN
        RAISE EXCEPTION 'an author does not review' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM compliance_reviewstep s WHERE s.dossier_id = NEW.dossier_id AND s.id <> NEW.id
               AND ARRAY[s.decided_by_id, s.acting_for_id]::bigint[] && hands) THEN
        RAISE EXCEPTION 'each step needs a different person' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('open', 'approved', 'returned') AND EXISTS (
        SELECT FROM compliance_reviewstep s WHERE s.dossier_id = NEW.dossier_id
        AND s.position < NEW.position AND s.state <> 'approved') THEN
        RAISE EXCEPTION 'steps are taken in order' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER steps_keep_the_rules BEFORE INSERT OR UPDATE ON compliance_reviewstep
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_step();

CREATE FUNCTION compliance_guard_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved AND NOT EXISTS (
        SELECT FROM compliance_dossier d WHERE d.id = NEW.dossier_id AND d.subject = NEW.subject
        AND d.digest = NEW.digest AND d.state = 'approved'
        AND NOT EXISTS (SELECT FROM compliance_reviewstep s WHERE s.dossier_id = d.id AND s.state <> 'approved')
        AND (SELECT count(DISTINCT s.role) FROM compliance_reviewstep s WHERE s.dossier_id = d.id
             AND s.role IN ('business_reviewer', 'legal_reviewer', 'compliance_reviewer')) = 3) THEN
        RAISE EXCEPTION 'only what was approved is permitted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permits_follow_approvals BEFORE INSERT OR UPDATE ON compliance_permit
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_permit();

CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE ON compliance_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP TRIGGER seals_are_append_only ON compliance_seal;
DROP TRIGGER permits_follow_approvals ON compliance_permit;
DROP FUNCTION compliance_guard_permit();
DROP TRIGGER steps_keep_the_rules ON compliance_reviewstep;
DROP FUNCTION compliance_guard_step();
DROP TRIGGER dossiers_are_frozen ON compliance_dossier;
DROP FUNCTION compliance_guard_dossier();
"""


class Migration(migrations.Migration):
    dependencies = (("compliance", "0001_initial"), ("foundation", "0002_facts_are_append_only"))
    operations = (migrations.RunSQL(GUARD, UNDO),)
