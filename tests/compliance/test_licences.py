"""The register: who may do what, until when, and whom it reminds."""

from datetime import date, timedelta
from typing import Any

import pytest

from huiqun.compliance import actions, queries
from huiqun.compliance.models import Licence
from huiqun.compliance.queries import LicenceNeeds
from huiqun.compliance.rules.licences import (
    IncompleteLicence,
    LicenceExpired,
    NoDistributionRight,
    NotQualified,
    PermissionLapsed,
    reminder_due,
)
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_dossier, make_licence

TODAY = date(2026, 11, 20)
SOON = date(2026, 12, 20)
ISSUER = "江川理财有限责任公司"


def distribution(branch: Any, **over: Any) -> int:
    values = {"kind": "distribution", "name": "代销协议", "issuer": ISSUER, "product_kinds": ("wealth",)}
    return make_licence(branch=branch, **values | over)


def qualification(branch: Any, staff: Any, **over: Any) -> int:
    values = {
        "kind": "qualification",
        "name": "基金从业资格",
        "staff_id": staff.pk,
        "product_kinds": ("fund",),
    }
    return make_licence(branch=branch, **values | over)


def portrait(branch: Any, **over: Any) -> int:
    values = {"kind": "portrait", "name": "李某肖像授权", "issuer": "李某", "product_kinds": ()}
    return make_licence(branch=branch, **values | over)


def needs(branch: Any, **over: Any) -> LicenceNeeds:
    return LicenceNeeds(**{"branch_id": branch.pk, "channels": ["sms"]} | over)


def behind(branch: Any, on: date = TODAY, **over: Any) -> set[int]:
    return {line.licence_id for line in queries.licences_behind(needs(branch, **over), on=on)}


def test_a_distributed_product_needs_an_agreement_with_its_issuer(head_office: Any, north: Any) -> None:
    asked = {"product_kind": "wealth", "distributed_for": ISSUER}
    assert behind(north, **asked) == set()  # the bank keeps no agreements for this kind yet
    key = distribution(head_office, expires_date=SOON)
    assert behind(north, **asked) == {key}
    with pytest.raises(NoDistributionRight, match="另一家"):
        behind(north, product_kind="wealth", distributed_for="另一家理财公司")
    with pytest.raises(NoDistributionRight):
        behind(north, on=SOON + timedelta(days=1), **asked)
    assert behind(north, product_kind="fund", distributed_for="某基金公司") == set()


def test_an_agreement_stands_behind_nothing_else(head_office: Any, north: Any) -> None:
    distribution(head_office)
    portrait(head_office)
    assert behind(north, product_kind="wealth") == set()


def test_a_named_seller_is_qualified_for_the_kind(head_office: Any, north: Any) -> None:
    seller, other = make_staff("seller", north), make_staff("other", north)
    key = qualification(head_office, seller, expires_date=SOON)
    asked = {"product_kind": "fund", "seller_ids": [seller.pk]}
    assert behind(north, **asked) == {key}
    assert behind(north, product_kind="deposit", seller_ids=[other.pk]) == set()
    for refused in (
        {"product_kind": "fund", "seller_ids": [seller.pk, other.pk]},
        {"product_kind": "insurance", "seller_ids": [seller.pk]},
        {**asked, "on": SOON + timedelta(days=1)},
    ):
        with pytest.raises(NotQualified):
            behind(north, **refused)


def test_what_the_material_needs_is_valid_and_within_reach(head_office: Any, north: Any, south: Any) -> None:
    key, theirs = portrait(head_office, expires_date=SOON), portrait(south, number="P-2")
    assert behind(north, permission_ids=[key]) == {key}
    for refused in ([theirs], [key, 999_999]):
        with pytest.raises(PermissionLapsed):
            behind(north, permission_ids=refused)
    with pytest.raises(PermissionLapsed):
        behind(north, on=SOON + timedelta(days=1), permission_ids=[key])


def test_what_the_bank_keeps_a_licence_for_needs_a_valid_one(head_office: Any, north: Any) -> None:
    make_licence(branch=head_office, number="FS-1", expires_date=SOON)
    assert behind(north, product_kind="fund")
    with pytest.raises(LicenceExpired, match="FS-1"):
        behind(north, on=SOON + timedelta(days=1), product_kind="fund")
    assert behind(north, on=SOON + timedelta(days=1), product_kind="deposit") == set()


def test_a_dossier_repeats_no_persons_name(head_office: Any, north: Any) -> None:
    key = portrait(head_office)
    (line,) = queries.licences_behind(needs(north, permission_ids=[key]), on=TODAY)
    assert (line.name, line.holder, line.number, line.scope) == ("", "", "", "")
    fact = Fact.objects.get(kind="compliance.LicenceRegistered", subject=f"licence:{key}")
    assert fact.body["number"] == ""


@pytest.mark.parametrize(
    "lacks",
    [
        {"kind": "qualification", "product_kinds": ("fund",)},
        {"kind": "distribution", "product_kinds": ("fund",)},
        {"kind": "distribution", "issuer": ISSUER, "product_kinds": ()},
    ],
)
def test_refuses_what_nobody_could_be_found_by(head_office: Any, lacks: dict[str, Any]) -> None:
    with pytest.raises(IncompleteLicence):
        make_licence(branch=head_office, **lacks)
    assert not Licence.objects.exists()


def test_refuses_a_qualification_of_somebody_elsewhere(north: Any, south: Any) -> None:
    stranger = make_staff("elsewhere", south)
    with pytest.raises(NotFound):
        qualification(north, stranger)
    assert not Licence.objects.exists()


@pytest.mark.parametrize(
    ("left", "told", "due"),
    [(31, None, None), (30, None, 30), (29, 30, None), (7, 30, 7), (3, 30, 7), (3, 7, None), (1, 7, 1),
     (0, 7, 1), (0, 1, None), (-1, None, None), (5, None, 7)],
)  # fmt: skip
def test_reminds_once_at_each_step(left: int, told: int | None, due: int | None) -> None:
    assert reminder_due(expires_date=TODAY + timedelta(days=left), told=told, on=TODAY) == due


def test_reminds_30_7_and_1_days_before_once_each(head_office: Any, administrator: Any, now: Any) -> None:
    key = make_licence(branch=head_office, by=administrator, expires_date=TODAY + timedelta(days=30))
    make_licence(branch=head_office, number="LATER", expires_date=TODAY + timedelta(days=90))
    counts = [
        actions.remind_of_licences(now=now + timedelta(days=day)) for day in (0, 0, 1, 23, 24, 29, 30, 31)
    ]
    assert counts == [1, 0, 0, 1, 0, 1, 0, 0]
    told = Fact.objects.filter(kind="compliance.LicenceExpiring").order_by("pk")
    assert [(fact.body["days"], fact.body["owner_id"]) for fact in told] == [
        (days, administrator.pk) for days in (30, 7, 1)
    ]
    assert {fact.subject for fact in told} == {f"licence:{key}"}


def test_a_renewal_starts_the_reminders_again(head_office: Any, administrator: Any, now: Any) -> None:
    key = make_licence(branch=head_office, by=administrator, expires_date=TODAY + timedelta(days=5))
    assert actions.remind_of_licences(now=now) == 1
    row = Licence.objects.values(
        "kind", "name", "number", "holder", "scope", "branch_id", "product_kinds"
    ).get()
    later = TODAY + timedelta(days=380)
    actions.save_licence(licence_id=key, **row, expires_date=later, by=administrator, now=now)
    licence = Licence.objects.get(pk=key)
    assert (licence.days_told, licence.owner_id) == (None, administrator.pk)
    assert actions.remind_of_licences(now=now) == 0
    assert actions.remind_of_licences(now=now + timedelta(days=351)) == 1


def test_an_ended_licence_is_nobodys_reminder(head_office: Any, administrator: Any, now: Any) -> None:
    key = make_licence(branch=head_office, by=administrator, expires_date=TODAY + timedelta(days=5))
    actions.end_licence(licence_id=key, reason="换证", by=administrator, now=now)
    assert actions.remind_of_licences(now=now) == 0


def test_shows_the_numbers_nearest_to_the_branch(head_office: Any, north: Any, south: Any) -> None:
    make_licence(branch=head_office, kind="financial", number="B1", product_kinds=())
    make_licence(branch=head_office, kind="icp", number="ICP-总", product_kinds=(), channels=("h5",))
    make_licence(branch=north, kind="icp", number="ICP-北", product_kinds=())
    make_licence(branch=north, kind="app", number="APP-旧", product_kinds=(), expires_date=date(2026, 11, 1))

    def shown(branch: Any) -> list[str]:
        return [line.number for line in queries.shown_licences(branch_id=branch.pk, on=TODAY)]

    assert shown(north) == ["B1", "ICP-北"]
    assert shown(south) == ["B1", "ICP-总"]


def test_says_what_depends_on_it(head_office: Any, north: Any, marketer: Any, administrator: Any) -> None:
    key, unused = portrait(head_office), portrait(head_office, number="P-2")
    approved = make_dossier(branch=north, by=marketer, licences=[{"licence_id": key}])
    approve_all(approved)
    waiting = make_dossier(branch=north, by=marketer, subject="campaign:77", licences=[{"licence_id": key}])
    assert [dossier.pk for dossier in queries.dependents(key, administrator)] == [waiting, approved]
    assert queries.dependents(unused, administrator) == []


def test_the_page_names_whom_and_what_for(
    head_office: Any, north: Any, administrator: Any, marketer: Any, client_of: Any
) -> None:
    client, seller = client_of(administrator), make_staff("seller", north)
    form = {
        "kind": "qualification", "name": "基金从业资格", "number": "A2026001", "holder": "江川银行",
        "scope": "基金销售", "branch": head_office.pk, "expires_date": "2026-12-01",
    }  # fmt: skip
    refused = client.post("/compliance/licences/new/", form)
    assert refused.status_code == 200
    assert "请选择这项资格属于哪位员工" in refused.content.decode()
    complete = {**form, "staff": seller.pk, "product_kinds": ["fund"]}
    assert client.post("/compliance/licences/new/", complete).status_code == 302
    licence = Licence.objects.get()
    assert (licence.staff_id, licence.owner_id) == (seller.pk, administrator.pk)
    page = client.get(f"/compliance/licences/{licence.pk}/").content.decode()
    assert "依赖于它的活动" in page
    assert "基金从业资格" in client.get("/").content.decode()
    assert "基金从业资格" not in client_of(marketer).get("/").content.decode()
