from huiqun.delivery.models.accounts import Breaker, ChannelAccount, GatewayNonce, RateBucket
from huiqun.delivery.models.links import LinkClick, RevokedLink
from huiqun.delivery.models.people import ContactCount, Suppression
from huiqun.delivery.models.runs import Lease, Recipient, Run, RunPace
from huiqun.delivery.models.sms import SmsSignature, SmsTemplate, SmsTerms
from huiqun.delivery.models.suppression_lists import SuppressionLift, SuppressionLine, SuppressionList
from huiqun.delivery.models.touches import Touch, TouchBatch
from huiqun.delivery.models.waiting import AccountDay, MemberBatch
from huiqun.delivery.models.wishes import PhoneCode, TopicRefusal

__all__ = [
    "AccountDay",
    "Breaker",
    "ChannelAccount",
    "ContactCount",
    "GatewayNonce",
    "Lease",
    "LinkClick",
    "MemberBatch",
    "PhoneCode",
    "RateBucket",
    "Recipient",
    "RevokedLink",
    "Run",
    "RunPace",
    "SmsSignature",
    "SmsTemplate",
    "SmsTerms",
    "Suppression",
    "SuppressionLift",
    "SuppressionLine",
    "SuppressionList",
    "TopicRefusal",
    "Touch",
    "TouchBatch",
]
