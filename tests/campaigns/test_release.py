"""Gradual release: stages nest, nobody is in two, and what goes wrong stops the rest."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign, StageRun
from huiqun.campaigns.queries.release import approved, stage_members
from huiqun.campaigns.release import (
    CLICK,
    STAFF,
    Figures,
    Limits,
    Plan,
    ReachedTwice,
    ReleaseImpossible,
    Stage,
    StageNotOver,
    check_stages,
    why_stop,
)
from huiqun.campaigns.rules import NotUnderWay
from huiqun.compliance import queries as compliance
from huiqun.delivery.models import Recipient, Run, Touch
from huiqun.foundation import clock, jobs
from huiqun.foundation.models import Fact, Notice
from tests.makers.campaigns import make_approved, make_campaign
from tests.makers.compliance import approve_all
from tests.makers.customers import make_customer

HOUR = timedelta(hours=1)


def stages(*shares: int, wait: int = 1, goes_on: str = "itself") -> list[Stage]:
    return [
        Stage(number=number, share=share, wait_hours=wait, goes_on=goes_on)
        for number, share in enumerate(shares, start=1)
    ]


def staged(
    branch: Any, plan: list[Stage], *, people: int = 12, limits: Limits | None = None, **over: Any
) -> Any:
    """An approved campaign with these stages."""
    from tests.makers.campaigns import NOW

    campaign = make_campaign(branch=branch, people=people, deadline_days=2, **over)
    actions.edit_release(
        campaign_id=campaign.pk,
        edition=campaign.edition,
        stages=plan,
        limits=limits or Limits(),
        by=campaign.owner,
        now=NOW,
    )
    campaign.refresh_from_db()
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=NOW)
    approval = compliance.approval_of(campaign.subject)
    assert approval is not None
    approve_all(approval.dossier_id)
    actions.follow_review(subject=campaign.subject, now=NOW)
    return Campaign.objects.get(pk=campaign.pk)


def start(campaign: Any, now: Any) -> Any:
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    jobs.run_pending()
    campaign.refresh_from_db()
    return campaign


def tend(now: Any) -> int:
    moved = actions.tend_releases(now=now)
    jobs.run_pending()
    return moved


def states(campaign: Any) -> list[str]:
    return list(StageRun.objects.filter(campaign=campaign).values_list("state", flat=True))


def complain(run_id: int, count: int, now: Any) -> None:
    for recipient in Recipient.objects.filter(run_id=run_id, state="sent").order_by("pk")[:count]:
        Touch.objects.create(
            recipient=recipient, run_id=run_id, customer_id=recipient.customer_id, kind="complained", at=now
        )


class TestPlan:
    @pytest.mark.parametrize(
        "wrong",
        [
            stages(100, 1_000),
            stages(1_000, 100, 10_000),
            stages(0, 10_000),
            [Stage(number=1, share=10_000), Stage(number=2, kind=STAFF)],
            [Stage(number=2, share=10_000)],
            stages(1, 2, 3, 4, 5, 6, 10_000),
            [Stage(number=1, kind=STAFF)],
        ],
    )
    def test_refuses_stages_that_cannot_be_followed(self, wrong: list[Stage]) -> None:
        with pytest.raises(ReleaseImpossible):
            check_stages(wrong)

    def test_stops_beyond_a_limit_and_not_at_it(self) -> None:
        limits = Limits(complaints=100, failures=1_000, least=3)
        assert why_stop(Figures(tried=300, complaints=3), limits) == ""
        assert why_stop(Figures(tried=299, complaints=3), limits) == "complaints"
        assert why_stop(Figures(tried=10, complaints=2), limits) == ""
        assert why_stop(Figures(tried=10, failures=3), limits) == "failures"
        assert why_stop(Figures(tried=10, unsubscribes=10), limits) == ""

    def test_changing_the_stages_voids_an_approval(self, north: Any, now: Any) -> None:
        campaign = make_approved(branch=north)
        actions.edit_release(
            campaign_id=campaign.pk, edition=campaign.edition, stages=stages(100, 10_000), limits=Limits(),
            by=campaign.owner, now=now,
        )  # fmt: skip
        campaign.refresh_from_db()
        assert campaign.state == "planning"


class TestStages:
    def test_each_goes_on_from_the_one_before_and_nobody_is_in_two(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(2_000, 6_000, 10_000), people=40), now)
        for hour in range(1, 8):
            tend(now + hour * HOUR)
        runs = [run.run_id for run in StageRun.objects.filter(campaign=campaign)]
        people = [
            set(Recipient.objects.filter(run_id=run).values_list("customer_id", flat=True)) for run in runs
        ]
        assert len(runs) == 3 and all(people)
        assert sum(map(len, people)) == len(set.union(*people)) == 40
        assert Recipient.objects.filter(state="sent").count() == 40
        assert states(campaign) == ["done", "done", "done"]
        assert set(Run.objects.filter(pk__in=runs).values_list("digest", flat=True)) == {
            compliance.approval_of(campaign.subject).digest  # type: ignore[union-attr]
        }

    def test_a_smaller_first_stage_is_within_a_larger_one(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(3_000, 10_000), people=60), now)

        def first(share: int) -> set[int]:
            plan = Plan(tuple(stages(share, 10_000)))
            batches = stage_members(campaign, plan, plan.stage(1), own_staff=[])
            return {each for batch in batches for each in batch.column("customer_id").to_pylist()}

        assert first(1_000) < first(3_000) < first(8_000)
        assert first(3_000) == first(3_000)

    def test_waits_as_long_as_was_set(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000, wait=24)), now)
        assert tend(now) == 1
        assert states(campaign) == ["waiting"]
        assert tend(now + 23 * HOUR) == 0
        assert tend(now + 24 * HOUR) == 1
        assert states(campaign) == ["done", "sending"]

    def test_is_not_late_because_its_stage_came_late(self, north: Any, now: Any) -> None:
        """What is late is dropped; a stage is late from its own beginning on, not from the campaign's."""
        start(staged(north, stages(5_000, 10_000, wait=72), people=20), now)
        tend(now)
        tend(now + 72 * HOUR)
        assert not Recipient.objects.filter(reason="deadline_passed").exists()
        assert Recipient.objects.filter(state="sent").count() == 20

    def test_own_staff_come_first_and_once(self, north: Any, now: Any) -> None:
        plan = [Stage(number=1, kind=STAFF), Stage(number=2, share=10_000)]
        campaign = staged(north, plan, people=5)
        colleague = make_customer(branch=north, consents=["sms"], phone=campaign.owner.phone)
        start(campaign, now)
        first = Recipient.objects.filter(run_id=campaign.run_id)
        assert [row.customer_id for row in first] == [colleague.pk]
        tend(now)
        tend(now)
        assert Recipient.objects.filter(customer_id=colleague.pk).count() == 1
        assert Recipient.objects.filter(state="sent").count() == 6

    def test_a_person_goes_on_where_one_is_asked_to(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000, wait=1, goes_on=CLICK)), now)
        tend(now)
        with pytest.raises(StageNotOver):
            actions.go_on(campaign_id=campaign.pk, number=1, by=campaign.owner, now=now)
        assert tend(now + 9 * HOUR) == 0
        actions.go_on(campaign_id=campaign.pk, number=1, by=campaign.owner, now=now + 9 * HOUR)
        with pytest.raises(NotUnderWay):
            actions.go_on(campaign_id=campaign.pk, number=1, by=campaign.owner, now=now + 9 * HOUR)
        assert states(campaign) == ["done", "sending"]

    def test_whoever_turns_up_twice_stops_the_stage(self, north: Any, now: Any, monkeypatch: Any) -> None:
        """Should the lots ever be drawn anew, nothing is sent rather than something twice."""
        campaign = start(staged(north, stages(5_000, 10_000)), now)
        tend(now)
        monkeypatch.setattr(Plan, "bounds", lambda self, number: (0, 10_000))
        with pytest.raises(ReachedTwice):
            actions.go_on(campaign_id=campaign.pk, number=1, by=campaign.owner, now=now + 2 * HOUR)
        assert states(campaign) == ["waiting"] and Run.objects.count() == 1

    def test_a_campaign_ends_only_when_all_stages_have(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000, goes_on=CLICK), window_days=1), now)
        tend(now)
        assert actions.finish_campaigns(now=now + timedelta(days=90)) == 0
        actions.go_on(campaign_id=campaign.pk, number=1, by=campaign.owner, now=now + 2 * HOUR)
        jobs.run_pending()
        tend(now + 3 * HOUR)
        assert actions.finish_campaigns(now=now + timedelta(days=90)) == 1

    def test_results_count_all_stages(self, north: Any, now: Any) -> None:
        from huiqun.delivery import queries as delivery

        campaign = start(staged(north, stages(5_000, 10_000), people=20), now)
        tend(now)
        tend(now + HOUR)
        campaign.refresh_from_db()
        assert delivery.outcomes(campaign.run_id).num_rows == 20


class TestStopping:
    limits = Limits(complaints=500, least=2)

    def test_stops_by_itself_and_says_so(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000), people=30, limits=self.limits), now)
        tend(now)
        complain(campaign.run_id, 2, now)
        assert tend(now + HOUR) == 1
        campaign.refresh_from_db()
        assert (campaign.state, states(campaign)) == ("paused", ["stopped"])
        fact = Fact.objects.get(kind="campaigns.ReleaseStopped")
        assert fact.body["because"] == "complaints" and fact.body["cases"] == 2
        assert Notice.objects.get().staff_id == campaign.owner_id
        assert tend(now + 99 * HOUR) == 0 and Run.objects.count() == 1

    def test_stops_a_run_under_way(self, north: Any, now: Any) -> None:
        campaign = staged(north, stages(10_000), people=6, limits=Limits(failures=0, least=1))
        actions.start_campaign(campaign_id=campaign.pk, now=now)
        run_id = Run.objects.get().pk
        from huiqun.delivery import actions as delivery

        delivery.gate_run(run_id=run_id, now=now)
        one = Recipient.objects.filter(run_id=run_id)[0]
        Recipient.objects.filter(pk=one.pk).update(state="failed", failure="refused")
        actions.tend_releases(now=now)
        jobs.run_pending()
        assert Run.objects.get().paused_because == "campaigns.release_stopped"
        assert not Recipient.objects.filter(state="sent").exists()

    def test_whoever_has_looked_goes_on_and_only_more_stops_again(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000), people=30, limits=self.limits), now)
        tend(now)
        complain(campaign.run_id, 2, now)
        tend(now + HOUR / 2)
        actions.resume_campaign(campaign_id=campaign.pk, by=campaign.owner, now=now + HOUR / 2)
        assert states(campaign) == ["waiting"]
        assert tend(now + HOUR / 2) == 0
        Touch.objects.filter(kind="complained")
        rest = Recipient.objects.filter(run_id=campaign.run_id, state="sent").order_by("-pk")[:2]
        for recipient in rest:
            Touch.objects.create(
                recipient=recipient, run_id=campaign.run_id, customer_id=recipient.customer_id,
                kind="complained", at=now,
            )  # fmt: skip
        assert tend(now + HOUR / 2) == 1
        assert states(campaign) == ["stopped"]

    def test_a_paused_campaign_releases_nothing(self, north: Any, now: Any) -> None:
        campaign = start(staged(north, stages(5_000, 10_000)), now)
        tend(now)
        actions.pause_campaign(campaign_id=campaign.pk, by=campaign.owner, now=now)
        assert tend(now + 9 * HOUR) == 0
        actions.resume_campaign(campaign_id=campaign.pk, by=campaign.owner, now=now + 9 * HOUR)
        assert tend(now + 9 * HOUR) == 1

    def test_a_voided_approval_releases_nothing(self, north: Any, risk_officer: Any, now: Any) -> None:
        from huiqun.compliance import actions as law

        campaign = start(staged(north, stages(5_000, 10_000)), now)
        tend(now)
        law.stop_subject(subject=campaign.subject, reason="舆情", by=risk_officer, now=now)
        assert tend(now + 9 * HOUR) == 0
        assert states(campaign) == ["waiting"]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_release_a_stage_once(north: Any, now: Any) -> None:
    campaign = start(staged(north, stages(5_000, 10_000)), now)
    tend(now)
    problems: list[BaseException] = []

    def tick() -> None:
        try:
            with clock.at(now + HOUR):
                actions.tend_releases(now=now + HOUR)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert StageRun.objects.filter(campaign=campaign).count() == Run.objects.count() == 2


class TestPages:
    def test_a_marketer_plans_and_watches_it(self, north: Any, now: Any, client_of: Any) -> None:
        campaign = make_campaign(branch=north, people=3)
        client = client_of(campaign.owner)
        base = f"/campaigns/{campaign.pk}/release/"
        assert client.get(base).status_code == 200
        form = {
            "edition": campaign.edition, "in_stages": "on", "to_staff": "on", "staff_wait": "1",
            "staff_goes_on": "click", "share_1": "1", "wait_1": "24", "goes_on_1": "itself",
            "complaints": "0.1", "least": "3",
        }  # fmt: skip
        assert client.post(f"{base}edit/", {**form, "share_2": "0.5"}).status_code == 422
        assert client.post(f"{base}edit/", form).status_code == 302
        rows = list(campaign.stages.values_list("kind", "share", "wait_hours", "goes_on"))
        assert rows == [
            ("staff", 0, 1, "click"),
            ("share", 100, 24, "itself"),
            ("share", 10_000, 0, "itself"),
        ]
        assert Campaign.objects.get(pk=campaign.pk).release.complaints == 10

    def test_the_page_shows_stages_live_and_lets_one_go_on(
        self, north: Any, now: Any, client_of: Any
    ) -> None:
        campaign = start(staged(north, stages(5_000, 10_000, goes_on=CLICK, wait=0)), now)
        tend(now)
        client = client_of(campaign.owner)
        part = client.get(f"/campaigns/{campaign.pk}/release/stages/").content.decode()
        assert "hx-get" in part and f"/campaigns/{campaign.pk}/release/next/" in part
        assert client.post(f"/campaigns/{campaign.pk}/release/next/", {"number": "1"}).status_code == 302
        assert states(campaign) == ["done", "sending"]
        assert approved(compliance.approval_of(campaign.subject).digest).last == 2  # type: ignore[union-attr]
