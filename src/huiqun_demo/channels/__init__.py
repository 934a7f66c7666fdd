"""The made-up outside world of the demo: an SMS gateway, a mail server, and a phone that shows what came.

One process on loopback, apart from the product, that speaks the real protocols. Nothing leaves the machine.
"""

from huiqun_demo.channels.server import ACCOUNT, SECRET, Channels, Plan, reply

__all__ = ["ACCOUNT", "SECRET", "Channels", "Plan", "reply"]
