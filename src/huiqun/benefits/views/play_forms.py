"""What a person types about a quest, a draw or a game, read into plans."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from huiqun.audiences import queries as audiences
from huiqun.audiences.rules import RuleInvalid
from huiqun.benefits.actions.draws import DrawPlan, PrizePlan
from huiqun.benefits.actions.games import GamePlan
from huiqun.benefits.actions.quests import PricePlan, QuestPlan
from huiqun.benefits.models import DEED_LABELS, DRAW_LABELS, GAME_LABELS, STEP_LABELS, Benefit, Draw
from huiqun.benefits.models.plays import Play
from huiqun.benefits.queries.plays import givable
from huiqun.benefits.rules.draws import DrawKind
from huiqun.benefits.rules.games import GameKind, QuestionPlan
from huiqun.benefits.rules.quests import StepKind, StepPlan
from huiqun.foundation.http import sentence_of
from huiqun.foundation.models import Branch, Staff

BLANK_ROWS = 3
MOST_ROWS = 50
CAMPAIGN = "campaign:"
PER_PERCENT = 10_000
"""Millionths in one percent."""


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=widget)


class PlayForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)
    start_at = _moment(pgettext_lazy("activity", "Begins"))
    end_at = _moment(_("Ends (exclusive)"))
    campaign = forms.IntegerField(
        label=_("Part of campaign number"),
        required=False,
        min_value=1,
        help_text=_("A stop of that campaign then holds here too."),
    )
    words = forms.CharField(
        label=_("Rules in words"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What customers read: who may take part, how, until when, how prizes are given."),
    )

    def __init__(self, *args: Any, staff: Staff, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = self.fields["branch"]
        assert isinstance(branches, forms.ModelChoiceField)
        branches.queryset = Branch.objects.visible_to(staff).order_by("path")
        if editing:
            del self.fields["branch"]

    def common(self) -> dict[str, Any]:
        """Of a valid form."""
        values = self.cleaned_data
        subject = f"{CAMPAIGN}{values['campaign']}" if values["campaign"] else ""
        return {name: values[name] for name in ("name", "words", "start_at", "end_at")} | {"subject": subject}


class Row(forms.Form):
    """One of several below each other; empty rows are left out."""

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, BenefitChoice):
                field.queryset = givable(staff)
            elif isinstance(field, forms.ModelChoiceField):
                field.queryset = Draw.objects.visible_to(staff).order_by("-pk")


if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Benefit]
else:  # the stubs' generic class is not one at run time
    _ModelChoice = forms.ModelChoiceField


class BenefitChoice(_ModelChoice):
    """Reviewed benefits that are given when something was reached or won."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Benefit.objects.none(), label=_("Benefit"), **kwargs)


class PrizeRow(Row):
    benefit = BenefitChoice()
    percent = forms.DecimalField(
        label=_("Chance (%)"), min_value=Decimal("0.0001"), max_value=100, decimal_places=4
    )
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1)

    def plan(self) -> PrizePlan:
        values = self.cleaned_data
        return PrizePlan(
            benefit_id=values["benefit"].pk,
            chance=int(values["percent"] * PER_PERCENT),
            pieces=values["pieces"],
        )


class PriceRow(Row):
    benefit = BenefitChoice()
    tokens = forms.IntegerField(label=_("Tokens"), min_value=1)

    def plan(self) -> PricePlan:
        return PricePlan(benefit_id=self.cleaned_data["benefit"].pk, tokens=self.cleaned_data["tokens"])


class StepRow(Row):
    name = forms.CharField(label=_("Step"), max_length=100)
    kind = forms.ChoiceField(label=_("How"), choices=[*STEP_LABELS.items()], initial=StepKind.CHECK_IN)
    tokens = forms.IntegerField(label=_("Tokens"), min_value=0, initial=10)
    days = forms.IntegerField(label=_("Days of check-in"), min_value=1, required=False)
    in_a_row = forms.BooleanField(label=_("In a row"), required=False)
    deed = forms.ChoiceField(label=_("Deed"), choices=[("", "—"), *DEED_LABELS.items()], required=False)
    about = forms.IntegerField(label=_("Number of campaign, benefit, game"), min_value=1, required=False)
    condition = forms.CharField(
        label=_("Condition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Written as the rules of audiences are."),
    )
    draw = forms.ModelChoiceField(
        label=_("Ticket for the draw"), queryset=Draw.objects.none(), required=False
    )

    def clean_condition(self) -> dict[str, Any]:
        return read_condition(self.cleaned_data["condition"])

    def plan(self) -> StepPlan:
        values = self.cleaned_data
        return StepPlan(
            name=values["name"],
            kind=StepKind(values["kind"]),
            tokens=values["tokens"],
            days=values["days"] or 0,
            in_a_row=values["in_a_row"],
            deed=values["deed"],
            about=values["about"],
            condition=values["condition"],
            draw_id=values["draw"].pk if values["draw"] else None,
        )


class QuestionRow(Row):
    words = forms.CharField(label=_("Question"), max_length=300)
    choices = forms.CharField(
        label=_("Choices, one per line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    answers = forms.CharField(
        label=_("Right answers, one per line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    explanation = forms.CharField(label=_("Explanation"), max_length=300, required=False)

    def plan(self) -> QuestionPlan:
        values = self.cleaned_data
        return QuestionPlan(
            words=values["words"],
            choices=_lines(values["choices"]),
            answers=_lines(values["answers"]),
            explanation=values["explanation"],
        )


class DrawForm(PlayForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[*DRAW_LABELS.items()])
    daily = forms.BooleanField(label=_("A ticket a day for everybody"), required=False, initial=True)
    ticket_benefit = forms.ModelChoiceField(
        label=_("A ticket for each claim of"), queryset=Benefit.objects.none(), required=False
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, staff=staff, **kwargs)
        benefits = self.fields["ticket_benefit"]
        assert isinstance(benefits, forms.ModelChoiceField)
        benefits.queryset = Benefit.objects.visible_to(staff).order_by("-pk")

    def plan(self, rows: dict[str, list[Any]]) -> DrawPlan:
        values = self.cleaned_data
        return DrawPlan(
            **self.common(),
            kind=DrawKind(values["kind"]),
            daily=values["daily"],
            ticket_benefit_id=values["ticket_benefit"].pk if values["ticket_benefit"] else None,
            prizes=tuple(rows["prizes"]),
        )


class QuestForm(PlayForm):
    token = forms.CharField(label=_("Name of the tokens"), max_length=20, initial="星球币")

    def plan(self, rows: dict[str, list[Any]]) -> QuestPlan:
        return QuestPlan(
            **self.common(),
            token=self.cleaned_data["token"],
            steps=tuple(rows["steps"]),
            prices=tuple(rows["prices"]),
        )


class GameForm(PlayForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[*GAME_LABELS.items()])
    benefit = BenefitChoice(required=False)
    pass_mark = forms.IntegerField(
        label=_("Right answers for the prize"), min_value=1, max_value=100, initial=1
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, staff=staff, **kwargs)
        benefits = self.fields["benefit"]
        assert isinstance(benefits, forms.ModelChoiceField)
        benefits.queryset, benefits.label = givable(staff), _("Prize")

    def plan(self, rows: dict[str, list[Any]]) -> GamePlan:
        values = self.cleaned_data
        return GamePlan(
            **self.common(),
            kind=GameKind(values["kind"]),
            benefit_id=values["benefit"].pk if values["benefit"] else None,
            pass_mark=values["pass_mark"],
            questions=tuple(rows["questions"]),
        )


class ConditionForm(forms.Form):
    condition = forms.CharField(
        label=_("Condition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Written as the rules of audiences are."),
    )

    def clean_condition(self) -> dict[str, Any]:
        return read_condition(self.cleaned_data["condition"])


def read_condition(text: str) -> dict[str, Any]:
    """The rule that a person typed; {} for nothing."""
    if not text.strip():
        return {}
    try:
        rule: dict[str, Any] = audiences.read_rule_text(text, get_language() or "zh-hans")
    except RuleInvalid as wrong:
        raise forms.ValidationError(sentence_of(wrong)) from None
    return rule


def condition_text(rule: dict[str, Any]) -> str:
    return audiences.rule_text(rule, get_language() or "zh-hans") if rule else ""


def said(rule: dict[str, Any]) -> str:
    """The condition as a sentence in the reader's language; "" for none."""
    return audiences.sentence(rule, get_language() or "zh-hans") if rule else ""


def rows_of(kind: type[Row], data: Any, *, prefix: str, staff: Staff, initial: list[dict[str, Any]]) -> Any:
    """The rows there are, and some blank ones below them."""
    made = forms.formset_factory(
        kind, extra=BLANK_ROWS, max_num=MOST_ROWS, can_delete=True, can_delete_extra=False
    )
    return made(data, prefix=prefix, initial=initial, form_kwargs={"staff": staff})


def common_initial(play: Play) -> dict[str, Any]:
    number = play.subject.removeprefix(CAMPAIGN)
    return {
        "name": play.name,
        "words": play.words,
        "start_at": play.start_at,
        "end_at": play.end_at,
        "campaign": int(number) if number.isdecimal() else None,
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
