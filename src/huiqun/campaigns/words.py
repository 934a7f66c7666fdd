"""The words a campaign is described in, with their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    ACQUIRE = "acquire", _("Acquire customers")
    ACTIVATE = "activate", _("Activate customers")
    UPGRADE = "upgrade", _("Raise value")
    BRAND = "brand", _("Brand")


class State(models.TextChoices):
    PLANNING = "planning", _("Planning")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("Under way")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Over")
    CANCELLED = "cancelled", _("Cancelled")


COLOURS = {
    State.PLANNING: "grey",
    State.IN_REVIEW: "gold",
    State.APPROVED: "cyan",
    State.RUNNING: "blue",
    State.PAUSED: "gold",
    State.FINISHED: "green",
    State.CANCELLED: "red",
}


class Duty(models.TextChoices):
    PLANNING = "planning", _("Plans the campaign")
    COPY = "copy", _("Writes the copy")
    DATA = "data", _("Data analysis")
    BRANCHES = "branches", _("Branch liaison")
    SERVICE = "service", _("Customer service")
    SELLER = "seller", _("Named seller")


class OfferFor(models.TextChoices):
    """Who gets the offer. What ties it to money is named, so that the rulebook can say no."""

    INVITED = "invited", _("Every invited customer who claims it")
    REFERRER = "referrer", _("Customers who bring somebody")
    DEPOSITOR = "depositor", _("Only customers who deposit money")
    BUYER = "buyer", _("Only customers who buy the product")


class Metric(models.TextChoices):
    CTR = "ctr", _("Click rate (CTR)")
    CVR = "cvr", _("Conversion rate (CVR)")
    JOIN_RATE = "join_rate", _("Participation rate")
    RETENTION = "retention30", _("30-day retention")


DEFAULT_TARGETS = {Metric.CTR: 200, Metric.CVR: 100, Metric.JOIN_RATE: 2_000, Metric.RETENTION: 3_000}
"""In ten-thousandths: what practice asks of a campaign, until its planner says otherwise."""


class ParticipationKind(models.TextChoices):
    JOINED = "joined", _("Joined")
    INTERESTED = "interested", _("Wants the product")


class ConversionKind(models.TextChoices):
    SUBSCRIBE = "subscribe", _("Subscribes to a product")
    BUY = "buy", _("Buys a product")
    DEPOSIT_IN = "deposit_in", _("Moves money in")
    PLAN_STARTED = "plan_started", _("Starts or resumes a fund plan")
    ACCOUNT_OPENED = "account_opened", _("Opens an account")
    SPEND = "spend", _("Spends by card")


PART_WORDS = {
    "plan": _("plan"),
    "audience": _("audience"),
    "page": _("customer page"),
    "offer": _("offer"),
    "targets": _("targets"),
    "team": _("team"),
    "variant": _("copy"),
    "release": _("gradual release"),
    "block": _("shared block"),
    "links": _("links"),
}
"""What an edit was made to, as the fact names it; a variant's name follows the word."""

COPY_WORDS = {
    "name": _("customer's name"),
    "salutation": _("salutation"),
    "branch": _("branch name"),
    "bank": _("bank name"),
    "product": _("product name"),
    "link": _("link to the page"),
    "optout": _("words of opting out"),
}
"""What each place to fill in stands for; the names are those of the rules."""
