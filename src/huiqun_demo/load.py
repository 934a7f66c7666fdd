"""Loads the demo bank through the product's ordinary actions. Safe to repeat: what is there stays."""

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from huiqun.audiences import actions as audiences
from huiqun.compliance import actions as compliance
from huiqun.compliance.models import Licence
from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.customers.models import ConsentText, Customer
from huiqun.delivery import actions as delivery
from huiqun.delivery.models import ChannelAccount
from huiqun.foundation import clock, lake
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.products import actions as products
from huiqun.products.models import Product
from huiqun.products.rules import ProductKind, ProductTerms, RateKind
from huiqun.workforce import actions as workforce
from huiqun_demo.bank import consents, files
from huiqun_demo.bank.channel_accounts import demo_accounts
from huiqun_demo.bank.licences import LICENCES
from huiqun_demo.bank.shelf import SHELF, DemoProduct
from huiqun_demo.bank.structure import BRANCHES, DEMO_PASSWORD, STAFF, DemoStaff, staff_phone
from huiqun_demo.points import load_points

Progress = Callable[..., object]
ADMIN = next(member for member in STAFF if "ADMINISTRATOR" in member.roles)


def load(*, now: datetime | None = None, progress: Progress = print, small: bool = False) -> None:
    """Bring up the whole bank: 20,000 customers, or 2,000 when ``small``."""
    now = now or clock.now()
    folder = Path(settings.HUIQUN_VAR) / "demo-bank"
    size = files.SMALL if small or os.environ.get("HUIQUN_DEMO_SIZE") == "small" else files.FULL
    with _step(progress, "机构与员工 · branches and staff"):
        admin = _branches_and_staff(now)
    with _step(progress, "产品、资质、渠道、授权书 · shelf, licences, channels, consent texts"):
        _shelf(admin, now)
        _licences(admin, now)
        _channel_accounts(admin, now)
        _consent_texts(admin, now)
    if _was_loaded(folder):
        return
    with _step(progress, "生成数据 · making the files"):
        files.generate(folder, now=now, size=size, progress=lambda line: None)
    _customers(folder, now, progress)
    _lake(folder, now, progress)
    with _step(progress, "积分与公益 · points and a pledge"):
        load_points(now=now)
    (folder / "loaded.json").write_text((folder / "made.json").read_text())


def is_loaded() -> bool:
    """Whether everything is there, and the channel accounts point to where the demo channels listen now."""
    folder = Path(settings.HUIQUN_VAR) / "demo-bank"
    return (
        _was_loaded(folder) and Customer.objects.exists() and bool(lake.version()) and not _stale_accounts()
    )


def accounts() -> dict[str, Any]:
    """What `huiqun demo` prints: the demo password and who there is."""
    staff = [{"username": member.username, "duty": f"{member.full_name} {member.duty}"} for member in STAFF]
    return {"password": DEMO_PASSWORD, "staff": staff}


def _was_loaded(folder: Path) -> bool:
    """The demo's days go on; a bank that was loaded is not made anew on the next."""
    return (folder / "loaded.json").exists() and Customer.objects.exists()


@contextmanager
def _step(progress: Progress, name: str) -> Iterator[None]:
    began = monotonic()
    yield
    progress(f"{name} ({monotonic() - began:.1f} s)")


def _branches_and_staff(now: datetime) -> Staff:
    admin = _first_administrator(now)
    known = {branch.code: branch.pk for branch in Branch.objects.all()}
    for branch in BRANCHES:
        if branch.code not in known and branch.parent:
            known[branch.code] = workforce.add_branch(
                code=branch.code, name=branch.name, parent_id=known[branch.parent], by=admin, now=now
            )
    for place, member in enumerate(STAFF):
        if not Staff.objects.get_queryset().filter(username=member.username).exists():
            _employ(member, place, known[member.branch], admin, now)
    return admin


def _first_administrator(now: datetime) -> Staff:
    found: Staff | None = Staff.objects.get_queryset().filter(username=ADMIN.username).first()
    if found:
        return found
    head = BRANCHES[0]
    staff_id = workforce.install_staff(
        username=ADMIN.username,
        full_name=ADMIN.full_name,
        branch_code=head.code,
        head_office=head.name,
        roles=[Role.ADMINISTRATOR],
        password=DEMO_PASSWORD,
        now=now,
        **_contacts(STAFF.index(ADMIN)),
    )
    admin: Staff = Staff.objects.get_queryset().get(pk=staff_id)
    return admin


def _contacts(place: int) -> dict[str, str]:
    return {"email": f"{STAFF[place].username}@bank.example.com", "phone": staff_phone(place)}


def _employ(member: DemoStaff, place: int, branch_id: int, admin: Staff, now: datetime) -> None:
    staff_id = workforce.add_staff(
        username=member.username,
        full_name=member.full_name,
        branch_id=branch_id,
        roles=[Role[role] for role in member.roles],
        by=admin,
        now=now,
        **_contacts(place),
    )
    # People choose their own password by a link. The demo's is one for all, and hashed once: that is slow.
    Staff.objects.get_queryset().filter(pk=staff_id).update(password=admin.password)


def _shelf(admin: Staff, now: datetime) -> None:
    known = set(Product.objects.values_list("code", flat=True))
    for product in SHELF:
        if product.code not in known and admin.branch_id:
            products.register_product(
                terms=_terms(product, now), branch_id=admin.branch_id, by=admin, now=now
            )


def _terms(product: DemoProduct, now: datetime) -> ProductTerms:
    today = local_date(now)

    def day(days: int | None) -> Any:
        return None if days is None else today + timedelta(days=days)

    return ProductTerms(
        code=product.code,
        name=product.name,
        kind=ProductKind(product.kind),
        issuer=product.issuer,
        risk_level=product.risk_level,
        bank_risk_level=product.bank_risk_level,
        rate_kind=RateKind(product.rate_kind),
        rate_low_bp=product.rate_low_bp,
        rate_high_bp=product.rate_high_bp,
        rate_start_date=day(product.rate_from_days) if product.rate_kind else None,
        rate_last_date=day(product.rate_until_days),
        sale_start_date=day(product.sale_start_days),
        sale_last_date=day(product.sale_end_days),
        term_days=product.term_days,
        minimum_fen=product.minimum_fen,
        distributed=product.distributed,
    )


def _licences(admin: Staff, now: datetime) -> None:
    known = set(Licence.objects.values_list("number", flat=True))
    branches = dict(Branch.objects.values_list("code", "pk"))
    today = local_date(now)
    for licence in LICENCES:
        if licence.number in known:
            continue
        compliance.save_licence(
            kind=licence.kind,
            name=licence.name,
            number=licence.number,
            holder=licence.holder,
            scope=licence.scope,
            issuer=licence.issuer,
            branch_id=branches[licence.branch],
            issued_date=today - timedelta(days=licence.issued_days_ago),
            expires_date=None
            if licence.expires_days is None
            else today + timedelta(days=licence.expires_days),
            channels=licence.channels,
            product_kinds=licence.product_kinds,
            by=admin,
            now=now,
        )


def _channel_accounts(admin: Staff, now: datetime) -> None:
    """Open the demo's accounts; point them elsewhere when this start uses other ports."""
    if admin.branch_id is None:
        return
    for account in demo_accounts():
        known = ChannelAccount.objects.filter(name=account.name).first()
        account_id = known.pk if known else None
        if known and known.config == account.config(known.pk):
            continue
        # A gateway is told where to send its receipts: the address holds the account's own id.
        for _attempt in range(2 if account_id is None else 1):
            account_id = delivery.save_account(
                account_id=account_id,
                name=account.name,
                channel=account.channel,
                config=account.config(account_id or 0),
                secret=account.secret or None,
                rate_per_second=account.rate_per_second,
                branch_id=admin.branch_id,
                by=admin,
                now=now,
            )


def _stale_accounts() -> bool:
    known = {account.name: account for account in ChannelAccount.objects.all()}
    return any(
        account.name not in known or known[account.name].config != account.config(known[account.name].pk)
        for account in demo_accounts()
    )


def _consent_texts(admin: Staff, now: datetime) -> None:
    known = set(ConsentText.objects.values_list("channel", "purpose", "version"))
    versions = (
        (consents.OLD_TEXT, consents.OLD_TEXT_DAYS),
        (consents.CURRENT_TEXT, consents.CURRENT_TEXT_DAYS),
    )
    texts = tomllib.loads((Path(__file__).parent / "bank" / "consent_texts.toml").read_text("utf-8"))
    for channel, purpose in consents.SHARES:
        for version, days in versions:
            if (channel, purpose, version) in known:
                continue
            text = texts[purpose]
            customers.publish_consent_text(
                channel=channel,
                purpose=purpose,
                version=version,
                title=text["title"].format(channel=texts["channels"][channel]),
                body=text["body"].format(channel=texts["channels"][channel]),
                outdates=version == consents.CURRENT_TEXT,
                now=now - timedelta(days=days),
                by=admin,
            )


def _customers(folder: Path, now: datetime, progress: Progress) -> None:
    """Both files through the ordinary import; when they were taken in before, nothing changes."""
    mappings = Path(customers.__file__).parents[1] / "mappings"
    for name, mapping, title in (
        ("customers.csv", "demo_bank.toml", "客户 · customers"),
        ("consents.csv", "demo_consents.toml", "授权同意 · consents"),
    ):
        with _step(progress, title):
            outcome = customers.import_customers(
                path=folder / name,
                mapping_text=(mappings / mapping).read_text("utf-8"),
                now=now,
                file_name=name,
            )
            if outcome.refused:
                progress(f"{name}: {outcome.refused} rows refused")
    customers.export_profiles(now=now)


def _lake(folder: Path, now: datetime, progress: Progress) -> None:
    with _step(progress, "持仓、交易、行为 · holdings, transactions, app events"):
        audiences.ingest_delivery(
            folder, now=now, customer_ids=customer_queries.customer_ids_by_number, keep=True
        )
