"""What has to be reached for a benefit, for staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiqun.benefits import queries
from huiqun.benefits.actions import conditions as actions
from huiqun.benefits.models import Benefit
from huiqun.benefits.views.play_forms import ConditionForm, condition_text, said
from huiqun.benefits.views.play_roles import PLANNERS
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.lib.refusal import NotFound, Refusal


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS)
def benefit_conditions(request: StaffRequest, benefit_id: int) -> HttpResponse:
    benefit = queries.visible_benefit(benefit_id, request.staff)
    form = ConditionForm(request.POST or None, initial={"condition": condition_text(benefit.conditions)})
    if request.method == "POST" and form.is_valid():
        try:
            rule = form.cleaned_data["condition"]
            actions.set_conditions(benefit_id=benefit_id, rule=rule, by=request.staff, now=request.now)
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
            return _page(request, benefit, form, refusal)
        messages.success(request, _("The condition is saved."))
        return redirect("benefits:benefit_page", benefit_id)
    return _page(request, benefit, form)


def _page(
    request: StaffRequest, benefit: Benefit, form: ConditionForm, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "benefit": benefit,
        "form": form,
        "said": said(benefit.conditions),
        "citations": refusal.citations if refusal else (),
    }
    return render(request, "benefits/benefit_conditions.html", context)
