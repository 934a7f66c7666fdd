from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.benefits import queries
from huiqun.benefits.events_of_pieces import BenefitStockLow
from huiqun.benefits.queries import referral
from huiqun.benefits.queries.beside import benefits_of, benefits_under
from huiqun.benefits.queries.linting import remarks_of
from huiqun.benefits.queries.points import last_movements, points_balance
from huiqun.benefits.queries.searching import latest_claims
from huiqun.benefits.queries.wallet import expiring_count
from huiqun.benefits.views.points_words import shown_movement
from huiqun.benefits.views.referral import READERS as REFERRAL_READERS
from huiqun.benefits.views.roles import CLAIM_READERS, LEDGER_READERS, PLANNERS, READERS, REPORT_READERS
from huiqun.benefits.views.settlements import READERS as SETTLEMENT_READERS
from huiqun.compliance import queries as compliance
from huiqun.customers.queries import customer_cards
from huiqun.foundation import clock, notices, phone
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.models import Staff
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop


def customer_claims(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer has claimed, on the customer's page."""
    claims = latest_claims(customer_id)
    return render_to_string("benefits/_customer_claims.html", {"claims": claims}, request) if claims else None


def customer_points(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer has in points, on the customer's page, for those who may read the ledger."""
    staff = request.user
    if not isinstance(staff, Staff) or not staff.has_role(*LEDGER_READERS, Role.AUDITOR):
        return None
    movements = last_movements(customer_id)
    if not movements:
        return None
    context = {
        "balance": points_balance(customer_id, today=local_date(clock.now())),
        "movements": [shown_movement(row) for row in movements],
        "number": next((card.number for card in customer_cards(ids=[customer_id], staff=staff)), ""),
    }
    return render_to_string("benefits/_customer_points.html", context, request)


def my_points(request: HttpRequest, customer_id: int) -> str | None:
    """A customer's balance, on the first of the customer's own pages and in the benefit centre."""
    balance = points_balance(customer_id, today=local_date(clock.now()))
    return render_to_string("benefits/_my_points.html", {"balance": balance}, request)


def campaign_benefits(request: HttpRequest, campaign_id: int) -> str | None:
    """On a campaign's page: its benefits beyond the first, how far each is claimed, and how to add one."""
    found = benefits_of(f"campaign:{campaign_id}")
    staff = cast(Staff, request.user)
    if not found or not staff.has_role(*READERS):
        return None
    context = {"benefits": found, "may_plan": staff.has_role(*PLANNERS)}
    return render_to_string("benefits/_campaign_benefits.html", context, request)


def dossier_lint(request: HttpRequest, dossier_id: int) -> str | None:
    """For reviewers: what the rules of the benefits ask and their terms do not tell."""
    subject = compliance.visible_dossier(dossier_id, cast(Staff, request.user), now=clock.now()).subject
    remarks = [(row.name, words) for row in benefits_under(subject) for words in remarks_of(row)]
    return render_to_string("benefits/_dossier_lint.html", {"remarks": remarks}, request) if remarks else None


def my_expiring(request: HttpRequest, customer_id: int) -> str | None:
    """On a customer's first page: what ends within three days."""
    count = expiring_count(customer_id, now=clock.now())
    return render_to_string("benefits/_my_expiring.html", {"count": count}, request) if count else None


def invite_friends(request: HttpRequest, customer_id: int) -> str | None:
    """On a customer's first page, while there is a programme to invite to."""
    programmes = referral.open_programmes(customer_id=customer_id, now=clock.now())
    if not programmes:
        return None
    return render_to_string("benefits/_my_invite.html", {"name": programmes[0].name}, request)


add_menu(
    section=_("Marketing"), label=_("Benefits"), url_name="benefits:benefit_list", roles=READERS, order=120
)
add_menu(
    section=_("Marketing"),
    label=_("Points ledger"),
    url_name="benefits:points_ledger",
    roles=LEDGER_READERS,
    order=122,
)
add_menu(
    section=_("Marketing"),
    label=_("Rules for earning points"),
    url_name="benefits:earning_rule_list",
    roles=REPORT_READERS,
    order=123,
)
add_menu(
    section=_("Marketing"),
    label=_("Points report"),
    url_name="benefits:points_report",
    roles=REPORT_READERS,
    order=124,
)
add_menu(
    section=_("Marketing"),
    label=_("Charity pledges"),
    url_name="benefits:pledge_list",
    roles=LEDGER_READERS,
    order=125,
)
add_panel(place="customer", render=customer_points, order=310)
add_panel(place="my", render=my_points, order=200)
add_panel(place="my_benefits", render=my_points, order=100)
add_menu(section=_("Marketing"), label=_("Stock"), url_name="benefits:stock_list", roles=READERS, order=121)
add_menu(
    section=_("Marketing"), label=_("Claims"), url_name="benefits:claim_list", roles=CLAIM_READERS, order=122
)
add_panel(place="campaign", render=campaign_benefits, order=150)
add_panel(place="dossier", render=dossier_lint, order=150)
add_panel(place="my", render=my_expiring, order=50)
phone.add_tab(label=_("My benefits"), url_name="my_benefits:my_benefits", icon="gift", order=20)
notices.register(BenefitStockLow.kind(), gettext_noop("Of %(name)s only %(left)s are left"))
add_menu(
    section=_("Marketing"),
    label=_("Referral"),
    url_name="benefits:referral_list",
    roles=REFERRAL_READERS,
    order=126,
)
add_panel(place="my", render=invite_friends, order=240)
add_menu(
    section=_("Marketing"),
    label=_("Partner settlement"),
    url_name="benefits:settlement_list",
    roles=SETTLEMENT_READERS,
    order=145,
)
add_panel(place="customer", render=customer_claims, order=300)
add_hold(queries.open_claims)
