"""Before approval and before the start: the estimate, the calendar and the guard over the size."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from huiqun.campaigns import actions
from huiqun.campaigns.forms import PlanForm
from huiqun.campaigns.models import Campaign, Estimate, SizeLimits
from huiqun.campaigns.queries.calendar import calendar, conflicts, counted
from huiqun.campaigns.queries.estimates import estimate_of
from huiqun.campaigns.queries.orders import run_order
from huiqun.campaigns.size import (
    AudienceMoved,
    Limits,
    LimitsOfHeadOffice,
    SecondApprovalMissing,
    SizeBySelf,
    SizeUnknown,
    check_size,
)
from huiqun.compliance import queries as reviews
from huiqun.compliance.models import Dossier
from huiqun.customers.models import Customer
from huiqun.delivery.actions import Closed
from huiqun.delivery.models import Recipient, Run
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.audiences import make_lake, profile
from tests.makers.campaigns import NOW, make_approved, make_campaign
from tests.makers.customers import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def limits(**over: int) -> None:
    SizeLimits.objects.update_or_create(pk=1, defaults={"second_from": 1_000, "most_percent": 20} | over)


class TestSizeGuard:
    def test_a_large_campaign_waits_for_a_second_person(self, north: Any) -> None:
        campaign = make_approved(branch=north, people=3)
        limits(second_from=3)
        with pytest.raises(SecondApprovalMissing):
            actions.start_campaign(campaign_id=campaign.pk, now=NOW)
        assert not Run.objects.exists()
        officer = make_staff("officer", north, "risk_officer")
        for _ in range(2):
            actions.approve_size(campaign_id=campaign.pk, by=officer, now=NOW)
        actions.start_campaign(campaign_id=campaign.pk, now=NOW)
        fact = Fact.objects.get(kind="campaigns.SizeApproved")
        assert (fact.body["audience"], fact.by_id) == (3, officer.pk)

    def test_no_author_answers_for_the_size(self, north: Any) -> None:
        campaign = make_approved(branch=north, people=1)
        with pytest.raises(SizeBySelf):
            actions.approve_size(campaign_id=campaign.pk, by=campaign.owner, now=NOW)
        assert not campaign.size_approvals.exists()

    def test_an_audience_that_has_grown_since_the_approval_stops_the_start(self, north: Any) -> None:
        """A filter that goes wrong between approval and start must not write to everybody."""
        campaign = make_approved(branch=north, people=2)
        grown = [make_customer(branch=north, consents=["sms"]) for _ in range(6)]
        make_lake(profiles=[profile(customer.pk, north) for customer in grown])
        with pytest.raises(AudienceMoved):
            actions.start_campaign(campaign_id=campaign.pk, now=NOW)
        campaign.refresh_from_db()
        assert campaign.state == "approved" and not Run.objects.exists() and not Recipient.objects.exists()

    @pytest.mark.parametrize(
        ("approved", "now", "second", "refusal"),
        [
            (100, 120, None, None),
            (100, 121, None, AudienceMoved),
            (100, 79, None, AudienceMoved),
            (0, 1, None, AudienceMoved),
            (None, 1, None, SizeUnknown),
            (999, 1_000, None, SecondApprovalMissing),
            (999, 1_000, 1_000, None),
            (1_100, 1_200, 900, SecondApprovalMissing),
        ],
    )
    def test_where_the_limits_are(
        self, approved: int | None, now: int, second: int | None, refusal: type[Exception] | None
    ) -> None:
        def check() -> None:
            check_size(approved=approved, now=now, second=second, limits=Limits(1_000, 20))

        if refusal is None:
            check()
        else:
            with pytest.raises(refusal):
                check()

    def test_the_limits_are_the_head_offices(self, head_office: Any, north: Any) -> None:
        wanted = {"second_from": 500, "most_percent": 5}
        with pytest.raises(LimitsOfHeadOffice):
            actions.set_size_limits(**wanted, by=make_staff("branch", north, "risk_officer"), now=NOW)
        assert not SizeLimits.objects.exists()
        actions.set_size_limits(**wanted, by=make_staff("head", head_office, "risk_officer"), now=NOW)
        assert SizeLimits.objects.get().second_from == 500
        assert Fact.objects.get(kind="campaigns.SizeLimitsSet").body["most_percent"] == 5


class TestEstimate:
    def test_shows_the_whole_funnel_and_writes_to_nobody(self, north: Any) -> None:
        campaign = make_campaign(branch=north, people=3)
        silent = make_customer(branch=north)
        make_lake(profiles=[profile(silent.pk, north)])
        actions.ask_estimate(campaign_id=campaign.pk, by=campaign.owner, now=NOW)
        jobs.run_pending()
        shown = estimate_of(campaign)
        assert shown is not None and shown.plan is not None and not shown.is_old, (
            Estimate.objects.get().problem
        )
        assert dict(shown.plan.reasons).get("no_consent") == 1
        assert shown.plan.reached == shown.plan.audience - sum(n for _, n in shown.plan.reasons)
        line = shown.plan.channels[0]
        assert (line.channel, line.messages, line.fits) == ("sms", shown.plan.reached, True)
        assert not Run.objects.exists() and not Recipient.objects.exists()

    def test_says_what_is_wrong_when_it_cannot_be_made(self, north: Any) -> None:
        campaign = make_campaign(branch=north)
        Campaign.objects.filter(pk=campaign.pk).update(channels=["email"])
        actions.ask_estimate(campaign_id=campaign.pk, by=campaign.owner, now=NOW)
        jobs.run_pending()
        shown = estimate_of(Campaign.objects.get(pk=campaign.pk))
        assert shown is not None and shown.plan is None and "email" in shown.row.problem

    def test_is_marked_old_after_an_edit(self, north: Any) -> None:
        campaign = make_campaign(branch=north, people=1)
        actions.ask_estimate(campaign_id=campaign.pk, by=campaign.owner, now=NOW)
        jobs.run_pending()
        actions.edit_page(
            campaign_id=campaign.pk,
            edition=campaign.edition,
            title="新",
            body="新",
            by=campaign.owner,
            now=NOW,
        )
        shown = estimate_of(Campaign.objects.get(pk=campaign.pk))
        assert shown is not None and shown.is_old

    def test_a_daily_quota_that_the_deadline_does_not_leave_room_for_is_said(self, north: Any) -> None:
        from huiqun.delivery.models import ChannelAccount

        campaign = make_campaign(branch=north, people=5, deadline_days=2)
        ChannelAccount.objects.update(config={"day_limit": 2})
        actions.ask_estimate(campaign_id=campaign.pk, by=campaign.owner, now=NOW)
        jobs.run_pending()
        shown = estimate_of(campaign)
        assert shown is not None and shown.plan is not None
        assert (shown.plan.channels[0].days, shown.plan.channels[0].fits) == (3, False)


class TestCalendar:
    def test_shows_sending_days_and_where_campaigns_meet(self, north: Any) -> None:
        first = make_campaign(branch=north, deadline_days=2)
        second = make_campaign(branch=north, start_at=NOW + timedelta(days=2), deadline_days=2)
        view = calendar(staff=first.owner, first=date(2026, 11, 20), days=5, now=NOW)
        cells = {line.campaign.pk: line.cells for line in view.lines}
        assert cells[first.pk] == ("send", "send", "send", "open", "open")
        assert cells[second.pk] == ("", "", "send", "send", "send")
        assert view.crowd == (("sms", (1, 1, 2, 1, 1)),)
        found = conflicts(first, staff=first.owner)
        assert [(each.campaign.pk, each.first, each.last) for each in found] == [
            (second.pk, date(2026, 11, 22), date(2026, 11, 22))
        ]

    def test_another_branchs_campaigns_are_not_shown(self, north: Any, south: Any) -> None:
        mine, theirs = make_campaign(branch=north), make_campaign(branch=south)
        view = calendar(staff=mine.owner, first=date(2026, 11, 1), days=30, now=NOW)
        assert [line.campaign.pk for line in view.lines] == [mine.pk]
        assert conflicts(mine, staff=theirs.owner) == []

    def test_other_channels_do_not_meet(self, north: Any) -> None:
        mine = make_campaign(branch=north)
        other = make_campaign(branch=north)
        Campaign.objects.filter(pk=other.pk).update(channels=["email"])
        assert conflicts(mine, staff=mine.owner) == []


def test_what_was_approved_of_clock_and_priority_is_what_delivery_is_told(north: Any) -> None:
    campaign = make_approved(branch=north, people=1, priority=70, on_quiet="drop", on_holidays="drop")
    approval = reviews.approval_of(campaign.subject)
    assert approval is not None
    order = run_order(campaign, digest=approval.digest, members=iter(()))
    assert (order.priority, order.on_quiet, order.on_holidays) == (70, Closed.DROP, Closed.DROP)
    assert reviews.dossier_body(approval.digest)["audience"]["size"] == 1


def test_caps_of_topic_and_bank_are_approved_and_told_to_delivery(north: Any) -> None:
    caps = {"topic_cap_count": 1, "topic_cap_days": 30, "overall_cap_count": 5, "overall_cap_days": 7}
    campaign = make_approved(branch=north, people=1, **caps)
    approval = reviews.approval_of(campaign.subject)
    assert approval is not None
    policy = reviews.dossier_body(approval.digest)["policy"]["caps"]
    assert (policy["topic"], policy["overall"]) == ({"count": 1, "days": 30}, {"count": 5, "days": 7})
    told = run_order(campaign, digest=approval.digest, members=iter(())).caps
    assert (told.per_topic_limit, told.per_topic_days, told.overall_limit, told.overall_days) == (1, 30, 5, 7)
    assert (told.all_channels_limit, told.all_channels_days) == (2, 7)
    plain = make_approved(branch=north)
    digest = reviews.approval_of(plain.subject).digest  # type: ignore[union-attr]
    assert set(reviews.dossier_body(digest)["policy"]["caps"]) == {"count", "days"}


def test_half_a_cap_is_refused_at_the_form(north: Any) -> None:
    form = PlanForm({"topic_cap_count": "2"}, products=[], kinds=[], permissions=[])
    assert "topic_cap_days" in form.errors and "overall_cap_days" not in form.errors


def test_tells_how_many_are_in_both_audiences(north: Any) -> None:
    one = make_campaign(branch=north, people=3)
    other = make_campaign(branch=north)
    make_lake(profiles=[profile(person.pk, north) for person in Customer.objects.all()])
    staff = make_staff("looks", north, "marketer")
    (met,) = counted(conflicts(one, staff=staff), one, today=date(2026, 11, 20))
    assert (met.campaign, met.both) == (other, 3)


def test_reviewers_see_the_size_and_its_second_approval_on_the_dossier(north: Any, client_of: Any) -> None:
    limits(second_from=3)
    campaign = make_approved(branch=north, people=3)
    dossier = Dossier.objects.get(subject=campaign.subject)
    officer = make_staff("officer", north, "compliance_reviewer", full_name="陈复核")
    address = reverse("compliance:dossier_detail", args=[dossier.pk])
    before = client_of(officer).get(address).content.decode()
    assert "启动前须完成" in before
    actions.approve_size(campaign_id=campaign.pk, by=officer, now=NOW)
    after = client_of(officer).get(address).content.decode()
    assert "启动前须完成" not in after and "陈复核" in after
