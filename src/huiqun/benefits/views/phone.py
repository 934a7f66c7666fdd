"""Customers' doors: the benefit centre, one piece with its code, offers to claim, passing on, returning, appealing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.benefits import actions
from huiqun.benefits.actions import Attempt
from huiqun.benefits.models import BenefitPicture
from huiqun.benefits.queries import wallet
from huiqun.benefits.queries.plain import plain_terms
from huiqun.benefits.queries.qr import qr_of
from huiqun.foundation import panels
from huiqun.foundation.devices import address_of, device_of, keep_device
from huiqun.foundation.http import CustomerRequest, customer_door, public_door

KEPT_SECONDS = 30 * 24 * 3600


@never_cache
@require_safe
@customer_door()
def my_benefits(request: CustomerRequest) -> HttpResponse:
    """Mine, expiring, to claim, and what the other parts of benefits show."""
    context = {
        "wallet": wallet.wallet(request.customer_id, now=request.now),
        "offers": wallet.open_offers(request.customer_id, now=request.now),
        "panels": panels.render("my_benefits", request, request.customer_id),
    }
    return render(request, "benefits/my_benefits.html", context)


@never_cache
@require_safe
@customer_door()
def my_piece(request: CustomerRequest, claim_id: int) -> HttpResponse:
    opened = wallet.open_piece(claim_id, request.customer_id, now=request.now)
    is_shown = opened.piece.claim.state == "claimed" and opened.piece.days_left >= 0
    qr = qr_of(opened.code, opened.partner_code) if is_shown else ""
    context = {
        "opened": opened,
        "piece": opened.piece,
        "claim": opened.piece.claim,
        "qr": qr,
        "is_shown": is_shown,
    }
    return render(request, "benefits/my_piece.html", context)


@never_cache
@require_safe
@customer_door()
def my_offer(request: CustomerRequest, benefit_id: int) -> HttpResponse:
    benefit = wallet.offer_for(benefit_id, request.customer_id)
    context = {
        "benefit": benefit,
        "terms": plain_terms(benefit.as_terms),
        "claim_id": wallet.claimed_before(benefit_id, request.customer_id),
        "picture": BenefitPicture.objects.filter(benefit=benefit).defer("content").first(),
        "is_open": benefit.claim_start_at <= request.now < benefit.claim_end_at and benefit.left > 0,
    }
    return render(request, "benefits/my_offer.html", context)


@require_POST
@customer_door()
def my_claim(request: CustomerRequest, benefit_id: int) -> HttpResponse:
    """One tap. Asking before whether this customer may see the offer keeps campaigns' offers for whom they are."""
    wallet.offer_for(benefit_id, request.customer_id)
    device = device_of(request)
    attempt = Attempt(device=device, address=address_of(request))
    claimed = actions.claim_benefit(
        benefit_id=benefit_id, customer_id=request.customer_id, now=request.now, attempt=attempt
    )
    return keep_device(redirect("my_benefits:my_piece", claimed.claim_id), device)


@require_POST
@customer_door()
def my_accept(request: CustomerRequest, claim_id: int) -> HttpResponse:
    wallet.open_piece(claim_id, request.customer_id, now=request.now)
    actions.accept_grant(claim_id=claim_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_benefits:my_piece", claim_id)


@require_POST
@customer_door()
def my_return(request: CustomerRequest, claim_id: int) -> HttpResponse:
    actions.return_claim(
        claim_id=claim_id, reason="customer", customer_id=request.customer_id, now=request.now
    )
    messages.success(request, _("Returned. It may go to somebody else now; what you paid is yours again."))
    return redirect("my_benefits:my_benefits")


@require_POST
@customer_door()
def my_pass_on(request: CustomerRequest, claim_id: int) -> HttpResponse:
    actions.pass_on_claim(
        claim_id=claim_id,
        customer_id=request.customer_id,
        phone=request.POST.get("phone", "").strip()[:20],
        now=request.now,
    )
    messages.success(
        request, _("Passed on. Your code is worth nothing any more; the receiver has a new one.")
    )
    return redirect("my_benefits:my_benefits")


@require_POST
@customer_door()
def my_appeal(request: CustomerRequest, claim_id: int) -> HttpResponse:
    actions.appeal_claim(
        claim_id=claim_id,
        customer_id=request.customer_id,
        words=request.POST.get("words", ""),
        now=request.now,
    )
    messages.success(request, _("Your appeal is with the bank. The answer is shown here."))
    return redirect("my_benefits:my_piece", claim_id)


@cache_control(public=True, max_age=KEPT_SECONDS, immutable=True)
@require_safe
@public_door(reason="a picture of an offer names nobody; its address is its digest")
def my_picture(request: HttpRequest, picture: str) -> HttpResponse:
    content = wallet.picture(picture)
    if content is None:
        return HttpResponseNotFound()
    return HttpResponse(content, content_type="image/jpeg")
