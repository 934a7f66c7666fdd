"""Every model says what personal data it holds and how that is erased; keys point downward."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.secrets import BlindIndexField, EncryptedField

OURS = [model for model in apps.get_models() if model.__module__.startswith("huiqun.")]
PERSONAL_NAMES = (
    "full_name", "id_number", "card_number", "phone", "mobile", "email", "openid", "address", "birth_date",
)  # fmt: skip


def each_model(function: Any) -> Any:
    return pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)(function)


@each_model
def test_declares_its_personal_data(model: type[models.Model]):
    declared = model.__dict__.get("personal_data")
    assert isinstance(declared, PersonalData), f"{model._meta.label} needs personal_data of its own"
    columns = {field.name for field in model._meta.get_fields()}
    assert set(declared.fields) <= columns, f"no such fields: {set(declared.fields) - columns}"
    if declared.fields:
        keeps_why = declared.erasure.startswith("keep: ") and len(declared.erasure) > len("keep: ") + 10
        assert declared.erasure in ("delete", "anonymise") or keeps_why, declared.erasure


@each_model
def test_declares_columns_that_are_personal_by_their_looks(model: type[models.Model]):
    declared = model.personal_data.fields  # type: ignore[attr-defined]
    for field in model._meta.concrete_fields:
        if isinstance(field, EncryptedField):
            assert declared.get(field.name) == "encrypted", f"{field} is encrypted and not declared so"
        elif isinstance(field, BlindIndexField):
            assert declared.get(field.name) == "blind index", f"{field} is a blind index and not declared so"
        elif field.name in PERSONAL_NAMES:
            assert field.name in declared, f"{field} looks personal and is not declared"


@each_model
def test_points_only_downward_and_leaves_no_trace_there(model: type[models.Model]):
    """Import contracts keep the direction; a reverse name would let the lower domain look up."""
    for field in model._meta.local_fields:
        target = field.related_model
        if not isinstance(target, type) or target._meta.app_label == model._meta.app_label:
            continue
        assert field.remote_field.hidden, f'{field}: write related_name="+"'  # type: ignore[union-attr]
