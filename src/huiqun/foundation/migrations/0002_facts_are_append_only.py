from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER facts_are_append_only BEFORE UPDATE OR DELETE ON foundation_fact
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER facts_are_not_truncated BEFORE TRUNCATE ON foundation_fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO = "DROP TRIGGER facts_are_append_only ON foundation_fact; DROP TRIGGER facts_are_not_truncated ON foundation_fact; DROP FUNCTION refuse_change();"


class Migration(migrations.Migration):
    dependencies = (("foundation", "0001_initial"),)
    operations = (migrations.RunSQL(GUARD, UNDO),)
