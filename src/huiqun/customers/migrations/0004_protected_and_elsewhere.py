"""Protected persons, customers of other time zones, and both in the published views."""

from django.db import migrations, models

BEFORE = """
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
       c.merged_into_id IS NOT NULL AS merged{more}
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

REACH = "CREATE OR REPLACE VIEW customers_reach AS" + BEFORE.format(more=",\n       c.is_protected")

FACTS = """
CREATE VIEW customers_facts AS
SELECT id AS customer_id, branch_id, phone_index IS NOT NULL AS has_phone, email_index IS NOT NULL AS has_email,
       risk_level::int AS risk_level, risk_assessed_date, birth_date, overdue, is_protected,
       merged_into_id IS NOT NULL AS merged
  FROM customers_customer
"""
"""One row for each customer and one for each answer: what judges many channels at once joins these. The view of
both together is computed for every customer there is before it is joined to a few."""

ANSWERS = """
CREATE VIEW customers_answers AS
SELECT customer_id, channel, purpose, state, text_version FROM customers_consent
"""

ACCEPTED = """
CREATE VIEW customers_accepted_texts AS
SELECT channel, purpose, version FROM customers_consenttext WHERE accepted
"""

ELSEWHERE = """
CREATE VIEW customers_elsewhere AS
SELECT id AS customer_id, time_zone FROM customers_customer WHERE time_zone <> ''
"""

UNDO = "DROP VIEW customers_reach; CREATE VIEW customers_reach AS" + BEFORE.format(more="")


class Migration(migrations.Migration):
    dependencies = (("customers", "0003_find_by_opening_day"),)
    operations = (
        migrations.AddField(
            model_name="customer",
            name="is_protected",
            field=models.BooleanField(db_default=False, default=False, verbose_name="protected person"),
        ),
        migrations.AddField(
            model_name="customer",
            name="time_zone",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40, verbose_name="time zone"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("time_zone", ""), _negated=True),
                fields=["id"],
                include=("time_zone",),
                name="customer_elsewhere",
            ),
        ),
        migrations.RunSQL(REACH, UNDO),
        migrations.RunSQL(ELSEWHERE, "DROP VIEW customers_elsewhere"),
        migrations.RunSQL(FACTS, "DROP VIEW customers_facts"),
        migrations.RunSQL(ANSWERS, "DROP VIEW customers_answers"),
        migrations.RunSQL(ACCEPTED, "DROP VIEW customers_accepted_texts"),
    )
