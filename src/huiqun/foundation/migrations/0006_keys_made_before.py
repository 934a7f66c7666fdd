from django.db import migrations


class Migration(migrations.Migration):
    """Keys that open something already were made by administrators, who allow them."""

    dependencies = [("foundation", "0005_api_and_webhooks")]

    operations = [
        migrations.RunSQL(
            "UPDATE foundation_apikey SET allowed_at = made_at, allowed_by_id = made_by_id"
            " WHERE allowed_at IS NULL",
            migrations.RunSQL.noop,
        )
    ]
