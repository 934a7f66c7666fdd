"""Which protocol an account speaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huiqun.delivery.channels.base import Sender
from huiqun.delivery.channels.smtp import SmtpSender
from huiqun.lib.channels import Channel


def _http_sms(config: Mapping[str, Any], secret: str) -> Sender:
    from huiqun.delivery.channels.http_sms import HttpSmsSender  # its HTTP client is for who sends

    return HttpSmsSender(config, secret)


@dataclass(frozen=True)
class Driver:
    """``required`` and ``optional`` are the keys of an account's config; ``secret`` names what the secret is."""

    channel: Channel
    open: Callable[[Mapping[str, Any], str], Sender]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    idempotent: bool
    needs_secret: bool


DRIVERS: dict[str, Driver] = {
    "http_sms": Driver(
        channel=Channel.SMS,
        open=_http_sms,
        required=("url", "account"),
        optional=("signature", "receipt_url", "reply_url"),
        idempotent=True,
        needs_secret=True,
    ),
    "smtp": Driver(
        channel=Channel.EMAIL,
        open=SmtpSender,
        required=("host", "port", "sender"),
        optional=("user", "security", "sender_name"),
        idempotent=False,
        needs_secret=False,
    ),
}


def default_driver(channel: str) -> str:
    """The driver of a channel that has only one. :raises KeyError"""
    for name, driver in DRIVERS.items():
        if driver.channel == channel:
            return name
    raise KeyError(channel)


def register(name: str, driver: Driver) -> None:
    """For tests and for a bank's own gateway."""
    DRIVERS[name] = driver


def open_sender(driver: str, config: Mapping[str, Any], secret: str) -> Sender:
    """:raises KeyError for an unknown driver"""
    return DRIVERS[driver].open(config, secret)
