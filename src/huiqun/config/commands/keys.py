"""`huiqun keys`: new secrets, and moving stored values to the newest key."""

import secrets
from base64 import b64encode

import click

from huiqun.config.checks import KEY_SIZES


def new(*, algorithm: str, key_id: str) -> str:
    """All four secrets as lines for an environment file. They are shown once and kept nowhere."""
    key = b64encode(secrets.token_bytes(KEY_SIZES[algorithm])).decode()
    seal = b64encode(secrets.token_bytes(32)).decode()
    return "\n".join(
        (
            "# For a first installation take all four. To rotate, put only the new HUIQUN_KEYS entry before",
            "# the old ones, separated by a comma, restart, and run: huiqun keys rotate",
            f"HUIQUN_SECRET={secrets.token_urlsafe(64)}",
            f"HUIQUN_KEYS={key_id}:{algorithm}:{key}",
            f"HUIQUN_INDEX_KEY={secrets.token_urlsafe(48)}",
            f"HUIQUN_SEAL_KEY={seal}",
        )
    )


def rotate() -> None:
    from huiqun.foundation import clock, rotation
    from huiqun.foundation.secrets import writing_key

    click.echo(f"Encrypting stored values with key {writing_key().id} …")
    rewritten = rotation.rotate_keys(
        now=clock.now(), progress=lambda name, last: click.echo(f"  … {name} up to number {last}")
    )
    told = ", ".join(f"{count:,} {name}" for name, count in rewritten.items())
    click.echo(f"Encrypted again: {told}. The older keys may go once no backup needs them.")
