"""The shelf's pages. Administrators keep it; those who plan, decide and advise read it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date
from huiqun.products import actions, queries
from huiqun.products.models import KIND_LABELS
from huiqun.products.rules import ProductRefusal
from huiqun.products.views.forms import ProductForm, initial_of

READERS = (
    Role.ADMINISTRATOR,
    Role.MARKETER,
    Role.OPERATOR,
    Role.RELATIONSHIP_MANAGER,
    *REVIEWERS,
    Role.RISK_OFFICER,
    Role.SERVICE_DESK,
    Role.ANALYST,
)
COLOURS = {"on_sale": "green", "coming": "blue", "ended": "grey", "withdrawn": "red"}


@require_GET
@staff_door(*READERS)
def product_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state", "risk")}
    today = local_date(request.now)
    rows = queries.shelf(staff=request.staff, today=today, **asked)
    page = keyset_page(rows, request.GET, order=("code",))
    return render(
        request,
        "products/product_list.html",
        {
            "page": page,
            "products": [{"row": row, **_state(row, today)} for row in page.rows],
            "asked": asked,
            "kinds": KIND_LABELS.items(),
            "levels": range(1, 6),
            "may_write": request.staff.has_role(Role.ADMINISTRATOR),
        },
    )


@require_GET
@staff_door(*READERS)
def product_page(request: StaffRequest, product_id: int) -> HttpResponse:
    product = queries.visible_product(product_id, request.staff)
    writes = request.staff.has_role(Role.ADMINISTRATOR) and queries.may_edit(product_id, request.staff)
    return render(
        request,
        "products/product_page.html",
        {
            "product": product,
            **_state(product, local_date(request.now)),
            "may_write": writes and not product.withdrawn_at,
            "timeline": facts.about("product", product_id)[:50],
        },
    )


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def product_new(request: StaffRequest) -> HttpResponse:
    form = ProductForm(
        request.POST or None, staff=request.staff, initial={"sale_start_date": local_date(request.now)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            product_id = actions.register_product(
                terms=form.terms(),
                branch_id=form.cleaned_data["branch"].pk,
                by=request.staff,
                now=request.now,
            )
        except ProductRefusal as refusal:
            form.refuse(refusal.field, sentence_of(refusal))
        else:
            messages.success(request, _("The product is on the shelf."))
            return redirect("products:product_page", product_id)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def product_edit(request: StaffRequest, product_id: int) -> HttpResponse:
    product = queries.editable_product(product_id, request.staff)
    form = ProductForm(request.POST or None, staff=request.staff, editing=True, initial=initial_of(product))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_product(
                product_id=product_id, terms=form.terms(), by=request.staff, now=request.now
            )
        except ProductRefusal as refusal:
            form.refuse(refusal.field, sentence_of(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("products:product_page", product_id)
    return _form_page(request, form, product=product)


@require_POST
@staff_door(Role.ADMINISTRATOR, auditor=False)
def product_withdraw(request: StaffRequest, product_id: int) -> HttpResponse:
    actions.withdraw_product(
        product_id=product_id, reason=request.POST.get("reason", ""), by=request.staff, now=request.now
    )
    messages.success(request, _("The product is off the shelf."))
    return redirect("products:product_page", product_id)


def _form_page(request: StaffRequest, form: ProductForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "products/product_form.html", {"form": form, **context}, status=status)


def _state(product: Any, today: Any) -> dict[str, str]:
    state = product.state(today)
    labels = {
        "on_sale": _("On sale"),
        "coming": _("Not yet on sale"),
        "ended": _("Sale ended"),
        "withdrawn": _("Off the shelf"),
    }
    return {"state_label": labels[state], "state_colour": COLOURS[state]}
