"""When to send: quiet hours, retries, leases. All durations in seconds unless they say otherwise."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from huiqun.delivery.rules.orders import Closed
from huiqun.delivery.rules.states import Reason
from huiqun.lib.days import BANK_ZONE
from huiqun.lib.holidays import is_holiday
from huiqun.lib.waits import growing

HANDOVER_SECONDS = 5.0
"""What was marked for sending is handed over within this time or judged again."""

LEASE_SECONDS = 30
"""After this a marked message whose worker said nothing is taken for abandoned. It is longer than the
longest handover: HANDOVER_SECONDS to begin it and a channel's own time-out to end it."""

BEAT_SECONDS = 5.0
"""How often a worker says that it still holds its batch."""

CHANNEL_TIMEOUT_SECONDS = 10.0
ATTEMPTS = 6
LOST_LEASES = 20
"""A worker's death is not the message's fault and no attempt; but a message that kills every worker must end."""

FIRST_WAIT = 5.0
LONGEST_WAIT = 900.0


def wait_before_attempt(attempt: int, spread: float) -> timedelta:
    """How long to wait after the ``attempt``-th try failed; ``spread`` in 0…1 keeps retries apart."""
    return growing(attempt - 1, spread, first=FIRST_WAIT, longest=LONGEST_WAIT, factor=3)


def quiet_until(
    now: datetime, quiet_hours: tuple[time, time] | None, zone: ZoneInfo = BANK_ZONE
) -> datetime | None:
    """The end of the quiet hours that hold at ``now``, or None when sending is allowed.

    Hours are those of the customer's zone; a period such as 21:00–08:00 goes over midnight; its end is exclusive.
    """
    if quiet_hours is None or quiet_hours[0] == quiet_hours[1]:
        return None
    start, end = quiet_hours
    here = now.astimezone(zone)
    clock = here.time().replace(tzinfo=None)
    if start < end:
        if not start <= clock < end:
            return None
        day = here.date()
    else:
        if end <= clock < start:
            return None
        day = here.date() + timedelta(days=1) if clock >= start else here.date()
    return datetime.combine(day, end, zone)


@dataclass(frozen=True)
class Pause:
    """Why nothing goes out just now, and the first moment when it may."""

    reason: Reason
    policy: Closed
    until: datetime


def paused_at(
    now: datetime,
    *,
    quiet_hours: tuple[time, time] | None,
    on_quiet: Closed,
    on_holidays: Closed,
    zone: ZoneInfo = BANK_ZONE,
) -> Pause | None:
    """What keeps a message waiting at ``now`` in a customer's zone; None when it may go.

    A holiday that drops is told before a quiet hour. What is held is held until neither holds.
    :raises HolidaysUnknown
    """
    on_holiday = on_holidays != Closed.SEND and is_holiday(now.astimezone(zone).date())
    if on_holiday:
        reason, policy = Reason.HOLIDAY, on_holidays
    elif quiet_until(now, quiet_hours, zone):
        reason, policy = Reason.QUIET_HOURS, on_quiet
    else:
        return None
    return Pause(reason, policy, _first_open(now, quiet_hours, on_holidays, zone))


def _first_open(
    now: datetime, quiet_hours: tuple[time, time] | None, on_holidays: Closed, zone: ZoneInfo
) -> datetime:
    moment = now
    while True:
        day = moment.astimezone(zone).date()
        if on_holidays != Closed.SEND and is_holiday(day):
            moment = datetime.combine(day + timedelta(days=1), time(), zone)
        elif until := quiet_until(moment, quiet_hours, zone):
            moment = until
        else:
            return moment


def is_stop_word(text: str) -> bool:
    """Whether a customer's reply asks for no more messages: R, T, TD, N, 退订, 拒收 and the like."""
    word = text.strip().strip("。.!！ ").upper()
    return word in STOP_WORDS or word.startswith(("退订", "拒收"))


STOP_WORDS = frozenset({"R", "T", "TD", "N", "QX", "0000", "STOP", "UNSUBSCRIBE", "取消", "不要再发"})
