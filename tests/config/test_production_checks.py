"""Production refuses to start with what is only good for a demo, and says what is missing."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from huiqun.compliance import seal_keys
from huiqun.config import demo_secrets
from huiqun.config.checks import NotFitForProduction, production_problems, refuse_unfit_production

GOOD = {
    "HUIQUN_MODE": "production",
    "DATABASE_URL": "postgresql://huiqun@db.bank/huiqun",
    "HUIQUN_LAKE": "/srv/huiqun/lake",
    "HUIQUN_HOSTS": "huiqun.bank",
    "HUIQUN_PUBLIC_URL": "https://huiqun.bank",
    "HUIQUN_BANK_NAME": "江川银行",
    "HUIQUN_SECRET": "s" * 50,
    "HUIQUN_KEYS": f"k1:aes:{b64encode(bytes(32)).decode()},k0:sm4:{b64encode(bytes(16)).decode()}",
    "HUIQUN_INDEX_KEY": "i" * 32,
    "HUIQUN_SEAL_KEY": b64encode(bytes(32)).decode(),
}


def test_accepts_a_complete_production(tmp_path):
    assert production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path)}) == []


@pytest.mark.parametrize("name", [name for name in GOOD if name != "HUIQUN_MODE"])
def test_names_each_missing_setting(name, tmp_path):
    problems = production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), name: ""})
    assert len(problems) == 1 and problems[0].startswith(name)


@pytest.mark.parametrize(
    "change",
    [
        {"DEBUG": "true"},
        {"HUIQUN_HOSTS": "*"},
        {"HUIQUN_PUBLIC_URL": "http://huiqun.bank"},
        {"HUIQUN_CLOCK_OFFSET": "3600"},
        {"HUIQUN_SECRET": "short"},
        {"HUIQUN_INDEX_KEY": "short"},
        {"HUIQUN_KEYS": f"k1:aes:{b64encode(bytes(16)).decode()}"},
        {"HUIQUN_KEYS": "k1:des:AAAA"},
        {"HUIQUN_SEAL_KEY": "not base64"},
        {"HUIQUN_SEAL_KEY": f"{b64encode(bytes(32)).decode()},{b64encode(bytes(16)).decode()}"},
        {"HUIQUN_SEAL_KEY": ","},
        {"HUIQUN_BANK_NAME": "  "},
        {"HUIQUN_PUBLIC_URL": "huiqun.bank"},
        {"HUIQUN_LAKE_MEMORY": "much"},
    ],
)
def test_refuses_a_setting_that_is_not_fit(change, tmp_path):
    problems = production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), **change})
    assert len(problems) == 1 and next(iter(change)) in problems[0]


def test_refuses_each_secret_that_a_demo_made(tmp_path):
    made = demo_secrets.made_once(tmp_path)
    for name, value in made.items():
        problems = production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), name: value})
        assert any(problem.startswith(f"{name} is a demo's secret") for problem in problems), problems
    assert json.loads((tmp_path / "secrets.json").read_text()) == made


def test_accepts_a_new_seal_key_before_the_old_ones_as_sealing_reads_them(tmp_path, settings):
    new, old = (b64encode(bytes([fill]) * 32).decode() for fill in (1, 2))
    both = f"{new}, {old}"

    assert production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), "HUIQUN_SEAL_KEY": both}) == []

    settings.HUIQUN_SEAL_KEY = both
    assert len(seal_keys.public_keys()) == 2
    signs, _ = seal_keys.signing_key()
    settings.HUIQUN_SEAL_KEY = new
    assert signs == seal_keys.signing_key()[0]


def test_refuses_a_demo_seal_key_even_among_others(tmp_path):
    made = demo_secrets.made_once(tmp_path)["HUIQUN_SEAL_KEY"]
    keys = f"{b64encode(bytes(32)).decode()},{made}"
    problems = production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), "HUIQUN_SEAL_KEY": keys})
    assert [problem.split()[0] for problem in problems] == ["HUIQUN_SEAL_KEY"]


def test_says_plainly_that_the_bank_has_no_name(tmp_path):
    (problem,) = production_problems({**GOOD, "HUIQUN_VAR": str(tmp_path), "HUIQUN_BANK_NAME": ""})
    assert problem.startswith("HUIQUN_BANK_NAME is missing: name the bank")


def test_asks_nothing_of_a_demo():
    assert production_problems({"HUIQUN_MODE": "demo", "DEBUG": "1"}) == []


def test_says_everything_at_once(tmp_path):
    with pytest.raises(NotFitForProduction) as refused:
        given = {"HUIQUN_MODE": "production", "HUIQUN_VAR": str(tmp_path)}
        refuse_unfit_production(lambda name: given.get(name, ""))
    assert len(refused.value.problems) == 9
    assert "docs/operations/production.md" in str(refused.value)


def test_the_server_does_not_start_and_nothing_is_made(tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "huiqun.config.command_line", "serve"],
        env={**kept, "HUIQUN_MODE": "production", "PYTHONPATH": str(Path("src").absolute())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "HUIQUN_KEYS is missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_lakes_memory_is_a_setting(tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ}
    given = {"HUIQUN_MODE": "test", "HUIQUN_VAR": str(tmp_path), "HUIQUN_LAKE_MEMORY": "2GB"}
    done = subprocess.run(
        [sys.executable, "-c", "from huiqun.config import settings; print(settings.HUIQUN_LAKE_MEMORY)"],
        env={**kept, **given, "PYTHONPATH": str(Path("src").absolute())},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "2GB"
