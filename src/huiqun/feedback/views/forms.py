"""What staff type."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.feedback.actions.surveys import SurveyTerms
from huiqun.feedback.models.articles import Article
from huiqun.feedback.models.cases import CATEGORY_LABELS
from huiqun.feedback.models.surveys import PLACEMENT_LABELS, QUESTION_LABELS, Survey
from huiqun.feedback.rules.building import choices_of
from huiqun.feedback.rules.cases import LONGEST_WORDS
from huiqun.feedback.rules.questions import END, Question, QuestionKind
from huiqun.lib.days import end_of_day, local_date, start_of_day

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=_("Answer to the customer"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    article = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


class ArticleForm(forms.Form):
    question = forms.CharField(label=pgettext_lazy("feedback", "Question"), max_length=200)
    answer = forms.CharField(
        label=pgettext_lazy("article", "Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    source = forms.CharField(
        label=_("Where it stands"),
        max_length=200,
        help_text=_("The rule, page or announcement behind the answer; customers see it."),
    )
    category = forms.ChoiceField(label=_("About"), choices=[*CATEGORY_LABELS.items()])
    last_date = forms.DateField(
        label=_("Last valid day"),
        widget=DAY,
        help_text=_("After it the answer is shown to nobody until somebody has looked at it again."),
    )

    @classmethod
    def of(cls, article: Article) -> "ArticleForm":
        return cls(initial={name: getattr(article, name) for name in cls.base_fields})


class SurveyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=100)
    words = forms.CharField(
        label=_("What it is for"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Customers read it before the first question."),
    )
    placements = forms.MultipleChoiceField(
        label=_("Where it is offered"),
        choices=[*PLACEMENT_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opens = forms.DateField(label=_("First day"), widget=DAY)
    ends = forms.DateField(label=_("Last day"), widget=DAY)
    shown_most = forms.IntegerField(
        label=_("Offered by the app at most so many times"), min_value=1, max_value=30, initial=1
    )
    shown_days = forms.IntegerField(
        label=_("within so many days"),
        min_value=1,
        max_value=365,
        initial=30,
        help_text=_("Counted over all surveys; what a customer opens by a link does not count."),
    )

    def terms(self) -> SurveyTerms:
        given = self.cleaned_data
        return SurveyTerms(
            title=given["title"],
            words=given["words"],
            placements=tuple(given["placements"]),
            opens_at=_start(given["opens"]),
            ends_at=end_of_day(given["ends"]),
            shown_most=given["shown_most"],
            shown_days=given["shown_days"],
        )

    @classmethod
    def of(cls, survey: Survey) -> "SurveyForm":
        same = ("title", "words", "placements", "shown_most", "shown_days")
        days = {
            "opens": local_date(survey.opens_at),
            "ends": local_date(survey.ends_at - survey.ends_at.resolution),
        }
        return cls(initial={name: getattr(survey, name) for name in same} | days)


def _start(day: date) -> datetime:
    return start_of_day(day)


class QuestionForm(forms.Form):
    label = forms.CharField(label=pgettext_lazy("feedback", "Question"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=[*QUESTION_LABELS.items()])
    required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; the columns of a matrix."),
    )
    rows = forms.CharField(
        label=_("Lines of a matrix"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    low = forms.CharField(label=_("Words at the low end"), max_length=40, required=False)
    high = forms.CharField(label=_("Words at the high end"), max_length=40, required=False)

    def question(self, key: str, before: Question | None) -> Question:
        given = self.cleaned_data
        kind = QuestionKind(given["kind"])
        chosen = kind in (QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.MATRIX)
        return Question(
            key=key,
            kind=kind,
            label=given["label"].strip(),
            required=given["required"],
            choices=choices_of(_lines(given["choices"]), before.choices if before else ()) if chosen else (),
            rows=choices_of(_lines(given["rows"]), before.rows if before else ())
            if kind == QuestionKind.MATRIX
            else (),
            low=given["low"],
            high=given["high"],
            goes_to=self._ways(),
        )

    def _ways(self) -> dict[str, str]:
        """The selects beside each answer: where it leads to."""
        return {
            name.removeprefix("to_"): str(value)[:10]
            for name, value in self.data.items()
            if name.startswith("to_") and value
        }

    @classmethod
    def of(cls, question: Question) -> "QuestionForm":
        initial: dict[str, Any] = {
            name: getattr(question, name) for name in ("label", "kind", "required", "low", "high")
        }
        initial["choices"] = "\n".join(choice.label for choice in question.choices)
        initial["rows"] = "\n".join(row.label for row in question.rows)
        return cls(initial=initial)


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def ways_of(question: Question, questions: tuple[Question, ...]) -> list[tuple[str, str, str]]:
    """For each answer that may lead elsewhere: its key, its words, where it leads."""
    if question.kind in (QuestionKind.CHOICES, QuestionKind.MATRIX, QuestionKind.TEXT):
        return []
    return [(each.key, each.label, question.goes_to.get(each.key, "")) for each in question.answers]


def later_than(question: Question, questions: tuple[Question, ...]) -> list[tuple[str, str]]:
    keys = [each.key for each in questions]
    later = questions[keys.index(question.key) + 1 :] if question.key in keys else ()
    return [*((each.key, each.label) for each in later), (END, str(_("End of the survey")))]
