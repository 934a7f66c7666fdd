"""A real bank's file goes through the ordinary doors: customers, audiences, a past campaign, its result,
and a new campaign that nobody may be sent because nobody has consented.

Data: UCI Bank Marketing (bank-additional-full), CC BY 4.0.
"""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huiqun.audiences import queries as audiences
from huiqun.campaigns import actions as campaigns
from huiqun.campaigns.models import Campaign
from huiqun.compliance import queries as compliance
from huiqun.customers import actions as customers
from huiqun.customers.models import Customer
from huiqun.delivery import queries as delivery
from huiqun.foundation import jobs
from huiqun.insights.queries.results import breakdown_by_attribute, campaign_result
from huiqun.lib.days import local_date
from tests.makers.campaigns import PAGE, SMS
from tests.makers.compliance import approve_all
from tests.makers.delivery import make_account
from tests.shared import shared_file

AUDIENCES = {
    "job = 'admin.' AND housing = 'yes'": {
        "all": [
            {"field": "attribute:job", "op": "eq", "value": "admin."},
            {"field": "attribute:housing", "op": "eq", "value": "yes"},
        ]
    },
    "CAST(age AS INTEGER) BETWEEN 25 AND 40 AND marital = 'single'": {
        "all": [
            {"field": "attribute_number:age", "op": "between", "value": [25, 40]},
            {"field": "attribute:marital", "op": "eq", "value": "single"},
        ]
    },
    "job IN ('retired', 'student') OR poutcome = 'success'": {
        "any": [
            {"field": "attribute:job", "op": "in", "value": ["retired", "student"]},
            {"field": "attribute:poutcome", "op": "eq", "value": "success"},
        ]
    },
}


@pytest.fixture
def file() -> Path:
    return shared_file("data/uci_bank/bank-additional-full.csv.gz")


@pytest.fixture
def bank(file: Path, head_office: Any, now: Any) -> Any:
    """The bank after the import by the shipped mapping."""
    mapping = files("huiqun.customers").joinpath("mappings/uci_bank.toml").read_text("utf-8")
    outcome = customers.import_customers(path=file, mapping_text=mapping, now=now)
    assert (outcome.created, outcome.refused) == (41_188, 0)
    customers.export_profiles(now=now)
    return head_office


def raw(file: Path, query: str) -> list[tuple[Any, ...]]:
    """Plain SQL on the file as it was delivered."""
    source = f"read_csv('{file}', delim = ';', header = true, all_varchar = true)"
    return duckdb.sql(query.replace("FILE", source)).fetchall()


def test_the_whole_loop_on_a_real_bank(bank, file, head_marketer, now):
    today = local_date(now)
    assert Customer.objects.count() == 41_188

    for condition, rule in AUDIENCES.items():
        (plain,) = raw(file, f"SELECT count(*) FROM FILE WHERE {condition}")[0]
        assert audiences.count(rule=rule, branch_ids=None, today=today).n == plain, condition

    past = take_over(file, head_marketer, now)
    result = campaign_result(campaign_id=past, staff=head_marketer, today=today)
    assert (result.counts["reached"], result.counts["converted"]) == (41_188, 4_640)
    assert_rates_are_the_files(file, past, head_marketer, result)
    assert result.effect.effect is None, "without a random control group no effect may be claimed"
    assert not result.ratio.alarm

    nobody_may_be_contacted(bank, head_marketer, now)


def take_over(file: Path, by: Any, now: Any) -> int:
    mapping = files("huiqun.campaigns").joinpath("mappings/uci_contacts.toml").read_text("utf-8")
    return campaigns.take_over_contacts(path=file, mapping_text=mapping, by=by, now=now)


def assert_rates_are_the_files(file: Path, past: int, staff: Any, result: Any) -> None:
    counted = "count(*), count(*) FILTER (WHERE y = 'yes')"
    jobs_of_file = {
        "" if job == "unknown" else job: (base, hits)
        for job, base, hits in raw(file, f"SELECT job, {counted} FROM FILE GROUP BY job")
    }
    by_job = breakdown_by_attribute(campaign_id=past, attribute="job", staff=staff)
    assert {group.key: (group.reached, group.converted.hits) for group in by_job} == jobs_of_file
    channels = {"cellular": "phone_mobile", "telephone": "phone_landline"}
    contacts = {
        channels[contact]: (base, hits)
        for contact, base, hits in raw(file, f"SELECT contact, {counted} FROM FILE GROUP BY contact")
    }
    assert {g.key: (g.reached, g.converted.hits) for g in result.channels} == contacts


def nobody_may_be_contacted(bank: Any, marketer: Any, now: Any) -> None:
    """The file has no phone numbers and no consents: the new campaign says so, person by person."""
    make_account(branch=bank)
    campaign_id = campaigns.create_campaign(name="新活动", by=marketer, now=now)
    saved = audience_of_admins(bank, marketer, now)
    campaigns.choose_audience(campaign_id=campaign_id, edition=1, audience_id=saved, by=marketer, now=now)
    changes = {"goal": "试", "channels": ["sms"], "start_at": now, "end_at": now + timedelta(days=9)}
    campaigns.edit_plan(campaign_id=campaign_id, edition=2, changes=changes, by=marketer, now=now)
    campaigns.edit_page(campaign_id=campaign_id, edition=3, title="讲座", body=PAGE, by=marketer, now=now)
    campaigns.save_variant(
        campaign_id=campaign_id,
        edition=4,
        channel="sms",
        weight=100,
        title="",
        body=SMS,
        by=marketer,
        now=now,
    )
    campaign = Campaign.objects.get(pk=campaign_id)
    campaigns.submit_campaign(campaign_id=campaign_id, edition=campaign.edition, by=marketer, now=now)
    approve_all(compliance.approval_of(campaign.subject).dossier_id)
    campaigns.follow_review(subject=campaign.subject, now=now)
    campaigns.start_campaign(campaign_id=campaign_id, now=now)
    jobs.run_pending()
    result = campaign_result(campaign_id=campaign_id, staff=marketer, today=local_date(now))
    assert result.counts["audience"] > 1_000
    assert result.counts["sent"] == 0
    assert sum(drop.count for drop in result.drops) == result.counts["audience"]
    assert {drop.reason for drop in result.drops} <= {"no_contact_point", "no_consent"}
    assert delivery.run_progress(Campaign.objects.get(pk=campaign_id).run_id).sent == 0


def audience_of_admins(bank: Any, by: Any, now: Any) -> int:
    from huiqun.audiences import actions

    rule = {"all": [{"field": "attribute:job", "op": "eq", "value": "admin."}]}
    return actions.save_audience(name="行政人员", rule=rule, branch_id=bank.pk, by=by, now=now).audience_id
