"""Codes that partners deliver: where they came from, who has which."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.claims import Claim
from huiqun.benefits.models.offers import Benefit
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import BlindIndexField, EncryptedField


class CodeState(models.TextChoices):
    """``WITHHELD``: somebody has seen it, so that it is never given to anybody else."""

    FREE = "free", pgettext_lazy("code", "Free")
    TAKEN = "taken", pgettext_lazy("code", "Given out")
    WITHHELD = "withheld", pgettext_lazy("code", "Withheld")


class CodeImportQuerySet(ScopedQuerySet):
    branch_field = "benefit__branch"


class CodeImport(models.Model):
    """导码批次. One file of codes: each line was taken in or is named with what is wrong with it."""

    personal_data = NO_PERSONAL_DATA

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="imports")
    file_name = models.CharField(_("file"), max_length=200)
    file_digest = models.CharField(max_length=64)
    lines = models.PositiveIntegerField(_("lines"))
    accepted = models.PositiveIntegerField(_("taken in"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    brought_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()

    objects: ClassVar[Any] = CodeImportQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("benefit", "-id"), name="code_import_of_benefit"),)


class RefusedCode(models.Model):
    """One line that was not taken in. ``shown`` is masked: a code that is worth money stands nowhere in the clear."""

    personal_data = NO_PERSONAL_DATA

    of_import = models.ForeignKey(CodeImport, models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField(_("line"))
    shown = models.CharField(max_length=20)
    problem = models.CharField(max_length=120)

    class Meta:
        indexes = (models.Index(fields=("of_import", "line", "id"), name="refused_code_line"),)


class PoolCode(models.Model):
    """券码. A partner's code, encrypted; its blind index finds it again and lets none in twice."""

    personal_data = PersonalData(
        fields={"code": "encrypted", "code_index": "blind index"},
        erasure="keep: the partner settles by its codes, and each is given out once only",
    )

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="codes_in_pool", db_index=False)
    of_import = models.ForeignKey(CodeImport, models.PROTECT, related_name="+", db_index=False)
    code = EncryptedField()
    code_index = BlindIndexField(null=False, unique=True, db_index=False)
    state = models.CharField(max_length=10, choices=CodeState, default=CodeState.FREE)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="pool_codes", db_index=False)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("claim",), condition=Q(state="taken"), name="pool_code_one_per_claim"
            ),
            models.CheckConstraint(
                condition=Q(state="free", claim=None) | ~Q(state="free") & ~Q(claim=None),
                name="pool_code_free_or_of_a_claim",
            ),
        )
        indexes = (
            models.Index(fields=("benefit", "id"), condition=Q(state="free"), name="pool_code_free"),
            models.Index(fields=("benefit", "state"), name="pool_code_by_state"),
        )
