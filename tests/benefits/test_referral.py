"""Both are rewarded once, after what really happened; nobody for bringing themselves, or each other in a circle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.benefits import actions
from huiqun.benefits.actions.referral import reverse_referral, settle_referral
from huiqun.benefits.models import Benefit, Claim, Invitation, Referral, ReferralCount
from huiqun.benefits.rules.referral import (
    InviteNotFound,
    InvitesTooMany,
    NumberWrong,
    OwnProgramme,
    ProgrammeClosed,
    ProgrammeTerms,
    ProgrammeWrong,
    RewardsNotReady,
)
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.risk import actions as risk
from huiqun.risk.models import Case, Ring
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.referral import deliver, invite, make_programme
from tests.makers.risk import make_judgement, make_officer

DAY = date(2026, 11, 19)
OPENED = "account_opened"


def settle(invitation: Invitation, referee: Any, now: datetime, *, is_new: bool = True) -> bool:
    return settle_referral(
        invitation_id=invitation.pk, referee_id=referee.pk, converted_on=DAY, is_new=is_new, now=now
    )


@pytest.fixture
def invited_at(now: datetime) -> datetime:
    return now - timedelta(days=3)


@pytest.mark.django_db
class TestRewards:
    def test_both_are_rewarded_once_after_the_account_was_opened(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north, opened_date=DAY)
        invite(programme, referrer, referee, at=invited_at)
        assert actions.settle_referrals(now=now) == 0, "a number that was given is no conversion"
        deliver([(referee, OPENED, DAY)], now=now)
        assert (actions.settle_referrals(now=now), actions.settle_referrals(now=now)) == (1, 0)
        referral = Referral.objects.get()
        assert (referral.state, referral.converted_on) == ("rewarded", DAY)
        claims = {claim.customer_id: claim for claim in Claim.objects.all()}
        assert set(claims) == {referrer.pk, referee.pk}
        assert {claim.because for claim in claims.values()} == {f"referral:{referral.pk}"}
        assert Fact.objects.get(kind="benefits.ReferralSettled").body["state"] == "rewarded"

    @pytest.mark.parametrize("days", [-4, 31])
    def test_a_conversion_outside_the_window_counts_for_nothing(
        self, days: int, north: Any, now: datetime
    ) -> None:
        invited = now - timedelta(days=33)
        programme = make_programme(branch=north, now=invited, first_day=date(2026, 10, 1))
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        invite(programme, referrer, referee, at=invited)
        deliver([(referee, OPENED, (invited + timedelta(days=days)).date())], now=now)
        assert actions.settle_referrals(now=now) == 0
        assert not Referral.objects.exists() and not Claim.objects.exists()

    def test_who_was_a_customer_already_brings_nothing(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        invite(programme, referrer, referee, at=invited_at)
        deliver([(referee, OPENED, date(2026, 11, 2)), (referee, OPENED, DAY)], now=now)
        actions.settle_referrals(now=now)
        assert (Referral.objects.get().state, Referral.objects.get().why) == ("refused", "not_new")
        assert not Claim.objects.exists()

    def test_the_first_link_holds_within_its_window(self, north: Any, now: datetime) -> None:
        start = now - timedelta(days=40)
        programme = make_programme(branch=north, now=start, first_day=date(2026, 10, 1))
        first, second, referee = (make_customer(branch=north) for _ in range(3))
        invite(programme, first, referee, at=start)
        token = actions.referral_link(programme_id=programme.pk, customer_id=second.pk, now=now)
        for days, owner in ((29, first), (30, second)):
            actions.accept_invitation(
                token=token, phone=referee.phone, device="", now=start + timedelta(days=days)
            )
            assert Invitation.objects.get().link.customer_id == owner.pk

    @pytest.mark.parametrize("shared", ["id_number", "card_number", "phone", "itself", "device"])
    def test_nobody_brings_themselves(
        self, shared: str, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        value = {"id_number": "330102199001011234", "card_number": "6222020000000001"}.get(shared)
        over = {shared: value} if value else {}
        referrer = make_customer(branch=north, **over)
        if shared == "phone":
            over = {"phone": referrer.phone}
        referee = referrer if shared == "itself" else make_customer(branch=north, **over)
        if shared == "device":
            actions.referral_link(
                programme_id=programme.pk, customer_id=referrer.pk, now=invited_at, device="one phone"
            )
        invitation = invite(programme, referrer, referee, at=invited_at, device="one phone")
        assert settle(invitation, referee, now)
        assert (Referral.objects.get().state, Referral.objects.get().why) == ("refused", "self")
        assert not Claim.objects.exists()

    def test_a_circle_is_refused_and_told_to_risk(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        one, two, three = (make_customer(branch=north) for _ in range(3))
        for referrer, referee in ((one, two), (two, three), (three, one)):
            settle(invite(programme, referrer, referee, at=invited_at), referee, now)
        states = list(Referral.objects.order_by("pk").values_list("state", "why"))
        assert states == [("rewarded", ""), ("rewarded", ""), ("refused", "circle")]
        ring = Ring.objects.get()
        assert (ring.kind, ring.size) == ("circle", 3)

    def test_a_cluster_that_shares_a_phone_is_held_for_an_officer(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north, opened_date=DAY)
        invitation = invite(programme, referrer, referee, at=invited_at, device="farm")
        for _ in range(4):
            make_judgement(customer=make_customer(branch=north), at=now, device=invitation.device)
        settle(invitation, referee, now)
        referral = Referral.objects.get()
        assert referral.state == "held" and not Claim.objects.exists()
        assert Case.objects.get().reference == f"referral:{referral.pk}"
        assert actions.decide_held_referral(reference=f"referral:{referral.pk}", release=True, now=now)
        assert not actions.decide_held_referral(reference=f"referral:{referral.pk}", release=True, now=now)
        assert Referral.objects.get().state == "rewarded" and Claim.objects.count() == 2

    def test_the_cap_of_a_day_and_in_all(self, north: Any, now: datetime, invited_at: datetime) -> None:
        programme = make_programme(branch=north, now=invited_at, per_day=2, in_all=3)
        referrer = make_customer(branch=north)
        for moment in (now, now, now, now + timedelta(days=1), now + timedelta(days=2)):
            referee = make_customer(branch=north)
            at = invited_at + timedelta(seconds=Invitation.objects.count())
            settle(invite(programme, referrer, referee, at=at), referee, moment)
        states = [row.why or row.state for row in Referral.objects.order_by("pk")]
        assert states == ["rewarded", "rewarded", "capped", "rewarded", "capped"]
        assert sorted(ReferralCount.objects.values_list("scope", "taken")) == [
            ("2026-11-20", 2), ("2026-11-21", 1), ("in all", 3),
        ]  # fmt: skip

    def test_both_or_neither_and_later_when_there_is_stock(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        Benefit.objects.filter(pk=programme.referee_benefit_id).update(quantity=1, claimed=1)
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        settle(invite(programme, referrer, referee, at=invited_at), referee, now)
        assert Referral.objects.get().state == "stuck" and not Claim.objects.exists()
        assert actions.settle_referrals(now=now) == 0
        Benefit.objects.filter(pk=programme.referee_benefit_id).update(quantity=2)
        assert (actions.settle_referrals(now=now), actions.settle_referrals(now=now)) == (1, 0)
        assert Referral.objects.get().state == "rewarded" and Claim.objects.count() == 2

    def test_what_was_reversed_within_the_window_goes_back(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        invite(programme, referrer, referee, at=invited_at)
        deliver([(referee, OPENED, DAY)], now=now)
        actions.settle_referrals(now=now)
        Claim.objects.filter(customer_id=referrer.pk).update(state="used")
        later = now + timedelta(days=2)
        deliver([(referee, "account_closed", date(2026, 11, 21))], now=later, name="closed")
        assert (actions.settle_referrals(now=later), actions.settle_referrals(now=later)) == (1, 0)
        assert Referral.objects.get().state == "reversed"
        states = dict(Claim.objects.values_list("customer_id", "state"))
        assert states == {referrer.pk: "used", referee.pk: "revoked"}
        assert Benefit.objects.get(pk=programme.referee_benefit_id).claimed == 0
        assert Fact.objects.get(kind="benefits.ReferralReversed").body["taken_back"] == 1

    def test_numbers_are_forgotten_after_their_window(self, north: Any, now: datetime) -> None:
        programme = make_programme(branch=north, now=now)
        invitation = invite(programme, make_customer(branch=north), make_customer(branch=north), at=now)
        assert len(invitation.phone_mark) == 32 and not invitation.phone_mark.startswith("139")
        assert actions.forget_invitations(now=now + timedelta(days=36)) == 0
        assert actions.forget_invitations(now=now + timedelta(days=38)) > 0
        assert not Invitation.objects.exists()


@pytest.mark.django_db
class TestProgrammes:
    def test_another_person_opens_it(self, north: Any, now: datetime) -> None:
        programme = make_programme(branch=north, now=now, opened=False)
        with pytest.raises(OwnProgramme):
            actions.open_referral(programme_id=programme.pk, by=programme.made_by, now=now)
        customer = make_customer(branch=north)
        with pytest.raises(ProgrammeClosed):
            actions.referral_link(programme_id=programme.pk, customer_id=customer.pk, now=now)

    def test_refuses_rewards_that_nobody_reviewed_or_that_are_tapped_for(
        self, north: Any, marketer: Any, now: datetime
    ) -> None:
        tapped, draft = make_benefit(branch=north), make_benefit(branch=north, frozen=False, way="grant")
        values: dict[str, Any] = {
            "name": "老带新",
            "words": "双方有礼",
            "first_day": DAY,
            "last_day": DAY,
        }
        for benefit in (tapped, draft):
            terms = ProgrammeTerms(referrer_benefit_id=benefit.pk, referee_benefit_id=benefit.pk, **values)
            with pytest.raises(RewardsNotReady):
                actions.plan_referral(terms=terms, by=marketer, now=now)

    @pytest.mark.parametrize(
        "over",
        [{"window_days": 0}, {"per_day": 0}, {"per_day": 60}, {"last_day": date(2026, 10, 1)}, {"name": " "}],
    )
    def test_refuses_terms_that_are_none(self, over: dict[str, Any], north: Any, now: datetime) -> None:
        with pytest.raises(ProgrammeWrong):
            make_programme(branch=north, now=now, **over)

    @pytest.mark.parametrize("phone", ["", "123", "23900000000", "1390000000a", "139000000001"])
    def test_refuses_what_is_no_number(self, phone: str, north: Any, now: datetime) -> None:
        programme = make_programme(branch=north, now=now)
        token = actions.referral_link(
            programme_id=programme.pk, customer_id=make_customer(branch=north).pk, now=now
        )
        with pytest.raises(NumberWrong):
            actions.accept_invitation(token=token, phone=phone, device="", now=now)
        with pytest.raises(InviteNotFound):
            actions.accept_invitation(token="forged", phone="13900000000", device="", now=now)
        assert not Invitation.objects.exists()

    def test_nobody_writes_a_whole_list_of_numbers_down(self, north: Any, now: datetime) -> None:
        programme = make_programme(branch=north, now=now)
        token = actions.referral_link(
            programme_id=programme.pk, customer_id=make_customer(branch=north).pk, now=now
        )
        for number in range(50):
            actions.accept_invitation(token=token, phone=f"188{number:08d}", device="", now=now)
        with pytest.raises(InvitesTooMany):
            actions.accept_invitation(token=token, phone="18899999999", device="", now=now)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def at_once(self, calls: list[Any]) -> list[Any]:
        start = Barrier(len(calls))

        def run(call: Any) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def test_a_cap_that_32_reach_at_once_holds(self, north: Any, now: datetime, invited_at: datetime) -> None:
        programme = make_programme(branch=north, now=invited_at, per_day=5, in_all=50)
        referrer = make_customer(branch=north)
        referees = [make_customer(branch=north) for _ in range(32)]
        invitations = [
            invite(programme, referrer, each, at=invited_at + timedelta(seconds=place))
            for place, each in enumerate(referees)
        ]
        self.at_once(
            [
                lambda i=i, r=r: settle(i, r, now)  # type: ignore[misc]
                for i, r in zip(invitations, referees, strict=True)
            ]
        )
        assert Referral.objects.filter(state="rewarded").count() == 5
        assert Referral.objects.filter(why="capped").count() == 27
        assert Benefit.objects.get(pk=programme.referrer_benefit_id).claimed == 5
        assert ReferralCount.objects.get(scope="in all").taken == 5

    def test_two_referrers_at_once_have_one_referral(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referee = make_customer(branch=north)
        tokens = [
            actions.referral_link(
                programme_id=programme.pk, customer_id=make_customer(branch=north).pk, now=invited_at
            )
            for _ in range(8)
        ]
        self.at_once(
            [
                lambda token=token: actions.accept_invitation(  # type: ignore[misc]
                    token=token, phone=referee.phone, device="", now=invited_at
                )
                for token in tokens
            ]
        )
        invitation = Invitation.objects.get()
        answers = self.at_once([lambda: settle(invitation, referee, now)] * 8)
        assert sum(answers) == 1
        assert Referral.objects.count() == 1 and Claim.objects.count() == 2

    def test_two_who_bring_each_other_at_once_are_seen(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        one, two = make_customer(branch=north), make_customer(branch=north)
        forth, back = invite(programme, one, two, at=invited_at), invite(programme, two, one, at=invited_at)
        self.at_once([lambda: settle(forth, two, now), lambda: settle(back, one, now)])
        assert sorted(Referral.objects.values_list("state", "why")) == [
            ("refused", "circle"),
            ("rewarded", ""),
        ]

    def test_a_reversal_at_once_takes_back_once(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        settle(invite(programme, referrer, referee, at=invited_at), referee, now)
        referral_id = Referral.objects.get().pk
        answers = self.at_once([lambda: reverse_referral(referral_id=referral_id, now=now)] * 6)
        assert sum(answers) == 1
        assert Benefit.objects.get(pk=programme.referrer_benefit_id).claimed == 0

    def test_what_an_officer_refused_comes_by_an_appeal(
        self, north: Any, now: datetime, invited_at: datetime
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north, opened_date=DAY)
        invitation = invite(programme, referrer, referee, at=invited_at, device="farm")
        for _ in range(4):
            make_judgement(customer=make_customer(branch=north), at=now, device=invitation.device)
        settle(invitation, referee, now)
        case = Case.objects.get()
        risk.decide_case(case_id=case.pk, release=False, told="设备异常", by=make_officer(north), now=now)
        jobs.run_pending()
        assert Referral.objects.get().why == "officer"
        appeal_id = risk.appeal(
            judgement_id=case.judgement_id, customer_id=referee.pk, words="请复核", now=now
        )
        risk.decide_case(case_id=appeal_id, release=True, told="已核实", by=make_officer(north), now=now)
        jobs.run_pending()
        assert Referral.objects.get().state == "rewarded" and Claim.objects.count() == 2


@pytest.mark.django_db
class TestPages:
    def test_a_customer_invites_and_a_friend_accepts(self, north: Any, now: datetime, phone_of: Any) -> None:
        from django.test import Client

        programme = make_programme(branch=north, now=now)
        customer = make_customer(branch=north)
        client = phone_of(customer)
        page = client.get("/my/benefits/invite/").content.decode()
        token = actions.referral_link(programme_id=programme.pk, customer_id=customer.pk, now=now)
        assert f"/invite/{token}/" in page
        poster = client.get(f"/my/benefits/invite/{programme.pk}/poster.svg")
        assert poster["Content-Type"] == "image/svg+xml" and poster.content.count(b"<path") >= 1
        friend = Client()
        assert friend.post(f"/invite/{token}/", {"phone": "12"}).status_code == 422
        assert friend.post(f"/invite/{token}/", {"phone": "13712345678"}).status_code == 200
        assert Invitation.objects.get().link.customer_id == customer.pk
        assert b"13712345678" not in Client().get(f"/invite/{token}/").content

    def test_risk_officers_read_who_brought_whom(
        self, north: Any, now: datetime, invited_at: datetime, risk_officer: Any, client_of: Any
    ) -> None:
        programme = make_programme(branch=north, now=invited_at)
        referrer, referee = make_customer(branch=north), make_customer(branch=north)
        settle(invite(programme, referrer, referee, at=invited_at), referee, now)
        page = client_of(risk_officer).get(f"/benefits/referral/{programme.pk}/").content.decode()
        assert referrer.number in page and referee.number in page and "200.00" in page
