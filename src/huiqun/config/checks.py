"""What keeps a production installation from starting, said before anything starts."""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from huiqun.config.demo_secrets import MARK

SECRETS: Final = ("HUIQUN_SECRET", "HUIQUN_KEYS", "HUIQUN_INDEX_KEY", "HUIQUN_SEAL_KEY")
NAMES: Final = (
    "HUIQUN_MODE",
    "HUIQUN_VAR",
    "DEBUG",
    "DATABASE_URL",
    "HUIQUN_LAKE",
    "HUIQUN_HOSTS",
    "HUIQUN_PUBLIC_URL",
    "HUIQUN_BANK_NAME",
    "HUIQUN_LAKE_MEMORY",
    "HUIQUN_ARCHIVE_CACHE",
    "HUIQUN_ARCHIVE_DAYS",
    "HUIQUN_FEATURES_MEMORY",
    "HUIQUN_ENGINE",
    "HUIQUN_SPARK_SECONDS",
    "HUIQUN_CLOCK_OFFSET",
    *SECRETS,
)
MEMORY: Final = re.compile(r"\d+(\.\d+)?\s*[KMGT](i?B)", re.IGNORECASE)
ENGINE: Final = re.compile(r"duckdb|local|spark://[^/;\s:]+(:\d+)?(/|/(;\w+=[^;\s]+)+)?")
KEY_SIZES: Final = {"aes": 32, "sm4": 16}
LEAST_SECRET: Final = 50
LEAST_INDEX_KEY: Final = 32
_YES: Final = {"1", "true", "yes", "on"}


class NotFitForProduction(RuntimeError):
    """Production was asked for, and something it needs is missing or is the demo's."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Huiqun does not start in production:\n{lines}\nSee docs/operations/production.md.")


def refuse_unfit_production(given: Callable[[str], str]) -> None:
    """:param given: reads one setting by name :raises NotFitForProduction"""
    problems = production_problems({name: given(name) for name in NAMES})
    if problems:
        raise NotFitForProduction(problems)


def production_problems(env: Mapping[str, str]) -> list[str]:
    """Every reason not to run with these settings, each with what to do; none outside production."""
    if env.get("HUIQUN_MODE") != "production":
        return []
    return [*_places(env), *_engine(env), *_missing_secrets(env), *_demo_secrets(env), *_malformed_keys(env)]


def _places(env: Mapping[str, str]) -> list[str]:
    problems = []
    if env.get("DEBUG", "").lower() in _YES:
        problems.append("DEBUG is on: it shows code and settings to whoever meets an error. Take it away.")
    if not env.get("DATABASE_URL"):
        problems.append("DATABASE_URL is missing: name the bank's PostgreSQL (16 or later).")
    if not env.get("HUIQUN_LAKE"):
        problems.append("HUIQUN_LAKE is missing: name the folder that web servers and workers share.")
    hosts = [host for host in env.get("HUIQUN_HOSTS", "").split(",") if host]
    if not hosts or "*" in hosts:
        problems.append("HUIQUN_HOSTS must name the host names under which staff and customers come.")
    if not env.get("HUIQUN_PUBLIC_URL", "").startswith("https://"):
        problems.append("HUIQUN_PUBLIC_URL must be the https:// address that customers' links begin with.")
    if not env.get("HUIQUN_BANK_NAME", "").strip():
        problems.append(
            "HUIQUN_BANK_NAME is missing: name the bank as its customers know it; messages carry it."
        )
    for name in ("HUIQUN_LAKE_MEMORY", "HUIQUN_FEATURES_MEMORY", "HUIQUN_ARCHIVE_CACHE"):
        if (memory := env.get(name)) and not MEMORY.fullmatch(memory):
            problems.append(f"{name} must be an amount with its unit, like 4GB.")
    if (days := env.get("HUIQUN_ARCHIVE_DAYS")) and not days.isdigit():
        problems.append("HUIQUN_ARCHIVE_DAYS must be a whole number of days, like 730.")
    if env.get("HUIQUN_CLOCK_OFFSET", "0") not in ("", "0"):
        problems.append("HUIQUN_CLOCK_OFFSET is set: only a demo may shift the clock. Take it away.")
    return problems


def _engine(env: Mapping[str, str]) -> list[str]:
    problems = []
    engine, seconds = env.get("HUIQUN_ENGINE", ""), env.get("HUIQUN_SPARK_SECONDS", "")
    if engine and not ENGINE.fullmatch(engine):
        problems.append("HUIQUN_ENGINE must be duckdb, or spark://host:port of a Spark Connect server.")
    if engine.startswith("spark://") and find_spec("pyspark") is None:
        problems.append(
            "HUIQUN_ENGINE names a Spark cluster, but its client is missing: install huiqun[spark]."
        )
    if seconds and not (seconds.isdigit() and int(seconds)):
        problems.append("HUIQUN_SPARK_SECONDS must be a whole number of seconds, like 600.")
    return problems


def _missing_secrets(env: Mapping[str, str]) -> list[str]:
    purposes = {
        "HUIQUN_SECRET": "signs sessions and links",
        "HUIQUN_KEYS": "encrypts customers' identifiers",
        "HUIQUN_INDEX_KEY": "finds encrypted identifiers again",
        "HUIQUN_SEAL_KEY": "signs the sealed evidence",
    }
    return [
        f"{name} is missing: it {purpose}. Make one with `huiqun keys new`."
        for name, purpose in purposes.items()
        if not env.get(name)
    ]


def _demo_secrets(env: Mapping[str, str]) -> list[str]:
    of_demo = _made_by_demo(Path(env.get("HUIQUN_VAR") or "var"))
    return [
        f"{name} is a demo's secret. Make one for production with `huiqun keys new`."
        for name in SECRETS
        if (value := env.get(name))
        and (value.startswith(MARK) or of_demo.get(name) in _parts(value) or _names_demo_key(name, value))
    ]


def _parts(value: str) -> list[str]:
    """A setting and, when it lists several keys, each of them."""
    return [value, *(part.strip() for part in value.split(","))]


def _made_by_demo(folder: Path) -> dict[str, str]:
    try:
        return dict(json.loads((folder / "secrets.json").read_text()))
    except (OSError, ValueError):
        return {}


def _names_demo_key(name: str, value: str) -> bool:
    return name == "HUIQUN_KEYS" and any(key.strip().startswith("demo:") for key in value.split(","))


def _malformed_keys(env: Mapping[str, str]) -> list[str]:
    problems = []
    if 0 < len(env.get("HUIQUN_SECRET", "")) < LEAST_SECRET:
        problems.append(f"HUIQUN_SECRET is too short: {LEAST_SECRET} characters are the least.")
    if 0 < len(env.get("HUIQUN_INDEX_KEY", "")) < LEAST_INDEX_KEY:
        problems.append(f"HUIQUN_INDEX_KEY is too short: {LEAST_INDEX_KEY} characters are the least.")
    for key in filter(None, env.get("HUIQUN_KEYS", "").split(",")):
        name, _, rest = key.strip().partition(":")
        algorithm, _, encoded = rest.partition(":")
        if _length(encoded) != KEY_SIZES.get(algorithm):
            problems.append(
                f"HUIQUN_KEYS: write key {name[:20]} as id:aes:<32 bytes> or id:sm4:<16 bytes>, in base64."
            )
    seals = env.get("HUIQUN_SEAL_KEY", "")
    if seals and not _are_seal_keys(seals):
        problems.append(
            "HUIQUN_SEAL_KEY: write each key as 32 bytes in base64, the newest first, with commas."
        )
    return problems


def _are_seal_keys(text: str) -> bool:
    """The newest key signs; the earlier ones after it verify what they signed."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    return bool(keys) and all(_length(key) == 32 for key in keys)


def _length(encoded: str) -> int | None:
    try:
        return len(b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return None
