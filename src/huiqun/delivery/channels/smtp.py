"""Mail through SMTP. A server gives no key to ask again by: after DATA a lost answer stays unknown."""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from huiqun.delivery.channels.base import Message, Outcome, Verdict

TIMEOUT_SECONDS = 8.0
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f]+")
ACCOUNT_TROUBLE = frozenset({530, 534, 535, 538})


class SmtpSender:
    """One connection, kept open. ``security``: "none" (loopback only), "starttls" or "tls"."""

    idempotent = False
    lanes = 1

    def __init__(self, config: Mapping[str, Any], secret: str) -> None:
        self._config, self._secret = config, secret
        self._server: smtplib.SMTP | None = None

    def send(self, message: Message) -> Outcome:
        if not message.to.isascii() or not ADDRESS.fullmatch(message.to):
            return Outcome(verdict=Verdict.REFUSED, code="bad_address")
        content = compose(message, self._config).as_bytes()
        try:
            server = self._connected()
            code, text = server.mail(str(self._config["sender"]))
            if code // 100 == 2:
                code, text = server.rcpt(message.to)
            if code // 100 != 2:
                server.rset()
                return _negative(code, text)
            code, text = server.docmd("DATA")
        except smtplib.SMTPAuthenticationError as error:
            return self._dropped(Verdict.ACCOUNT, f"smtp_{error.smtp_code}")
        except (OSError, smtplib.SMTPException) as error:
            return self._dropped(Verdict.RETRY, type(error).__name__)
        if code != 354:
            return _negative(code, text)
        return self._hand_over(server, content)

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> Outcome:
        """From here on the server may have taken the message even if we never hear so."""
        dotted = re.sub(rb"(?m)^\.", b"..", content)
        try:
            server.send(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._dropped(Verdict.UNKNOWN, type(error).__name__)
        if code // 100 == 2:
            return Outcome(verdict=Verdict.ACCEPTED, reference=text.decode("utf-8", "replace")[:60])
        return _negative(code, text)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        host, port = str(self._config["host"]), int(self._config["port"])
        security = self._config.get("security", "starttls")
        if security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._config.get("user"):
            server.login(str(self._config["user"]), self._secret)
        else:
            server.ehlo_or_helo_if_needed()
        self._server = server
        return server

    def _dropped(self, verdict: Verdict, code: str) -> Outcome:
        self.close()
        return Outcome(verdict=verdict, code=code)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError):
                server.close()


def _negative(code: int, text: bytes) -> Outcome:
    """5xx is final (except that the account itself was refused), 4xx and the unheard-of come again."""
    if code in ACCOUNT_TROUBLE:
        return Outcome(verdict=Verdict.ACCOUNT, code=f"smtp_{code}")
    verdict = Verdict.REFUSED if code // 100 == 5 else Verdict.RETRY
    return Outcome(verdict=verdict, code=f"smtp_{code}", reference=text.decode("utf-8", "replace")[:60])


class MailPolicy(EmailPolicy):
    """Python folds a long header without spaces into encoded words; a mail programme that reads an
    address to unsubscribe at would not know it again. Such headers stay on one line (998 are allowed)."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name in WHOLE_LINES else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode() if name in WHOLE_LINES else super().fold_binary(name, value)


WHOLE_LINES = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"})
MAIL = MailPolicy(linesep="\r\n")


def compose(message: Message, config: Mapping[str, Any]) -> EmailMessage:
    """The mail; its Message-ID is fixed by the message's key, so that receivers may recognise a repetition."""
    sender = str(config["sender"])
    mail = EmailMessage(policy=MAIL)
    name, _, domain = sender.partition("@")
    mail["From"] = Address(str(config.get("sender_name", "")), name, domain)
    mail["To"] = message.to
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = message.at
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.body)
    return mail
