"""One's own notices: read, and by mail or not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.foundation import notices
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Notice
from huiqun.foundation.paging import keyset_page
from huiqun.lib.numbers import whole


@require_GET
@staff_door()
def notice_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(Notice.objects.of(request.staff), request.GET)
    context = {
        "page": page,
        "notices": [notices.shown(each) for each in page.rows],
        "may_be_mailed": notices.may_be_mailed() and bool(request.staff.email),
        "by_mail": notices.wants_mail(request.staff),
    }
    return render(request, "foundation/notices.html", context)


@require_POST
@staff_door()
def notice_read(request: StaffRequest) -> HttpResponse:
    """One, going where it leads; or all of them."""
    chosen = request.POST.get("notice", "")
    if chosen == "all":
        notices.read(staff=request.staff, notice_id=None, now=request.now)
        messages.success(request, _("All notices are marked as read."))
        return redirect("notice_list")
    link = notices.read(staff=request.staff, notice_id=whole(chosen) or 0, now=request.now)
    if link and url_has_allowed_host_and_scheme(link, None):
        return redirect(link)
    return redirect("notice_list")


@require_POST
@staff_door()
def notice_mail(request: StaffRequest) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    notices.choose_mail(staff=request.staff, wanted=wanted, now=request.now)
    told = _("You will get notices by mail too.") if wanted else _("You will get no more mails.")
    messages.success(request, told)
    return redirect("notice_list")
