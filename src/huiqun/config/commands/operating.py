"""`huiqun migrate` and `huiqun staff new`."""

import sys
from collections.abc import Sequence

import click
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from huiqun.config import messages
from huiqun.foundation.models import Branch, Staff, StaffRole
from huiqun.foundation.roles import Role


def migrate(*, check: bool, quiet: bool = False) -> None:
    """Everything a new version needs before it starts; safe to repeat."""
    if check:
        call_command("makemigrations", check=True, dry_run=True)
        return
    messages.compile_stale()
    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)
    if settings.IS_PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)


@transaction.atomic
def new_staff(
    *, username: str, full_name: str, branch_code: str, roles: Sequence[str], password: str
) -> None:
    """The first administrator has nobody to make them: the command line does."""
    unknown = sorted(set(roles) - set(Role.values))
    if unknown:
        raise click.ClickException(
            f"No such role: {', '.join(unknown)}. There are: {', '.join(Role.values)}."
        )
    if Staff.objects.filter(username=username).exists():
        raise click.ClickException(f"There is a {username} already.")
    if not Branch.objects.exists():
        Branch.objects.create(code=branch_code, name="总行")
    branch = Branch.objects.filter(code=branch_code).first()
    if branch is None:
        raise click.ClickException(f"There is no branch {branch_code}.")
    staff = Staff.objects.create_user(username, password, full_name=full_name, branch=branch)
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in roles)
    click.echo(f"{username} may sign in.", file=sys.stdout)
