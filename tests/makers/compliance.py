"""Compliance's things, made through its own actions."""

from datetime import date
from typing import Any

from tests.conftest import make_staff

ROUTE_OBJECTS = {
    "dossier_id": lambda branch: make_dossier(branch=branch),
    "step_id": lambda branch: make_open_step(branch=branch),
    "licence_id": lambda branch: make_licence(branch=branch),
    "chain_step_id": lambda branch: make_chain_step(branch=branch),
    "deputy_id": lambda branch: make_deputy(branch=branch),
    "file_id": lambda branch: make_picture(branch=branch),
    "waiver_id": lambda branch: make_waiver(branch=branch),
    "rule_code": lambda branch: "GUA-01",
    "law_slug": lambda branch: "advertising-law",
    "verification_id": lambda branch: make_verification(branch=branch),
}

BANK_WIDE = ("rule_code", "law_slug")


def _now() -> Any:
    from huiqun.foundation import clock

    return clock.now()


def _staff(branch: Any, *roles: str) -> Any:
    from huiqun.foundation.models import Staff

    return make_staff(f"{'-'.join(roles)}-{Staff.objects.count()}", branch, *roles)


def make_body(subject: str = "campaign:1", **over: Any) -> dict[str, Any]:
    """A campaign's dossier body, complete enough to be read by every page."""
    return {
        "subject": subject,
        "title": "基金定投暂停唤醒",
        "kind": "activate",
        "goal": "唤醒暂停定投三个月以上的客户",
        "period": {"start": "2026-11-25", "end": "2026-12-25"},
        "product": {
            "code": "F0001",
            "name": "汇盈稳健混合基金",
            "kind": "fund",
            "risk": 3,
            "issuer": "江川基金管理有限公司",
        },
        "audience": {
            "audience_id": 1,
            "version": 1,
            "rule": {"all": [{"field": "lifecycle", "op": "is", "value": "dormant"}]},
            "sentence": "生命周期为沉睡",
        },
        "control_share": 1000,
        "variants": [
            {
                "key": "sms-a",
                "channel": "sms",
                "weight": 50,
                "subject": "",
                "body": "【江川银行】{{ salutation }}，您的定投计划已暂停，恢复请点 {{ link }}。"
                "基金有风险，投资须谨慎。拒收请回复R",
            },
            {
                "key": "email-a",
                "channel": "email",
                "weight": 50,
                "subject": "定投计划提醒",
                "body": "{{ salutation }}，您好！您的定投计划已暂停。\n基金有风险，投资须谨慎。\n{{ optout }}",
            },
        ],
        "page": {"title": "恢复定投", "body": "坚持定投，从容应对波动。基金有风险，投资须谨慎。"},
        "offer": None,
        "conversion": {"kind": "plan_started", "days": 14},
        "schedule": {"start_at": "2026-11-25T02:00:00+00:00", "quiet_hours": ["21:00", "08:00"]},
        "policy": {"caps": {"sms": 7}, "purpose": "marketing"},
        "budget_fen": 5_000_000,
        "licences": [],
        "findings": [],
        **over,
    }


def make_dossier(*, branch: Any, by: Any = None, subject: str = "", authors: Any = (), **over: Any) -> int:
    """A submitted dossier; its id."""
    from huiqun.compliance import actions
    from huiqun.compliance.models import Dossier

    subject = subject or f"campaign:{Dossier.objects.count() + 1}"
    by = by or _staff(branch, "marketer")
    body = make_body(subject, **over)
    return actions.submit_dossier(
        subject=subject,
        branch_id=branch.pk,
        title=body["title"],
        body=body,
        authors=authors,
        by=by,
        now=_now(),
    )


def make_open_step(*, branch: Any) -> int:
    return open_step(make_dossier(branch=branch)).pk


def open_step(dossier_id: int) -> Any:
    from huiqun.compliance.models import ReviewStep

    return ReviewStep.objects.select_related("dossier").get(dossier_id=dossier_id, state="open")


def approve_all(dossier_id: int) -> str:
    """Have fresh reviewers of the head office approve every step; the digest."""
    from huiqun.compliance import actions
    from huiqun.compliance.models import Dossier, ReviewStep
    from huiqun.foundation.models import Branch

    head = Branch.objects.get(parent=None)
    while ReviewStep.objects.filter(dossier_id=dossier_id, state="open").exists():
        step = open_step(dossier_id)
        actions.approve_step(
            step_id=step.pk, expected_digest=step.dossier.digest, by=_staff(head, step.role), now=_now()
        )
    digest: str = Dossier.objects.get(pk=dossier_id).digest
    return digest


PAST_PERFORMANCE = (
    "【江川银行】{{ salutation }}，近一年收益率5.6%，详见 {{ link }}。基金有风险，投资须谨慎。拒收请回复R"
)


def make_flagged_dossier(*, branch: Any, **over: Any) -> int:
    """A submitted dossier with a grave finding that does not block; its id."""
    variants = [{"key": "sms-a", "channel": "sms", "weight": 100, "subject": "", "body": PAST_PERFORMANCE}]
    return make_dossier(branch=branch, variants=variants, **over)


def make_waiver(*, branch: Any) -> int:
    from huiqun.compliance import actions
    from huiqun.compliance.queries.dossier_findings import standing_findings

    step = open_step(make_flagged_dossier(branch=branch))
    standing = [each for found in standing_findings(step.dossier).values() for each in found]
    return actions.waive_finding(
        step_id=step.pk,
        expected_digest=step.dossier.digest,
        finding_key=next(each.place.key for each in standing if each.may_be_waived),
        reason="已核对产品说明书，落地页有完整提示",
        by=_staff(branch, step.role),
        now=_now(),
    )


def make_licence(*, branch: Any, by: Any = None, **over: Any) -> int:
    from huiqun.compliance import actions
    from huiqun.compliance.models import Licence

    values: dict[str, Any] = {
        "kind": "fund_sales",
        "name": "基金销售业务资格",
        "number": f"FS-{Licence.objects.count() + 1:04d}",
        "holder": "江川银行股份有限公司",
        "scope": "公开募集证券投资基金销售",
        "branch_id": branch.pk,
        "expires_date": date(2027, 6, 30),
        "product_kinds": ("fund",),
        **over,
    }
    return actions.save_licence(**values, by=by or _staff(branch, "administrator"), now=_now())


def make_chain_step(*, branch: Any) -> int:
    from huiqun.compliance import actions

    return actions.save_chain_step(
        chain_step_id=None,
        name="消费者权益保护审查",
        role="risk_officer",
        position=25,
        working_days=2,
        min_budget_fen=None,
        branch_id=branch.pk,
        checklist=(),
        enabled=True,
        by=_staff(branch, "administrator"),
        now=_now(),
    )


def make_deputy(*, branch: Any) -> int:
    from huiqun.compliance import actions

    principal, deputy = _staff(branch, "legal_reviewer"), _staff(branch, "legal_reviewer")
    return actions.appoint_deputy(
        principal_id=principal.pk,
        deputy_id=deputy.pk,
        role="legal_reviewer",
        start_date=date(2026, 11, 1),
        end_date=date(2026, 12, 1),
        by=principal,
        now=_now(),
    )


def make_verification(*, branch: Any) -> int:
    from huiqun.compliance.models import Verification

    return int(Verification.objects.create(started_at=_now()).pk)


def make_picture(*, branch: Any) -> int:
    """A picture without print that was given to be checked."""
    import io

    from PIL import Image

    from huiqun.compliance import actions

    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(stream, "PNG")
    return actions.give_file(
        content=stream.getvalue(),
        file_name="海报.png",
        channel="poster",
        product_kind="wealth",
        product_risk=2,
        by=_staff(branch, "marketer"),
        now=_now(),
    )
