"""Channel accounts: administrators alone keep them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.delivery import actions
from huiqun.delivery.channels import registry
from huiqun.delivery.models import ChannelAccount
from huiqun.delivery.queries.accounts import standings, visible_account
from huiqun.delivery.views.forms import AccountForm
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import Refusal


@require_GET
@staff_door(Role.ADMINISTRATOR)
def account_list(request: StaffRequest) -> HttpResponse:
    rows = ChannelAccount.objects.visible_to(request.staff).select_related("branch").defer("secret")
    may_write = request.staff.has_role(Role.ADMINISTRATOR)
    page = keyset_page(rows, request.GET, order=("name",))
    known = {each.account_id: each for each in standings(row.pk for row in page.rows)}
    context = {"page": page, "rows": [(row, known[row.pk]) for row in page.rows], "may_write": may_write}
    return render(request, "delivery/account_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def account_new(request: StaffRequest) -> HttpResponse:
    channel = request.GET.get("channel", "sms")
    driver = registry.default_driver("email" if channel == "email" else "sms")
    return _edit(request, driver, None)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def account_edit(request: StaffRequest, account_id: int) -> HttpResponse:
    account = visible_account(account_id, request.staff)
    return _edit(request, account.driver, account)


@require_POST
@staff_door(Role.ADMINISTRATOR, auditor=False)
def account_try(request: StaffRequest, account_id: int) -> HttpResponse:
    visible_account(account_id, request.staff)
    actions.close_breaker(account_id=account_id, by=request.staff, now=request.now)
    messages.success(request, _("The account is used again from now on."))
    return redirect("delivery:account_list")


def _edit(request: StaffRequest, driver: str, account: ChannelAccount | None) -> HttpResponse:
    form = AccountForm(request.POST or None, staff=request.staff, driver=driver, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_account(
                account_id=account.pk if account else None,
                channel=registry.DRIVERS[driver].channel,
                driver=driver,
                by=request.staff,
                now=request.now,
                **form.terms(),
            )
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("The channel account is saved."))
            return redirect("delivery:account_list")
    return render(
        request,
        "delivery/account_form.html",
        {"form": form, "account": account, "channel": registry.DRIVERS[driver].channel},
    )
