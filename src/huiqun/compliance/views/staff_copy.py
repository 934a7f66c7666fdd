"""Try a copy, read the rules, read the law."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from huiqun.compliance.checks import citations_of
from huiqun.compliance.queries import copy
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, RISK_LEVELS
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.templatetags.findings import COLOURS, SEVERITIES
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date

READERS = (Role.MARKETER, Role.OPERATOR, *REVIEWERS, Role.RISK_OFFICER)


class CopyForm(forms.Form):
    """A copy and what it is to be judged as."""

    text = forms.CharField(max_length=20_000, strip=False)
    channel = forms.ChoiceField(choices=list(CHANNELS.items()))
    product_kind = forms.ChoiceField(choices=list(PRODUCT_KINDS.items()))
    product_risk = forms.TypedChoiceField(
        choices=[("", "")] + [(level, f"R{level}") for level in RISK_LEVELS],
        coerce=int,
        empty_value=None,
        required=False,
    )


@staff_door(*READERS)
def copy_check(request: HttpRequest) -> HttpResponse:
    asked = cast(StaffRequest, request)
    form = CopyForm(request.POST) if request.method == "POST" else None
    context: dict[str, object] = {
        "channels": [(code, _(label)) for code, label in CHANNELS.items()],
        "kinds": [(code, _(label)) for code, label in PRODUCT_KINDS.items()],
        "levels": RISK_LEVELS,
        "asked": request.POST,
        "form": form,
    }
    if form and form.is_valid():
        values = form.cleaned_data
        context["text"] = values["text"]
        context["findings"] = copy.check_copy(**values, on=local_date(asked.now))
    return render(request, "compliance/check.html", context)


@staff_door(*READERS)
def rule_list(request: HttpRequest) -> HttpResponse:
    words, severity, kind = (request.GET.get(name, "") for name in ("words", "severity", "kind"))
    rules = copy.rules_matching(words=words, severity=severity, kind=kind)
    context = {
        "rules": [_shown(rule) for rule in rules],
        "asked": {"words": words, "severity": severity, "kind": kind},
        "severities": [(code.value, label) for code, label in SEVERITIES.items()],
        "kinds": [(code, _(label)) for code, label in PRODUCT_KINDS.items()],
        "version": copy.rulebook_version(),
    }
    return render(request, "compliance/rules.html", context)


@staff_door(*READERS)
def rule_detail(request: HttpRequest, rule_code: str) -> HttpResponse:
    rule = copy.rule(rule_code)
    context = {
        "shown": _shown(rule),
        "rule": rule,
        "kinds": _labels(PRODUCT_KINDS, rule.kinds),
        "channels": [] if rule.is_about_plans else _labels(CHANNELS, rule.channels),
        "citations": citations_of(rule, on=local_date(cast(StaffRequest, request).now)),
    }
    return render(request, "compliance/rule.html", context)


@staff_door(*READERS)
def law_list(request: HttpRequest) -> HttpResponse:
    return render(request, "compliance/laws.html", {"laws": copy.laws_cited()})


@staff_door(*READERS)
def law_detail(request: HttpRequest, law_slug: str) -> HttpResponse:
    law = copy.law(law_slug)
    articles = [(article, copy.rules_citing(law, key)) for key, article in law.articles.items()]
    return render(request, "compliance/law.html", {"law": law, "articles": articles})


def _shown(rule: Rule) -> dict[str, object]:
    """A rule's words for this reader."""
    language = get_language() or "zh"
    return {
        "code": rule.code,
        "name": rule.name.for_reader(language),
        "message": rule.message.for_reader(language),
        "fix": rule.fix.for_reader(language),
        "severity": SEVERITIES[rule.severity],
        "colour": COLOURS[rule.severity],
        "sort": _sort(rule),
        "enabled": rule.enabled,
    }


def _sort(rule: Rule) -> str:
    if rule.is_about_plans:
        return pgettext("rule", "Plan")
    return _("Missing statement") if rule.is_about_missing else _("Wording")


def _labels(known: Mapping[str, str], chosen: frozenset[str]) -> list[str]:
    return [_(label) for code, label in known.items() if code in chosen]
