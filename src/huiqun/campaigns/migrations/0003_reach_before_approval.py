"""Estimates, limits on the size, priority and what becomes of quiet hours and holidays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("campaigns", "0002_plan_mechanics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.AddField(
            model_name="campaign",
            name="priority",
            field=models.PositiveSmallIntegerField(default=50, verbose_name="priority"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="on_quiet",
            field=models.CharField(
                choices=[("hold", "wait until they end"), ("drop", "drop what falls into them")],
                default="hold",
                max_length=10,
                verbose_name="in quiet hours",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="on_holidays",
            field=models.CharField(
                choices=[
                    ("send", "send as on any day"),
                    ("hold", "wait until they end"),
                    ("drop", "drop what falls into them"),
                ],
                default="send",
                max_length=10,
                verbose_name="on public holidays",
            ),
        ),
        migrations.CreateModel(
            name="Estimate",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="campaigns.campaign",
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("body", models.JSONField(default=dict)),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="SizeLimits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "second_from",
                    models.PositiveIntegerField(
                        default=100_000, verbose_name="second approval from (customers)"
                    ),
                ),
                (
                    "most_percent",
                    models.PositiveSmallIntegerField(
                        default=20, verbose_name="stop when the audience has changed by more than (%)"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="size_limits_are_one")
                ]
            },
        ),
        migrations.CreateModel(
            name="SizeApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("audience", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="size_approvals",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "digest"), name="size_approved_once")
                ]
            },
        ),
    )
