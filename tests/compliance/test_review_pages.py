"""The doors: what each person sees, and that a page cannot be used to get round a rule."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from huiqun.compliance import actions, queries
from huiqun.compliance.models import ChainStep, Deputy, Dossier, Licence, ReviewStep, Stop
from huiqun.compliance.queries.dossier_findings import open_findings
from huiqun.compliance.rules.waivers import must_be_read
from tests.conftest import make_staff
from tests.makers.compliance import (
    approve_all,
    make_chain_step,
    make_deputy,
    make_dossier,
    make_licence,
    open_step,
)

pytestmark = pytest.mark.django_db
Clients = Callable[[Any], Any]


@pytest.fixture
def dossier_id(north: Any, marketer: Any, now: Any) -> int:
    return make_dossier(branch=north, by=marketer, subject="campaign:12")


def decision(step: ReviewStep, **over: Any) -> dict[str, Any]:
    return {
        "expected_digest": step.dossier.digest,
        "expected_version": step.version,
        "checked": step.checklist,
        "findings_read": must_be_read(open_findings(step.dossier)),
        "comment": "",
        **over,
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(
    language: str,
    dossier_id: int,
    business_reviewer: Any,
    compliance_reviewer: Any,
    administrator: Any,
    auditor: Any,
    marketer: Any,
    head_office: Any,
    north: Any,
    client_of: Clients,
    now: Any,
) -> None:
    licence_id, step_id = make_licence(branch=head_office, by=administrator), make_chain_step(branch=north)
    make_deputy(branch=head_office)
    approve_all(dossier_id)
    variants = [
        {"key": "sms-a", "channel": "sms", "weight": 100, "subject": "", "body": "您好，请查看您的定投计划。"}
    ]
    second = make_dossier(branch=north, by=marketer, subject="campaign:12", variants=variants)
    actions.verify_evidence(by=auditor, now=now)
    pages = {
        business_reviewer: [
            "reviews/",
            "reviews/?box=done",
            "reviews/?box=all&text=定投&role=legal_reviewer&state=approved&since=2026-11-01&until=2026-11-30&overdue=1",
            *(f"dossiers/{second}/?tab={tab}" for tab in ("copy", "changes", "record")),
        ],
        compliance_reviewer: [
            "stops/",
            "stops/?standing=1",
            f"dossiers/{dossier_id}/",
            "chain/",
            "deputies/",
            f"licences/{licence_id}/",
        ],
        administrator: [
            "chain/",
            "chain/new/",
            f"chain/{step_id}/",
            "deputies/",
            "licences/",
            "licences/new/",
            f"licences/{licence_id}/",
        ],
        auditor: [
            "evidence/",
            "evidence/status/",
            "evidence/facts/?kind=Step&staff=business&from=2026-11-01",
            "reviews/",
            f"dossiers/{second}/",
        ],
        marketer: ["reviews/", f"dossiers/{second}/", "licences/?state=expiring&kind=fund_sales&text=基金"],
    }
    for person, addresses in pages.items():
        client = client_of(person)
        client.cookies["huiqun_language"] = language
        for address in addresses:
            assert client.get(f"/compliance/{address}").status_code == 200, address


def test_the_inbox_finds_what_waits(dossier_id: int, business_reviewer: Any, client_of: Clients) -> None:
    page = client_of(business_reviewer).get("/compliance/reviews/").content.decode()
    assert "基金定投暂停唤醒" in page and f"/compliance/dossiers/{dossier_id}/" in page
    page = client_of(business_reviewer).get("/compliance/reviews/?text=没有").content.decode()
    assert "基金定投暂停唤醒" not in page


def test_a_reviewer_approves_from_the_page(
    dossier_id: int, business_reviewer: Any, client_of: Clients
) -> None:
    client, step = client_of(business_reviewer), open_step(dossier_id)
    page = client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert f'name="expected_digest" value="{step.dossier.digest}"' in page
    answer = client.post(f"/compliance/steps/{step.pk}/approve/", decision(step))
    assert answer.status_code == 302
    assert open_step(dossier_id).position == 2
    assert "expected_digest" not in client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()


def test_an_unticked_checklist_a_stale_page_and_an_empty_form_change_nothing(
    dossier_id: int, business_reviewer: Any, client_of: Clients
) -> None:
    client, step = client_of(business_reviewer), open_step(dossier_id)
    for form in (
        decision(step, checked=step.checklist[:1]),
        decision(step, expected_digest="0" * 64),
        decision(step, expected_version=step.version - 1),
        {},
    ):
        assert client.post(f"/compliance/steps/{step.pk}/approve/", form).status_code == 409
    assert client.post(f"/compliance/steps/{step.pk}/return/", decision(step)).status_code == 409
    assert open_step(dossier_id).position == 1


def test_no_way_round_by_address(
    dossier_id: int,
    marketer: Any,
    stranger: Any,
    auditor: Any,
    administrator: Any,
    legal_reviewer: Any,
    south: Any,
    client_of: Clients,
) -> None:
    step = open_step(dossier_id)
    southern = make_staff("southern", south, "business_reviewer")
    later = ReviewStep.objects.get(dossier_id=dossier_id, position=2)
    tries = [
        (marketer, step, 403), (stranger, step, 403), (auditor, step, 403), (administrator, step, 403),
        (legal_reviewer, step, 403), (southern, step, 404), (legal_reviewer, later, 409),
    ]  # fmt: skip
    for person, which, status in tries:
        answer = client_of(person).post(f"/compliance/steps/{which.pk}/approve/", decision(which))
        assert answer.status_code == status, person
        assert client_of(person).get(f"/compliance/steps/{which.pk}/approve/").status_code in (403, 405)
    assert open_step(dossier_id) == step


def test_a_dossier_of_another_branch_is_not_there(dossier_id: int, stranger: Any, client_of: Clients) -> None:
    client = client_of(stranger)
    assert client.get(f"/compliance/dossiers/{dossier_id}/").status_code == 404
    assert client.post(f"/compliance/dossiers/{dossier_id}/withdraw/", {"reason": "x"}).status_code == 404
    assert "基金定投暂停唤醒" not in client.get("/compliance/reviews/").content.decode()


def test_author_reminds_and_withdraws(dossier_id: int, marketer: Any, client_of: Clients) -> None:
    client, step = client_of(marketer), open_step(dossier_id)
    assert client.post(f"/compliance/steps/{step.pk}/remind/").status_code == 302
    assert client.post(f"/compliance/steps/{step.pk}/remind/").status_code == 409
    assert client.post(f"/compliance/dossiers/{dossier_id}/withdraw/", {"reason": "改期"}).status_code == 302
    assert Dossier.objects.get(pk=dossier_id).state == "withdrawn"


def test_risk_officer_stops_and_lifts(
    dossier_id: int, risk_officer: Any, marketer: Any, client_of: Clients
) -> None:
    address = f"/compliance/dossiers/{dossier_id}/stop/"
    assert client_of(marketer).post(address, {"reason": "x"}).status_code == 403
    client = client_of(risk_officer)
    assert client.post(address, {"reason": "舆情"}).status_code == 302
    assert "舆情" in client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert client.post(address, {"reason": "已澄清", "lift": "1"}).status_code == 302
    assert client.post("/compliance/stops/everything/", {"reason": "演练"}).status_code == 302
    assert queries.is_stopped("campaign:99") == "演练"
    assert client.post("/compliance/stops/everything/", {"reason": "完成", "lift": "1"}).status_code == 302
    assert Stop.objects.in_force().count() == 0


def test_administrator_edits_the_chain(
    administrator: Any, north: Any, business_reviewer: Any, client_of: Clients, now: Any
) -> None:
    client = client_of(administrator)
    form = {
        "name": "消费者权益保护审查", "role": "risk_officer", "position": 25, "working_days": 2,
        "min_budget": "100000", "branch": "", "checklist": "已告知客户权利\n\n投诉渠道有效", "enabled": "on",
    }  # fmt: skip
    assert client.post("/compliance/chain/new/", form).status_code == 302
    step = ChainStep.objects.get(role="risk_officer")
    assert (step.min_budget_fen, step.checklist) == (10_000_000, ["已告知客户权利", "投诉渠道有效"])
    assert client_of(business_reviewer).post("/compliance/chain/new/", form).status_code == 403
    local = client_of(make_staff("local-admin", north, "administrator"))
    assert local.post(f"/compliance/chain/{step.pk}/", form).status_code == 403
    legal = ChainStep.objects.get(role="legal_reviewer")
    moved = {"name": "法务审核", "position": 5, "working_days": 2, "checklist": ""}
    assert client.post(f"/compliance/chain/{legal.pk}/", moved).status_code == 409
    assert client.post(f"/compliance/chain/{legal.pk}/remove/").status_code == 409
    assert client.post(f"/compliance/chain/{step.pk}/remove/").status_code == 302
    assert ChainStep.objects.count() == 3


def test_reviewers_appoint_their_own_deputies(
    business_reviewer: Any, legal_reviewer: Any, client_of: Clients, now: Any
) -> None:
    client = client_of(business_reviewer)
    form = {
        "principal": business_reviewer.pk, "deputy": legal_reviewer.pk, "role": "business_reviewer",
        "start_date": "2026-11-20", "end_date": "2026-11-27",
    }  # fmt: skip
    others = {
        **form,
        "principal": legal_reviewer.pk,
        "deputy": business_reviewer.pk,
        "role": "legal_reviewer",
    }
    assert client.post("/compliance/deputies/", others).status_code == 200
    assert not Deputy.objects.exists()
    assert client.post("/compliance/deputies/", form).status_code == 302
    assert client.post(f"/compliance/deputies/{Deputy.objects.get().pk}/dismiss/").status_code == 302
    assert Deputy.objects.get().dismissed_at


def test_administrator_keeps_the_licences(
    administrator: Any, head_office: Any, north: Any, marketer: Any, client_of: Clients, now: Any
) -> None:
    client = client_of(administrator)
    form = {
        "kind": "financial", "name": "金融许可证", "number": "B0001H111000001", "holder": "江川银行股份有限公司",
        "scope": "吸收公众存款、发放贷款", "branch": head_office.pk, "expires_date": "2026-12-10",
    }  # fmt: skip
    assert client.post("/compliance/licences/new/", form).status_code == 302
    licence = Licence.objects.get()
    assert client_of(marketer).post(f"/compliance/licences/{licence.pk}/", form).status_code == 404
    assert "30 天" in client.get("/compliance/licences/").content.decode()
    assert client.post(f"/compliance/licences/{licence.pk}/", {**form, "scope": "存贷款"}).status_code == 302
    assert client.post(f"/compliance/licences/{licence.pk}/end/", {"reason": ""}).status_code == 409
    assert client.post(f"/compliance/licences/{licence.pk}/end/", {"reason": "换证"}).status_code == 302
    assert Licence.objects.get().ended


@pytest.mark.django_db(transaction=True)
def test_auditor_verifies_and_takes_evidence_home(
    dossier_id: int, auditor: Any, marketer: Any, client_of: Clients, now: Any
) -> None:
    client = client_of(auditor)
    assert client.get("/compliance/evidence/anchor/").status_code == 409
    archive = client.post("/compliance/evidence/export/", {"subject": "campaign:12"})
    assert "dossiers/v1.json" in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert client.post("/compliance/evidence/export/", {"subject": "campaign:99"}).status_code == 404
    anchor = io.BytesIO(client.get("/compliance/evidence/anchor/").content)
    anchor.name = "anchor.json"
    assert client.post("/compliance/evidence/verify/", {"anchor": anchor}).status_code == 302
    assert client.post("/compliance/evidence/verify/").status_code == 409
    from huiqun.foundation import jobs

    jobs.run_pending()
    assert "alert-success" in client.get("/compliance/evidence/status/").content.decode()
    assert client_of(marketer).get("/compliance/evidence/").status_code == 403


def test_facts_are_read_within_scope(
    dossier_id: int, auditor: Any, south: Any, client_of: Clients, now: Any
) -> None:
    southern = make_staff("southern-auditor", south, "auditor")
    assert "DossierSubmitted" in client_of(auditor).get("/compliance/evidence/facts/").content.decode()
    assert "DossierSubmitted" not in client_of(southern).get("/compliance/evidence/facts/").content.decode()
