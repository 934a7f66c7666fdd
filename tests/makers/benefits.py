"""Offers and claims for tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from huiqun.benefits import actions
from huiqun.benefits.models import (
    Benefit,
    BenefitPicture,
    Claim,
    ClaimAppeal,
    CodeImport,
    EarningRule,
    Pledge,
    PledgeTransfer,
    PointsAdjustment,
    PointsMovement,
    PoolCode,
)
from huiqun.benefits.queries.finding import code_index
from huiqun.benefits.rules import BenefitKind, BenefitTerms
from huiqun.benefits.rules.earning import EarningKind, EarningState, EarningTerms
from huiqun.benefits.rules.pledges import PledgePer, PledgeState, PledgeTerms
from huiqun.foundation.models import Branch
from huiqun.lib.canonical import digest
from tests.conftest import make_staff
from tests.makers.customers import make_customer

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def benefit_terms(**over: Any) -> BenefitTerms:
    """A hundred cinema tickets, claimable through November."""
    values: dict[str, Any] = {
        "name": "观影券一张",
        "kind": BenefitKind.TICKET,
        "item": "2D电影通兑券",
        "specification": "面值40元",
        "quantity": 100,
        "value_fen": 4_000,
        "claim_start_at": datetime(2026, 11, 1, tzinfo=UTC),
        "claim_end_at": datetime(2026, 12, 1, tzinfo=UTC),
        "use_last_date": date(2026, 12, 31),
        "how_to_use": "到影院出示券码。",
        "terms": "每位客户限领一张,先到先得,领完即止。",
    }
    return BenefitTerms(**(values | over))


def make_benefit(*, branch: Branch, subject: str = "", frozen: bool = True, **over: Any) -> Benefit:
    """An offer that can be claimed: its terms are frozen."""
    terms = benefit_terms(**over)
    benefit = Benefit(branch=branch, subject=subject, created_at=THEN, updated_at=THEN)
    benefit.take(terms)
    if frozen:
        benefit.frozen_digest, benefit.frozen_at = digest(terms.for_dossier()), THEN
    benefit.save()
    return benefit


def make_claim(*, benefit: Benefit, customer_id: int, now: datetime = THEN, **over: Any) -> Claim:
    Benefit.objects.take_one(benefit.pk)
    values: dict[str, Any] = {"code": f"TEST{next(_ordinals):08d}", "expires_on": benefit.use_last_date}
    return Claim.objects.create(benefit=benefit, customer_id=customer_id, claimed_at=now, **(values | over))


def make_import(*, benefit: Benefit, codes: Iterable[str] = ()) -> CodeImport:
    """Codes of a partner that were brought in."""
    lines = list(codes)
    brought = CodeImport.objects.create(
        benefit=benefit,
        file_name="codes.csv",
        file_digest="0" * 64,
        lines=len(lines),
        accepted=len(lines),
        brought_at=THEN,
    )
    PoolCode.objects.bulk_create(
        PoolCode(benefit=benefit, of_import=brought, code=code, code_index=code_index(code)) for code in lines
    )
    return brought


def _programme(branch: Branch) -> int:
    from huiqun.foundation import clock
    from tests.makers.referral import make_programme

    return int(make_programme(branch=branch, now=clock.now()).pk)


def _invitation(branch: Branch) -> str:
    from huiqun.benefits.actions import referral_link
    from huiqun.foundation import clock

    customer = make_customer(branch=branch)
    return referral_link(programme_id=_programme(branch), customer_id=customer.pk, now=clock.now())


def earning_terms(**over: Any) -> EarningTerms:
    """A point for every 10 yuan spent in November, at most 500 a day, kept for a year."""
    values: dict[str, Any] = {
        "name": "消费积分",
        "kind": EarningKind.SPENDING,
        "codes": ("spend",),
        "points": 1,
        "per": 1_000,
        "cap_day": 500,
        "keeps_months": 12,
        "first_date": date(2026, 11, 1),
        "last_date": date(2026, 12, 31),
    }
    return EarningTerms(**(values | over))


def make_earning_rule(*, branch: Branch, in_force: bool = True, **over: Any) -> EarningRule:
    """In force, whoever approved it."""
    terms = earning_terms(**over)
    author = make_staff(f"author{next(_ordinals)}", branch)
    rule = EarningRule(branch=branch, author=author, created_at=THEN)
    rule.take(terms)
    if in_force:
        rule.state, rule.frozen_digest, rule.approved_at = (
            EarningState.IN_FORCE,
            digest(terms.for_digest()),
            THEN,
        )
    rule.save()
    return rule


def pledge_terms(**over: Any) -> PledgeTerms:
    """A yuan for each account opened in November and December, up to a hundred thousand."""
    values: dict[str, Any] = {
        "name": "开户即捐1元",
        "per": PledgePer.ACCOUNT,
        "amount_fen": 100,
        "cap_fen": 10_000_000,
        "recipient": "杭州市慈善总会",
        "recipient_code": "51330100MJ8700001X",
        "words": "每开立一个账户,本行向山区学校图书角捐赠1元。",
        "first_date": date(2026, 11, 1),
        "last_date": date(2026, 12, 31),
    }
    return PledgeTerms(**(values | over))


def make_pledge(*, branch: Branch, state: str = PledgeState.OPEN, **over: Any) -> Pledge:
    terms = pledge_terms(**over)
    pledge = Pledge(branch=branch, author=make_staff(f"author{next(_ordinals)}", branch), created_at=THEN)
    pledge.take(terms)
    pledge.state = state
    pledge.frozen_digest = "" if state == PledgeState.DRAFT else digest(terms.for_digest())
    pledge.save()
    return pledge


def make_movement(*, branch: Branch, points: int = 100) -> PointsMovement:
    """Points that a customer of the branch was given."""
    customer = make_customer(branch=branch)
    actions.give_points(customer_id=customer.pk, points=points, source=f"test:{next(_ordinals)}", now=THEN)
    return PointsMovement.objects.get(customer=customer)


def make_adjustment(*, branch: Branch) -> PointsAdjustment:
    """Asked for, not decided."""
    return PointsAdjustment.objects.create(
        customer=make_customer(branch=branch),
        points=10,
        reason="系统漏记积分",
        asked_by=make_staff(f"asker{next(_ordinals)}", branch),
        asked_at=THEN,
    )


def make_transfer(*, branch: Branch) -> PledgeTransfer:
    ordinal = next(_ordinals)
    return PledgeTransfer.objects.create(
        pledge=make_pledge(branch=branch),
        amount_fen=100,
        paid_on=THEN.date(),
        reference=f"R{ordinal}",
        file_name="receipt.pdf",
        file_digest=f"{ordinal:064d}",
        file=b"%PDF-1.7 receipt",
        by=make_staff(f"payer{ordinal}", branch),
        at=THEN,
    )


def make_appeal(*, branch: Branch) -> ClaimAppeal:
    """Against a piece that the bank took back."""
    by = make_staff(f"revoker-{next(_ordinals)}", branch, "risk_officer")
    customer = make_customer(branch=branch)
    claim = make_claim(benefit=make_benefit(branch=branch), customer_id=customer.pk)
    Claim.objects.filter(pk=claim.pk).update(state="revoked", ended_at=THEN, ended_by=by)
    return ClaimAppeal.objects.create(claim=claim, customer=customer, words="请再看一次", made_at=THEN)


def _claim_of_branch(branch: Branch) -> int:
    return make_claim(benefit=make_benefit(branch=branch), customer_id=make_customer(branch=branch).pk).pk


def _claim_of_customer(customer: Any) -> int:
    benefit = make_benefit(branch=customer.branch, transferable=True)
    return make_claim(benefit=benefit, customer_id=customer.pk).pk


def _picture(branch: Branch) -> str:
    benefit = make_benefit(branch=branch)
    BenefitPicture.objects.create(benefit=benefit, content=b"jpeg", digest="ab" * 32, width=1, height=1)
    return "ab" * 32


ROUTE_OBJECTS = {
    "benefit_id": lambda branch: make_benefit(branch=branch).pk,
    "movement_id": lambda branch: make_movement(branch=branch).pk,
    "adjustment_id": lambda branch: make_adjustment(branch=branch).pk,
    "earning_rule_id": lambda branch: make_earning_rule(branch=branch).pk,
    "rule_draft_id": lambda branch: make_earning_rule(branch=branch, in_force=False).pk,
    "pledge_draft_id": lambda branch: make_pledge(branch=branch, state=PledgeState.DRAFT).pk,
    "pledge_id": lambda branch: make_pledge(branch=branch).pk,
    "transfer_id": lambda branch: make_transfer(branch=branch).pk,
    "claim_id": _claim_of_branch,
    "code_import_id": lambda branch: make_import(benefit=make_benefit(branch=branch, codes="pool")).pk,
    "appeal_id": lambda branch: make_appeal(branch=branch).pk,
    "picture": _picture,
    "programme_id": _programme,
    "invite_token": _invitation,
}
PHONE_WIDE = ("benefit_id",)
PHONE_OBJECTS = {
    "claim_id": _claim_of_customer,
    "benefit_id": lambda customer: make_benefit(branch=customer.branch).pk,
}


def _plays() -> Any:
    """Its makers use those above."""
    from tests.makers import plays

    return plays


def _prediction(branch: Branch) -> Any:
    return _plays().make_game(branch=branch, kind=_plays().GameKind.PREDICTION).questions.get().pk


ROUTE_OBJECTS |= {
    "draw_id": lambda branch: _plays().make_draw(branch=branch, opened=False).pk,
    "shown_draw_id": lambda branch: _plays().make_draw(branch=branch).pk,
    "quest_id": lambda branch: _plays().make_quest(branch=branch, opened=False).pk,
    "game_id": lambda branch: _plays().make_game(branch=branch, opened=False).pk,
    "question_id": _prediction,
}
PHONE_OBJECTS |= {
    "programme_id": lambda customer: _programme(customer.branch),
    "draw_id": lambda customer: _plays().make_draw(branch=customer.branch).pk,
    "quest_id": lambda customer: _plays().make_quest(branch=customer.branch).pk,
    "game_id": lambda customer: _plays().make_game(branch=customer.branch).pk,
    "price_id": lambda customer: _plays().make_quest(branch=customer.branch).prices.get().pk,
    "question_id": lambda customer: _plays().make_game(branch=customer.branch).questions.get().pk,
    "ticket_id": lambda customer: _plays().make_ticket(customer),
}
PHONE_WIDE = ("benefit_id", "programme_id", "draw_id", "quest_id", "game_id", "price_id", "question_id")
