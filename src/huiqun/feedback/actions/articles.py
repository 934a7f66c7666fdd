"""Standard answers: written by one, approved by another, shown until their last day."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from huiqun.feedback.actions.wording import findings_in
from huiqun.feedback.events import (
    ArticleApproved,
    ArticleHelped,
    ArticleRetired,
    ArticleReturned,
    ArticleSubmitted,
)
from huiqun.feedback.models import Article
from huiqun.feedback.rules.articles import ArticleState, bigrams
from huiqun.feedback.rules.cases import Category
from huiqun.feedback.rules.refusals import ArticleIncomplete, ArticleNotFound, NotInReview, OwnWork
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def save_article(
    *,
    article_id: int | None,
    question: str,
    answer: str,
    source: str,
    category: str,
    last_date: date,
    by: Staff,
    now: datetime,
    from_case: int | None = None,
) -> int:
    """Write or change a standard answer; a change of an approved one takes it back to a draft.

    :raises ArticleNotFound, ArticleIncomplete, NotInReview while it is under review, WordsUnlawful
    """
    texts = {"question": question.strip(), "answer": answer.strip(), "source": source.strip()}
    if not all(texts.values()) or category not in set(Category) or last_date < local_date(now):
        raise ArticleIncomplete
    findings = findings_in(f"{texts['question']}\n{texts['answer']}", now=now)
    if article_id is None:
        if by.branch_id is None:
            raise ArticleNotFound
        article = Article(branch_id=by.branch_id, from_case=from_case)
    else:
        article = _locked(article_id, by)
        if article.state == ArticleState.IN_REVIEW:
            raise NotInReview
    for name, value in texts.items():
        setattr(article, name, value)
    article.category, article.last_date, article.findings = category, last_date, findings
    article.state, article.written_by, article.updated_at = ArticleState.DRAFT, by, now
    article.approved_by = article.approved_at = None
    article.digest, article.bigrams = "", bigrams(f"{texts['question']} {texts['answer']}")
    article.save()
    return article.pk


@transaction.atomic
def submit_article(*, article_id: int, by: Staff, now: datetime) -> None:
    """:raises ArticleNotFound, NotInReview when it is no draft"""
    article = _in_state(article_id, by, ArticleState.DRAFT)
    article.state, article.digest = ArticleState.IN_REVIEW, own_digest(article)
    article.save(update_fields=("state", "digest"))
    fact = ArticleSubmitted(article_id=article.pk, digest=article.digest)
    facts.record(fact, at=now, by=by, branch_id=article.branch_id)


@transaction.atomic
def approve_article(*, article_id: int, seen: str, by: Staff, now: datetime) -> None:
    """``seen`` is the digest that the page showed. :raises ArticleNotFound, NotInReview, OwnWork"""
    article = _in_state(article_id, by, ArticleState.IN_REVIEW)
    if article.written_by_id == by.pk:
        raise OwnWork
    if seen != article.digest:
        raise NotInReview
    article.state, article.approved_by, article.approved_at = ArticleState.APPROVED, by, now
    article.save(update_fields=("state", "approved_by", "approved_at"))
    fact = ArticleApproved(article_id=article.pk, digest=article.digest)
    facts.record(fact, at=now, by=by, branch_id=article.branch_id)


@transaction.atomic
def return_article(*, article_id: int, by: Staff, now: datetime) -> None:
    """:raises ArticleNotFound, NotInReview"""
    article = _in_state(article_id, by, ArticleState.IN_REVIEW)
    article.state, article.digest = ArticleState.DRAFT, ""
    article.save(update_fields=("state", "digest"))
    facts.record(ArticleReturned(article_id=article.pk), at=now, by=by, branch_id=article.branch_id)


@transaction.atomic
def retire_article(*, article_id: int, by: Staff, now: datetime) -> None:
    """Shown to nobody from now on. :raises ArticleNotFound, NotInReview"""
    article = _in_state(article_id, by, ArticleState.APPROVED)
    article.state = ArticleState.RETIRED
    article.save(update_fields=("state",))
    facts.record(ArticleRetired(article_id=article.pk), at=now, by=by, branch_id=article.branch_id)


@transaction.atomic
def article_helped(*, article_id: int, customer_id: int, path: str, now: datetime) -> None:
    """A customer found the answer here. :raises ArticleNotFound"""
    rows = Article.objects.published(path=path, now=now).filter(pk=article_id)
    if not rows.exists():
        raise ArticleNotFound
    Article.objects.filter(pk=article_id).update(helped=F("helped") + 1)
    facts.record(ArticleHelped(article_id=article_id, customer_id=customer_id), at=now)


def own_digest(article: Article) -> str:
    return digest(
        {
            "question": article.question,
            "answer": article.answer,
            "source": article.source,
            "last_date": article.last_date.isoformat(),
        }
    )


def _in_state(article_id: int, by: Staff, state: ArticleState) -> Article:
    article = _locked(article_id, by)
    if article.state != state:
        raise NotInReview
    return article


def _locked(article_id: int, by: Staff) -> Article:
    article: Article | None = (
        Article.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=article_id).first()
    )
    if article is None:
        raise ArticleNotFound
    return article
