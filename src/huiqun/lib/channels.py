"""Ways to a customer, and what for: words that every domain shares."""

from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    PHONE = "phone"
    PHONE_MOBILE = "phone_mobile"
    PHONE_LANDLINE = "phone_landline"
    BRANCH_COUNTER = "branch_counter"
    COMMUNITY = "community"


class Purpose(StrEnum):
    MARKETING = "marketing"
    SERVICE = "service"
    TAKING_PART = "taking_part"
