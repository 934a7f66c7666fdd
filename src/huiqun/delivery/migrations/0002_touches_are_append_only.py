from django.db import migrations

GUARD = """
CREATE TRIGGER touches_are_append_only BEFORE UPDATE OR DELETE ON delivery_touch
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER touches_are_not_truncated BEFORE TRUNCATE ON delivery_touch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER touch_batches_are_append_only BEFORE UPDATE OR DELETE ON delivery_touchbatch
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER touch_batches_are_not_truncated BEFORE TRUNCATE ON delivery_touchbatch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNDO = """
DROP TRIGGER touches_are_append_only ON delivery_touch;
DROP TRIGGER touches_are_not_truncated ON delivery_touch;
DROP TRIGGER touch_batches_are_append_only ON delivery_touchbatch;
DROP TRIGGER touch_batches_are_not_truncated ON delivery_touchbatch;
"""


class Migration(migrations.Migration):
    dependencies = (("delivery", "0001_initial"), ("foundation", "0002_facts_are_append_only"))
    operations = (migrations.RunSQL(GUARD, UNDO),)
