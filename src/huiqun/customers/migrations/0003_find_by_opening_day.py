"""Customers of a few days are found without walking through all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("customers", "0002_reach_and_ledger"),)
    operations = (
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["opened_date", "-id"], name="customer_opened"),
        ),
    )
