"""Nothing passes because the checker failed, nor because a text cannot be judged."""

from datetime import date

import pytest
from click.testing import CliRunner
from django.urls import reverse

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.compliance import checks, queries
from huiqun.compliance.checks import LONGEST_TEXT, check_copy
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rules.check_failed import CheckFailed
from huiqun.compliance.rules.readable import CopyNotText, CopyTooLong
from huiqun.config.command_line import main
from tests.makers.campaigns import make_campaign

TODAY = date(2026, 11, 20)
AS = {"channel": "moments", "product_kind": "wealth", "product_risk": 2, "on": TODAY}


@pytest.fixture
def broken_checker(monkeypatch: pytest.MonkeyPatch):
    def breaks(*_args, **_kwargs):
        raise RuntimeError("the checker is broken")

    monkeypatch.setattr(checks, "read", breaks)


@pytest.mark.parametrize("text", ["保本\0理财", "保本\ud800"])
def test_what_is_no_text_is_refused(text: str):
    with pytest.raises(CopyNotText):
        check_copy(text, **AS)


def test_a_text_without_measure_is_refused():
    with pytest.raises(CopyTooLong) as refused:
        check_copy("保" * (LONGEST_TEXT + 1), **AS)
    assert refused.value.values == {"count": LONGEST_TEXT + 1, "most": LONGEST_TEXT}


def test_a_failed_check_is_raised(broken_checker):
    with pytest.raises(RuntimeError):
        check_copy("我行网点已搬迁", **AS)
    with pytest.raises(CheckFailed):
        queries.check_copy(text="我行网点已搬迁", **AS)


def test_a_failed_check_of_a_plan_is_raised(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "check_plan", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(CheckFailed):
        queries.check_plan(PlanFacts(), on=TODAY)


def test_refusals_stay_what_they_are():
    with pytest.raises(CopyNotText):
        queries.check_copy(text="\0", **AS)


@pytest.mark.django_db
def test_no_campaign_is_submitted_unchecked(marketer, now, broken_checker):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    with pytest.raises(CheckFailed):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"
    assert queries.approval_of(campaign.subject) is None


@pytest.mark.django_db
def test_the_page_says_that_a_text_could_not_be_checked(client, marketer, broken_checker):
    client.force_login(marketer)
    answer = client.post(
        reverse("compliance:copy_check"),
        {"text": "我行网点已搬迁", "channel": "h5", "product_kind": "brand", "product_risk": ""},
    )
    assert answer.status_code == 503
    assert "text could not be checked" in answer.content.decode() or "未能完成审查" in answer.content.decode()


def test_the_command_refuses_what_is_no_text(tmp_path):
    file = tmp_path / "copy.txt"
    file.write_bytes(b"\xff\xfe\x00")
    done = CliRunner().invoke(main, ["compliance", "check", str(file)])
    assert (done.exit_code, "is no text in UTF-8" in done.output) == (1, True)


def test_a_line_that_cannot_be_checked_stops_the_file(tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        '{"id": 1, "channel": "h5", "product_kind": "brand", "text": "\\u0000"}\n', encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["compliance", "check", "--jsonl", str(source), "--out", str(out)])
    assert (done.exit_code, "Line 1: " in done.output, out.exists()) == (1, True, False)
