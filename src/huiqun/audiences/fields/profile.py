"""Who the customer is: columns of ``profiles``, and whatever else the bank delivers as attributes."""

from datetime import date

from sqlglot import exp

from huiqun.audiences.fields import choices
from huiqun.audiences.fields.bounds import age_bounds, days_since_bounds
from huiqun.audiences.fields.expressions import column, day, number
from huiqun.foundation.fields import AudienceField, FieldType, ProfileValue
from huiqun.lib.words import gettext_noop as _

GROUP = _("Profile")


def _plain(name: str) -> ProfileValue:
    return lambda today: column(name, "p")


def _part(unit: str, name: str) -> exp.Expr:
    return exp.Extract(this=exp.var(unit), expression=column(name, "p"))


def _age(today: date) -> exp.Expr:
    """Full years. Who was born on 29 February grows older on 1 March when there is no such day."""
    birthday = exp.Add(
        this=exp.Mul(this=_part("MONTH", "birth_date"), expression=number(100)),
        expression=_part("DAY", "birth_date"),
    )
    is_ahead = exp.GT(this=birthday, expression=number(today.month * 100 + today.day))
    years = exp.Sub(this=number(today.year), expression=_part("YEAR", "birth_date"))
    return exp.paren(
        exp.Sub(this=years, expression=exp.Case().when(is_ahead, number(1)).else_(number(0))), copy=False
    )


def _days_since(name: str) -> ProfileValue:
    return lambda today: exp.DateDiff(this=day(today), expression=column(name, "p"), unit=exp.var("DAY"))


def _month(value: str | int, today: date) -> int:
    if value == "this":
        return today.month
    return today.month % 12 + 1 if value == "next" else int(value)


PROFILE_FIELDS = (
    AudienceField(
        name="profile.age",
        label=_("Age"),
        description=_("Full years on the day of the run, from the date of birth."),
        type=FieldType.NUMBER,
        group=GROUP,
        unit=_("years"),
        profile=_age,
        bounds=age_bounds("birth_date"),
    ),
    AudienceField(
        name="profile.sex",
        label=_("Sex"),
        type=FieldType.CODE,
        group=GROUP,
        choices=choices.SEX,
        profile=_plain("sex"),
    ),
    AudienceField(
        name="profile.city",
        label=_("City"),
        type=FieldType.TEXT,
        group=GROUP,
        profile=_plain("city"),
    ),
    AudienceField(
        name="profile.occupation",
        label=_("Occupation"),
        type=FieldType.TEXT,
        group=GROUP,
        profile=_plain("occupation"),
    ),
    AudienceField(
        name="profile.income_band",
        label=_("Income band"),
        description=_("The bank's own bands of yearly income, as delivered."),
        type=FieldType.TEXT,
        group=GROUP,
        profile=_plain("income_band"),
    ),
    AudienceField(
        name="profile.risk_level",
        label=_("Risk level of the customer"),
        description=_(
            "The last assessment. Whether a product suits the customer is judged again when sending."
        ),
        type=FieldType.CODE,
        group=GROUP,
        choices=choices.RISK_LEVELS,
        profile=_plain("risk_level"),
    ),
    AudienceField(
        name="profile.risk_assessed",
        label=_("Date of the risk assessment"),
        type=FieldType.DAY,
        group=GROUP,
        profile=_plain("risk_assessed_date"),
    ),
    AudienceField(
        name="profile.lifecycle",
        label=_("Lifecycle stage"),
        type=FieldType.CODE,
        group=GROUP,
        choices=choices.LIFECYCLES,
        profile=_plain("lifecycle"),
    ),
    AudienceField(
        name="profile.opened",
        label=_("Date of opening"),
        description=_("The day on which the customer opened the first account."),
        type=FieldType.DAY,
        group=GROUP,
        profile=_plain("opened_date"),
    ),
    AudienceField(
        name="profile.opened_days",
        label=_("Days since opening"),
        type=FieldType.NUMBER,
        group=GROUP,
        unit=_("days"),
        profile=_days_since("opened_date"),
        bounds=days_since_bounds("opened_date"),
    ),
    AudienceField(
        name="profile.birthday_month",
        label=_("Month of birth"),
        description=_("A month, or this or the next month as seen on the day of the run."),
        type=FieldType.CODE,
        group=GROUP,
        choices=choices.MONTHS,
        profile=lambda today: _part("MONTH", "birth_date"),
        resolve=_month,
    ),
    AudienceField(
        name="profile.overdue",
        label=_("Has an overdue loan"),
        description=_("As the bank delivered it. Whether loans may be offered is judged again when sending."),
        type=FieldType.FLAG,
        group=GROUP,
        profile=_plain("overdue"),
        absent=False,
    ),
    AudienceField(
        name="profile.branch",
        label=_("Branch number"),
        description=_("The number of the branch that keeps the customer."),
        type=FieldType.NUMBER,
        group=GROUP,
        profile=_plain("branch_id"),
        absent=0,
    ),
)
