from huiqun.foundation.models.api_keys import ApiKey
from huiqun.foundation.models.facts import Fact, SubscriberCursor
from huiqun.foundation.models.people import Branch, Staff, StaffRole

__all__ = ["ApiKey", "Branch", "Fact", "Staff", "StaffRole", "SubscriberCursor"]
