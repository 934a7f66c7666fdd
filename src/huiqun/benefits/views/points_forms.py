"""What people type about points, read and checked for form."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models import EarningRule
from huiqun.benefits.models.earning import EARNING_LABELS
from huiqun.benefits.rules.earning import MOST_PER, EarningKind, EarningTerms
from huiqun.benefits.rules.points import MOST_POINTS
from huiqun.foundation.models import Branch, Staff
from huiqun.lib import money

WEEKDAYS = (
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
)
APART = re.compile(r"[\s,;，；、]+")


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def branch_field(form: forms.Form, staff: Staff) -> None:
    branches = form.fields["branch"]
    assert isinstance(branches, forms.ModelChoiceField)
    branches.queryset = Branch.objects.visible_to(staff).order_by("path")
    form.initial.setdefault("branch", staff.branch_id)


class AdjustmentForm(forms.Form):
    number = forms.CharField(label=_("Customer number"), max_length=40)
    points = forms.IntegerField(
        label=_("Points"),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        help_text=_("With a minus sign they are taken away, those that expire first before the others."),
    )
    expires_on = day_field(_("Expire on"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    expires_on.help_text = _("For points that are added; empty means that they keep.")


class EarningRuleForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Customers read it on their statement.")
    )
    kind = forms.ChoiceField(label=_("What earns"), choices=[*EARNING_LABELS.items()])
    codes = forms.CharField(
        label=_("Kinds that count"),
        max_length=400,
        help_text=_(
            "Codes with commas between them: kinds of products for holdings, else of transactions or events."
        ),
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100_000)
    per = forms.DecimalField(
        label=_("For every (yuan; events for activity)"), min_value=0, max_digits=14, decimal_places=2
    )
    cap_day = forms.IntegerField(label=_("At most a day"), min_value=1, max_value=MOST_POINTS)
    cap_month = forms.IntegerField(
        label=_("At most a month"), min_value=1, max_value=MOST_POINTS, required=False
    )
    keeps_months = forms.IntegerField(
        label=_("Keep for (months)"),
        min_value=1,
        max_value=120,
        help_text=_("They expire together at the end of a month."),
    )
    bonus_percent = forms.IntegerField(
        label=_("On special days (percent)"),
        min_value=100,
        max_value=10_000,
        initial=100,
        help_text=_("200 doubles."),
    )
    bonus_weekdays = forms.MultipleChoiceField(
        label=_("Special weekdays"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    bonus_month_days = forms.CharField(
        label=_("Special days of the month"),
        max_length=100,
        required=False,
        help_text=_("Such as 8, 18, 28."),
    )
    bonus_codes = forms.CharField(
        label=_("Only for these kinds"),
        max_length=400,
        required=False,
        help_text=_("A kind of shop, for instance. Empty means all that count."),
    )
    first_date = day_field(pgettext_lazy("period", "First day"))
    last_date = day_field(pgettext_lazy("period", "Last day"))
    branch = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Branch.objects.none(),
        empty_label=None,
        help_text=_("Customers of this branch and those below it earn; of the head office, all customers."),
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch_field(self, staff)

    def clean_codes(self) -> tuple[str, ...]:
        return split(self.cleaned_data["codes"])

    def clean_bonus_codes(self) -> tuple[str, ...]:
        return split(self.cleaned_data["bonus_codes"])

    def clean_bonus_month_days(self) -> tuple[int, ...]:
        parts = split(self.cleaned_data["bonus_month_days"])
        if not all(part.isdecimal() and len(part) < 3 for part in parts):
            raise forms.ValidationError(
                _("Write days as numbers with commas between them, such as 8, 18, 28.")
            )
        return tuple(int(part) for part in parts)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        per = values.get("per")
        if per is not None:
            whole = int(per) if values.get("kind") == EarningKind.ACTIVITY else money.fen(str(per))
            if not 1 <= whole <= MOST_PER:
                self.add_error("per", _("Give an amount above zero."))
            values["per"] = whole
        return values

    def terms(self) -> EarningTerms:
        """Of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "branch"}
        values["kind"] = EarningKind(values["kind"])
        values["bonus_weekdays"] = tuple(int(day) for day in values["bonus_weekdays"])
        return EarningTerms(**values)

    def refuse(self, field: str, sentence: str) -> None:
        """Show a rule's refusal at the field it speaks of."""
        self.add_error(field if field in self.fields else None, sentence)


def initial_of(rule: EarningRule) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(rule, name) for name in EarningRuleForm.base_fields}
    for name in ("codes", "bonus_codes", "bonus_month_days"):
        values[name] = ", ".join(str(each) for each in values[name])
    values["bonus_weekdays"] = [str(day) for day in rule.bonus_weekdays]
    values["per"] = rule.per if rule.kind == EarningKind.ACTIVITY else money.yuan(rule.per).replace(",", "")
    return values


def split(text: str) -> tuple[str, ...]:
    """Parts with commas, semicolons or spaces of either width between them."""
    return tuple(part for part in APART.split(text.strip()) if part)
