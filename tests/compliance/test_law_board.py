"""What lapses, and what was approved by a book that has changed since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from huiqun.compliance import actions
from huiqun.compliance.models import Dossier, RecheckedDossier
from huiqun.compliance.queries import law_board as boards
from huiqun.compliance.queries.law_board import (
    BEGINS,
    ENDED,
    ENDS,
    SILENT,
    law_board,
    law_changes,
    rule_changes,
)
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.rules.rechecks import new_findings
from huiqun.compliance.sources import laws
from huiqun.foundation.models import Fact
from huiqun.lib.severity import Severity
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_dossier, make_licence

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
Clients = Callable[[Any], Any]


def a_finding(rule: str = "GUA-01", start: int | None = 0, end: int | None = 2, **over: Any) -> Finding:
    values: dict[str, Any] = {"severity": Severity.BLOCK, "quote": "【江"} | over
    return Finding(rule=rule, name=rule, start=start, end=end, message="m", fix="f", citations=(), **values)


@pytest.fixture
def stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's book finds something that blocks in every text message."""
    from huiqun.compliance.queries import live_dossiers

    monkeypatch.setattr(
        live_dossiers,
        "judge_body",
        lambda body, on: {"sms-a": (a_finding(), a_finding("SMS-03", None, None))},
    )


@pytest.fixture
def approved(north: Any, marketer: Any, now: Any) -> int:
    dossier_id = make_dossier(branch=north, by=marketer, subject="campaign:12")
    approve_all(dossier_id)
    return dossier_id


def test_the_same_rule_at_overlapping_words_is_not_new() -> None:
    old = [a_finding(start=3, end=6), a_finding("RISK-01", None, None)]
    assert new_findings(old, [a_finding(start=2, end=5), a_finding("RISK-01", None, None)]) == ()
    new = (a_finding(start=6, end=8), a_finding("RISK-02", None, None), a_finding("GUA-02", 3, 6))
    assert new_findings(old, new) == new


def test_nothing_new_in_an_unchanged_book(approved: int, now: Any) -> None:
    assert actions.recheck_dossiers(now=now) == 0
    row = RecheckedDossier.objects.get()
    assert (row.dossier_id, row.new, row.blocking, row.findings) == (approved, 0, 0, [])
    assert not Fact.objects.filter(kind="compliance.DossierOutdated").exists()


@pytest.mark.usefixtures("stricter")
def test_what_goes_out_under_former_law_is_listed_and_told_once(
    approved: int, marketer: Any, stranger: Any, second_marketer: Any, legal_reviewer: Any,
    client_of: Clients, now: Any,
) -> None:  # fmt: skip
    assert actions.recheck_dossiers(now=now) == 1
    assert actions.recheck_dossiers(now=now + timedelta(days=1)) == 1
    fact = Fact.objects.get(kind="compliance.DossierOutdated")
    assert (fact.subject, fact.body["rules"], fact.by_id) == ("campaign:12", ["GUA-01", "SMS-03"], None)
    address = f"/compliance/dossiers/{approved}/"
    for person in (marketer, legal_reviewer):
        client = client_of(person)
        assert address in client.get("/compliance/board/").content.decode()
        assert address in client.get("/").content.decode(), "on the workbench"
    for person in (stranger, second_marketer):
        client = client_of(person)
        assert address not in client.get("/compliance/board/").content.decode()
        assert address not in client.get("/").content.decode()
    assert "GUA-01" in client_of(marketer).get(address).content.decode()


@pytest.mark.usefixtures("stricter")
def test_what_goes_out_no_more_is_not_listed(
    approved: int, marketer: Any, legal_reviewer: Any, now: Any
) -> None:
    actions.recheck_dossiers(now=now)
    actions.void_approval(subject="campaign:12", reason="edited", by=marketer, now=now)
    assert law_board(legal_reviewer, on=TODAY).outdated == ()


@pytest.mark.usefixtures("stricter")
def test_a_period_that_is_over_is_left_alone(approved: int, now: Any) -> None:
    assert actions.recheck_dossiers(now=now + timedelta(days=60)) == 0
    assert RecheckedDossier.objects.get().new == 0


def test_one_that_cannot_be_judged_keeps_no_other_from_it(
    approved: int, north: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiqun.compliance.queries import live_dossiers

    second = make_dossier(branch=north, subject="campaign:13")
    approve_all(second)
    real = live_dossiers.judge_body

    def sometimes(body: Any, *, on: date) -> Any:
        if body["subject"] == "campaign:12":
            raise ValueError("no")
        return real(body, on=on)

    monkeypatch.setattr(live_dossiers, "judge_body", sometimes)
    with pytest.raises(RuntimeError, match=str(approved)):
        actions.recheck_dossiers(now=now)
    assert RecheckedDossier.objects.get().dossier_id == second


def test_counts_what_a_former_book_judged(
    approved: int, north: Any, legal_reviewer: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (law_board(legal_reviewer, on=TODAY).live, law_board(legal_reviewer, on=TODAY).former) == (1, 0)
    monkeypatch.setattr(boards, "rulebook_version", lambda: "another")
    assert law_board(legal_reviewer, on=TODAY).former == 1
    southern = make_staff("southern", make_south(north), "legal_reviewer")
    assert law_board(southern, on=TODAY).live == 0


def make_south(north: Any) -> Any:
    from tests.conftest import make_branch

    return make_branch("S9", "城南支行", north.parent)


def test_laws_that_end_show_their_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "广告法"
    real = dict(laws())

    def with_end(end: date | None, begins: date | None = None) -> None:
        law = replace(real[name], expires=end, effective=begins or real[name].effective)
        monkeypatch.setattr(boards, "laws", lambda: real | {name: law})
        monkeypatch.setattr(
            boards,
            "law_of",
            lambda ref: law if name in ref.partition("#")[0] else real[ref.lstrip("~").partition("#")[0]],
        )

    def said() -> set[str]:
        return {each.change for each in rule_changes(TODAY) if each.law and each.law.name == name}

    with_end(TODAY + timedelta(days=90))
    assert said() == {ENDS} and [each.change for each in law_changes(TODAY) if each.law.name == name] == [
        ENDS
    ]
    with_end(TODAY + timedelta(days=91))
    assert said() == set()
    with_end(TODAY)
    assert said() == {ENDED}
    assert any(each.change == SILENT for each in rule_changes(TODAY))
    with_end(None, TODAY + timedelta(days=10))
    assert said() == {BEGINS}


def test_licences_that_expire_within_thirty_days_are_listed(
    head_office: Any, administrator: Any, legal_reviewer: Any, client_of: Clients, now: Any
) -> None:
    for days, number in ((-1, "OLD"), (30, "SOON"), (31, "LATER")):
        make_licence(
            branch=head_office, by=administrator, number=number, expires_date=TODAY + timedelta(days=days)
        )
    found = law_board(legal_reviewer, on=TODAY).licences
    assert [(licence.number, expired) for licence, expired in found] == [("OLD", True), ("SOON", False)]
    assert "SOON" in client_of(legal_reviewer).get("/compliance/board/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_reviewers_have_everything_checked_again(
    north: Any, marketer: Any, legal_reviewer: Any, auditor: Any, client_of: Clients, now: Any
) -> None:
    from huiqun.foundation import jobs

    approve_all(make_dossier(branch=north, by=marketer, subject="campaign:12"))
    address = reverse("compliance:board_recheck")
    assert client_of(marketer).post(address).status_code == 403
    assert client_of(auditor).post(address).status_code == 403
    assert client_of(legal_reviewer).post(address).status_code == 302
    jobs.run_pending()
    assert RecheckedDossier.objects.get().dossier == Dossier.objects.get()
