"""A broken rule or law says which file, which line and why; a rule has the version of its day."""

import shutil
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from huiqun.compliance import system_checks
from huiqun.compliance.rulebook import loading
from huiqun.compliance.rulebook.loading import RULES, BrokenRule, broken_parts, read_rules, rulebook_version
from huiqun.compliance.sources import BrokenLaw, read_laws
from huiqun.lib.data_files import BrokenFile

GOOD = """\
id: TRY-01
name: {zh: "试", en: "Try"}
message: {zh: "试", en: "Try"}
fix: {zh: "试", en: "Try"}
severity: warn
kinds: [wealth]
citations: ["广告法#25(1)"]
patterns:
  - '保本'
violating: ["保本"]
compliant: ["不保本"]
"""


def broken(tmp_path: Path, text: str, name: str = "TRY-01") -> str:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenRule) as wrong:
        for each in broken_parts(tmp_path):
            raise each
    return str(wrong.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("severity: warn", "severity: [warn"), "TRY-01.yaml:6: no YAML"),
        (("severity: warn", "sevrity: warn"), "TRY-01.yaml:5: unknown keys ['sevrity']"),
        (("severity: warn", "severity: fatal"), "TRY-01.yaml:5: fatal is not among"),
        (("severity: warn\n", ""), "TRY-01.yaml: lacks severity"),
        (("kinds: [wealth]", "kinds: [gold]"), "TRY-01.yaml:6: ['gold'] is not among"),
        (("- '保本'", "- '保(本'"), "TRY-01.yaml:9: '保(本' is no regular expression"),
        (("- '保本'", "- '(?:保+)+本'"), "TRY-01.yaml:9: '(?:保+)+本' repeats a repeat"),
        (("- '保本'", "- '{nowhere}本'"), "TRY-01.yaml:9: {nowhere} is not in the vocabulary"),
        (("- '保本'", "- {find: 保本, near: 金}"), "TRY-01.yaml:9: a pattern has unknown keys ['near']"),
        (("#25(1)", "#999"), "TRY-01.yaml:7: 广告法#999 is not among the sources"),
        (("广告法#25(1)", "没有的法#1"), "TRY-01.yaml:7: 没有的法#1 is not among the sources"),
        (("id: TRY-01", "id: TRY-02"), "TRY-01.yaml:1: its id is TRY-02"),
        (("severity: warn", "severity: warn\nexpires: 2026-13-01"), "TRY-01.yaml:6: no YAML: 2026-13-01 is no day"),
        (("severity: warn", "severity: warn\neffective: soon"), "TRY-01.yaml:6: soon is no day"),
        (("severity: warn", "severity: warn\nseverity: high"), "TRY-01.yaml:6: no YAML: the key severity stands"),
        (("kinds: [wealth]", "kinds: [wealth]\nyields_to: GUA-01"), "TRY-01.yaml:7: `yields_to` is a list"),
    ],
)  # fmt: skip
def test_says_where_a_rule_is_broken(tmp_path: Path, change: tuple[str, str], says: str):
    assert GOOD.count(change[0]) == 1
    assert broken(tmp_path, GOOD.replace(*change)).startswith(says)


def test_a_rule_file_that_is_no_text_is_broken(tmp_path: Path):
    (tmp_path / "TRY-01.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenRule, match=r"TRY-01\.yaml: UnicodeDecodeError"):
        read_rules(tmp_path)


def test_an_empty_rule_file_is_broken(tmp_path: Path):
    assert broken(tmp_path, "") == "TRY-01.yaml: a rule file holds one map of keys"


def write(tmp_path: Path, name: str, more: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(GOOD + more, encoding="utf-8")


def test_keeps_the_versions_of_a_rule_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path, "TRY-01", "effective: 2026-09-30\n")
    write(tmp_path, "TRY-01~2026-09-30", "effective: 2025-01-01\nexpires: 2026-09-30\n")
    write(tmp_path, "TRY-01~2025-01-01", "expires: 2025-01-01\n")
    monkeypatch.setattr(loading, "RULES", tmp_path)
    for cached in (loading.every_version, loading.all_rules, loading.rules_on):
        cached.cache_clear()
    try:
        assert len(loading.every_version()) == 3
        assert loading.all_rules()["TRY-01"].effective == date(2026, 9, 30)
        effective = {
            day: loading.rules_on(day)["TRY-01"].effective
            for day in (date(2024, 12, 31), date(2025, 1, 1), date(2026, 9, 29), date(2026, 9, 30))
        }
        assert list(effective.values()) == [None, date(2025, 1, 1), date(2025, 1, 1), date(2026, 9, 30)]
    finally:
        for cached in (loading.every_version, loading.all_rules, loading.rules_on):
            cached.cache_clear()


def test_two_versions_may_not_be_in_force_at_once(tmp_path: Path):
    write(tmp_path, "TRY-01", "effective: 2026-09-01\n")
    write(tmp_path, "TRY-01~2026-09-30", "expires: 2026-09-30\n")
    with pytest.raises(BrokenRule, match=r"TRY-01.yaml: two versions are in force on 2026-09-01"):
        read_rules(tmp_path)


def test_an_ended_version_is_named_after_its_last_day(tmp_path: Path):
    write(tmp_path, "TRY-01~2026-09-30", "expires: 2026-10-01\n")
    with pytest.raises(BrokenRule, match=r"TRY-01~2026-09-30.yaml:12: is named as ending on 2026-09-30"):
        read_rules(tmp_path)


LAW = """\
- name: 试行法
  slug: trial
  official_name: 试行法
  effective: '2026-01-01'
"""
ARTICLE = '{"key": "1", "number": "1", "text": "试", "source": "试", "status": "V"}\n'


@pytest.mark.parametrize(
    ("law", "articles", "says"),
    [
        (LAW, None, "trial.jsonl: there is no such file"),
        (LAW, ARTICLE + "{", "trial.jsonl:2: no article"),
        (LAW, ARTICLE + '{"key": "2"}', "trial.jsonl:2: no article"),
        (LAW, ARTICLE * 2, "trial.jsonl:2: article 1 stands there twice"),
        (LAW.replace("2026-01-01", "2026-01-41"), ARTICLE, "laws.yaml:1: ValueError"),
        (LAW.replace("  slug: trial\n", ""), ARTICLE, "laws.yaml:1: KeyError"),
        (LAW * 2, ARTICLE, "laws.yaml:5: 试行法 stands there twice"),
        (LAW + "- [", ARTICLE, "laws.yaml:6: no YAML"),
        ("a: b", ARTICLE, "laws.yaml: holds no list of laws"),
    ],
)
def test_says_where_a_law_is_broken(tmp_path: Path, law: str, articles: str | None, says: str):
    (tmp_path / "laws.yaml").write_text(law, encoding="utf-8")
    if articles is not None:
        (tmp_path / "trial.jsonl").write_text(articles, encoding="utf-8")
    with pytest.raises(BrokenLaw) as wrong:
        read_laws(tmp_path)
    assert str(wrong.value).startswith(says)


def test_the_rulebook_stands():
    assert system_checks.check_rulebook() == []


def test_start_up_stops_on_a_broken_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for path in list(loading.RULES.glob("*.yaml"))[:3]:
        copyfile(path, tmp_path / path.name)
    (tmp_path / "TRY-01.yaml").write_text(GOOD.replace("'保本'", "'保(本'"), encoding="utf-8")
    monkeypatch.setattr(broken_parts, "__defaults__", (tmp_path,))
    (error,) = system_checks.check_rulebook()
    assert error.msg.startswith("TRY-01.yaml:9: ")
    with pytest.raises(BrokenFile, match=r"TRY-01\.yaml:9"):
        system_checks.require_rulebook()


def test_the_books_version_knows_all_that_decides_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "compliance"
    shutil.copytree(RULES.parent, book / "rulebook", ignore=shutil.ignore_patterns("examples", "__pycache__"))
    shutil.copytree(RULES.parents[1] / "sources", book / "sources")
    monkeypatch.setattr(loading, "RULES", book / "rulebook" / "rules")
    versions = [rulebook_version.__wrapped__()]
    decides = ("rules/GUA-01.yaml", "disguises/sounds.yaml", "wording.py", "../sources/repealed.yaml")
    for place in decides:
        with (book / "rulebook" / place).open("a", encoding="utf-8") as file:
            file.write("\n# another word\n")
        versions.append(rulebook_version.__wrapped__())
    assert len(set(versions)) == len(versions)
