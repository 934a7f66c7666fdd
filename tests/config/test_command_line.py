"""The `huiqun` command: a first page that tells everything, and commands that need no database."""

import json

import pytest
from click.testing import CliRunner

from huiqun.config.command_line import SECTIONS, main


@pytest.fixture
def huiqun():
    runner = CliRunner()
    return lambda *words, **more: runner.invoke(main, list(words), **more)


def all_commands(group, before=""):
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield before + name


def test_the_first_page_shows_every_command(huiqun):
    shown = {path for _, paths in SECTIONS for path in paths}
    assert shown == set(all_commands(main))
    page = huiqun("--help")
    assert page.exit_code == 0
    for path in shown:
        assert path in page.output


def test_each_command_has_help_in_both_languages(huiqun):
    for path in all_commands(main):
        page = huiqun(*path.split(), "--help")
        assert page.exit_code == 0
        assert any("\u4e00" <= letter <= "\u9fff" for letter in page.output), path


def test_finds_what_the_law_forbids_without_a_database(huiqun):
    found = huiqun("compliance", "check", "--kind", "wealth", "--json", input="保本保息,零风险,年化收益率5%!")
    assert found.exit_code == 1, found.output
    findings = json.loads(found.stdout)
    assert any(finding["severity"] == "block" for finding in findings)
    assert all(finding["citations"] for finding in findings)


def test_shows_findings_with_place_and_article(huiqun):
    found = huiqun(
        "compliance", "check", "--kind", "wealth", "--language", "en", input="您好\n本产品保本保息"
    )
    assert "2:" in found.output and "Instead" in found.output and "《" in found.output


def test_refuses_an_unknown_kind(huiqun):
    refused = huiqun("compliance", "check", "--kind", "bitcoin", input="x")
    assert refused.exit_code == 2 and "bitcoin is not one of" in refused.output


def test_new_keys_are_good_for_production(huiqun, tmp_path):
    from huiqun.config.checks import SECRETS, production_problems

    made = huiqun("keys", "new", "--algorithm", "sm4", "--id", "k7")
    lines = dict(line.split("=", 1) for line in made.output.splitlines() if not line.startswith("#"))
    assert set(lines) == set(SECRETS)
    problems = production_problems({"HUIQUN_MODE": "production", "HUIQUN_VAR": str(tmp_path), **lines})
    assert not [problem for problem in problems if problem.startswith(SECRETS)]


def test_makes_the_first_administrator(huiqun, db):
    from huiqun.foundation.models import Staff

    words = ("--name", "管理员", "--branch", "HO", "--password", "correct horse battery")
    made = huiqun("staff", "new", "first", *words)
    assert made.exit_code == 0, made.output
    staff = Staff.objects.get_queryset().get(username="first")
    assert staff.role_set == {"administrator"} and staff.branch.level == 0
    again = huiqun("staff", "new", "first", *words)
    assert again.exit_code == 1 and "The user name first is taken" in again.output


def test_refuses_a_role_that_does_not_exist_and_makes_nobody(huiqun, db):
    from huiqun.foundation.models import Branch, Staff

    words = ("--name", "某人", "--branch", "HO", "--password", "x" * 12, "--role", "king")
    assert huiqun("staff", "new", "someone", *words).exit_code == 1
    assert not Staff.objects.get_queryset().exists() and not Branch.objects.exists()


def test_evidence_that_is_whole_is_said_to_be(huiqun, db):
    found = huiqun("evidence", "verify")
    assert found.exit_code == 0, found.output
    assert "Whole" in found.output


def test_an_anchor_that_is_none_is_refused(huiqun, db, tmp_path):
    (tmp_path / "anchor.json").write_text("{}")
    refused = huiqun("evidence", "verify", "--anchor", str(tmp_path / "anchor.json"))
    assert refused.exit_code == 1 and "not an anchor" in refused.output
