from huiqun.delivery.models.accounts import Breaker, ChannelAccount, GatewayNonce, RateBucket
from huiqun.delivery.models.links import LinkClick, RevokedLink
from huiqun.delivery.models.people import ContactCount, Suppression
from huiqun.delivery.models.runs import Lease, Recipient, Run, RunPace
from huiqun.delivery.models.sms import SmsProof, SmsSignature, SmsTemplate, SmsTerms
from huiqun.delivery.models.suppression_lists import SuppressionLift, SuppressionLine, SuppressionList
from huiqun.delivery.models.touches import Forgotten, Touch, TouchBatch, TouchMonth
from huiqun.delivery.models.waiting import AccountDay, MemberBatch
from huiqun.delivery.models.wishes import PhoneCode, TopicRefusal

__all__ = [
    "AccountDay",
    "Breaker",
    "ChannelAccount",
    "ContactCount",
    "Forgotten",
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
    "SmsProof",
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
    "TouchMonth",
]
