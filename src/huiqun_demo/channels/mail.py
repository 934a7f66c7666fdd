"""A mail server that takes everything and shows it on the phone page."""

import asyncio
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from huiqun_demo.channels.store import arrived

if TYPE_CHECKING:
    from huiqun_demo.channels.server import Channels


class Handler:
    def __init__(self, channels: "Channels") -> None:
        self._channels = channels

    async def handle_RCPT(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self._channels.plan.hits("refused", address):
            return "550 5.1.1 no such mailbox"
        if self._channels.plan.hits("hiccup", address) and self._channels.store.asked(f"rcpt:{address}") == 1:
            return "451 4.3.0 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        key = str(mail["Message-ID"] or "").strip("<>").partition("@")[0]
        part = mail.get_body(("plain",))
        self._channels.store.asked(key)
        if self._channels.plan.slow_seconds:
            await asyncio.sleep(self._channels.plan.slow_seconds)
        for to in envelope.rcpt_tos:
            message = arrived(
                key=key,
                channel="email",
                to=to,
                subject=str(mail["Subject"] or ""),
                body=part.get_content() if part else "",
                list_unsubscribe=str(mail["List-Unsubscribe"] or "").strip("<>"),
            )
            self._channels.arrive(message)
        return "250 2.0.0 taken"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """Port 0 has become a real port by now; the check must go there."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailServer:
    def __init__(self, channels: "Channels") -> None:
        self._handler = Handler(channels)

    def start(self, port: int) -> int:
        self._controller = _Controller(self._handler, hostname="127.0.0.1", port=port)
        self._controller.start()
        return int(self._controller.port)

    def stop(self) -> None:
        self._controller.stop()
