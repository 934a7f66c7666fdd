from huiqun.foundation.models.api_keys import ApiCall, ApiKey
from huiqun.foundation.models.facts import Fact, SubscriberCursor
from huiqun.foundation.models.notices import Notice, NoticeByMail
from huiqun.foundation.models.people import Branch, Staff, StaffRole
from huiqun.foundation.models.webhooks import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookSource,
)

__all__ = [
    "ApiCall",
    "ApiKey",
    "Branch",
    "Fact",
    "Notice",
    "NoticeByMail",
    "Staff",
    "StaffRole",
    "SubscriberCursor",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookSource",
]
