"""Playbooks 活动剧本: plans to start from, with what the sources got wrong already mended.

Each is ordinary data (``playbooks.toml``) that a marketer then edits; ``note`` says what was mended.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Offer:
    """A simple benefit as the law asks for it: item, specification, quantity, period, terms."""

    kind: str
    item: str
    specification: str
    quantity: int
    valid_days: int
    how_to_use: str
    terms: str


@dataclass(frozen=True, kw_only=True)
class Playbook:
    code: str
    name: str
    name_en: str
    kind: str
    goal: str
    note: str
    note_en: str
    preset: str
    product_kind: str
    conversion: str
    conversion_product_kind: str
    sms: tuple[str, ...]
    mail_title: str
    mail_body: str
    page_title: str
    page_body: str
    referral_levels: int = 0
    referral_cap: int | None = None
    offer: Offer | None = None


@cache
def playbooks() -> dict[str, Playbook]:
    """All playbooks by code, in the order of the file."""
    text = files("huiqun.campaigns").joinpath("playbooks.toml").read_text("utf-8")
    return {entry["code"]: _playbook(entry) for entry in tomllib.loads(text)["playbook"]}


def _playbook(entry: dict[str, Any]) -> Playbook:
    offer = entry.pop("offer", None)
    words: dict[str, Any] = {
        key: value.strip() if isinstance(value, str) else value for key, value in entry.items()
    }
    words["sms"] = tuple(words["sms"])
    return Playbook(**words, offer=Offer(**offer) if offer else None)
