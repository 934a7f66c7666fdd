"""Cases as the desk and the customer see them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from huiqun.customers import queries as customers
from huiqun.feedback.models import Case, CaseEntry
from huiqun.feedback.models.cases import CATEGORY_LABELS, CaseQuerySet
from huiqun.feedback.rules.cases import OPEN_STATES, CaseState, Category, EntryKind, Kind
from huiqun.feedback.rules.refusals import CaseNotFound
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.foundation.scope import paths_above
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole

SEEN_BY_CUSTOMER = (EntryKind.CUSTOMER, EntryKind.ANSWER, EntryKind.EXTENDED)
WAITING, MINE, LATE = "waiting", "mine", "late"


def case_rows(*, staff: Staff, asked: Mapping[str, str], now: datetime) -> CaseQuerySet:
    """The inbox: ``asked`` has kind, category, state, show ("waiting", "mine", "late") and q (a case or customer)."""
    rows: CaseQuerySet = Case.objects.visible_to(staff).select_related("branch", "assigned_to")
    for name in ("kind", "category", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("show") == WAITING:
        rows = rows.exclude(state__in=(CaseState.CLOSED, CaseState.ANSWERED))
    elif asked.get("show") == MINE:
        rows = rows.exclude(state=CaseState.CLOSED).filter(assigned_to=staff)
    elif asked.get("show") == LATE:
        late = Q(answered_at__isnull=True, answer_due_at__lt=now)
        rows = rows.exclude(state=CaseState.CLOSED).filter(late | Q(decide_due_date__lt=local_date(now)))
    if sought := asked.get("q", "").strip():
        known = [card.id for card in customers.find(staff=staff, text=sought)]
        rows = rows.filter(Q(pk=whole(sought.lstrip("QSCqsc"))) | Q(customer_id__in=known))
    return rows


def visible_case(case_id: int, staff: Staff) -> Case:
    """:raises CaseNotFound"""
    rows = Case.objects.visible_to(staff).select_related("branch", "assigned_to")
    case: Case | None = rows.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    return case


def entries_of(case: Case) -> list[CaseEntry]:
    return list(CaseEntry.objects.filter(case=case).select_related("by", "article").order_by("id"))


def cases_of(customer_id: int, *, limit: int = 50) -> list[Case]:
    return list(Case.objects.filter(customer_id=customer_id).order_by("-id")[:limit])


def own_case(case_id: int, customer_id: int) -> tuple[Case, list[CaseEntry]]:
    """A customer's case with what the customer may read of it. :raises CaseNotFound"""
    case: Case | None = Case.objects.filter(pk=case_id, customer_id=customer_id).first()
    if case is None:
        raise CaseNotFound
    rows = CaseEntry.objects.filter(case=case, kind__in=SEEN_BY_CUSTOMER).select_related("article")
    return case, list(rows.order_by("id"))


def colleagues(case: Case) -> list[Staff]:
    """The service desk that sees a case: of its branch and those above."""
    rows = Staff.objects.with_role(Role.SERVICE_DESK).select_related("branch")
    return list(rows.filter(branch__path__in=paths_above(case.branch.path)).order_by("username"))


@dataclass(frozen=True, kw_only=True)
class Tiles:
    waiting: int
    mine: int
    late: int


def tiles(staff: Staff, now: datetime) -> Tiles:
    def count(show: str) -> int:
        return case_rows(staff=staff, asked={"show": show}, now=now).count()

    return Tiles(waiting=count(WAITING), mine=count(MINE), late=count(LATE))


@dataclass(frozen=True, kw_only=True)
class Reason:
    label: str
    questions: int
    suggestions: int
    complaints: int

    @property
    def total(self) -> int:
        return self.questions + self.suggestions + self.complaints


@dataclass(frozen=True, kw_only=True)
class CaseFigures:
    """Of the cases received in a period. Shares are None where there is nothing to share."""

    reasons: list[Reason]
    total: int
    answered_in_time: float | None
    decided_in_time: float | None
    rating: float | None
    ratings: int


def case_figures(*, staff: Staff, since: datetime, until: datetime) -> CaseFigures:
    rows = Case.objects.visible_to(staff).filter(received_at__gte=since, received_at__lt=until)
    counted: Counter[tuple[str, str]] = Counter()
    for category, kind, times in rows.order_by().values_list("category", "kind").annotate(times=Count("id")):
        counted[category, kind] = times
    reasons = [
        Reason(
            label=str(CATEGORY_LABELS[category]),
            questions=counted[category, Kind.QUESTION],
            suggestions=counted[category, Kind.SUGGESTION],
            complaints=counted[category, Kind.COMPLAINT],
        )
        for category in Category
    ]
    sums = rows.aggregate(
        total=Count("id"),
        answered=Count("id", filter=Q(answers__gt=0)),
        in_time=Count("id", filter=Q(answers__gt=0, late_answers=0)),
        score=Avg("rating"),
        ratings=Count("rating"),
    )
    closed = rows.filter(kind=Kind.COMPLAINT, closed_at__isnull=False)
    ends = closed.values_list("closed_at", "decide_due_date")
    decided = [local_date(closed_at) <= due for closed_at, due in ends]
    return CaseFigures(
        reasons=sorted(reasons, key=lambda each: -each.total),
        total=sums["total"],
        answered_in_time=sums["in_time"] / sums["answered"] if sums["answered"] else None,
        decided_in_time=sum(decided) / len(decided) if decided else None,
        rating=sums["score"],
        ratings=sums["ratings"],
    )


def open_cases(customer_id: int, today: date) -> tuple[str, ...]:
    """What keeps a person's data from being erased."""
    rows = Case.objects.filter(customer_id=customer_id, state__in=OPEN_STATES).order_by("pk")
    return tuple(_("Case %(case)s is still open; close it first.") % {"case": case.number} for case in rows)
