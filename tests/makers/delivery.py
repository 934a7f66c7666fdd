"""Accounts, orders and runs for tests."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pyarrow as pa

from huiqun.delivery import actions
from huiqun.delivery.actions import Caps, ChannelPlan, RunOrder, VariantPlan
from huiqun.delivery.channels import registry
from huiqun.delivery.channels.base import Message, Outcome, Verdict
from huiqun.delivery.models import ChannelAccount, Recipient, Run
from huiqun.lib.channels import Channel
from tests.makers.compliance import approve_all, make_dossier
from tests.makers.customers import make_customer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_ordinals = count(1)


class Tray:
    """A channel in memory: keeps what it was handed, answers what it is told to (by number, then for all)."""

    idempotent = True
    lanes = 1

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: dict[str, list[Outcome]] = {}
        self.before: Any = None

    def send(self, message: Message) -> Outcome:
        if self.before:
            self.before(message)
        waiting = self.answers.get(message.to) or self.answers.get("*")
        if waiting:
            return waiting.pop(0)
        self.messages.append(message)
        return Outcome(verdict=Verdict.ACCEPTED, reference=f"g{len(self.messages)}")

    def close(self) -> None:
        pass


def tray_for(channel: str, tray: Tray) -> str:
    """Register a tray as a driver; its name."""
    name = f"tray-{next(_ordinals)}"
    driver = registry.Driver(
        channel=Channel(channel),
        open=lambda config, secret: tray,
        required=(),
        optional=(),
        idempotent=tray.idempotent,
        needs_secret=False,
    )
    registry.register(name, driver)
    return name


def make_account(
    *, branch: Any, channel: str = "sms", tray: Tray | None = None, **over: Any
) -> ChannelAccount:
    """An account that may send as fast as it likes, into a tray unless a driver is given."""
    values: dict[str, Any] = {
        "name": f"account {next(_ordinals)}",
        "channel": channel,
        "config": {},
        "branch_id": branch.pk,
        "rate_per_second": 100_000,
        "by": None,
        "now": NOW,
    }
    if "driver" not in over:
        over["driver"] = tray_for(channel, tray or Tray())
    return ChannelAccount.objects.get(pk=actions.save_account(**(values | over)))


def members(people: Iterable[Any], *, control: Iterable[Any] = ()) -> list[pa.RecordBatch]:
    """Snapshot batches of customers (or ids)."""
    held_back = {getattr(person, "pk", person) for person in control}
    ids = [getattr(person, "pk", person) for person in people]
    ids += sorted(held_back - set(ids))
    return [
        pa.record_batch(
            {
                "customer_id": pa.array(ids, pa.int64()),
                "arm": pa.array(["control" if i in held_back else "treatment" for i in ids], pa.string()),
                "bucket": pa.array([i % 10_000 for i in ids], pa.int32()),
            }
        )
    ]


def make_order(
    *,
    branch: Any,
    people: Iterable[Any] = (),
    control: Iterable[Any] = (),
    accounts: Sequence[ChannelAccount] = (),
    **over: Any,
) -> RunOrder:
    """An order with an approved dossier of its own; the accounts are its channels in order of preference."""
    accounts = accounts or [make_account(branch=branch)]
    dossier: dict[str, Any] = {}
    if "digest" not in over:
        subject = over.setdefault("subject", f"campaign:{900_000 + next(_ordinals)}")
        over["digest"] = approve_all(make_dossier(branch=branch, subject=subject, **dossier))
    values: dict[str, Any] = {
        "branch_id": branch.pk,
        "members": members(people, control=control),
        "channels": tuple(
            ChannelPlan(
                channel=account.channel,
                account_id=account.pk,
                variants=(VariantPlan(key=f"{account.channel}-a"),),
            )
            for account in accounts
        ),
        "values": {"bank": "江川银行", "product": "汇盈稳健混合基金"},
        "link_base": "http://testserver",
        "caps": Caps(),
    }
    return RunOrder(**(values | over))


def open_run(**over: Any) -> Run:
    """A run that was opened and gated, its senders not yet started."""
    now = over.pop("now", NOW)
    run_id = actions.open_run(order=make_order(**over), by=None, now=now)
    actions.gate_run(run_id=run_id, now=now)
    return Run.objects.get(pk=run_id)


def make_run(*, branch: Any) -> Run:
    return open_run(branch=branch, people=[make_customer(branch=branch, consents=["sms"])])


def make_recipient(*, branch: Any) -> Recipient:
    return Recipient.objects.get(run=make_run(branch=branch))


def drain(run: Run, *, now: datetime = NOW, channel: str = "sms") -> None:
    """Send until nothing is due."""
    while actions.send_run(run_id=run.pk, channel=channel, clock=lambda: now):
        pass
    actions.finish_run(run_id=run.pk, now=now)


def outcome(run: Run, customer: Any) -> tuple[str, str]:
    """(state, reason or failure) of a customer."""
    row = Recipient.objects.get(run=run, customer_id=getattr(customer, "pk", customer))
    return row.state, row.reason or row.failure


def make_signature(
    *, account: ChannelAccount, text: str = "【江川银行】", state: str = "approved", **over: Any
) -> Any:
    """As the operator has decided on it."""
    from huiqun.delivery.models import SmsSignature

    values = {"right": "company", "proof": "营业执照", "applied_at": NOW} | over
    return SmsSignature.objects.create(account=account, text=text, state=state, **values)


def make_template(
    *, account: ChannelAccount, text: str, number: str = "", state: str = "approved", **over: Any
) -> Any:
    from huiqun.delivery.models import SmsTemplate

    ordinal = next(_ordinals)
    number = number or f"SMS_{ordinal}"
    values = {"name": f"template {ordinal}", "applied_at": NOW} | over
    return SmsTemplate.objects.create(account=account, text=text, number=number, state=state, **values)


def demand(account: ChannelAccount, demands: str = "template", **over: Any) -> None:
    """What an account's operator demands."""
    from huiqun.delivery.models import SmsTerms

    SmsTerms.objects.update_or_create(account=account, defaults={"demands": demands, "price": 4_000, **over})


def make_suppression(*, branch: Any, reason: str = "manual", **over: Any) -> Any:
    from huiqun.delivery.models import Suppression

    customer = make_customer(branch=branch)
    return Suppression.objects.create(customer_id=customer.pk, reason=reason, since_at=NOW, **over)


def make_list(*, branch: Any, content: str = "客户号\nT0000001\n", by: Any = None) -> int:
    from tests.conftest import make_staff

    by = by or make_staff(f"desk-{next(_ordinals)}", branch, "service_desk")
    list_id = actions.bring_list(content=content.encode(), file_name="list.csv", by=by, now=NOW)
    actions.check_list(list_id=list_id, now=NOW)
    return list_id


def make_lift(*, branch: Any) -> Any:
    from huiqun.delivery.models import SuppressionLift
    from tests.conftest import make_staff

    by = make_staff(f"desk-{next(_ordinals)}", branch, "service_desk")
    row = make_suppression(branch=branch, reason="complained")
    actions.ask_to_lift(suppression_id=row.pk, reason="客户改变主意", by=by, now=NOW)
    return SuppressionLift.objects.get(customer_id=row.customer_id)


def make_sent(*, branch: Any) -> Recipient:
    """Somebody who has got a message."""
    recipient: Recipient = make_recipient(branch=branch)
    Recipient.objects.filter(pk=recipient.pk).update(state="sent", sent_at=NOW, marked_at=NOW)
    return recipient


def make_proof(*, branch: Any) -> Any:
    """A signature with the scan of its proof."""
    from huiqun.delivery.models import SmsProof
    from tests.conftest import make_staff

    signature = make_signature(account=make_account(branch=branch))
    SmsProof.objects.create(
        signature=signature,
        file_name="proof.pdf",
        media_type="application/pdf",
        digest="0" * 64,
        content=b"%PDF-1.7",
        given_by=make_staff(f"keeper-{next(_ordinals)}", branch, "administrator"),
        given_at=NOW,
    )
    return signature


ROUTE_OBJECTS = {
    "signature_id": lambda branch: make_proof(branch=branch).pk,
    "template_id": lambda branch: make_template(account=make_account(branch=branch), text="您好").pk,
    "suppression_id": lambda branch: make_suppression(branch=branch).pk,
    "list_id": lambda branch: make_list(branch=branch),
    "lift_id": lambda branch: make_lift(branch=branch).pk,
    "account_id": lambda branch: make_account(branch=branch).pk,
    "run_id": lambda branch: make_run(branch=branch).pk,
    "recipient_id": lambda branch: make_sent(branch=branch).pk,
}
