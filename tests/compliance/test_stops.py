"""Emergency stop, and licences that run out under an approval."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiqun.compliance import actions, queries
from huiqun.compliance.models import Licence, Stop
from huiqun.compliance.rules import licences, reviews
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound, NotYours
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_dossier, make_licence

pytestmark = pytest.mark.django_db
SUBJECT = "campaign:12"


@pytest.fixture
def digest(north: Any, marketer: Any, now: Any) -> str:
    return approve_all(make_dossier(branch=north, by=marketer, subject=SUBJECT))


def permitted(digest: str, **over: Any) -> bool:
    try:
        with transaction.atomic():
            queries.send_permit(subject=SUBJECT, digest=digest, **over)
    except reviews.Stopped:
        return False
    return True


def test_stop_and_lift_are_facts(digest: str, risk_officer: Any, compliance_reviewer: Any, now: Any) -> None:
    actions.stop_subject(subject=SUBJECT, reason="舆情", by=risk_officer, now=now)
    assert not permitted(digest)
    assert queries.approval_of(SUBJECT).stopped  # type: ignore[union-attr]
    with pytest.raises(reviews.AlreadyStopped):
        actions.stop_subject(subject=SUBJECT, reason="再次", by=risk_officer, now=now)
    actions.lift_stop(subject=SUBJECT, reason="已澄清", by=compliance_reviewer, now=now)
    assert permitted(digest)
    with pytest.raises(reviews.NotStopped):
        actions.lift_stop(subject=SUBJECT, reason="已澄清", by=compliance_reviewer, now=now)
    kinds = Fact.objects.filter(subject=SUBJECT).order_by("-id").values_list("kind", flat=True)[:2]
    assert list(kinds) == ["compliance.StopLifted", "compliance.SubjectStopped"]


def test_a_stop_of_everything_is_the_head_offices(
    digest: str, risk_officer: Any, north: Any, now: Any
) -> None:
    local = make_staff("local-risk", north, "risk_officer")
    with pytest.raises(NotYours):
        actions.stop_subject(subject="all", reason="演练", by=local, now=now)
    actions.stop_subject(subject="all", reason="演练", by=risk_officer, now=now)
    assert not permitted(digest)


def test_refuses_a_stop_by_others(
    digest: str, marketer: Any, south: Any, risk_officer: Any, now: Any
) -> None:
    southern = make_staff("southern-risk", south, "risk_officer")
    for person, refusal in ((marketer, NotYours), (southern, NotFound)):
        with pytest.raises(refusal):
            actions.stop_subject(subject=SUBJECT, reason="舆情", by=person, now=now)
    with pytest.raises(reviews.ReasonNeeded):
        actions.stop_subject(subject=SUBJECT, reason=" ", by=risk_officer, now=now)
    assert permitted(digest) and not Stop.objects.exists()


def test_an_author_does_not_lift(
    north: Any, marketer: Any, head_office: Any, risk_officer: Any, now: Any
) -> None:
    author = make_staff("author-risk", head_office, "risk_officer")
    make_dossier(branch=north, by=marketer, authors=[author], subject=SUBJECT)
    actions.stop_subject(subject=SUBJECT, reason="舆情", by=risk_officer, now=now)
    with pytest.raises(reviews.AuthorCannotLift):
        actions.lift_stop(subject=SUBJECT, reason="没事", by=author, now=now)
    assert Stop.objects.in_force().count() == 1


def test_a_permit_ends_with_its_licence(
    head_office: Any, north: Any, marketer: Any, administrator: Any, now: Any
) -> None:
    key = make_licence(branch=head_office, by=administrator, expires_date=date(2026, 12, 1))
    lines = queries.licences_for(branch_id=north.pk, channels=["sms"], product_kind="fund", on=now.date())
    assert [line.licence_id for line in lines] == [key]
    digest = approve_all(
        make_dossier(branch=north, by=marketer, subject=SUBJECT, licences=[{"licence_id": key}])
    )
    assert permitted(digest, now=now + timedelta(days=11))
    with pytest.raises(licences.LicenceExpired):
        permitted(digest, now=now + timedelta(days=12))
    actions.end_licence(licence_id=key, reason="监管撤销", by=administrator, now=now)
    with pytest.raises(licences.LicenceExpired):
        permitted(digest)


def test_the_register_keeps_facts(head_office: Any, administrator: Any, now: Any) -> None:
    key = make_licence(branch=head_office, by=administrator, number="FS-1", expires_date=date(2026, 11, 19))
    with pytest.raises(licences.LicenceTaken):
        make_licence(branch=head_office, by=administrator, number="FS-1")
    with pytest.raises(licences.BadLicence):
        make_licence(branch=head_office, by=administrator, holder=" ")
    assert (actions.tell_expired_licences(now=now), actions.tell_expired_licences(now=now)) == (1, 0)
    row = Licence.objects.values(
        "kind", "name", "number", "holder", "scope", "branch_id", "issuer", "product_kinds"
    ).get(pk=key)
    actions.save_licence(licence_id=key, **row, expires_date=date(2028, 1, 1), by=administrator, now=now)
    kinds = list(Fact.objects.filter(subject=f"licence:{key}").order_by("id").values_list("kind", flat=True))
    assert kinds == ["compliance.LicenceRegistered", "compliance.LicenceExpired", "compliance.LicenceChanged"]
    assert Fact.objects.get(kind="compliance.LicenceChanged").body["changed"] == ["expires_date"]


def test_the_head_offices_licences_are_seen_but_not_changed_below(
    head_office: Any, north: Any, now: Any
) -> None:
    key = make_licence(branch=head_office)
    local = make_staff("local-admin", north, "administrator")
    assert Licence.objects.visible_to(local).filter(pk=key).exists()
    with pytest.raises(NotFound):
        actions.end_licence(licence_id=key, reason="试", by=local, now=now)
    assert not Licence.objects.get(pk=key).ended
