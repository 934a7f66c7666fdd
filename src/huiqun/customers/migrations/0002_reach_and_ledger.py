"""The published view of who may be reached, and the ledger's guard."""

from django.db import migrations

REACH = """
CREATE VIEW customers_reach AS
SELECT c.id AS customer_id,
       c.branch_id,
       w.channel,
       w.purpose,
       CASE w.channel WHEN 'email' THEN c.email_index IS NOT NULL
                      WHEN 'branch_counter' THEN true
                      ELSE c.phone_index IS NOT NULL END AS has_contact,
       coalesce(k.state = 'given', false) AS consent_given,
       coalesce(k.state = 'given' AND t.accepted, false) AS consent_current,
       c.risk_level::int AS risk_level,
       c.risk_assessed_date,
       c.birth_date,
       c.overdue,
       c.merged_into_id IS NOT NULL AS merged
  FROM customers_customer c
 CROSS JOIN (VALUES ('sms'::varchar, 'marketing'::varchar), ('sms', 'service'),
                    ('email', 'marketing'), ('email', 'service'),
                    ('phone', 'marketing'), ('phone', 'service'),
                    ('branch_counter', 'marketing'), ('branch_counter', 'service')) AS w (channel, purpose)
  LEFT JOIN customers_consent k
    ON k.customer_id = c.id AND k.channel = w.channel AND k.purpose = w.purpose
  LEFT JOIN customers_consenttext t
    ON t.channel = k.channel AND t.purpose = k.purpose AND t.version = k.text_version
"""

LEDGER = """
CREATE TRIGGER consents_are_append_only BEFORE UPDATE OR DELETE ON customers_consentrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consents_are_not_truncated BEFORE TRUNCATE ON customers_consentrecord
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNDO_LEDGER = """
DROP TRIGGER consents_are_append_only ON customers_consentrecord;
DROP TRIGGER consents_are_not_truncated ON customers_consentrecord;
"""


class Migration(migrations.Migration):
    dependencies = (("customers", "0001_initial"), ("foundation", "0002_facts_are_append_only"))
    operations = (
        migrations.RunSQL(REACH, "DROP VIEW customers_reach"),
        migrations.RunSQL(LEDGER, UNDO_LEDGER),
    )
