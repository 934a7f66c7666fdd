"""The demo bank's loader and run-through, found by name: the product does not import them."""

import json
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from django.conf import settings

from huiqun.config.commands.operating import migrate
from huiqun.foundation.models import Staff


def prepare() -> None:
    """Bring the database up to date and load the demo bank, unless it is there."""
    began = time.monotonic()
    migrate(check=False, quiet=True)
    click.echo(f"✓ 数据表 · tables ({time.monotonic() - began:.1f} s)")
    loader = _demo("load")
    if not _is_loaded(loader):
        _load(loader)
    accounts = getattr(loader, "accounts", None)
    if accounts is not None:
        path = settings.HUIQUN_VAR / "demo-accounts.json"
        path.write_text(json.dumps(accounts(), ensure_ascii=False), encoding="utf-8")


def _load(loader: Any) -> None:
    began = time.monotonic()
    click.echo("… 演示银行 · loading the demo bank")
    loader.load(progress=_progress)
    click.echo(f"✓ 演示银行 · demo bank loaded ({time.monotonic() - began:.1f} s)")


def _is_loaded(loader: Any) -> bool:
    is_loaded = getattr(loader, "is_loaded", None)
    return bool(is_loaded()) if is_loaded is not None else Staff.objects.exists()


def _progress(*words: object, **more: object) -> None:
    click.echo("  " + " ".join(str(word) for word in (*words, *more.values())))


def _demo(name: str) -> Any:
    module = f"huiqun_demo.{name}"
    if find_spec("huiqun_demo") is None or find_spec(module) is None:
        raise click.ClickException(f"{module} is not installed: the demo needs the project's own folder.")
    return import_module(module)
