"""Standard answers: written by one, approved by another, with a last day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from huiqun.feedback import actions
from huiqun.feedback.models import Article
from huiqun.feedback.queries.articles import found
from huiqun.feedback.rules.refusals import (
    ArticleIncomplete,
    ArticleNotFound,
    NotInReview,
    OwnWork,
    WordsUnlawful,
)
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.feedback import make_article

pytestmark = pytest.mark.django_db


def test_a_question_finds_approved_answers_of_ones_branch_and_above(
    head_office: Any, north: Any, south: Any, now: datetime
) -> None:
    here = make_article(branch=north)
    above = make_article(branch=head_office, question="信用卡年费标准是多少？")
    make_article(branch=south)
    make_article(branch=north, approved=False)
    asked = found(text="信用卡年费可以减免吗", path=north.path, now=now)
    assert {article.pk for article in asked} == {here.pk, above.pk}
    assert found(text="今天天气", path=north.path, now=now) == []


def test_is_shown_until_its_last_day(north: Any, now: datetime) -> None:
    article = make_article(branch=north, last_date=now.date())
    assert found(text="年费减免", path=north.path, now=now) == [article]
    assert found(text="年费减免", path=north.path, now=now + timedelta(days=1)) == []


def test_nobody_approves_their_own(north: Any, now: datetime) -> None:
    article = make_article(branch=north, approved=False)
    actions.submit_article(article_id=article.pk, by=article.written_by, now=now)
    digest = Article.objects.get(pk=article.pk).digest
    with pytest.raises(OwnWork):
        actions.approve_article(article_id=article.pk, seen=digest, by=article.written_by, now=now)
    with pytest.raises(IntegrityError):
        Article.objects.filter(pk=article.pk).update(state="approved", approved_by=article.written_by)


def test_a_change_takes_the_approval_away(north: Any, now: datetime) -> None:
    article = make_article(branch=north)
    given = {
        name: getattr(article, name) for name in ("question", "answer", "source", "category", "last_date")
    }
    actions.save_article(
        article_id=article.pk, **(given | {"answer": "改了"}), by=article.written_by, now=now
    )
    assert found(text="年费减免", path=north.path, now=now) == []
    with pytest.raises(NotInReview):
        actions.approve_article(
            article_id=article.pk,
            seen=article.digest,
            by=make_staff("c", north, "compliance_reviewer"),
            now=now,
        )


@pytest.mark.parametrize("over", [{"source": " "}, {"category": "x"}, {"last_date": date(2026, 11, 19)}])
def test_refuses_what_is_incomplete(north: Any, now: datetime, over: Any) -> None:
    with pytest.raises(ArticleIncomplete):
        make_article(branch=north, **over)
    assert not Article.objects.exists()


def test_refuses_unlawful_words(north: Any, now: datetime) -> None:
    with pytest.raises(WordsUnlawful):
        make_article(branch=north, answer="这款理财保本保息，收益稳赚不赔。")


def test_another_branch_finds_nothing(north: Any, south: Any, now: datetime) -> None:
    article = make_article(branch=north)
    with pytest.raises(ArticleNotFound):
        actions.retire_article(article_id=article.pk, by=make_staff("s", south, "service_desk"), now=now)
    with pytest.raises(ArticleNotFound):
        actions.article_helped(
            article_id=article.pk, customer_id=make_customer(branch=south).pk, path=south.path, now=now
        )


def test_counts_whom_it_helped(north: Any, now: datetime) -> None:
    article = make_article(branch=north)
    customer = make_customer(branch=north)
    actions.article_helped(article_id=article.pk, customer_id=customer.pk, path=north.path, now=now)
    article.refresh_from_db()
    assert article.helped == 1 and Fact.objects.filter(kind="feedback.ArticleHelped").count() == 1
