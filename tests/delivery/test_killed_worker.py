"""Kill -9 in the middle: nobody gets it twice, nobody is lost."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from huiqun.delivery import actions, queries
from huiqun.delivery.models import Recipient, Run
from huiqun_demo.channels import Channels
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, drain, open_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("now")]
WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture(scope="module")
def nursery(django_db_setup: None, django_db_blocker: Any) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own on this test's database, which forks workers."""
    with django_db_blocker.unblock():
        place = connection.settings_dict
    port = f"&port={place['PORT']}" if place["PORT"] else ""
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={quote(place['HOST'], safe='')}{port}"
    environment = {**os.environ, "DATABASE_URL": url}
    if place["PASSWORD"]:
        environment["PGPASSWORD"] = place["PASSWORD"]
    command = [sys.executable, str(WORKER)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def start_worker(nursery: "subprocess.Popen[str]", run: Run, channel: str, moment: datetime) -> int:
    """Its process's number."""
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.write(f"{run.pk} {channel} {moment.isoformat()}\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def kill_in_the_middle(
    nursery: "subprocess.Popen[str]", run: Run, channels: Channels, channel: str, kills: int
) -> datetime:
    """Start and kill workers one after the other while messages are on their way; the moment after the last."""
    assert nursery.stdout is not None
    chance, moment = random.Random(11), NOW
    for _ in range(kills):
        before = channels.store.numbers()["requests"]
        worker = start_worker(nursery, run, channel, moment)
        until = time.monotonic() + 30
        enough = before + chance.randint(5, 30)
        has_ended = False
        while channels.store.numbers()["requests"] < enough and time.monotonic() < until and not has_ended:
            has_ended = bool(select.select([nursery.stdout], [], [], 0.005)[0])
        if not has_ended:
            os.kill(worker, signal.SIGKILL)
        assert nursery.stdout.readline() == "ended\n"
        moment += timedelta(minutes=1)
        actions.recover_leases(now=moment)
    return moment


def finish(run: Run, channel: str, moment: datetime) -> datetime:
    for _ in range(8):
        actions.recover_leases(now=moment)
        drain(run, now=moment, channel=channel)
        if queries.run_progress(run.pk).is_finished:
            break
        moment += timedelta(minutes=20)
    return moment


def sms_run(
    start_channels: Any, sms_account: Any, branch: Any, people: int, **plan: float
) -> tuple[Channels, Run]:
    channels = start_channels(slow_seconds=0.02, **plan)
    everybody = [make_customer(branch=branch, consents=["sms"]) for _ in range(people)]
    account = sms_account(channels, branch)
    return channels, open_run(branch=branch, people=everybody, accounts=[account])


def check_sms(channels: Channels, run: Run, people: int) -> None:
    progress, seen = queries.run_progress(run.pk), channels.store.numbers()
    assert progress.is_finished and progress.settled == people
    assert seen["most_copies"] == 1
    sent = set(Recipient.objects.filter(run=run, state="sent").values_list("id", flat=True))
    assert {int(key.rpartition("-")[2]) for key in channels.store.message_keys()} == sent
    assert set(progress.failures) <= {"refused"}


def test_sms_reaches_everybody_once(
    start_channels: Callable[..., Channels], sms_account: Callable[..., Any], north: Any, nursery: Any
) -> None:
    channels, run = sms_run(start_channels, sms_account, north, 80)
    finish(run, "sms", kill_in_the_middle(nursery, run, channels, "sms", kills=2))
    check_sms(channels, run, 80)
    assert queries.run_progress(run.pk).sent == 80


def test_mail_is_never_repeated_and_only_what_was_on_its_way_is_in_doubt(
    start_channels: Callable[..., Channels], mail_account: Callable[..., Any], north: Any, nursery: Any
) -> None:
    channels = start_channels(slow_seconds=0.02)
    everybody = [make_customer(branch=north, consents=["email"]) for _ in range(60)]
    run = open_run(branch=north, people=everybody, accounts=[mail_account(channels, north)])
    finish(run, "email", kill_in_the_middle(nursery, run, channels, "email", kills=1))
    progress, seen = queries.run_progress(run.pk), channels.store.numbers()
    assert progress.is_finished and progress.settled == 60
    assert seen["most_copies"] == 1
    assert progress.failures.get("unknown", 0) <= 1
    assert progress.sent + progress.failed == 60 and seen["messages"] >= progress.sent


@pytest.mark.slow
def test_thousands_reach_everybody_once_with_lost_answers_and_many_killings(
    start_channels: Callable[..., Channels], sms_account: Callable[..., Any], north: Any, nursery: Any
) -> None:
    channels, run = sms_run(
        start_channels, sms_account, north, 2_000, hiccup=0.01, answer_lost=0.01, refused=0.005
    )
    finish(run, "sms", kill_in_the_middle(nursery, run, channels, "sms", kills=8))
    check_sms(channels, run, 2_000)
