"""Whatever is encrypted is moved when the key is changed: every model is registered for rotation."""

import ast
from pathlib import Path

from django.apps import apps

import huiqun
from huiqun.foundation import rotation
from huiqun.foundation.secrets import EncryptedField

SOURCE = Path(huiqun.__path__[0])
BY_HAND = {
    "customers/actions/writing.py": "customers.Customer",
    "foundation/sign_in.py": "mfa.Authenticator",
    "foundation/rotation.py": "",
}
"""Who encrypts without the model's field, and where that is kept."""


def covered() -> set[str]:
    return set().union(*(each.models for each in rotation.registered()))


def test_every_model_with_an_encrypted_column_is_rotated():
    holding = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, EncryptedField) for field in model._meta.local_fields)
    }
    assert holding and holding <= covered(), f"not rotated: {holding - covered()}"


def test_whatever_is_encrypted_by_hand_is_rotated():
    by_hand = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path != SOURCE / "foundation" / "secrets.py" and encrypts(path)
    }
    assert by_hand == set(BY_HAND), "say in BY_HAND where it is kept, and register that for rotation"
    assert set(filter(None, BY_HAND.values())) <= covered()


def encrypts(path: Path) -> bool:
    """Whether a module takes ``encrypt`` from foundation.secrets, by its name or by the module's."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    if any(
        node.module == "huiqun.foundation.secrets" and any(name.name == "encrypt" for name in node.names)
        for node in imported
    ):
        return True
    ours = any(
        node.module == "huiqun.foundation" and any(name.name == "secrets" for name in node.names)
        for node in imported
    )
    return ours and any(
        isinstance(node, ast.Attribute) and node.attr in ("encrypt", "Key", "writing_key")
        for node in ast.walk(tree)
    )
