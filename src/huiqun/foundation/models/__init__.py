from huiqun.foundation.models.api_keys import ApiKey
from huiqun.foundation.models.facts import Fact, SubscriberCursor
from huiqun.foundation.models.notices import Notice, NoticeByMail
from huiqun.foundation.models.people import Branch, Staff, StaffRole

__all__ = [
    "ApiKey",
    "Branch",
    "Fact",
    "Notice",
    "NoticeByMail",
    "Staff",
    "StaffRole",
    "SubscriberCursor",
]
