"""The accounts that the demo bank has at the demo channels."""

import os
from dataclasses import dataclass
from typing import Any

from huiqun_demo.channels.server import ACCOUNT, SECRET


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    name: str
    channel: str
    settings: dict[str, Any]
    secret: str = ""
    rate_per_second: int = 100
    receipts_to: str = ""

    def config(self, account_id: int) -> dict[str, Any]:
        if not self.receipts_to:
            return self.settings
        return self.settings | {
            "receipt_url": f"{self.receipts_to}/delivery/receipts/{account_id}/",
            "reply_url": f"{self.receipts_to}/delivery/replies/{account_id}/",
        }


def demo_accounts() -> tuple[DemoAccount, ...]:
    """They depend on the ports of this start."""
    gateway = int(os.environ.get("HUIQUN_DEMO_GATEWAY_PORT") or 8025)
    smtp = int(os.environ.get("HUIQUN_DEMO_SMTP_PORT") or 8026)
    web = f"http://127.0.0.1:{os.environ.get('HUIQUN_PORT') or 8000}"
    return (
        DemoAccount(
            name="短信网关(演示)",
            channel="sms",
            settings={
                "url": f"http://127.0.0.1:{gateway}/messages",
                "account": ACCOUNT,
                "signature": "【江川银行】",
            },
            secret=SECRET,
            receipts_to=web,
        ),
        DemoAccount(
            name="邮件服务器(演示)",
            channel="email",
            settings={
                "host": "127.0.0.1",
                "port": smtp,
                "sender": "service@bank.example.com",
                "sender_name": "江川银行",
                "security": "none",
            },
        ),
    )
