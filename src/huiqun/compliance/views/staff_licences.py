"""The register of licences."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.compliance import actions, queries
from huiqun.compliance.models import Licence
from huiqun.compliance.models.licences import LicenceKind
from huiqun.compliance.rulebook.kinds import PRODUCT_KINDS
from huiqun.compliance.rules.licences import WARN_DAYS, licence_state
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.channels import Channel
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

STATES = {
    "valid": (gettext_lazy("Valid"), "green"),
    "expiring": (gettext_lazy("Expires soon"), "gold"),
    "expired": (gettext_lazy("Expired"), "red"),
    "ended": (gettext_lazy("Ended"), "grey"),
}
CHANNELS = [
    (Channel.SMS.value, gettext_lazy("SMS")),
    (Channel.EMAIL.value, gettext_lazy("E-mail")),
    (Channel.PHONE.value, gettext_lazy("Phone call")),
    ("h5", gettext_lazy("Landing page")),
]


class LicenceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LicenceKind.choices)
    name = forms.CharField(label=gettext_lazy("Name of the licence"), max_length=120)
    number = forms.CharField(label=gettext_lazy("Number"), max_length=60)
    holder = forms.CharField(label=gettext_lazy("Holder"), max_length=120)
    scope = forms.CharField(label=gettext_lazy("Scope"), widget=forms.Textarea(attrs={"rows": 3}))
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Of a distribution agreement the issuer of the products, written as on the product shelf;"
            " of a consent, contract or licence of material whoever gave it."
        ),
    )
    staff = forms.ModelChoiceField(
        label=gettext_lazy("Member of staff who is qualified"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("For qualifications only."),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Kept by"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=gettext_lazy("Whoever registers it"),
        help_text=gettext_lazy("Is reminded 30, 7 and 1 days before it ends."),
    )
    branch = forms.ModelChoiceField(label=gettext_lazy("Branch"), queryset=Branch.objects.none())
    issued_date = forms.DateField(
        label=gettext_lazy("Issued on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    expires_date = forms.DateField(
        label=gettext_lazy("Last valid day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Leave empty when it is valid without end."),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Needed for these channels"),
        choices=CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    product_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Needed for these products"),
        choices=[(kind, gettext_lazy(label)) for kind, label in PRODUCT_KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "With neither channel nor product chosen it stands behind every campaign. Distribution agreements and"
            " qualifications need the kinds of products; consents, contracts and material are named by campaigns."
        ),
    )

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch_field = self.fields["branch"]
        assert isinstance(branch_field, forms.ModelChoiceField)
        branch_field.queryset = Branch.objects.visible_to(staff)
        colleagues = Staff.objects.visible_to(staff).filter(is_active=True)
        for name in ("staff", "owner"):
            people = self.fields[name]
            assert isinstance(people, forms.ModelChoiceField)
            people.queryset = colleagues

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == LicenceKind.QUALIFICATION and not data.get("staff"):
            self.add_error("staff", _("Say whose qualification it is."))
        if data.get("kind") == LicenceKind.DISTRIBUTION and not data.get("issuer"):
            self.add_error("issuer", _("Name the issuer whose products may be distributed."))
        needs_kinds = data.get("kind") in (LicenceKind.QUALIFICATION, LicenceKind.DISTRIBUTION)
        if needs_kinds and not data.get("product_kinds"):
            self.add_error("product_kinds", _("Choose the kinds of products it is for."))
        return data

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        values = dict(self.cleaned_data)
        values["branch_id"] = values.pop("branch").pk
        for name in ("staff", "owner"):
            person = values.pop(name)
            values[f"{name}_id"] = person.pk if person else None
        return values


READERS = (Role.ADMINISTRATOR, *REVIEWERS, Role.RISK_OFFICER, Role.MARKETER)


@staff_door(*READERS)
@require_GET
def licence_list(request: StaffRequest) -> HttpResponse:
    today = local_date(request.now)
    rows = _matching(request).select_related("branch", "owner", "staff")
    page = keyset_page(rows, request.GET.dict(), order=("-id",))
    context = {
        "page": page,
        "rows": [(row, *STATES[licence_state(row.dates(), on=today)]) for row in page.rows],
        "query": request.GET,
        "kinds": LicenceKind.choices,
        "states": [(key, words[0]) for key, words in STATES.items()],
        "expiring": queries.expiring_count(request.staff, on=today),
        "may_edit": request.staff.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "compliance/licences.html", context)


def _matching(request: StaffRequest) -> Any:
    today, query = local_date(request.now), request.GET
    rows = Licence.objects.visible_to(request.staff)
    if text := query.get("text", "").strip():
        rows = rows.filter(Q(name__icontains=text) | Q(number__icontains=text) | Q(holder__icontains=text))
    if kind := query.get("kind"):
        rows = rows.filter(kind=kind)
    soon = today + timedelta(days=WARN_DAYS)
    conditions = {
        "valid": Q(ended=False) & (Q(expires_date__isnull=True) | Q(expires_date__gt=soon)),
        "expiring": Q(ended=False, expires_date__gte=today, expires_date__lte=soon),
        "expired": Q(ended=False, expires_date__lt=today),
        "ended": Q(ended=True),
    }
    return rows.filter(conditions.get(query.get("state", ""), Q()))


@staff_door(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def licence_new(request: StaffRequest) -> HttpResponse:
    return _licence_form(request, None)


@staff_door(*READERS)
@require_http_methods(["GET", "POST"])
def licence_detail(request: StaffRequest, licence_id: int) -> HttpResponse:
    """The licence's form for administrators of its branch; for others it is only read."""
    licence = Licence.objects.visible_to(request.staff).filter(pk=licence_id).first()
    if licence is None:
        raise NotFound()
    return _licence_form(request, licence)


def _licence_form(request: StaffRequest, licence: Licence | None) -> HttpResponse:
    may_edit = request.staff.has_role(Role.ADMINISTRATOR) and _covers(request.staff, licence)
    form = LicenceForm(request.staff, request.POST or None, initial=_initial(licence))
    if request.method == "POST" and not may_edit:
        raise NotFound()
    if request.method == "POST" and form.is_valid():
        actions.save_licence(
            licence_id=licence.pk if licence else None, **form.values(), by=request.staff, now=request.now
        )
        messages.success(request, _("Saved in the register."))
        return redirect("compliance:licence_list")
    context: dict[str, Any] = {"form": form, "licence": licence, "may_edit": may_edit}
    if licence is not None:
        context["state"] = STATES[licence_state(licence.dates(), on=local_date(request.now))]
        context["dependents"] = queries.dependents(licence.pk, request.staff)
        context["facts"] = queries.facts_about("licence", licence.pk)
    return render(request, "compliance/licence.html", context)


def _covers(staff: Staff, licence: Licence | None) -> bool:
    return licence is None or (staff.branch is not None and staff.branch.covers(licence.branch))


def _initial(licence: Licence | None) -> dict[str, Any]:
    if licence is None:
        return {}
    return {
        name: getattr(licence, f"{name}_id" if name in ("branch", "staff", "owner") else name)
        for name in LicenceForm.base_fields
    }


@staff_door(Role.ADMINISTRATOR, auditor=False)
@require_POST
def licence_end(request: StaffRequest, licence_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.end_licence(licence_id=licence_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("The licence has ended. Campaigns that rely on it are no longer sent."))
    return redirect("compliance:licence_detail", licence_id=licence_id)
