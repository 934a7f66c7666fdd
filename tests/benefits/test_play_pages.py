"""Pages of quests, draws and games: what a customer does on the phone, and what staff plan, open and settle."""

from typing import Any

import pytest

from huiqun.benefits.models import Answer, CheckIn, Claim, Draw, Game, Quest, Ticket
from huiqun.foundation import clock
from tests.conftest import make_staff
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.plays import ENDS, make_draw, make_game, make_part, make_prize, make_quest

pytestmark = pytest.mark.django_db
TIMES = {"start_at": "2026-11-10T08:00", "end_at": "2026-11-30T08:00"}


def rows(prefix: str, *each: dict[str, Any]) -> dict[str, Any]:
    """A form's rows as a browser sends them."""
    told = {f"{prefix}-TOTAL_FORMS": len(each), f"{prefix}-INITIAL_FORMS": 0}
    return told | {f"{prefix}-{n}-{name}": value for n, row in enumerate(each) for name, value in row.items()}


class TestPhone:
    def test_a_draw_tells_chances_before_and_the_outcome_after(self, north: Any, phone_of: Any) -> None:
        draw, customer = make_draw(branch=north, chance=1_000_000), make_customer(branch=north)
        phone = phone_of(customer)
        page = phone.get(f"/my/benefits/draws/{draw.pk}/").content.decode()
        assert "100%" in page and "文创帆布袋" in page and "转动今日转盘" in page
        answer = phone.post(f"/my/benefits/draws/{draw.pk}/today/")
        again = phone.post(f"/my/benefits/draws/{draw.pk}/today/")
        assert answer.status_code == 302 and answer["Location"] == again["Location"]
        assert Claim.objects.get().code in phone.get(answer["Location"]).content.decode()
        assert Ticket.objects.count() == 1
        assert "明天再来" in phone.get(f"/my/benefits/draws/{draw.pk}/").content.decode()

    def test_nobody_draws_with_anothers_ticket(self, north: Any, phone_of: Any) -> None:
        draw, customer = make_draw(branch=north), make_customer(branch=north)
        phone_of(customer).post(f"/my/benefits/draws/{draw.pk}/today/")
        stranger, ticket = phone_of(make_customer(branch=north)), Ticket.objects.get()
        assert stranger.get(f"/my/benefits/draws/tickets/{ticket.pk}/").status_code == 404
        assert stranger.post(f"/my/benefits/draws/tickets/{ticket.pk}/draw/").status_code == 404

    def test_a_quest_is_joined_checked_in_and_exchanged(self, north: Any, phone_of: Any) -> None:
        quest, customer = make_quest(branch=north), make_customer(branch=north)
        phone, address = phone_of(customer), f"/my/benefits/quests/{quest.pk}/"
        assert "我要参加" in phone.get(address).content.decode()
        phone.post(f"{address}join/")
        for _ in range(2):
            phone.post(f"{address}check-in/")
        assert CheckIn.objects.count() == 1
        page = phone.get(address).content.decode()
        assert "今日已签到" in page and "<progress" in page and "style=" not in page
        make_part(quest=quest, customer=customer, tokens=20)
        phone.post(f"/my/benefits/quests/prices/{quest.prices.get().pk}/")
        assert Claim.objects.get().code in phone.get(address).content.decode()

    def test_a_riddle_is_answered_once(self, north: Any, phone_of: Any) -> None:
        game, customer = make_game(branch=north), make_customer(branch=north)
        phone, question = phone_of(customer), game.questions.get()
        assert "蜘蛛" not in phone.get(f"/my/benefits/games/{game.pk}/").content.decode()
        phone.post(f"/my/benefits/games/questions/{question.pk}/", {"answer": "蜘蛛"})
        other = phone.post(f"/my/benefits/games/questions/{question.pk}/", {"answer": "蚂蚁"})
        assert other.status_code == 409 and Answer.objects.count() == 1
        assert Claim.objects.get().code in phone.get(f"/my/benefits/games/{game.pk}/").content.decode()

    def test_anybody_works_a_finished_draw_out_again(self, north: Any, phone_of: Any, client: Any) -> None:
        from huiqun.benefits.actions import draws

        draw = make_draw(branch=north)
        before = client.get(f"/benefits/draws/{draw.pk}/proof/").content.decode()
        assert draw.seed_digest in before and (draw.seed or "") not in before
        phone_of(make_customer(branch=north)).post(f"/my/benefits/draws/{draw.pk}/today/")
        with clock.at(ENDS):
            draws.reveal_draw(draw_id=draw.pk, now=ENDS)
            after = client.get(f"/benefits/draws/{draw.pk}/proof/").content.decode()
        assert (draw.seed or "") in after and "刚刚重新核算" in after
        file = b"".join(client.get(f"/benefits/draws/{draw.pk}/proof.jsonl").streaming_content).decode()
        assert len(file.splitlines()) == 2 and "customer" not in file


class TestStaff:
    def test_a_draw_is_planned_changed_and_opened_by_another(
        self, north: Any, client_of: Any, now: Any
    ) -> None:
        author, opener = make_staff("a", north, "marketer"), make_staff("b", north, "business_reviewer")
        prize = make_prize(branch=north)
        form = {
            "name": "秋日转盘",
            "branch": north.pk,
            "words": "免费参加。",
            "kind": "wheel",
            "daily": "on",
            **TIMES,
        }
        row = {"benefit": prize.pk, "percent": "12.5", "pieces": 5}
        answer = client_of(author).post("/benefits/draws/new/", form | rows("prizes", row, {"pieces": ""}))
        draw = Draw.objects.get()
        assert answer.status_code == 302 and draw.prizes.get().chance == 125_000
        assert client_of(author).get(f"/benefits/draws/{draw.pk}/edit/").status_code == 200
        assert client_of(author).post(f"/benefits/draws/{draw.pk}/open/").status_code == 403
        client_of(opener).post(f"/benefits/draws/{draw.pk}/open/")
        draw.refresh_from_db()
        assert (
            draw.is_opened
            and draw.seed_digest in client_of(author).get(f"/benefits/draws/{draw.pk}/").content.decode()
        )
        assert (draw.seed or "") not in client_of(opener).get(f"/benefits/draws/{draw.pk}/").content.decode()

    def test_wrong_chances_are_said_on_the_form(self, north: Any, client_of: Any, now: Any) -> None:
        author, prize = make_staff("a", north, "marketer"), make_prize(branch=north)
        form = {"name": "转盘", "branch": north.pk, "words": "免费参加。", "kind": "wheel", **TIMES}
        row = {"benefit": prize.pk, "percent": "60", "pieces": 5}
        answer = client_of(author).post("/benefits/draws/new/", form | rows("prizes", row, row))
        assert answer.status_code == 200 and "120" in answer.content.decode()
        assert not Draw.objects.exists()

    def test_a_quest_takes_steps_of_all_kinds(self, north: Any, client_of: Any, now: Any) -> None:
        author = make_staff("a", north, "marketer")
        form = {
            "name": "财富星球",
            "branch": north.pk,
            "words": "完成任务得星球币。",
            "token": "星球币",
            **TIMES,
        }
        steps = rows(
            "steps",
            {"name": "签到", "kind": "check_in", "tokens": 10, "days": 3},
            {"name": "参加活动", "kind": "deed", "tokens": 10, "deed": "joined"},
        )
        answer = client_of(author).post("/benefits/quests/new/", form | steps | rows("prices"))
        quest = Quest.objects.get()
        assert answer.status_code == 302 and [each.kind for each in quest.steps.all()] == ["check_in", "deed"]
        assert "累计签到 3 天" in client_of(author).get(f"/benefits/quests/{quest.pk}/").content.decode()

    def test_a_prediction_is_settled_by_two(self, north: Any, client_of: Any, now: Any) -> None:
        from huiqun.benefits.rules.games import GameKind

        game: Game = make_game(branch=north, kind=GameKind.PREDICTION)
        question, first, second = (
            game.questions.get(),
            make_staff("a", north, "marketer"),
            make_staff("b", north, "operator"),
        )
        entered = {"result": "法国", "source": "国际足联"}
        with clock.at(ENDS):
            client_of(first).post(f"/benefits/games/questions/{question.pk}/result/", entered)
            alone = client_of(first).post(
                f"/benefits/games/questions/{question.pk}/confirm/", {"result": "法国"}
            )
            assert alone.status_code == 403
            client_of(second).post(f"/benefits/games/questions/{question.pk}/confirm/", {"result": "法国"})
        question.refresh_from_db()
        assert question.answers == ["法国"] and question.confirmed_by == second

    def test_a_condition_is_typed_and_the_law_is_cited(self, north: Any, client_of: Any, now: Any) -> None:
        author, gift = make_staff("a", north, "marketer"), make_benefit(branch=north, frozen=False)
        from huiqun.audiences import queries as audiences

        text = audiences.rule_text({"field": "aum.now", "op": "gte", "value": 50_000}, "zh-hans")
        page = (
            client_of(author).post(f"/benefits/{gift.pk}/conditions/", {"condition": text}).content.decode()
        )
        assert "商业银行法" in page
        service = make_benefit(branch=north, frozen=False, kind="service")
        answer = client_of(author).post(f"/benefits/{service.pk}/conditions/", {"condition": text})
        service.refresh_from_db()
        assert answer.status_code == 302 and service.conditions["field"] == "aum.now"
