"""Read the rules and the law, and try a text against one rule."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.compliance.forms import FIRST_DAY, LAST_DAY, TryForm
from huiqun.compliance.queries import copy
from huiqun.compliance.queries.rulebook_pages import (
    COUNTED_DAYS,
    Asked,
    RulePage,
    Spoken,
    WayShown,
    rule_page,
    rules_found,
    spoken,
    try_text,
)
from huiqun.compliance.rulebook.families import FAMILIES, family_of
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, RISK_LEVELS
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.templatetags.findings import COLOURS, SEVERITIES
from huiqun.compliance.views.staff_copy import READERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.lib.days import local_date


@staff_door(*READERS)
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    counted = spoken(request.staff, now=request.now)
    rules = rules_found(asked)
    context = {
        "rules": [{**_shown(rule), "spoken": counted.get(rule.code, Spoken())} for rule in rules],
        "asked": asked,
        "severities": [(code.value, label) for code, label in SEVERITIES.items()],
        "kinds": [(code, _(label)) for code, label in PRODUCT_KINDS.items()],
        "channels": [(code, _(label)) for code, label in CHANNELS.items()],
        "families": [(code, _(label)) for code, label in FAMILIES.items()],
        "laws": [(law.slug, law.name) for law in copy.laws_cited()],
        "version": copy.rulebook_version(),
        "days": COUNTED_DAYS,
    }
    return render(request, "compliance/rules.html", context)


def _asked(request: StaffRequest) -> Asked:
    given = request.GET
    names = ("words", "law", "kind", "channel", "severity", "family")
    return Asked(**{name: given.get(name, "").strip() for name in names}, on=_day(given.get("on", "")))


def _day(given: str) -> date | None:
    """None for what is no day within the years that we judge by."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


@staff_door(*READERS)
@require_http_methods(["GET", "POST"])
def rule_detail(request: StaffRequest, rule_code: str) -> HttpResponse:
    """One rule; a text that is posted is tried against it."""
    today = local_date(request.now)
    on = _day(request.GET.get("on", "")) or today
    page = rule_page(rule_code, request.staff, on=on, now=request.now)
    form = TryForm(page.rule, request.POST or None, initial={"on": on})
    context = {
        "page": page,
        "rule": page.rule,
        "shown": _shown(page.rule),
        "scope": _scope(page.rule),
        "ways": [(way, _narrower(page, way)) for way in page.ways],
        "yields_to": [_shown(rule) for rule in page.yields_to],
        "on": on,
        "today": today,
        "days": COUNTED_DAYS,
        "form": form,
        "tried": None,
        "text": "",
    }
    if form.is_valid():
        values = {**form.cleaned_data, "on": form.cleaned_data["on"] or on}
        context |= {"tried": try_text(rule_code, **values), "text": values["text"]}
    template = "compliance/_rule_try.html" if request.htmx else "compliance/rule.html"
    return render(request, template, context)


@staff_door(*READERS)
@require_GET
def law_list(request: StaffRequest) -> HttpResponse:
    today = local_date(request.now)
    laws = [(law, law.is_in_force(today), law.effective > today) for law in copy.laws_cited()]
    return render(request, "compliance/laws.html", {"laws": laws})


@staff_door(*READERS)
@require_GET
def law_detail(request: StaffRequest, law_slug: str) -> HttpResponse:
    law = copy.law(law_slug)
    articles = [
        (article, [_shown(rule) for rule in copy.rules_citing(law, key)])
        for key, article in law.articles.items()
    ]
    in_force = law.is_in_force(local_date(request.now))
    return render(request, "compliance/law.html", {"law": law, "articles": articles, "in_force": in_force})


def _shown(rule: Rule) -> dict[str, Any]:
    """A rule's words for this reader."""
    language = get_language() or "zh"
    family = family_of(rule.code)
    return {
        "code": rule.code,
        "name": rule.name.for_reader(language),
        "message": rule.message.for_reader(language),
        "fix": rule.fix.for_reader(language),
        "severity": SEVERITIES[rule.severity],
        "colour": COLOURS[rule.severity],
        "sort": _sort(rule),
        "family": _(FAMILIES[family]) if family in FAMILIES else family,
        "enabled": rule.enabled,
    }


def _sort(rule: Rule) -> str:
    if rule.is_about_plans:
        return pgettext("rule", "Plan")
    return _("Missing statement") if rule.is_about_missing else _("Wording")


def _scope(rule: Rule) -> list[tuple[str, str]]:
    """What kind of copy the rule speaks about."""
    scope = [(_("Product kinds"), _labels(PRODUCT_KINDS, rule.kinds))]
    if not rule.is_about_plans:
        scope.append((_("Channels"), _labels(CHANNELS, rule.channels)))
    if risk := _risk(rule.min_risk, rule.max_risk):
        scope.append((_("Product risk level"), risk))
    return scope


def _narrower(page: RulePage, way: WayShown) -> str:
    """Where one way of the rule speaks about less than the rule does."""
    if not way.narrower:
        return ""
    said = []
    if way.way.kinds != page.rule.kinds:
        said.append(_labels(PRODUCT_KINDS, way.way.kinds))
    if way.way.channels != page.rule.channels:
        said.append(_labels(CHANNELS, way.way.channels))
    if risk := _risk(way.way.min_risk, way.way.max_risk):
        said.append(risk)
    return " · ".join(said)


def _risk(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    return f"R{least or RISK_LEVELS[0]}–R{most or RISK_LEVELS[-1]}"


def _labels(known: Mapping[str, str], chosen: frozenset[str]) -> str:
    if chosen == frozenset(known):
        return _("All")
    return pgettext("list", ", ").join(_(label) for code, label in known.items() if code in chosen)
