"""What stands before a command: settings and domains loaded, or a plain word why not."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


def with_django(function: Callable[P, R]) -> Callable[P, R]:
    """Load settings and domains before the command; say plainly what production lacks."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        refuse_unfit_production()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqun.config.settings")
        import django

        django.setup()
        return function(*args, **kwargs)

    return run


def refuse_unfit_production() -> None:
    from huiqun.config import postgres
    from huiqun.config.checks import NotFitForProduction

    try:
        from huiqun.config import settings  # noqa: F401
    except NotFitForProduction as unfit:
        click.echo(str(unfit), err=True)
        sys.exit(2)
    except postgres.PostgresFailed as failed:
        raise click.ClickException(str(failed)) from None
