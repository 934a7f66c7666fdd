"""Benefits of their own and several of one campaign: made, copied, pictured, reviewed, frozen."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from huiqun.benefits import actions, queries
from huiqun.benefits.models import Benefit, BenefitPicture
from huiqun.benefits.rules import BenefitKind, BenefitNotFound, NotOpen, TermsClaimed, TermsFrozen
from huiqun.benefits.rules.refusals_stock import NotAlone, NotLawfulOffer, SubjectClosed
from huiqun.compliance import actions as compliance
from huiqun.compliance.models import Dossier
from huiqun.compliance.rules.reviews import Stopped
from huiqun.foundation.models import Fact
from tests.makers.benefits import benefit_terms, make_benefit, make_claim
from tests.makers.compliance import approve_all
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db

LAWFUL = "每位客户限领1张,先到先得,领完即止。不可转赠。如有疑问请致电客服热线95588。"


@pytest.fixture
def draft(north: Any, marketer: Any, now: datetime) -> Benefit:
    benefit_id = actions.create_benefit(
        terms=benefit_terms(terms=LAWFUL), branch_id=north.pk, by=marketer, now=now
    )
    found: Benefit = Benefit.objects.get(pk=benefit_id)
    return found


class TestOfItsOwn:
    def test_is_frozen_when_all_have_approved(
        self,
        draft: Benefit,
        marketer: Any,
        now: datetime,
    ) -> None:
        customer = make_customer(branch=draft.branch)
        dossier_id = actions.submit_benefit(benefit_id=draft.pk, by=marketer, now=now)
        actions.follow_review(subject=f"benefit:{draft.pk}", now=now)
        with pytest.raises(NotOpen):
            actions.claim_benefit(benefit_id=draft.pk, customer_id=customer.pk, now=now)
        approve_all(dossier_id)
        actions.follow_review(subject=f"benefit:{draft.pk}", now=now)
        draft.refresh_from_db()
        assert draft.is_frozen
        assert actions.claim_benefit(benefit_id=draft.pk, customer_id=customer.pk, now=now).is_new

    def test_an_edit_under_review_ends_the_review(self, draft: Benefit, marketer: Any, now: datetime) -> None:
        dossier_id = actions.submit_benefit(benefit_id=draft.pk, by=marketer, now=now)
        more = benefit_terms(terms=LAWFUL, quantity=200)
        actions.update_benefit(benefit_id=draft.pk, terms=more, by=marketer, now=now)
        assert Dossier.objects.get(pk=dossier_id).state == "voided"

    def test_whoever_wrote_it_is_an_author(
        self, draft: Benefit, marketer: Any, second_marketer: Any, now: datetime
    ) -> None:
        dossier_id = actions.submit_benefit(benefit_id=draft.pk, by=second_marketer, now=now)
        assert set(Dossier.objects.get(pk=dossier_id).author_ids) == {marketer.pk, second_marketer.pk}

    @pytest.mark.parametrize(
        "over", [{"terms": f"{LAWFUL}最终解释权归本行所有。"}, {"limits": {"device": 1}}]
    )
    def test_what_blocks_does_not_reach_the_reviewers(
        self, over: dict[str, Any], draft: Benefit, marketer: Any, now: datetime
    ) -> None:
        terms = benefit_terms(**({"terms": LAWFUL} | over))
        actions.update_benefit(benefit_id=draft.pk, terms=terms, by=marketer, now=now)
        with pytest.raises(NotLawfulOffer):
            actions.submit_benefit(benefit_id=draft.pk, by=marketer, now=now)
        assert not Dossier.objects.exists()

    def test_is_taken_back_until_somebody_claims(self, north: Any, marketer: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north)
        actions.reopen_benefit(benefit_id=benefit.pk, by=marketer, now=now)
        assert not queries.offer(benefit.pk).is_frozen
        claimed = make_benefit(branch=north)
        make_claim(benefit=claimed, customer_id=make_customer(branch=north).pk)
        with pytest.raises(TermsClaimed):
            actions.reopen_benefit(benefit_id=claimed.pk, by=marketer, now=now)

    def test_of_a_campaign_it_is_reviewed_with_it(self, north: Any, marketer: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, subject="campaign:1", frozen=False)
        for action in (actions.submit_benefit, actions.reopen_benefit):
            with pytest.raises(NotAlone):
                action(benefit_id=benefit.pk, by=marketer, now=now)

    def test_a_stop_of_the_bank_or_of_itself_stops_it(
        self, north: Any, risk_officer: Any, now: datetime
    ) -> None:
        benefit, customer = make_benefit(branch=north), make_customer(branch=north)
        compliance.stop_subject(subject="all", reason="异常流量", branch_id=None, by=risk_officer, now=now)
        with pytest.raises(Stopped):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)


class TestBesideTheFirst:
    def test_takes_the_next_place(self, north: Any, marketer: Any, now: datetime) -> None:
        make_benefit(branch=north, subject="campaign:1", frozen=False)
        for name in ("二等奖", "三等奖"):
            actions.add_benefit(subject="campaign:1", terms=benefit_terms(name=name), by=marketer, now=now)
        beside = queries.offers_beside("campaign:1")
        assert [(each.place, each.terms.name) for each in beside] == [(1, "二等奖"), (2, "三等奖")]
        assert queries.authors_beside("campaign:1") == {marketer.pk}

    def test_all_are_frozen_and_thawed_together(self, north: Any, marketer: Any, now: datetime) -> None:
        make_benefit(branch=north, subject="campaign:1", frozen=False)
        added = actions.add_benefit(subject="campaign:1", terms=benefit_terms(), by=marketer, now=now)
        actions.freeze_benefits(subject="campaign:1", by=marketer, now=now)
        with pytest.raises(TermsFrozen):
            actions.update_benefit(benefit_id=added, terms=benefit_terms(quantity=7), by=marketer, now=now)
        with pytest.raises(SubjectClosed):
            actions.add_benefit(subject="campaign:1", terms=benefit_terms(), by=marketer, now=now)
        actions.thaw_benefits(subject="campaign:1", by=marketer, now=now)
        assert not Benefit.objects.exclude(frozen_digest="").exists()

    def test_not_to_another_branchs_campaign(
        self, north: Any, stranger: Any, marketer: Any, now: datetime
    ) -> None:
        make_benefit(branch=north, subject="campaign:1", frozen=False)
        for subject, by in (("campaign:1", stranger), ("campaign:9", marketer), ("", marketer)):
            with pytest.raises(BenefitNotFound):
                actions.add_benefit(subject=subject, terms=benefit_terms(), by=by, now=now)


def picture_bytes(size: tuple[int, int] = (1600, 1200), **saved: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "#0958d9").save(stream, "JPEG", **saved)
    return stream.getvalue()


class TestPictures:
    def test_is_made_anew_without_what_the_camera_noted(
        self, draft: Benefit, marketer: Any, now: datetime
    ) -> None:
        exif = Image.Exif()
        exif[0x010F] = "SecretCamera"
        sent = picture_bytes(exif=exif)
        assert b"SecretCamera" in sent
        actions.set_picture(benefit_id=draft.pk, content=sent, by=marketer, now=now)
        kept = BenefitPicture.objects.get()
        assert b"SecretCamera" not in bytes(kept.content)
        assert max(kept.width, kept.height) == 900
        assert len(kept.content) < 60_000

    def test_what_is_no_picture_is_refused(self, draft: Benefit, marketer: Any, now: datetime) -> None:
        from huiqun.compliance.media.pictures import NotAPicture

        for content in (b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 50, picture_bytes()[:200]):
            with pytest.raises(NotAPicture):
                actions.set_picture(benefit_id=draft.pk, content=content, by=marketer, now=now)
        assert not BenefitPicture.objects.exists()

    def test_is_served_by_its_digest_and_taken_away(
        self, draft: Benefit, marketer: Any, client: Any, now: datetime
    ) -> None:
        actions.set_picture(benefit_id=draft.pk, content=picture_bytes(), by=marketer, now=now)
        digest = BenefitPicture.objects.get().digest
        shown = client.get(f"/my/benefits/picture/{digest}.jpg")
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
        actions.set_picture(benefit_id=draft.pk, content=b"", by=marketer, now=now)
        assert client.get(f"/my/benefits/picture/{digest}.jpg").status_code == 404

    def test_another_branch_changes_nothing(self, draft: Benefit, stranger: Any, now: datetime) -> None:
        with pytest.raises(BenefitNotFound):
            actions.set_picture(benefit_id=draft.pk, content=picture_bytes(), by=stranger, now=now)


def test_a_copy_is_a_draft_of_its_own(north: Any, marketer: Any, now: datetime) -> None:
    original = make_benefit(branch=north, subject="campaign:1", limits={"day": 3})
    copied = actions.copy_benefit(benefit_id=original.pk, name="副本", by=marketer, now=now)
    benefit = Benefit.objects.get(pk=copied)
    assert (benefit.name, benefit.subject, benefit.is_frozen, benefit.limits) == (
        "副本",
        "",
        False,
        {"day": 3},
    )


def test_a_settlement_account_is_encrypted_and_in_no_fact(
    draft: Benefit, marketer: Any, now: datetime
) -> None:
    account = "6222020200112233445"
    for _ in range(2):
        actions.set_settlement_account(benefit_id=draft.pk, account=account, by=marketer, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT settlement_account FROM benefits_benefit WHERE id = %s", [draft.pk])
        assert account.encode() not in bytes(cursor.fetchone()[0])
    told = Fact.objects.filter(kind="benefits.SettlementAccountSet")
    assert [account in str(fact.body) for fact in told] == [False]


class TestForm:
    def sent(self, **over: Any) -> dict[str, Any]:
        return {
            "name": "加息券", "item": "定期存款加息券", "specification": "0.5%", "quantity": "10", "top_up": "0",
            "value": "12.50", "bank_share": "60", "claim_start_at": "2026-11-20T09:00",
            "claim_end_at": "2026-12-01T00:00", "use_last_date": "2026-12-31", "way": "claim", "points_price": "0",
            "points_given": "0", "codes": "own", "how_to_use": "开户时出示", "terms": LAWFUL,
            "detail_rate_bp": "0.5", "detail_product_code": "", "limit_customer": "1",
        } | over  # fmt: skip

    def test_makes_a_rate_coupon(self, marketer: Any, client_of: Callable[[Any], Any], now: datetime) -> None:
        from tests.makers.products import make_product

        product = make_product(branch=marketer.branch)
        client = client_of(marketer)
        answer = client.post("/benefits/new/?kind=rate_coupon", self.sent(detail_product_code=product.code))
        assert answer.status_code == 302, answer.context["form"].errors
        terms = Benefit.objects.get().as_terms
        assert (terms.kind, terms.details) == (
            BenefitKind.RATE_COUPON,
            {"rate_bp": 50, "product_code": product.code},
        )
        assert (terms.value_fen, terms.bank_share, terms.limits) == (1_250, 6_000, {"customer": 1})
        page = client.get(f"/benefits/{Benefit.objects.get().pk}/edit/").content.decode()
        assert 'value="0.50"' in page and 'value="60"' in page

    @pytest.mark.parametrize(
        "over",
        [{"quantity": "-1"}, {"quantity": "99999999999999"}, {"value": "1e9"}, {"value": "-3"}, {"bank_share": "101"}, {"detail_rate_bp": ""}],
    )  # fmt: skip
    def test_refuses_impossible_numbers(
        self, over: dict[str, str], marketer: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        answer = client_of(marketer).post("/benefits/new/?kind=rate_coupon", self.sent(**over))
        assert answer.status_code == 422
        assert not Benefit.objects.exists()

    def test_says_what_the_terms_do_not_tell(
        self, marketer: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        sent = self.sent(limit_device="1")
        page = client_of(marketer).post("/benefits/lint/?kind=gift", sent).content.decode()
        assert "alert-error" in page

    def test_keeps_what_the_campaigns_form_does_not_ask(self, north: Any, now: datetime) -> None:
        from huiqun.campaigns.forms import OfferForm

        rich = benefit_terms(limits={"day": 3}, use_days=7, real_name=True)
        initial = OfferForm.initial_of(rich)
        form = OfferForm({**initial, "name": "新名"})
        assert form.is_valid(), form.errors
        changed = form.as_terms(rich)
        assert (changed.name, changed.limits, changed.use_days, changed.real_name) == (
            "新名",
            {"day": 3},
            7,
            True,
        )
