"""`huiqun import contacts`: a past campaign from a file, in the name of a marketer of the head office."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest

from huiqun.campaigns.models import Campaign
from huiqun.config.commands.importing import import_contacts
from huiqun.foundation import lake
from huiqun.foundation.models import Fact
from huiqun.insights.queries.results import campaign_result
from huiqun.lib.days import local_date
from tests.makers.customers import make_customer

MAPPING = """
name = "2025 年定期存款短信"
number = "客户号"

[channel]
column = "渠道"
values = { "短信" = "sms", "电话" = "phone" }

[time]
column = "时间"

[conversion]
column = "办理"
value = "是"
kind = "subscribe"
product_kind = "deposit"
"""
CONTACTS = """客户号,渠道,时间,办理
A1,短信,2025-06-01 10:00:00+08:00,是
A2,电话,2025-06-02 10:00:00+08:00,否
A3,短信,2025-06-03 10:00:00+08:00,否
别行客户,短信,2025-06-03 10:00:00+08:00,是
"""


@pytest.fixture
def files(tmp_path: Path, head_office: Any, north: Any) -> dict[str, Path]:
    for number in ("A1", "A2", "A3"):
        make_customer(branch=north, number=number)
    file, mapping = tmp_path / "contacts.csv", tmp_path / "mapping.toml"
    file.write_text(CONTACTS, "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    return {"file": file, "mapping": mapping}


def take_over(files: dict[str, Path], username: str = "head_marketer") -> None:
    import_contacts(files["file"], mapping=files["mapping"], username=username)


def test_becomes_a_past_campaign_with_its_result(
    files: dict[str, Path], head_marketer: Any, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    take_over(files)

    campaign = Campaign.objects.get()
    assert "3 contacts are now the past campaign" in capsys.readouterr().out
    assert campaign.is_historical and campaign.owner == head_marketer
    assert Fact.objects.get(kind="campaigns.PastCampaignRecorded").by == head_marketer
    told = lake.connect().execute("SELECT source, count(*) FROM transactions GROUP BY source").fetchall()
    assert told == [("history", 1)], "published at once"
    result = campaign_result(campaign_id=campaign.pk, staff=head_marketer, today=local_date(now))
    assert (result.counts["reached"], result.counts["converted"]) == (3, 1)


def test_does_not_come_twice(files: dict[str, Path], head_marketer: Any, now: datetime) -> None:
    take_over(files)

    with pytest.raises(click.ClickException, match="is there already"):
        take_over(files)

    assert Campaign.objects.count() == 1
    assert lake.version() == 1


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("marketer", "no marketer of the head"),
        ("analyst", "no marketer of the head"),
        ("nobody", "nobody called nobody"),
    ],
)
def test_needs_a_marketer_of_the_head_office(
    files: dict[str, Path], marketer: Any, analyst: Any, now: datetime, who: str, why: str
) -> None:
    with pytest.raises(click.ClickException, match=why):
        take_over(files, who)

    assert not Campaign.objects.exists()


def test_says_what_is_wrong_with_the_file(files: dict[str, Path], head_marketer: Any, now: datetime) -> None:
    files["file"].write_text("客户号,渠道,时间,办理\nA1,短信,昨天,是\n", "utf-8")

    with pytest.raises(click.ClickException, match="cannot be read"):
        take_over(files)

    assert not Campaign.objects.exists()
