from huiqun.foundation.models.facts import Fact, SubscriberCursor
from huiqun.foundation.models.people import Branch, Staff, StaffRole

__all__ = ["Branch", "Fact", "Staff", "StaffRole", "SubscriberCursor"]
