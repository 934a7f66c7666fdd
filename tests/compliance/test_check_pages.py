"""The pages of the rulebook."""

import pytest
from django.urls import reverse

from huiqun.compliance.marking import stretches
from huiqun.compliance.sources import laws_by_slug

pytestmark = pytest.mark.django_db


def test_check_marks_the_text_and_shows_the_law(marketer, client_of, now):
    answer = client_of(marketer).post(
        reverse("compliance:copy_check"),
        {"text": "这款理财<b>保本</b>", "channel": "moments", "product_kind": "wealth", "product_risk": "2"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<mark class="mark mark-block"' in page
    assert "第二十五条第（一）项" in page
    assert "<b>保本" not in page


def test_check_refuses_an_unknown_channel(marketer, client_of, now):
    answer = client_of(marketer).post(
        reverse("compliance:copy_check"), {"text": "保本", "channel": "tv", "product_kind": "wealth"}
    )
    assert answer.status_code == 200
    assert '<mark class="mark' not in answer.content.decode()


def test_rules_can_be_searched(marketer, client_of, now):
    page = client_of(marketer).get(reverse("compliance:rule_list"), {"words": "gua-0"}).content.decode()
    assert "GUA-01" in page
    assert "SMS-01" not in page


def test_a_rule_shows_its_articles(auditor, client_of, now):
    page = client_of(auditor).get(reverse("compliance:rule_detail", args=["DEP-01"])).content.decode()
    assert "第四十七条" in page


def test_every_law_can_be_read(marketer, client_of, now):
    client = client_of(marketer)
    assert client.get(reverse("compliance:law_list")).status_code == 200
    for slug in laws_by_slug():
        assert client.get(reverse("compliance:law_detail", args=[slug])).status_code == 200


def test_unknown_rules_and_laws_are_not_found(marketer, client_of, now):
    assert client_of(marketer).get(reverse("compliance:rule_detail", args=["NO-99"])).status_code == 404
    assert client_of(marketer).get(reverse("compliance:law_detail", args=["no-law"])).status_code == 404


def test_overlapping_findings_show_the_gravest():
    findings = [
        {"rule": "A", "name": "a", "severity": "warn", "start": 0, "end": 4},
        {"rule": "B", "name": "b", "severity": "block", "start": 2, "end": 6},
    ]
    pieces = stretches("一二三四五六七", findings)
    assert [(p.text, p.severity) for p in pieces] == [
        ("一二", "warn"), ("三四", "block"), ("五六", "block"), ("七", ""),
    ]  # fmt: skip
