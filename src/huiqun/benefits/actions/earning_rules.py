"""Writing the rules by which points are earned: a person writes, another person puts in force."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.benefits.events import (
    EarningRuleApproved,
    EarningRuleEnded,
    EarningRuleSentBack,
    EarningRuleSubmitted,
    EarningRuleWritten,
)
from huiqun.benefits.models import EarningRule
from huiqun.benefits.rules.earning import EarningState, EarningTerms, check_terms
from huiqun.benefits.rules.points_refusals import RuleFrozen, RuleNotFound, RuleOwn, RuleStateWrong
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def write_earning_rule(
    *, terms: EarningTerms, branch_id: int, by: Staff, now: datetime, rule_id: int | None = None
) -> int:
    """Write a rule, or change one that is still a draft; its id. :raises RuleWrong, RuleNotFound, RuleFrozen"""
    check_terms(terms, today=local_date(now))
    if not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise RuleNotFound()
    if rule_id is None:
        rule = EarningRule(author=by, created_at=now)
    else:
        rule = _locked(rule_id, by)
        if rule.state != EarningState.DRAFT:
            raise RuleFrozen()
    rule.branch_id = branch_id
    rule.take(terms)
    rule.save()
    event = EarningRuleWritten(rule_id=rule.pk, terms_digest=digest(terms.for_digest()))
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return int(rule.pk)


@transaction.atomic
def submit_earning_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """Freeze the terms and ask for approval. :raises RuleNotFound, RuleStateWrong, RuleWrong"""
    rule = _in_state(rule_id, by, EarningState.DRAFT)
    check_terms(rule.as_terms, today=local_date(now))
    rule.state, rule.submitter, rule.frozen_digest = (
        EarningState.SUBMITTED,
        by,
        digest(rule.as_terms.for_digest()),
    )
    rule.save()
    event = EarningRuleSubmitted(rule_id=rule_id, terms_digest=rule.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=rule.branch_id)


@transaction.atomic
def approve_earning_rule(*, rule_id: int, digest_seen: str, by: Staff, now: datetime) -> None:
    """Put a submitted rule in force, as it was seen. :raises RuleNotFound, RuleStateWrong, RuleOwn, RuleBackdated"""
    rule = _in_state(rule_id, by, EarningState.SUBMITTED)
    if digest_seen != rule.frozen_digest:
        raise RuleStateWrong()
    if by.pk in (rule.author_id, rule.submitter_id):
        raise RuleOwn()
    check_terms(rule.as_terms, today=local_date(now))
    rule.state, rule.approver, rule.approved_at = EarningState.IN_FORCE, by, now
    rule.save()
    event = EarningRuleApproved(rule_id=rule_id, terms_digest=rule.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=rule.branch_id)


@transaction.atomic
def send_back_earning_rule(*, rule_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Open a submitted rule for changes again. :raises RuleNotFound, RuleStateWrong"""
    rule = _in_state(rule_id, by, EarningState.SUBMITTED)
    rule.state, rule.frozen_digest = EarningState.DRAFT, ""
    rule.save()
    event = EarningRuleSentBack(rule_id=rule_id, reason=reason.strip()[:200])
    facts.record(event, at=now, by=by, branch_id=rule.branch_id)


@transaction.atomic
def end_earning_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """End a rule early: what was done until yesterday still earns, also when it is delivered late.

    :raises RuleNotFound, RuleStateWrong
    """
    rule = _in_state(rule_id, by, EarningState.IN_FORCE)
    last = min(rule.last_date, local_date(now) - timedelta(days=1))
    rule.state, rule.ended_on = EarningState.ENDED, last
    rule.save()
    facts.record(
        EarningRuleEnded(rule_id=rule_id, last_day=last.isoformat()), at=now, by=by, branch_id=rule.branch_id
    )


def _in_state(rule_id: int, by: Staff, state: EarningState) -> EarningRule:
    rule = _locked(rule_id, by)
    if rule.state != state:
        raise RuleStateWrong()
    return rule


def _locked(rule_id: int, by: Staff) -> EarningRule:
    rule: EarningRule | None = (
        EarningRule.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=rule_id).first()
    )
    if rule is None:
        raise RuleNotFound()
    return rule
