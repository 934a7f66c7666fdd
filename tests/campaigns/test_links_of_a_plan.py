"""Further links and UTM values: part of the plan, of what is approved, and of what is sent."""

from dataclasses import replace
from typing import Any

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.links import LinksInvalid, LinkUnknown, Target
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.links import link_lines, planned_links
from huiqun.campaigns.queries.preview import preview_words
from huiqun.campaigns.queries.sms import sms_meter
from huiqun.compliance import queries as compliance
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import LinkClick, Recipient
from huiqun.delivery.queries import TargetNotAllowed
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.lib.days import local_date
from tests.makers.campaigns import NOW, make_approved, make_campaign, make_running
from tests.makers.compliance import approve_all

APPLY = "https://www.bank.example.com/apply"
PERSON = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50"


def edit(campaign: Campaign, /, *targets: tuple[str, str], **over: Any) -> Campaign:
    campaign.refresh_from_db()
    plan = replace(
        planned_links(campaign), targets=tuple(Target(key=k, target=t) for k, t in targets), **over
    )
    actions.edit_links(
        campaign_id=campaign.pk, edition=campaign.edition, plan=plan, by=campaign.owner, now=NOW
    )
    campaign.refresh_from_db()
    return campaign


def write(campaign: Campaign, body: str) -> None:
    campaign.refresh_from_db()
    actions.save_variant(
        campaign_id=campaign.pk,
        edition=campaign.edition,
        key="sms-a",
        channel="sms",
        weight=100,
        title="",
        body=body,
        by=campaign.owner,
        now=NOW,
    )


def run_with_link(north: Any, now: Any) -> Campaign:
    """A campaign whose message names a further link, approved and sent to two."""
    campaign = make_campaign(branch=north, people=2)
    edit(campaign, ("apply", APPLY), source="jcbank", mediums={"sms": "text"})
    write(campaign, "【{{ bank }}】活动请看 {{ link }} 报名请点 {{ link_apply }} 拒收请回复R")
    campaign.refresh_from_db()
    dossier = actions.submit_campaign(
        campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now
    )
    approve_all(dossier)
    actions.follow_review(subject=campaign.subject, now=now)
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    jobs.run_pending()
    campaign.refresh_from_db()
    return campaign


class TestPlanning:
    def test_keeps_targets_and_utm_and_voids_the_approval(self, north: Any, now: Any) -> None:
        campaign = make_approved(branch=north, people=1)
        edit(campaign, ("apply", APPLY), source="jcbank")
        assert campaign.state == "planning"
        plan = planned_links(campaign)
        assert plan.utm("sms") == {
            "utm_source": "jcbank",
            "utm_medium": "sms",
            "utm_campaign": f"c{campaign.pk}",
        }
        assert Fact.objects.filter(kind="campaigns.CampaignEdited").latest("id").body["part"] == "links"

    @pytest.mark.parametrize(
        "target", ["http://www.bank.example.com/", "https://evil.example/", "//www.bank.example.com", "x"]
    )
    def test_refuses_a_target_that_is_not_the_banks(self, north: Any, now: Any, target: str) -> None:
        campaign = make_campaign(branch=north)
        with pytest.raises(TargetNotAllowed):
            edit(campaign, ("apply", target))
        assert Campaign.objects.get(pk=campaign.pk).links == {}

    @pytest.mark.parametrize(
        ("targets", "over"),
        [
            ([("Apply", APPLY)], {}),
            ([("", APPLY)], {}),
            ([("a b", APPLY)], {}),
            ([("a", APPLY), ("a", APPLY)], {}),
            ([(f"a{n}", APPLY) for n in range(6)], {}),
            ([], {"source": "江川"}),
            ([], {"campaign": "x&y=z"}),
            ([], {"days": 1_000}),
        ],
    )
    def test_refuses_what_cannot_be_kept(
        self, north: Any, now: Any, targets: list[tuple[str, str]], over: dict[str, Any]
    ) -> None:
        campaign = make_campaign(branch=north)
        with pytest.raises(LinksInvalid):
            edit(campaign, *targets, **over)
        assert Campaign.objects.get(pk=campaign.pk).links == {}

    def test_copy_may_name_only_links_that_there_are(self, north: Any, now: Any) -> None:
        from huiqun.lib.template import VariableMissing

        campaign = make_campaign(branch=north)
        with pytest.raises(VariableMissing):
            write(campaign, "请点 {{ link_apply }} 拒收请回复R")
        edit(campaign, ("apply", APPLY))
        write(campaign, "请点 {{ link_apply }} 拒收请回复R")

    def test_a_link_that_the_copy_names_is_not_gone_at_submission(self, north: Any, now: Any) -> None:
        campaign = make_campaign(branch=north)
        edit(campaign, ("apply", APPLY))
        write(campaign, "【{{ bank }}】请点 {{ link_apply }} 拒收请回复R")
        edit(campaign)
        with pytest.raises(LinkUnknown):
            actions.submit_campaign(
                campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now
            )

    def test_hosts_are_asked_again_when_it_is_submitted(self, north: Any, now: Any, settings: Any) -> None:
        campaign = make_campaign(branch=north)
        edit(campaign, ("apply", APPLY))
        settings.HUIQUN_LINK_HOSTS = ("other.example.com",)
        with pytest.raises(TargetNotAllowed):
            actions.submit_campaign(
                campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now
            )
        assert Campaign.objects.get(pk=campaign.pk).state == "planning"

    def test_previews_and_lengths_know_the_short_address(self, north: Any, now: Any) -> None:
        campaign = edit(make_campaign(branch=north), ("apply", APPLY))
        words = preview_words(campaign=campaign, title="", body="{{ link_apply }}", staff=campaign.owner)
        assert "/l/" in words.body
        meter = sms_meter(campaign, "{{ link_apply }}", on=local_date(now), counts=False)
        assert meter is not None and meter.text.endswith(f"/l/{'x' * 22}")


class TestApproved:
    def test_the_digest_covers_links_and_utm(self, north: Any, now: Any) -> None:
        campaign = run_with_link(north, now)
        approval = compliance.approval_of(campaign.subject)
        assert approval is not None
        links = compliance.links_of(approval.digest)
        assert links["targets"] == [{"key": "apply", "target": APPLY}]
        assert links["utm"]["sms"]["utm_medium"] == "text" and links["until"].startswith("2027-01-09")

    def test_a_touched_plan_changes_nothing_of_what_was_sent(self, north: Any, now: Any, client: Any) -> None:
        campaign = run_with_link(north, now)
        Campaign.objects.filter(pk=campaign.pk).update(
            links={"targets": [{"key": "apply", "target": "https://www.bank.example.com/other"}]}
        )
        recipient = Recipient.objects.filter(run_id=campaign.run_id)[0]
        answer = client.get(
            f"/l/{delivery.make_link(recipient.pk, 1)}", headers={"User-Agent": PERSON, "Accept": "text/html"}
        )
        assert answer["Location"].startswith(f"{APPLY}?utm_source=jcbank&utm_medium=text")

    def test_reviewers_see_where_it_leads(
        self, north: Any, now: Any, client_of: Any, compliance_reviewer: Any
    ) -> None:
        campaign = run_with_link(north, now)
        approval = compliance.approval_of(campaign.subject)
        assert approval is not None
        page = client_of(compliance_reviewer).get(f"/compliance/dossiers/{approval.dossier_id}/")
        assert f"报名请点 {APPLY}" in page.content.decode()


class TestUnderWay:
    def test_the_page_shows_people_and_machines(
        self, north: Any, now: Any, client_of: Any, marketer: Any
    ) -> None:
        campaign = run_with_link(north, now)
        first, second = Recipient.objects.filter(run_id=campaign.run_id).order_by("pk")
        for recipient, machine in ((first, 0), (second, 1)):
            LinkClick.objects.create(
                recipient_id=recipient.pk,
                number=1,
                run_id=campaign.run_id,
                customer_id=recipient.customer_id,
                first_at=None if machine else now,
                last_at=None if machine else now,
                times=0 if machine else 3,
                machine_times=machine,
            )
        line = link_lines(campaign)[1]
        assert line.figures is not None
        assert (line.figures.people, line.figures.times, line.figures.machine_times) == (1, 3, 1)
        page = client_of(marketer).get(f"/campaigns/{campaign.pk}/links/")
        assert APPLY in page.content.decode()

    def test_a_link_is_revoked_with_a_reason_and_restored_by_risk_or_compliance(
        self, north: Any, now: Any, client_of: Any, marketer: Any, risk_officer: Any
    ) -> None:
        campaign = run_with_link(north, now)
        base = f"/campaigns/{campaign.pk}/links"
        door = client_of(marketer)
        assert door.post(f"{base}/revoke/", {"number": "1", "reason": " "}).status_code == 422
        assert door.post(f"{base}/revoke/", {"number": "7", "reason": "x"}).status_code == 422
        assert door.post(f"{base}/revoke/", {"number": "0", "reason": "x"}).status_code == 422
        assert door.post(f"{base}/revoke/", {"number": "1", "reason": "页面被篡改"}).status_code == 302
        assert link_lines(campaign)[1].revoked_because == "页面被篡改"
        assert door.post(f"{base}/restore/", {"number": "1"}).status_code == 403
        assert client_of(risk_officer).post(f"{base}/restore/", {"number": "1"}).status_code == 302
        kinds = list(
            Fact.objects.filter(kind__contains="campaigns.LinkRe")
            .order_by("id")
            .values_list("kind", flat=True)
        )
        assert kinds == ["campaigns.LinkRevoked", "campaigns.LinkRestored"]

    def test_a_stranger_of_another_branch_revokes_nothing(
        self, north: Any, south: Any, now: Any, client_of: Any
    ) -> None:
        from tests.conftest import make_staff

        campaign = run_with_link(north, now)
        stranger = make_staff("stranger-marketer", south, "marketer")
        answer = client_of(stranger).post(
            f"/campaigns/{campaign.pk}/links/revoke/", {"number": "1", "reason": "x"}
        )
        assert answer.status_code == 404 and link_lines(campaign)[1].revoked_because == ""

    def test_cancelling_the_campaign_ends_every_link(self, north: Any, now: Any, client: Any) -> None:
        campaign = run_with_link(north, now)
        someone = Recipient.objects.filter(run_id=campaign.run_id).first()
        assert someone is not None
        token = delivery.make_link(someone.pk, 1)
        assert client.get(f"/l/{token}").status_code == 302
        actions.cancel_campaign(campaign_id=campaign.pk, reason="产品下架", by=campaign.owner, now=now)
        assert client.get(f"/l/{token}").status_code == 410
        assert link_lines(campaign)[1].revoked_because == ""  # no single target was taken back

    def test_opening_the_page_counts_as_its_own_link(self, north: Any, now: Any, client: Any) -> None:
        campaign = make_running(branch=north, people=1)
        token = delivery.make_link(Recipient.objects.get(run_id=campaign.run_id).pk)
        for agent in (PERSON, "Googlebot/2.1", PERSON):
            client.post(f"/m/{token}/seen/", headers={"User-Agent": agent})
        row = LinkClick.objects.get()
        assert (row.number, row.times, row.machine_times) == (0, 2, 1)

    def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
        self, north: Any, now: Any, client_of: Any
    ) -> None:
        campaign = make_campaign(branch=north)
        data = {
            "edition": campaign.edition,
            "source": "huiqun",
            "campaign": "c1",
            "days": "30",
            "key_1": "apply",
            "target_1": "https://evil.example/",
        }
        door = client_of(campaign.owner)
        answer = door.post(f"/campaigns/{campaign.pk}/links/edit/", data)
        assert answer.status_code == 422 and "https://evil.example/" in answer.content.decode()
        answer = door.post(f"/campaigns/{campaign.pk}/links/edit/", data | {"target_1": APPLY})
        assert answer.status_code == 302
        campaign.refresh_from_db()
        assert campaign.links["targets"] == [{"key": "apply", "target": APPLY}]
