"""Blocks of copy that campaigns share: a header, a footer, a disclaimer."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class BlockKind(models.TextChoices):
    HEADER = "header", _("Header")
    FOOTER = "footer", _("Footer")
    DISCLAIMER = "disclaimer", _("Disclaimer")
    OTHER = "other", _("Other words")


class Block(models.Model):
    """公共文案块; the copy of a campaign names it as ``{{ block_key }}``."""

    personal_data = NO_PERSONAL_DATA

    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    key = models.SlugField(_("key"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=BlockKind.choices, default=BlockKind.DISCLAIMER)
    text = models.TextField(_("text"), max_length=2_000)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class BlockVersion(models.Model):
    """What a block said, from when, by whom."""

    personal_data = PersonalData(
        fields={"by": "pseudonym"}, erasure="keep: the bank must be able to show who wrote what was sent"
    )

    block = models.ForeignKey(Block, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("block", "number"), name="block_version_once"),)
