from huiqun.delivery.models.accounts import ChannelAccount, GatewayNonce, RateBucket
from huiqun.delivery.models.people import ContactCount, Suppression
from huiqun.delivery.models.runs import Recipient, Run
from huiqun.delivery.models.touches import Touch, TouchBatch

__all__ = [
    "ChannelAccount",
    "ContactCount",
    "GatewayNonce",
    "RateBucket",
    "Recipient",
    "Run",
    "Suppression",
    "Touch",
    "TouchBatch",
]
