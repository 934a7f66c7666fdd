"""The crowd: processes of threads that claim in line, and phones that tap through HTTP.

``python -m benchmarks.claims_crowd OFFER THREADS CUSTOMER…`` is one process of it.
"""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from benchmarks import bank, claims_bank

PORT = int(os.environ.get("HUIQUN_BENCH_PORT", "8631"))
PHONES = 16


def in_line(offer: int, customers: list[int], *, hands: int, threads: int) -> tuple[float, list[float]]:
    """Seconds from the start of all to the end of the last, and what each claim took."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.claims_crowd", str(offer), str(threads)],
            cwd=bank.ROOT,
            env=claims_bank.SURROUNDINGS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(hands)
    ]
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("a hand did not begin")
    began = time.monotonic()
    for place, process in enumerate(processes):
        assert process.stdin is not None
        process.stdin.write(" ".join(map(str, customers[place::hands])) + "\n")
        process.stdin.flush()
    told = [json.loads(process.stdout.readline()) for process in processes if process.stdout]
    seconds = time.monotonic() - began
    for process in processes:
        process.communicate()
    return seconds, [took for each in told for took in each]


def hand(offer: int, threads: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from huiqun.benefits import actions
    from huiqun.benefits.rules import WaitYourTurn
    from huiqun.foundation import clock

    def claim(customer: int) -> float:
        began = time.monotonic()
        while True:
            try:
                actions.claim_in_turn(benefit_id=offer, customer_id=customer, now=clock.now())
                return time.monotonic() - began
            except WaitYourTurn:
                continue

    def warm(_number: int) -> None:
        connection.ensure_connection()
        time.sleep(0.2)  # so that each thread takes one

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(warm, range(threads)))
        print("ready", flush=True)
        customers = [int(each) for each in sys.stdin.readline().split()]
        print(json.dumps(list(pool.map(claim, customers))), flush=True)


def through_http(tokens: list[str]) -> tuple[float, list[float], int]:
    """Seconds, what each tap took until its answer was final, and how many got a piece."""
    command = ["huiqun.config.command_line", "serve", "--port", str(PORT), "--host", "127.0.0.1"]
    web = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=bank.ROOT,
        env=claims_bank.SURROUNDINGS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_web()
        with ThreadPoolExecutor(PHONES) as pool:
            list(pool.map(lambda _: _tap(tokens[0][:1] * 22), range(PHONES)))
            began = time.monotonic()
            told = list(pool.map(_tap, tokens))
            seconds = time.monotonic() - began
    finally:
        web.terminate()
        web.wait(timeout=30)
    return seconds, [took for took, _ in told], sum(got for _, got in told)


def _tap(token: str) -> tuple[float, bool]:
    """As a browser does: the page's secret comes back with the form, and who is told to wait asks again."""
    secret = "a" * 32
    headers = {
        "Cookie": f"csrftoken={secret}; huiqun_device={os.urandom(16).hex()}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html",
    }
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    began = time.monotonic()
    try:
        while True:
            connection.request("POST", f"/m/{token}/claim/", f"csrfmiddlewaretoken={secret}", headers)
            answer = connection.getresponse()
            answer.read()
            target = answer.headers.get("Location", "")
            if answer.status == 302 and target.endswith("/turn/"):
                time.sleep(0.2)
                continue
            if answer.status not in (302, 404, 409):
                raise RuntimeError(f"POST …/claim/ answered {answer.status}")
            return time.monotonic() - began, answer.status == 302
    finally:
        connection.close()


def _wait_for_web() -> None:
    for _ in range(120):
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the web server did not begin")


if __name__ == "__main__":
    hand(int(sys.argv[1]), int(sys.argv[2]))
