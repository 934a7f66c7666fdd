"""Secrets for a demo or a test run: made once, kept in a file of their own, never good for production."""

import json
import os
import secrets
from base64 import b64encode
from pathlib import Path

MARK = "demo-only-"


def made_once(folder: Path) -> dict[str, str]:
    """The demo's secrets under ``folder``, written with owner-only rights on first use."""
    path = folder / "secrets.json"
    if path.exists():
        return dict(json.loads(path.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "HUIQUN_SECRET": MARK + secrets.token_urlsafe(48),
        "HUIQUN_KEYS": f"demo:aes:{_random()}",
        "HUIQUN_INDEX_KEY": MARK + secrets.token_urlsafe(32),
        "HUIQUN_SEAL_KEY": _random(),
    }
    draft = folder / f"secrets.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made, indent=1))
    try:
        os.link(draft, path)  # the first of two processes wins, and both read what it wrote
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return dict(json.loads(path.read_text()))


def _random() -> str:
    return b64encode(secrets.token_bytes(32)).decode()
