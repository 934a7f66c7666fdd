"""What is told of the shelf."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ProductRegistered(Event):
    about = "product_id"
    words = _("Product registered")
    product_id: int
    code: str
    product_kind: str
    risk_level: int | None
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(Event):
    about = "product_id"
    words = _("Product changed")
    product_id: int
    changed: tuple[str, ...]
    risk_level: int | None
    terms_digest: str


@dataclass(frozen=True, kw_only=True)
class ProductWithdrawn(Event):
    about = "product_id"
    words = _("Product withdrawn")
    product_id: int
    reason: str
