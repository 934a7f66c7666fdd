"""Versions and snapshots are never changed or deleted: what was approved and who was chosen stands."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audiences_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never changes: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audience_version_stands BEFORE UPDATE OR DELETE ON audiences_audienceversion
    FOR EACH ROW EXECUTE FUNCTION audiences_refuse_change();
CREATE TRIGGER audience_version_stays BEFORE TRUNCATE ON audiences_audienceversion
    FOR EACH STATEMENT EXECUTE FUNCTION audiences_refuse_change();
CREATE TRIGGER snapshot_stands BEFORE UPDATE OR DELETE ON audiences_snapshot
    FOR EACH ROW EXECUTE FUNCTION audiences_refuse_change();
CREATE TRIGGER snapshot_stays BEFORE TRUNCATE ON audiences_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION audiences_refuse_change();
"""
BACKWARD = """
DROP TRIGGER audience_version_stands ON audiences_audienceversion;
DROP TRIGGER audience_version_stays ON audiences_audienceversion;
DROP TRIGGER snapshot_stands ON audiences_snapshot;
DROP TRIGGER snapshot_stays ON audiences_snapshot;
DROP FUNCTION audiences_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audiences", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
