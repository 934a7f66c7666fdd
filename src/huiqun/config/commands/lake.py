"""`huiqun lake archive`."""

import click
from django.conf import settings

from huiqun.foundation import clock, reconciling
from huiqun.lib.refusal import Refusal


def archive() -> None:
    if not settings.HUIQUN_ARCHIVE:
        raise click.ClickException(
            "There is no archive: name one with HUIQUN_ARCHIVE (docs/matters/lake.md)."
        )
    try:
        moved = reconciling.archive_old(now=clock.now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{moved} files moved to the archive.")
