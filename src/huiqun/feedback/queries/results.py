"""What a survey's answers come to, live. Of persons nothing is told: groups of fewer than ten are hidden."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.customers import queries as customers
from huiqun.feedback.models import Survey, SurveyAnswer, SurveyResponse, SurveyText
from huiqun.feedback.rules.figures import (
    Mean,
    Nps,
    Row,
    by_theme,
    cross_table,
    mean_of,
    nps_of,
    suggested_words,
    without_numbers,
)
from huiqun.feedback.rules.questions import COUNTED, Question, QuestionKind
from huiqun.feedback.rules.surveys import VersionState
from huiqun.lib.days import local_date

MOST_TEXTS, MOST_PEOPLE = 5_000, 50_000
GROUPS = ("branch", "lifecycle", "age_band")


@dataclass(frozen=True, kw_only=True)
class ChoiceLine:
    label: str
    count: int
    share: float


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    question: Question
    asked: int
    stopped: int
    """How many saved this page last and went no further."""
    lines: list[ChoiceLine]
    rows: list[tuple[str, list[ChoiceLine]]] = field(default_factory=list)
    nps: Nps | None = None
    mean: Mean | None = None
    themes: list[ChoiceLine] = field(default_factory=list)
    suggested: list[tuple[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Results:
    begun: int
    completed: int
    questions: list[QuestionResult]

    @property
    def completion(self) -> float | None:
        return self.completed / self.begun if self.begun else None

    def as_rows(self) -> list[list[str]]:
        """For a sheet: question, what was chosen, how many, share."""
        rows = [
            [pgettext("survey", "Begun"), "", str(self.begun), ""],
            [_("Completed"), "", str(self.completed), _share(self.completion)],
            [
                pgettext("feedback", "Question"),
                pgettext("choice", "Answer"),
                pgettext("results", "Number"),
                _("Share"),
            ],
        ]
        for each in self.questions:
            label = each.question.label
            rows += [[label, line.label, str(line.count), _share(line.share)] for line in each.lines]
            for row, lines in each.rows:
                rows += [
                    [f"{label} · {row}", line.label, str(line.count), _share(line.share)] for line in lines
                ]
            if each.nps:
                rows.append(
                    [label, "NPS", f"{each.nps.score:.1f}", f"{each.nps.low:.1f} – {each.nps.high:.1f}"]
                )
            rows += [[label, line.label, str(line.count), _share(line.share)] for line in each.themes]
            rows += [[label, text, "", ""] for text in each.texts]
        return rows


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def questions_asked(survey: Survey) -> tuple[Question, ...]:
    """Of the version that is asked now or was last; by key, those of earlier versions that were dropped at the end."""
    versions = [
        each
        for each in survey.versions.order_by("-number")
        if each.state in (VersionState.APPROVED, VersionState.REPLACED)
    ]
    found: dict[str, Question] = {}
    for version in versions:
        for question in version.questions:
            found.setdefault(question.key, question)
    return tuple(found.values())


def results_of(survey: Survey, *, now: datetime) -> Results:
    """Counted anew at each call: what was answered a moment ago is in it."""
    begun = SurveyResponse.objects.filter(survey=survey, began_at__isnull=False)
    done = begun.filter(completed_at__isnull=False)
    counts: dict[str, Counter[tuple[str, str]]] = {}
    rows = SurveyAnswer.objects.filter(response__in=done.values("pk")).order_by()
    for question, row, choice, times in rows.values_list("question", "row", "choice").annotate(
        times=Count("id")
    ):
        counts.setdefault(question, Counter())[row, choice] = times
    stopped = Counter(
        dict(begun.filter(completed_at=None).order_by().values_list("last_key").annotate(times=Count("id")))
    )
    return Results(
        begun=begun.count(),
        completed=done.count(),
        questions=[
            _result(survey, each, counts.get(each.key, Counter()), stopped[each.key])
            for each in questions_asked(survey)
        ],
    )


def _result(
    survey: Survey, question: Question, counts: Counter[tuple[str, str]], stopped: int
) -> QuestionResult:
    if question.kind == QuestionKind.TEXT:
        return _texts(survey, question, counts.total(), stopped)
    if question.kind == QuestionKind.MATRIX:
        rows = [
            (
                row.label,
                _lines(
                    question, {choice: times for (key, choice), times in counts.items() if key == row.key}
                ),
            )
            for row in question.rows
        ]
        asked = max((sum(line.count for line in lines) for _row, lines in rows), default=0)
        return QuestionResult(question=question, asked=asked, stopped=stopped, lines=[], rows=rows)
    plain = {choice: times for (_row, choice), times in counts.items() if choice}
    numbers = {int(choice): times for choice, times in plain.items()} if question.kind in COUNTED else {}
    asked = counts.total()
    if question.kind == QuestionKind.CHOICES:
        asked = _people(survey, question)
    return QuestionResult(
        question=question,
        asked=asked,
        stopped=stopped,
        lines=_lines(question, plain, whole=asked),
        nps=nps_of(numbers) if question.kind == QuestionKind.NPS else None,
        mean=mean_of(numbers) if question.kind == QuestionKind.SCALE else None,
    )


def _people(survey: Survey, question: Question) -> int:
    rows = SurveyAnswer.objects.filter(
        response__survey=survey, response__completed_at__isnull=False, question=question.key
    )
    return rows.order_by().values("response_id").distinct().count()


def _lines(question: Question, counts: dict[str, int], whole: int = 0) -> list[ChoiceLine]:
    whole = whole or sum(counts.values())
    return [
        ChoiceLine(
            label=choice.label,
            count=counts.get(choice.key, 0),
            share=counts.get(choice.key, 0) / (whole or 1),
        )
        for choice in question.answers
    ]


def _texts(survey: Survey, question: Question, asked: int, stopped: int) -> QuestionResult:
    rows = SurveyText.objects.filter(
        response__survey=survey, response__completed_at__isnull=False, question=question.key
    )
    texts = [without_numbers(row.words or "") for row in rows.order_by("-id")[:MOST_TEXTS]]
    themes = {theme.name: theme.words_list for theme in survey.themes.order_by("name")}
    counted = by_theme(texts, themes)
    known = [word for words in themes.values() for word in words]
    return QuestionResult(
        question=question,
        asked=asked,
        stopped=stopped,
        lines=[],
        themes=[
            ChoiceLine(label=name or _("No theme yet"), count=times, share=times / (len(texts) or 1))
            for name, times in counted.items()
            if name or texts
        ],
        suggested=suggested_words(texts, known=known),
        texts=texts,
    )


@dataclass(frozen=True, kw_only=True)
class CrossTable:
    by: str
    columns: list[str]
    rows: list[Row]


def crossed(survey: Survey, *, question: str, by: str, now: datetime) -> CrossTable | None:
    """Answers to one question by branch, lifecycle or age; None for a question or group that there is not."""
    asked = next((each for each in questions_asked(survey) if each.key == question), None)
    if asked is None or by not in GROUPS or asked.kind in (QuestionKind.TEXT, QuestionKind.MATRIX):
        return None
    rows = SurveyAnswer.objects.filter(
        response__survey=survey, response__completed_at__isnull=False, question=question
    ).exclude(choice="")
    given = list(rows.order_by("id").values_list("customer_id", "choice")[:MOST_PEOPLE])
    traits = customers.traits_of(ids={pk for pk, _choice in given}, on=local_date(now))
    grouped = _by_group(given, {pk: str(getattr(each, by)) for pk, each in traits.items()})
    return CrossTable(
        by=by,
        columns=[choice.label for choice in asked.answers],
        rows=cross_table(grouped, columns=[choice.key for choice in asked.answers]),
    )


def _by_group(given: Iterable[tuple[int, str]], groups: dict[int, str]) -> list[tuple[int, str, str]]:
    return [(pk, groups.get(pk) or _("Unknown"), choice) for pk, choice in given]
