"""`huiqun migrate` and `huiqun staff new`."""

import sys
from collections.abc import Sequence

import click
from django.conf import settings
from django.core.management import call_command

from huiqun.config import messages
from huiqun.foundation import clock
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.workforce import actions as workforce


def migrate(*, check: bool, quiet: bool = False) -> None:
    """Everything a new version needs before it starts; safe to repeat."""
    if check:
        call_command("makemigrations", check=True, dry_run=True)
        return
    messages.compile_stale()
    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)
    if settings.IS_PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)


def new_staff(
    *, username: str, full_name: str, branch_code: str, roles: Sequence[str], password: str
) -> None:
    """The first administrator has nobody to make them: the command line does, and it is a fact."""
    unknown = sorted(set(roles) - set(Role.values))
    if unknown:
        raise click.ClickException(
            f"No such role: {', '.join(unknown)}. There are: {', '.join(Role.values)}."
        )
    try:
        workforce.install_staff(
            username=username,
            full_name=full_name,
            branch_code=branch_code,
            roles=roles,
            password=password,
            now=clock.now(),
        )
    except NotFound:
        raise click.ClickException(f"There is no branch {branch_code}.") from None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{username} may sign in.", file=sys.stdout)
