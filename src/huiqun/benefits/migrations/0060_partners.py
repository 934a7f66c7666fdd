from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """A number becomes a key; what it named before, nobody could have named."""

    dependencies = [
        ("benefits", "0002_catalogue_and_life"),
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("benefit", "partner_id", "partner"),
        migrations.AlterField(
            model_name="benefit",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="partners.partner",
                verbose_name="partner",
            ),
        ),
    ]
