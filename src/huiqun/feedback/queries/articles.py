"""Standard answers: what a question finds, and the list of those who keep them."""

from collections.abc import Mapping
from datetime import datetime

from huiqun.feedback.models import Article
from huiqun.feedback.models.articles import ArticleQuerySet
from huiqun.feedback.rules.articles import bigrams, ranked
from huiqun.feedback.rules.refusals import ArticleNotFound
from huiqun.foundation.models import Staff

MOST_CANDIDATES, MOST_FOUND = 300, 5


def found(*, text: str, path: str, now: datetime) -> list[Article]:
    """The approved answers that a question finds, the best first; to customers of the branch at ``path``."""
    asked = bigrams(text)[:60]
    if not asked:
        return []
    rows = Article.objects.published(path=path, now=now)
    touched = rows.filter(bigrams__overlap=asked).order_by("-helped", "-id")[:MOST_CANDIDATES]
    candidates = {article.pk: article for article in touched}
    order = ranked(asked, {pk: article.bigrams for pk, article in candidates.items()})
    return [candidates[pk] for pk in order[:MOST_FOUND]]


def often_asked(*, path: str, now: datetime) -> list[Article]:
    return list(Article.objects.published(path=path, now=now).order_by("-helped", "-id")[:MOST_FOUND])


def published_article(article_id: int, *, path: str, now: datetime) -> Article:
    """:raises ArticleNotFound"""
    article: Article | None = Article.objects.published(path=path, now=now).filter(pk=article_id).first()
    if article is None:
        raise ArticleNotFound
    return article


def article_rows(*, staff: Staff, asked: Mapping[str, str]) -> ArticleQuerySet:
    rows: ArticleQuerySet = Article.objects.visible_to(staff).select_related("branch", "written_by")
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if words := asked.get("words", "").strip():
        rows = rows.filter(question__icontains=words)
    return rows


def visible_article(article_id: int, staff: Staff) -> Article:
    """:raises ArticleNotFound"""
    rows = Article.objects.visible_to(staff).select_related("branch", "written_by", "approved_by")
    article: Article | None = rows.filter(pk=article_id).first()
    if article is None:
        raise ArticleNotFound
    return article
