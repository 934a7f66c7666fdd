"""Points and a pledge for the demo bank: rules in force, a month of earning, a promise that is being counted."""

from datetime import datetime, timedelta

from huiqun.benefits import actions
from huiqun.benefits.models import EarningRule, Pledge
from huiqun.benefits.rules.earning import EarningKind, EarningTerms
from huiqun.benefits.rules.pledges import PledgePer, PledgeTerms
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

DAYS_BACK = 10


def load_points(*, now: datetime) -> None:
    """Through the ordinary actions, by the head office's people; nothing when it is there."""
    writer, approver = Staff.objects.get(username="marketer"), Staff.objects.get(username="compliance")
    if EarningRule.objects.exists() or writer.branch_id is None:
        return
    for terms in _rules(now):
        rule_id = actions.write_earning_rule(terms=terms, branch_id=writer.branch_id, by=writer, now=now)
        actions.submit_earning_rule(rule_id=rule_id, by=writer, now=now)
        digest = EarningRule.objects.get(pk=rule_id).frozen_digest
        actions.approve_earning_rule(rule_id=rule_id, digest_seen=digest, by=approver, now=now)
    actions.earn_points(clock=lambda: now)
    pledge_id = actions.write_pledge(terms=_pledge(now), branch_id=writer.branch_id, by=writer, now=now)
    actions.submit_pledge(pledge_id=pledge_id, by=writer, now=now)
    digest = Pledge.objects.get(pk=pledge_id).frozen_digest
    actions.open_pledge(pledge_id=pledge_id, digest_seen=digest, by=approver, now=now)
    actions.count_pledges(now=now)
    actions.close_points_days(now=now)
    actions.check_ledger(now=now)


def _rules(now: datetime) -> tuple[EarningTerms, ...]:
    today = local_date(now)
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=365)
    return (
        EarningTerms(
            name="刷卡消费积分", kind=EarningKind.SPENDING, codes=("spend",), points=1, per=1_000,
            bonus_percent=200, bonus_weekdays=(6,), cap_day=2_000, cap_month=20_000, keeps_months=24,
            first_date=first, last_date=last,
        ),
        EarningTerms(
            name="理财持有积分", kind=EarningKind.WEALTH, codes=("wealth", "fund"), points=2, per=1_000_000,
            cap_day=1_000, keeps_months=24, first_date=first, last_date=last,
        ),
    )  # fmt: skip


def _pledge(now: datetime) -> PledgeTerms:
    today = local_date(now)
    return PledgeTerms(
        name="开户即捐1元·山区图书角", per=PledgePer.ACCOUNT, amount_fen=100, cap_fen=5_000_000,
        recipient="江川市慈善总会", recipient_code="51330100MJ8700001X",
        words="每新开一户,本行向山区学校图书角捐赠1元,由江川市慈善总会执行。",
        first_date=today - timedelta(days=90), last_date=today + timedelta(days=90),
    )  # fmt: skip
