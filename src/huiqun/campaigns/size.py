"""When the size of an audience stops a start; decided from plain values."""

from dataclasses import dataclass

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

SECOND_FROM, USUAL_PERCENT = 100_000, 20


class SecondApprovalMissing(Refusal):
    code = "campaigns.second_approval_missing"
    sentence = _(
        "This campaign goes to %(audience)s customers; from %(limit)s on a second person must approve the size."
        " Ask a reviewer or risk officer who is no author."
    )


class AudienceMoved(Refusal):
    code = "campaigns.audience_moved"
    sentence = _(
        "The audience was %(before)s customers when it was approved and is %(after)s now, which is more than"
        " %(percent)s %% apart. Check the audience and submit again."
    )


class SizeUnknown(Refusal):
    code = "campaigns.size_unknown"
    sentence = _(
        "How many this campaign goes to was not known when it was approved. Take it back and submit again."
    )


class NothingToEstimate(Refusal):
    code = "campaigns.nothing_to_estimate"
    sentence = _("Choose an audience and a channel first; then its reach can be estimated.")


class SizeBySelf(Refusal):
    code = "campaigns.size_by_self"
    sentence = _("You have written part of this campaign. Another person must approve its size.")
    status = 403


class LimitsOfHeadOffice(Refusal):
    code = "campaigns.limits_of_head_office"
    sentence = _("The limits are those of the whole bank. Ask a risk officer of the head office.")
    status = 403


@dataclass(frozen=True)
class Limits:
    second_from: int = SECOND_FROM
    most_percent: int = USUAL_PERCENT


def check_size(*, approved: int | None, now: int, second: int | None, limits: Limits) -> None:
    """``second`` is the size that a second person approved. Both sides of the change count: too few is a wrong
    filter as well. :raises AudienceMoved, SecondApprovalMissing, SizeUnknown"""
    if approved is None:
        raise SizeUnknown()
    if has_moved(approved, now, limits):
        raise AudienceMoved(before=f"{approved:,}", after=f"{now:,}", percent=limits.most_percent)
    if now >= limits.second_from and (second is None or has_moved(second, now, limits)):
        raise SecondApprovalMissing(audience=f"{now:,}", limit=f"{limits.second_from:,}")


def has_moved(before: int, after: int, limits: Limits) -> bool:
    return abs(after - before) * 100 > limits.most_percent * before
