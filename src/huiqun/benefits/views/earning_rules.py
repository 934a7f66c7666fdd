"""Rules for earning points: written, submitted, put in force by somebody else, ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits import actions
from huiqun.benefits.models import EarningRule
from huiqun.benefits.models.earning import EARNING_LABELS, EARNING_STATE_COLOURS, EARNING_STATE_LABELS
from huiqun.benefits.queries.earning_rules import earned_days, earning_rule_rows, visible_earning_rule
from huiqun.benefits.rules.earning import EarningKind, EarningState
from huiqun.benefits.rules.points_refusals import RuleFrozen, RuleWrong
from huiqun.benefits.views.points_forms import WEEKDAYS, EarningRuleForm, initial_of
from huiqun.benefits.views.roles import APPROVERS, REPORT_READERS, WRITERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib import money


@require_GET
@staff_door(*REPORT_READERS)
def earning_rule_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state")}
    page = keyset_page(earning_rule_rows(staff=request.staff, **asked), request.GET)
    context = {
        "page": page,
        "rules": [(row, sentence(row), EARNING_STATE_COLOURS[EarningState(row.state)]) for row in page.rows],
        "asked": asked,
        "kinds": EARNING_LABELS.items(),
        "states": EARNING_STATE_LABELS.items(),
        "may_write": request.staff.has_role(*WRITERS),
    }
    return render(request, "benefits/earning_rule_list.html", context)


@require_GET
@staff_door(*REPORT_READERS)
def earning_rule_page(request: StaffRequest, earning_rule_id: int) -> HttpResponse:
    rule = visible_earning_rule(earning_rule_id, request.staff)
    own = request.staff.pk in (rule.author_id, rule.submitter_id)
    names = dict(WEEKDAYS)
    context = {
        "rule": rule,
        "sentence": sentence(rule),
        "weekdays": [names[str(day)] for day in rule.bonus_weekdays],
        "colour": EARNING_STATE_COLOURS[EarningState(rule.state)],
        "days": earned_days(earning_rule_id),
        "may_write": request.staff.has_role(*WRITERS),
        "may_decide": request.staff.has_role(*APPROVERS) and not own,
        "timeline": facts.about("rule", earning_rule_id).exclude(kind="benefits.PointsEarned")[:50],
    }
    return render(request, "benefits/earning_rule_page.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def earning_rule_new(request: StaffRequest) -> HttpResponse:
    return _written(request, EarningRuleForm(request.POST or None, staff=request.staff))


@require_http_methods(["GET", "POST"])
@staff_door(*WRITERS, auditor=False)
def earning_rule_edit(request: StaffRequest, rule_draft_id: int) -> HttpResponse:
    rule = visible_earning_rule(rule_draft_id, request.staff)
    if rule.state != EarningState.DRAFT:
        raise RuleFrozen()
    form = EarningRuleForm(request.POST or None, staff=request.staff, initial=initial_of(rule))
    return _written(request, form, rule=rule)


@require_POST
@staff_door(*WRITERS, auditor=False)
def earning_rule_submit(request: StaffRequest, earning_rule_id: int) -> HttpResponse:
    actions.submit_earning_rule(rule_id=earning_rule_id, by=request.staff, now=request.now)
    return _back(request, earning_rule_id, _("Submitted: the terms stand until somebody has decided."))


@require_POST
@staff_door(*APPROVERS, auditor=False)
def earning_rule_approve(request: StaffRequest, earning_rule_id: int) -> HttpResponse:
    digest_seen = request.POST.get("digest", "")
    actions.approve_earning_rule(
        rule_id=earning_rule_id, digest_seen=digest_seen, by=request.staff, now=request.now
    )
    return _back(request, earning_rule_id, _("The rule is in force."))


@require_POST
@staff_door(*APPROVERS, auditor=False)
def earning_rule_send_back(request: StaffRequest, earning_rule_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.send_back_earning_rule(rule_id=earning_rule_id, reason=reason, by=request.staff, now=request.now)
    return _back(request, earning_rule_id, _("Sent back: it may be changed again."))


@require_POST
@staff_door(*WRITERS, *APPROVERS, auditor=False)
def earning_rule_end(request: StaffRequest, earning_rule_id: int) -> HttpResponse:
    actions.end_earning_rule(rule_id=earning_rule_id, by=request.staff, now=request.now)
    return _back(request, earning_rule_id, _("Ended: from today on it earns nothing."))


def _back(request: StaffRequest, rule_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("benefits:earning_rule_page", rule_id)


def _written(request: StaffRequest, form: EarningRuleForm, rule: EarningRule | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        branch_id = form.cleaned_data["branch"].pk
        given: dict[str, Any] = {"terms": form.terms(), "branch_id": branch_id, "by": request.staff}
        try:
            rule_id = actions.write_earning_rule(**given, now=request.now, rule_id=rule.pk if rule else None)
        except RuleWrong as refusal:
            form.refuse(refusal.field, sentence_of(refusal))
        else:
            return _back(request, rule_id, _("Saved."))
    status = 422 if request.method == "POST" else 200
    return render(request, "benefits/earning_rule_form.html", {"form": form, "rule": rule}, status=status)


def sentence(rule: EarningRule) -> str:
    """A rule in one sentence."""
    if rule.kind == EarningKind.ACTIVITY:
        each = ngettext(
            "%(points)s points for every event", "%(points)s points for every %(per)s events", rule.per
        )
        return each % {"points": rule.points, "per": rule.per}
    return _("%(points)s points for every %(per)s yuan") % {
        "points": rule.points,
        "per": money.yuan(rule.per),
    }
