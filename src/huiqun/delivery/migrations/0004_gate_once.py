"""Members wait as bytes until they are judged; caps by topic, priority, quotas of accounts."""

from django.db import migrations, models

COUNTED_ONCE = "delivery_contact_count_once"


class Migration(migrations.Migration):
    dependencies = (("delivery", "0003_lost_leases"), ("customers", "0004_protected_and_elsewhere"))
    operations = (
        migrations.CreateModel(
            name="MemberBatch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("run_id", models.BigIntegerField(db_index=True)),
                ("members", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="AccountDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField()),
                ("on_date", models.DateField()),
                ("count", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name="accountday",
            constraint=models.UniqueConstraint(fields=("account_id", "on_date"), name="delivery_account_day"),
        ),
        migrations.AddField(
            model_name="run",
            name="topic",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="run", name="priority", field=models.PositiveSmallIntegerField(db_default=50, default=50)
        ),
        migrations.AddField(
            model_name="run",
            name="on_quiet",
            field=models.CharField(db_default="hold", default="hold", max_length=10),
        ),
        migrations.AddField(
            model_name="run",
            name="on_holidays",
            field=models.CharField(db_default="send", default="send", max_length=10),
        ),
        migrations.RemoveConstraint(model_name="contactcount", name=COUNTED_ONCE),
        migrations.AddField(
            model_name="contactcount",
            name="topic",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="contactcount",
            name="priority",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="contactcount",
            constraint=models.UniqueConstraint(
                fields=("customer_id", "on_date", "purpose", "channel", "topic"), name=COUNTED_ONCE
            ),
        ),
    )
