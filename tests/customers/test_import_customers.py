"""Taking in a file: what arrives, what is refused, and what happens when it comes again or breaks off."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from huiqun.customers import actions
from huiqun.customers.actions import imports
from huiqun.customers.models import Consent, ConsentBatch, ConsentRecord, Customer, ImportLine, ImportRun
from huiqun.customers.queries.imports import refused_lines
from huiqun.customers.rules import FileChanged, HeadOfficeOnly, ImportNotReady
from huiqun.foundation import jobs, lake, ledgers
from huiqun.foundation.models import Fact
from tests.customers.files import HEADER, SIMPLE, row, write_csv
from tests.makers.customers import make_consent_text, make_customer

WITH_CONSENT = (
    SIMPLE
    + """
[[consents]]
channel = "sms"
purpose = "marketing"
column = "agreed"
given = ["Y"]
withdrawn = ["N"]
at = { column = "agreed_at" }
text_version = { constant = "1" }
source = { constant = "branch_form" }
"""
)

CONSENTS = """
name = "consents"
kind = "consents"
[fields]
number = "no"
channel = "channel"
purpose = { constant = "marketing" }
state = { column = "state", values = { "Y" = "given", "N" = "withdrawn" } }
text_version = { constant = "1" }
source = { constant = "file" }
at = "at"
"""


def take(path: Path, now: datetime, text: str = SIMPLE, **over: Any) -> imports.ImportOutcome:
    return actions.import_customers(path=path, mapping_text=text, now=now, **over)


def counts(outcome: imports.ImportOutcome) -> tuple[int, int, int, int]:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.refused


def test_new_customers_arrive_encrypted_and_can_be_found(north: Any, tmp_path: Path, now: datetime) -> None:
    outcome = take(write_csv(tmp_path / "a.csv", [row(1), row(2)]), now)

    assert counts(outcome) == (2, 0, 0, 0)
    customer = Customer.objects.with_identifier("phone", "13800000001").get()
    assert (customer.number, customer.name, customer.branch) == ("C1", "王小明", north)
    assert customer.attributes == {"hobby": "围棋"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM customers_customer")
        assert all(b"138" not in bytes(value) for (value,) in cursor.fetchall())
    fact = Fact.objects.get(kind="customers.CustomersImported")
    assert (fact.body["created"], fact.body["refused"]) == (2, 0)


def test_the_same_file_again_changes_nothing(north: Any, tmp_path: Path, now: datetime) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1), row(2)])
    take(path, now)
    before = list(Customer.objects.order_by("pk").values())

    assert counts(take(path, now)) == (0, 0, 2, 0)

    assert list(Customer.objects.order_by("pk").values()) == before


def test_only_what_was_delivered_changes(north: Any, south: Any, tmp_path: Path, now: datetime) -> None:
    customer = make_customer(
        branch=north, number="C1", email="keep@example.com", attributes={"hobby": "围棋", "pet": "猫"}
    )

    outcome = take(
        write_csv(tmp_path / "a.csv", [row(1, phone="13900000000", branch="S", hobby="", risk="")]), now
    )

    customer.refresh_from_db()
    assert counts(outcome) == (0, 1, 0, 0)
    assert (customer.phone, customer.email, customer.branch) == ("13900000000", "keep@example.com", south)
    assert customer.attributes == {"pet": "猫"}
    assert customer.risk_level is None
    assert customer.lifecycle == "growing"
    assert Customer.objects.with_identifier("phone", "13900000000").get() == customer


def test_bad_rows_are_refused_in_words_and_stop_nobody(north: Any, tmp_path: Path, now: datetime) -> None:
    rows = [row(1), row(2, phone="12345"), row(3, branch="NOWHERE"), row(4, born="2030-01-01"), row(5)]

    outcome = take(write_csv(tmp_path / "a.csv", rows), now)

    assert counts(outcome) == (2, 0, 0, 3)
    run = ImportRun.objects.get(pk=outcome.import_id)
    refused = [(each.line, each.column, each.value) for each in refused_lines(run)]
    assert refused == [(3, "phone", "1***5"), (4, "branch", "NOWHERE"), (5, "born", "2030-01-01")]
    assert all(each.reason for each in refused_lines(run))


def test_repeated_numbers_keep_the_first_line_across_chunks(
    north: Any, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    rows = [row(1), row(1, name="同块"), row(2), row(3), row(1, name="后块")]

    outcome = take(write_csv(tmp_path / "a.csv", rows), now)

    assert counts(outcome) == (3, 0, 0, 2)
    assert Customer.objects.get(number="C1").name == "王小明"
    assert not ImportLine.objects.exists()


def test_dry_run_counts_the_same_and_stores_nothing(north: Any, tmp_path: Path, now: datetime) -> None:
    make_customer(branch=north, number="C1")
    path = write_csv(tmp_path / "a.csv", [row(1), row(2), row(3, phone="1"), row(2)])

    tried = take(path, now, dry_run=True)

    assert Customer.objects.count() == 1
    assert counts(tried) == (1, 1, 0, 2)
    run = ImportRun.objects.get(pk=tried.import_id)
    assert run.preview["rows"][1][3] == "王*明"
    assert "13800000002" not in str(run.preview)
    assert counts(take(path, now)) == counts(tried)


def test_profiles_reach_the_lake_without_identifiers(north: Any, tmp_path: Path, now: datetime) -> None:
    take(write_csv(tmp_path / "a.csv", [row(1), row(2, hobby="")]), now)
    jobs.run_pending()

    with lake.connect() as connected:
        profiles = connected.execute(
            "SELECT branch_id, birth_date::text, risk_level FROM profiles"
        ).fetchall()
        attributes = connected.execute("SELECT name, value FROM attributes").fetchall()

    assert profiles == [(north.pk, "1990-05-17", 3)] * 2
    assert attributes == [("hobby", "围棋")]


def test_a_chunk_that_fails_leaves_no_trace(
    north: Any, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", [row(n) for n in range(1, 7)])
    monkeypatch.setattr(imports, "CHUNK", 2)
    with monkeypatch.context() as patch:
        patch.setattr("huiqun.customers.actions.chunks._keep_refusals", _break_on(third=3))
        with pytest.raises(RuntimeError):
            take(path, now)
    run = ImportRun.objects.get()
    assert (run.state, run.rows_done, Customer.objects.count()) == ("importing", 4, 4)

    outcome = take(path, now)

    assert outcome.import_id == run.pk, "the interrupted import goes on"
    assert counts(outcome) == (6, 0, 0, 0)


def _break_on(*, third: int) -> Any:
    calls = []

    def keep(*args: Any) -> None:
        calls.append(args)
        if len(calls) == third:
            raise RuntimeError("disk full")

    return keep


def test_a_changed_file_is_not_continued(head_office: Any, north: Any, tmp_path: Path, now: datetime) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1)])
    import_id = actions.open_import(path=path, file_name="a.csv", mapping_text=SIMPLE, now=now)
    write_csv(path, [row(2)])

    jobs.run_pending()

    run = ImportRun.objects.get(pk=import_id)
    assert run.state == "failed"
    assert run.failure["code"] == FileChanged.code
    assert not Customer.objects.exists()


def test_check_then_decide_then_import(
    head_office: Any, north: Any, head_marketer: Any, tmp_path: Path, now: datetime
) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1), row(2)])
    import_id = actions.open_import(
        path=path, file_name="a.csv", mapping_text=SIMPLE, now=now, by=head_marketer
    )
    with pytest.raises(ImportNotReady):
        actions.start_import(import_id=import_id, now=now, by=head_marketer)
    jobs.run_pending()
    assert (ImportRun.objects.get().state, Customer.objects.count()) == ("checked", 0)

    actions.start_import(import_id=import_id, now=now, by=head_marketer)
    with pytest.raises(ImportNotReady):
        actions.start_import(import_id=import_id, now=now, by=head_marketer)
    jobs.run_pending()

    assert (ImportRun.objects.get().state, Customer.objects.count()) == ("done", 2)


def test_only_the_head_office_imports(north: Any, marketer: Any, tmp_path: Path, now: datetime) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1)])
    with pytest.raises(HeadOfficeOnly):
        actions.open_import(path=path, file_name="a.csv", mapping_text=SIMPLE, now=now, by=marketer)
    assert not ImportRun.objects.exists()


def test_consents_in_the_customers_file(north: Any, tmp_path: Path, now: datetime) -> None:
    make_consent_text()
    header = [*HEADER, "agreed", "agreed_at"]
    rows = [
        [*row(1), "Y", "2026-10-01 09:00"],
        [*row(2), "N", "2026-10-01 09:00"],
        [*row(3), "", ""],
        [*row(4), "Y", "2027-01-01 09:00"],
        [*row(5), "Y", ""],
    ]
    path = write_csv(tmp_path / "a.csv", rows, header=header)

    outcome = take(path, now, WITH_CONSENT)

    assert counts(outcome) == (3, 0, 0, 2)
    states = dict(Consent.objects.values_list("customer__number", "state"))
    assert states == {"C1": "given", "C2": "withdrawn"}
    batch = ConsentBatch.objects.get()
    assert Fact.objects.get(kind="customers.ConsentsImported").body["root"] == batch.root
    assert take(path, now, WITH_CONSENT).consents == 0


def test_an_old_file_does_not_bring_a_withdrawn_consent_back(
    north: Any, tmp_path: Path, now: datetime
) -> None:
    make_consent_text()
    path = write_csv(
        tmp_path / "a.csv",
        [[*row(1), "Y", "2026-10-01 09:00"]],
        header=[*HEADER, "agreed", "agreed_at"],
    )
    take(path, now, WITH_CONSENT)
    customer = Customer.objects.get()
    actions.withdraw_consent(
        customer_id=customer.pk, channel="sms", purpose="marketing", source="sms_reply", now=now
    )

    take(path, now, WITH_CONSENT)

    assert Consent.objects.get().state == "withdrawn"
    assert ConsentRecord.objects.count() == 2


def test_a_file_of_consents(north: Any, tmp_path: Path, now: datetime) -> None:
    make_consent_text()
    customer = make_customer(branch=north, number="C1")
    rows = [
        ["C1", "sms", "Y", "2026-10-01"],
        ["C1", "sms", "N", "2026-10-02"],
        ["C9", "sms", "Y", "2026-10-01"],
        ["C1", "email", "Y", "2026-10-01"],
        ["C1", "fax", "Y", "2026-10-01"],
    ]
    path = write_csv(tmp_path / "a.csv", rows, header=["no", "channel", "state", "at"])

    outcome = take(path, now, CONSENTS)

    run = ImportRun.objects.get(pk=outcome.import_id)
    assert [(each.line, each.column) for each in refused_lines(run)] == [
        (4, "no"),
        (5, "text_version"),
        (6, "channel"),
    ]
    assert Consent.objects.get(customer=customer).state == "withdrawn"
    assert outcome.consents == 2


def test_the_ledger_shows_what_was_tampered_with(north: Any, tmp_path: Path, now: datetime) -> None:
    make_consent_text()
    make_customer(branch=north, number="C1")
    write_csv(tmp_path / "a.csv", [["C1", "sms", "Y", "2026-10-01"]], header=["no", "channel", "state", "at"])
    take(tmp_path / "a.csv", now, CONSENTS)
    ledger = next(each for each in ledgers.registered() if each.name == "consents")
    (batch,) = ledger.batches()
    assert (ledgers_root(ledger, batch.batch_id), list(ledger.strays())) == (batch.root, [])

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE customers_consentrecord SET source = 'invented'")
        cursor.execute("SET session_replication_role = origin")

    assert ledgers_root(ledger, batch.batch_id) != batch.root


def ledgers_root(ledger: ledgers.Ledger, batch_id: int) -> str:
    from huiqun.lib import merkle

    return merkle.root(ledger.rows(batch_id)).hex()


WORKER = """
import sys, django
from datetime import datetime, UTC
from pathlib import Path
django.setup()
from huiqun.customers import actions
from huiqun.customers.actions import imports
imports.CHUNK = 200
actions.import_customers(
    path=Path(sys.argv[1]), mapping_text=Path(sys.argv[2]).read_text(), now=datetime.now(UTC),
    progress=lambda rows: print(rows, flush=True),
)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_where_it_stopped(north: Any, tmp_path: Path, now: datetime) -> None:
    total = 6_000
    path = write_csv(tmp_path / "a.csv", [row(n) for n in range(total)])
    (tmp_path / "simple.toml").write_text(SIMPLE, "utf-8")
    arguments = [str(path), str(tmp_path / "simple.toml")]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DATABASE_URL": _database_url()},
        text=True,
    )
    assert worker.stdout is not None
    for line in worker.stdout:
        if int(line) >= 1_000:
            os.kill(worker.pid, signal.SIGKILL)
            break
    worker.wait()
    worker.stdout.close()
    _until_rolled_back()
    run = ImportRun.objects.get()
    assert (run.state, run.rows_done) == ("importing", Customer.objects.count())
    assert 1_000 <= run.rows_done < total

    outcome = take(path, now)

    assert counts(outcome) == (total, 0, 0, 0)
    assert Customer.objects.count() == total


def _database_url() -> str:
    database = connection.settings_dict
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(str(database['HOST']), safe='')}"


def _until_rolled_back() -> None:
    """PostgreSQL notices a moment later that the client is gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
