"""Importing through the browser: upload, check, decide, fetch what was refused."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiqun.customers.models import Customer, ImportRun
from huiqun.foundation import jobs
from tests.customers.files import SIMPLE, row, write_csv

SignIn = Callable[[Any], Any]


def upload(client: Any, path: Path, **over: Any) -> Any:
    fields = {
        "file": SimpleUploadedFile(path.name, path.read_bytes()),
        "mapping_file": SimpleUploadedFile("simple.toml", SIMPLE.encode()),
    }
    return client.post("/customers/imports/new/", fields | over)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.HUIQUN_VAR = tmp_path / "var"


def test_upload_check_decide_import(
    north: Any,
    head_marketer: Any,
    client_of: SignIn,
    tmp_path: Path,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = client_of(head_marketer)
    path = write_csv(tmp_path / "a.csv", [row(1), row(2, phone="=cmd|12")])

    response = upload(client, path)

    run = ImportRun.objects.get()
    address = f"/customers/imports/{run.pk}/"
    assert response["Location"] == address
    assert "every 1s" in client.get(address).content.decode()
    jobs.run_pending()
    page = client.get(f"{address}progress/").content.decode()
    assert "王*明" in page
    assert "13800000001" not in page
    assert "every 1s" not in page
    assert not Customer.objects.exists()
    client.post(f"{address}start/")
    with django_capture_on_commit_callbacks(execute=True):
        jobs.run_pending()
    assert Customer.objects.count() == 1
    assert not Path(run.file_path).exists(), "the uploaded file is deleted"


def test_refused_rows_come_as_a_harmless_file(
    north: Any, head_marketer: Any, client_of: SignIn, tmp_path: Path, now: datetime
) -> None:
    client = client_of(head_marketer)
    upload(client, write_csv(tmp_path / "a.csv", [row(1, branch='=HYPERLINK("x")')]))
    jobs.run_pending()

    response = client.get(f"/customers/imports/{ImportRun.objects.get().pk}/refused.csv")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[1][:3] == ["2", "branch", '\'=HYPERLINK("x")']
    assert lines[1][3]


def test_discarding_deletes_the_file(
    north: Any,
    head_marketer: Any,
    client_of: SignIn,
    tmp_path: Path,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = client_of(head_marketer)
    upload(client, write_csv(tmp_path / "a.csv", [row(1)]))
    jobs.run_pending()
    run = ImportRun.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/customers/imports/{run.pk}/discard/")

    run.refresh_from_db()
    assert run.state == "discarded"
    assert not Path(run.file_path).exists()


def test_a_file_that_is_refused_is_not_kept(
    head_marketer: Any, client_of: SignIn, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"no,name\n")

    response = upload(client_of(head_marketer), path)

    assert response.status_code == 409
    assert "phone" in response.content.decode()
    assert not ImportRun.objects.exists()
    assert list((tmp_path / "var" / "imports").iterdir()) == []


def test_a_branch_does_not_import(marketer: Any, client_of: SignIn, tmp_path: Path, now: datetime) -> None:
    response = upload(client_of(marketer), write_csv(tmp_path / "a.csv", [row(1)]))
    assert response.status_code == 403
    assert not ImportRun.objects.exists()


def test_pages_stay_under_thirty_queries(
    north: Any,
    head_marketer: Any,
    client_of: SignIn,
    tmp_path: Path,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_of(head_marketer)
    upload(client, write_csv(tmp_path / "a.csv", [row(n) for n in range(30)]))
    jobs.run_pending()
    run = ImportRun.objects.get()
    client.post(f"/customers/imports/{run.pk}/start/")
    jobs.run_pending()
    for address in ("/customers/", "/customers/imports/", f"/customers/imports/{run.pk}/"):
        with django_assert_max_num_queries(30):
            assert client.get(address).status_code == 200
