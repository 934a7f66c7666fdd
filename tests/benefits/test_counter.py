"""The counter: a piece is used once, however often and from wherever it is confirmed."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from huiqun.benefits.actions.redeeming import Redeemed, redeem
from huiqun.benefits.models import Claim, Redemption
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_life import (
    ClaimExpired,
    ClaimNotFound,
    ClaimOver,
    DocumentNeeded,
    DocumentWrong,
)
from huiqun.benefits.rules.refusals_settling import UseKeyMissing, UseKeyTaken
from huiqun.lib.refusal import Refusal
from huiqun.partners import actions as partners
from huiqun.partners.rules.refusals import ClerkGone
from tests.makers.customers import make_customer
from tests.makers.partners import counter_of, make_clerk, make_working
from tests.makers.settlements import open_claim, partner_benefit

KEY, OTHER = "page-key-1", "page-key-2"


@pytest.fixture
def clerk(north: Any) -> Any:
    return make_clerk(partner=make_working(branch=north))


@pytest.fixture
def piece(clerk: Any) -> Claim:
    return open_claim(benefit=partner_benefit(partner=clerk.partner))


def use(piece: Claim, clerk: Any, now: datetime, key: str = KEY, **over: Any) -> Redeemed:
    values = {
        "code": piece.code,
        "key": key,
        "partner_id": clerk.partner_id,
        "clerk_id": clerk.pk,
        "now": now,
    }
    return redeem(**(values | over))  # type: ignore[arg-type]


def uses(piece: Claim) -> tuple[str, int]:
    piece.refresh_from_db()
    return piece.state, Redemption.objects.filter(claim=piece).count()


class TestConfirming:
    def test_uses_the_piece_and_says_where(self, piece: Claim, clerk: Any, now: Any) -> None:
        done = use(piece, clerk, now)
        assert (done.is_first, done.used_at, done.shop) == (True, now, clerk.shop)
        assert uses(piece) == ("used", 1)

    def test_again_gets_the_first_answer(self, piece: Claim, clerk: Any, now: Any) -> None:
        first = use(piece, clerk, now)
        later = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        assert use(piece, clerk, later) == first
        assert uses(piece) == ("used", 1)

    def test_another_scan_is_told_that_it_was_used(self, piece: Claim, clerk: Any, now: Any) -> None:
        use(piece, clerk, now)
        colleague = make_clerk(partner=clerk.partner, shop="湖滨店")
        told = use(piece, colleague, datetime(2026, 11, 21, 3, 0, tzinfo=UTC), OTHER)
        assert (told.is_first, told.used_at, told.shop) == (False, now, clerk.shop)
        assert uses(piece) == ("used", 1)

    def test_a_key_is_for_one_piece(self, piece: Claim, clerk: Any, now: Any) -> None:
        use(piece, clerk, now)
        other = open_claim(benefit=piece.benefit)
        with pytest.raises(UseKeyTaken):
            use(other, clerk, now)
        for key in ("", "short", "x" * 101, "with space"):
            with pytest.raises(UseKeyMissing):
                use(other, clerk, now, key)
        assert uses(other) == ("claimed", 0)

    def test_of_another_partner_finds_nothing(self, piece: Claim, north: Any, now: Any) -> None:
        stranger = make_clerk(partner=make_working(branch=north))
        with pytest.raises(ClaimNotFound):
            use(piece, stranger, now)
        assert uses(piece) == ("claimed", 0)

    def test_a_clerk_of_another_partner_is_nobody_here(self, piece: Claim, north: Any, now: Any) -> None:
        stranger = make_clerk(partner=make_working(branch=north))
        with pytest.raises(ClerkGone):
            use(piece, stranger, now, partner_id=piece.benefit.partner_id)

    def test_refuses_what_is_over(self, clerk: Any, now: Any) -> None:
        benefit = partner_benefit(partner=clerk.partner)
        expired = open_claim(benefit=benefit, expires_on=date(2026, 11, 19))
        with pytest.raises(ClaimExpired):
            use(expired, clerk, now)
        for state in (ClaimState.RETURNED, ClaimState.REVOKED):
            with pytest.raises(ClaimOver):
                use(open_claim(benefit=benefit, state=state), clerk, now, OTHER)
        assert not Redemption.objects.exists()

    def test_ends_with_the_last_day_in_shanghai(self, clerk: Any) -> None:
        benefit = partner_benefit(partner=clerk.partner)
        pieces = [open_claim(benefit=benefit, expires_on=date(2026, 11, 20)) for _ in range(2)]
        assert use(pieces[0], clerk, datetime(2026, 11, 20, 15, 59, tzinfo=UTC)).is_first
        with pytest.raises(ClaimExpired):
            use(pieces[1], clerk, datetime(2026, 11, 20, 16, 0, tzinfo=UTC), OTHER)

    def test_serves_what_was_claimed_before_the_contract_ended(
        self, piece: Claim, clerk: Any, marketer: Any, now: Any
    ) -> None:
        contract = clerk.partner.contracts.get()
        partners.end_contract(contract_id=contract.pk, reason="提前终止", by=marketer, now=now)
        assert use(piece, clerk, now).is_first

    def test_by_a_clerk_who_was_shut_out_changes_nothing(
        self, piece: Claim, clerk: Any, marketer: Any, now: Any
    ) -> None:
        partners.shut_out_clerk(clerk_id=clerk.pk, by=marketer, now=now)
        with pytest.raises(ClerkGone):
            use(piece, clerk, now)
        assert uses(piece) == ("claimed", 0)

    def test_a_failing_last_step_leaves_the_piece(
        self, piece: Claim, clerk: Any, now: Any, monkeypatch: Any
    ) -> None:
        def fail(**_values: Any) -> None:
            raise RuntimeError("power cut")

        monkeypatch.setattr(Redemption.objects, "create", fail)
        with pytest.raises(RuntimeError):
            use(piece, clerk, now)
        assert uses(piece) == ("claimed", 0)

    def test_compares_the_document_where_the_terms_say_so(self, clerk: Any, now: Any, north: Any) -> None:
        holder = make_customer(branch=north, id_number="330106199005170027")
        benefit = partner_benefit(partner=clerk.partner, real_name=True)
        piece = open_claim(benefit=benefit, customer=holder)
        with pytest.raises(DocumentNeeded):
            use(piece, clerk, now)
        with pytest.raises(DocumentWrong):
            use(piece, clerk, now, document="330106199005170035")
        assert uses(piece) == ("claimed", 0)
        assert use(piece, clerk, now, document="330106199005170027").is_first


def at_once(calls: list[Any]) -> list[Any]:
    answers: list[Any] = []
    gate = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        gate.wait()
        try:
            answers.append(call())
        except Refusal as refusal:
            answers.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_double_scan_uses_it_once(self, piece: Claim, clerk: Any, now: Any) -> None:
        """Each page has a key of its own: one is the first, all others are told so."""
        calls = [lambda n=n: use(piece, clerk, now, f"page-key-{n}") for n in range(8)]
        answers = at_once(calls)
        assert sorted(answer.is_first for answer in answers) == [False] * 7 + [True]
        assert uses(piece) == ("used", 1)

    def test_a_confirmation_sent_many_times_has_one_answer(self, piece: Claim, clerk: Any, now: Any) -> None:
        answers = at_once([lambda: use(piece, clerk, now)] * 8)
        assert len(answers) == 8 and all(answer.is_first for answer in answers)
        assert uses(piece) == ("used", 1)

    def test_one_key_for_two_pieces_uses_one(self, piece: Claim, clerk: Any, now: Any) -> None:
        other = open_claim(benefit=piece.benefit)
        answers = at_once([lambda: use(piece, clerk, now), lambda: use(other, clerk, now)])
        assert UseKeyTaken in answers and Redemption.objects.count() == 1
        assert sorted([uses(piece)[0], uses(other)[0]]) == ["claimed", "used"]


class TestPages:
    def test_show_the_piece_and_hide_the_holder(self, clerk: Any, now: Any, north: Any) -> None:
        holder = make_customer(branch=north, name="欧阳明珠", phone="13912345678")
        piece = open_claim(benefit=partner_benefit(partner=clerk.partner), customer=holder)
        page = counter_of(clerk, now=now).get(f"/counter/use/{piece.code}/").content.decode()
        assert "欧**珠" in page and "欧阳明珠" not in page and "13912345678" not in page
        assert holder.number not in page

    def test_confirm_once_however_often_it_is_sent(self, piece: Claim, clerk: Any, now: Any) -> None:
        client, address = counter_of(clerk, now=now), f"/counter/use/{piece.code}/"
        key = client.get(address).context["key"]
        pages = [client.post(address, {"key": key}) for _ in range(3)]
        assert [page.context["done"].is_first for page in pages] == [True] * 3
        other = client.post(address, {"key": client.get("/counter/").status_code and "another-page"})
        assert not other.context["done"].is_first
        assert piece.code[-4:] in client.get("/counter/").content.decode()

    def test_a_typed_code_leads_where_its_qr_leads(self, piece: Claim, clerk: Any, now: Any) -> None:
        client = counter_of(clerk, now=now)
        answer = client.get("/counter/find/", {"code": f" {piece.code[:4]} {piece.code[4:]} "})
        assert answer["Location"] == f"/counter/use/{piece.code}/"
        for odd in ("", "  ", "../../customers", "//evil.example"):
            assert client.get("/counter/find/", {"code": odd})["Location"].startswith("/counter/")

    def test_a_wrong_document_may_be_typed_again_under_the_same_key(
        self, clerk: Any, now: Any, north: Any
    ) -> None:
        holder = make_customer(branch=north, id_number="330106199005170027")
        benefit = partner_benefit(partner=clerk.partner, real_name=True)
        piece = open_claim(benefit=benefit, customer=holder)
        client, address = counter_of(clerk, now=now), f"/counter/use/{piece.code}/"
        first = client.post(address, {"key": KEY, "document": "1"})
        assert first.status_code == 409 and first.context["key"] == KEY
        assert client.post(address, {"key": KEY, "document": "330106199005170027"}).context["done"].is_first

    def test_an_unknown_code_is_said_to_be_unknown(self, clerk: Any, now: Any) -> None:
        answer = counter_of(clerk, now=now).get("/counter/use/<script>/")
        assert answer.status_code == 404 and b"<script>/" not in answer.content

    def test_a_manager_settles_the_own_month_and_nobody_elses(
        self, north: Any, marketer: Any, now: Any
    ) -> None:
        from tests.makers.settlements import make_settlement

        own = make_settlement(branch=north, state="sent")
        other = make_settlement(branch=north, state="sent")
        manager = counter_of(make_clerk(partner=own.partner, role="manager"), now=now)
        seen = {"seen": own.lines_digest}
        assert manager.post(f"/counter/statements/{other.pk}/agree/", seen).status_code == 404
        assert (
            manager.post(
                f"/counter/statements/{own.pk}/dispute/", {"line": "1", "reason": "未到店"}
            ).status_code
            == 302
        )
        assert manager.post(f"/counter/statements/{own.pk}/agree/", seen).status_code == 409
        file = (
            manager.get(f"/counter/statements/{own.pk}/file/", {"as": "csv"}).getvalue().decode("utf-8-sig")
        )
        assert own.lines_digest in file and "80.00" in file
        clerk = counter_of(make_clerk(partner=own.partner), now=now)
        assert clerk.get(f"/counter/statements/{own.pk}/").status_code == 403

    def test_the_workbook_holds_numbers(self, north: Any, marketer: Any, client_of: Any, now: Any) -> None:
        import io

        from openpyxl import load_workbook

        from tests.makers.settlements import make_settlement

        settlement = make_settlement(branch=north)
        content = client_of(marketer).get(f"/benefits/settlements/{settlement.pk}/file/").content
        rows = list(load_workbook(io.BytesIO(content)).active.values)
        assert rows[-1][6] == 80 and rows[-1][7] == 48 and rows[3][6] == 40
