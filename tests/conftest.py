"""One database per name on one embedded PostgreSQL, and the cast that all tests share."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import database

ROOT = Path(__file__).parents[1]
TEST_NAME = os.environ.get("HUIQUN_TEST_NAME", "")
POSTGRES_VERSION = int(os.environ.get("HUIQUN_TEST_POSTGRES", "18"))
_lakes = itertools.count(1)
_scratch = tempfile.TemporaryDirectory(prefix="huiqun-test-")

os.environ["HUIQUN_MODE"] = "test"
os.environ["HUIQUN_VAR"] = _scratch.name
os.environ["HUIQUN_LAKE"] = f"{_scratch.name}/lake"
Path(_scratch.name, "static").mkdir()
os.environ.pop("HUIQUN_CLOCK_OFFSET", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqun.config.settings")
if "HUIQUN_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["HUIQUN_TEST_DATABASE_URL"]
else:
    from huiqun.config import postgres

    server = ROOT / "var" / f"test-postgres-{POSTGRES_VERSION}"
    os.environ["DATABASE_URL"] = postgres.ensure(server, version=POSTGRES_VERSION, fast=True)


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.db.backends.postgresql.creation import DatabaseCreation

    from huiqun.config import messages

    messages.compile_stale()
    name = f"test_huiqun{'_' if TEST_NAME else ''}{TEST_NAME}"
    test = settings.DATABASES["default"].setdefault("TEST", {})
    test |= {"NAME": name, "TEMPLATE": database.template(os.environ["DATABASE_URL"])}
    DatabaseCreation._destroy_test_db = database.drop  # type: ignore[method-assign,assignment]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LOGGING_CONFIG = None


@pytest.fixture(autouse=True)
def _own_lake(settings: Any) -> Iterator[None]:
    """Made by whoever stages something: most tests do not."""
    lake = Path(_scratch.name, f"lake-{next(_lakes)}")
    settings.HUIQUN_LAKE = str(lake)
    yield
    shutil.rmtree(lake, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _empty_quickly() -> Iterator[None]:
    from django.test import TransactionTestCase

    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lambda self: database.empty()  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """What a new database holds is what it holds again after each test."""
    with django_db_blocker.unblock():
        database.keep_first_rows()


@pytest.fixture
def now() -> Iterator[datetime]:
    """Friday 20 November 2026, 10:00 at the bank; doors and tasks see the same."""
    from huiqun.foundation import clock

    moment = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


def make_branch(code: str, name: str, parent: Any = None) -> Any:
    from huiqun.foundation.models import Branch

    return Branch.objects.create(code=code, name=name, parent=parent)


def make_staff(username: str, branch: Any, *roles: str, full_name: str = "", **fields: Any) -> Any:
    from huiqun.foundation.models import Staff, StaffRole

    fields.setdefault("email", f"{username}@bank.example.com")
    fields.setdefault("phone", "19900000000")
    staff = Staff.objects.create_user(
        username, "correct horse battery", branch=branch, full_name=full_name or username, **fields
    )
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in roles)
    return staff


@pytest.fixture
def head_office(db: None) -> Any:
    return make_branch("HO", "总行")


@pytest.fixture
def north(head_office: Any) -> Any:
    return make_branch("N", "城北支行", head_office)


@pytest.fixture
def south(head_office: Any) -> Any:
    return make_branch("S", "城南支行", head_office)


@pytest.fixture
def marketer(north: Any) -> Any:
    return make_staff("marketer", north, "marketer", full_name="孟晓华")


@pytest.fixture
def second_marketer(north: Any) -> Any:
    return make_staff("second_marketer", north, "marketer", full_name="邵敏")


@pytest.fixture
def stranger(south: Any) -> Any:
    """A marketer of another branch."""
    return make_staff("stranger", south, "marketer", full_name="石磊")


@pytest.fixture
def head_marketer(head_office: Any) -> Any:
    return make_staff("head_marketer", head_office, "marketer", full_name="韩梅")


@pytest.fixture
def business_reviewer(head_office: Any) -> Any:
    return make_staff("business", head_office, "business_reviewer", full_name="叶舟")


@pytest.fixture
def legal_reviewer(head_office: Any) -> Any:
    return make_staff("legal", head_office, "legal_reviewer", full_name="方正")


@pytest.fixture
def compliance_reviewer(head_office: Any) -> Any:
    return make_staff("compliance", head_office, "compliance_reviewer", full_name="何规")


@pytest.fixture
def relationship_manager(north: Any) -> Any:
    return make_staff("manager", north, "relationship_manager", full_name="钱进")


@pytest.fixture
def operator(north: Any) -> Any:
    return make_staff("operator", north, "operator", full_name="苏群")


@pytest.fixture
def service_desk(north: Any) -> Any:
    return make_staff("service", north, "service_desk", full_name="柯服")


@pytest.fixture
def risk_officer(head_office: Any) -> Any:
    return make_staff("risk", head_office, "risk_officer", full_name="冯险")


@pytest.fixture
def analyst(head_office: Any) -> Any:
    return make_staff("analyst", head_office, "analyst", full_name="舒析")


@pytest.fixture
def auditor(head_office: Any) -> Any:
    return make_staff("auditor", head_office, "auditor", full_name="沈稽")


@pytest.fixture
def administrator(head_office: Any) -> Any:
    return make_staff("admin", head_office, "administrator", full_name="管理")


@pytest.fixture
def client_of() -> Callable[[Any], Any]:
    """A signed-in test client for a member of staff."""
    from django.test import Client

    def sign_in(staff: Any) -> Any:
        client = Client()
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def phone_of(now: datetime) -> Callable[[Any], Any]:
    """A test client for a customer whom the bank's app vouches for."""
    from django.conf import settings
    from django.test import Client, override_settings

    from huiqun.delivery.rules.tickets import make_ticket

    nonces = itertools.count(1)

    def sign_in(customer: Any) -> Any:
        with override_settings(HUIQUN_APP_KEY=settings.HUIQUN_APP_KEY or "app and tests"):
            key = settings.HUIQUN_APP_KEY
            ticket = make_ticket(number=customer.number, nonce=f"n{next(nonces)}", at=now, key=key)
            client = Client()
            assert client.get("/my/sign-in/ticket/", {"ticket": ticket}).status_code == 302
        return client

    return sign_in
