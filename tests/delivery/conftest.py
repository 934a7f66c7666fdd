"""A made-up SMS gateway and mail server of the tests' own, on free ports."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from huiqun_demo.channels import ACCOUNT, SECRET, Channels, Plan


@pytest.fixture
def start_channels(tmp_path: Path) -> Iterator[Callable[..., Channels]]:
    started: list[Channels] = []

    def start(**plan: float) -> Channels:
        channels = Channels(gateway_port=0, smtp_port=0, folder=tmp_path / "channels", plan=Plan(**plan))
        channels.start()
        started.append(channels)
        return channels

    yield start
    for channels in started:
        channels.stop()


@pytest.fixture
def sms_account() -> Callable[..., Any]:
    """An account at the made-up gateway."""

    def make(channels: Channels, branch: Any, **over: Any) -> Any:
        from tests.makers.delivery import make_account

        config = {
            "url": f"{channels.url}/messages",
            "account": ACCOUNT,
            "receipt_url": over.pop("receipt_url", ""),
        }
        return make_account(branch=branch, driver="http_sms", config=config, secret=SECRET, **over)

    return make


@pytest.fixture
def mail_account() -> Callable[..., Any]:
    def make(channels: Channels, branch: Any, **over: Any) -> Any:
        from tests.makers.delivery import make_account

        config = {
            "host": "127.0.0.1",
            "port": channels.smtp_port,
            "sender": "news@bank.example.com",
            "sender_name": "江川银行",
            "security": "none",
        }
        return make_account(branch=branch, channel="email", driver="smtp", config=config, **over)

    return make
