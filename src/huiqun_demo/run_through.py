"""One campaign through the whole loop, without a browser: plan, check, approve, reach, engage, measure, prove.

Runs beside the demo's web server, worker and channels (``huiqun campaign run-through`` starts them) and
acts as the demo bank's staff through the product's ordinary actions. Each step says what it saw; the first
that does not hold ends the run-through.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from huiqun.audiences import actions as audiences
from huiqun.campaigns import actions as campaigns
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.findings import blocking, judge
from huiqun.campaigns.rules import NotLawful
from huiqun.compliance import actions as compliance
from huiqun.compliance import queries as reviews
from huiqun.delivery import queries as delivery
from huiqun.foundation import clock
from huiqun.foundation.models import Staff
from huiqun.insights.queries import CampaignResult, campaign_result
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

PLAYBOOK = "asset_review"
RULE = {"all": [{"field": "aum.now", "op": "gte", "value": 5_000}]}
"""Wider than the playbook's own audience, so that even the small demo bank has enough people to count."""

SECONDS_TO_REACH = 180
SECONDS_TO_ENGAGE = 240
LOOK_EVERY = 2.0

Say = Callable[[str], object]


class StepFailed(Exception):
    """What should have been so, and was not."""


def run(*, progress: Say = print) -> int:
    """0 when the whole loop held, 1 when a step failed."""
    try:
        campaign = _plan(progress)
        _check(campaign, progress)
        _approve(campaign, progress)
        _reach(campaign, progress)
        result = _engage(campaign, progress)
        _measure(result, progress)
        _prove(progress)
    except StepFailed as failed:
        progress(f"✗ {failed}")
        return 1
    progress("✓ 全流程完成 · the whole loop holds")
    return 0


def _expect(holds: object, sentence: str) -> None:
    if not holds:
        raise StepFailed(sentence)


def _staff(username: str) -> Staff:
    staff: Staff = Staff.objects.get_queryset().get(username=username)
    return staff


def _plan(say: Say) -> Campaign:
    marketer = _staff("marketer")
    campaign_id = campaigns.create_campaign(
        name="资产诊断(演练)", playbook=PLAYBOOK, by=marketer, now=clock.now()
    )
    branch_id = Campaign.objects.get(pk=campaign_id).branch_id
    saved = audiences.save_audience(
        name="资产5千元以上", rule=RULE, branch_id=branch_id, by=marketer, now=clock.now()
    )
    campaigns.choose_audience(
        campaign_id=campaign_id, edition=1, audience_id=saved.audience_id, by=marketer, now=clock.now()
    )
    campaign = Campaign.objects.get(pk=campaign_id)
    say(
        f"✓ 策划 plan: {campaign.name}, {campaign.variants.count()} variants, budget {campaign.budget_fen} fen"
    )
    return campaign


def _check(campaign: Campaign, say: Say) -> None:
    """An unlawful variant must be stopped; the playbook's own must pass."""
    marketer, now = campaign.owner, clock.now()
    variant = campaign.variants.get(key="sms-a")
    lawful, unlawful = variant.body, "【{{ bank }}】保本理财,稳赚不赔:{{ link }} 拒收请回复R"
    edit: dict[str, Any] = {
        "campaign_id": campaign.pk,
        "key": "sms-a",
        "channel": "sms",
        "weight": variant.weight,
    }
    campaigns.save_variant(**edit, edition=campaign.edition, title="", body=unlawful, by=marketer, now=now)
    campaign.refresh_from_db()
    try:
        campaigns.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)
    except NotLawful as refusal:
        articles = ", ".join(str(citation.label) for citation in refusal.citations[:3])
        say(f"✓ 审查 check: “保本” is stopped by {articles}")
    else:
        raise StepFailed("copy that promises returns was submitted")
    campaigns.save_variant(**edit, edition=campaign.edition, title="", body=lawful, by=marketer, now=now)
    campaign.refresh_from_db()
    found = ", ".join(
        f"{finding.rule} {finding.quote}" for finding in blocking(judge(campaign, on=local_date(now)))
    )
    _expect(not found, f"the playbook's copy should pass, but: {found}")


def _approve(campaign: Campaign, say: Say) -> None:
    """Three different people, in order, none of them the author."""
    now = clock.now()
    campaigns.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now)
    approval = reviews.approval_of(campaign.subject)
    _expect(approval, "there should be a dossier")
    assert approval is not None
    try:
        _sign(approval, 0, campaign.owner)
    except Refusal:
        pass
    else:
        raise StepFailed("an author approved their own work")
    for number, username in enumerate(("business", "legal", "compliance")):
        _sign(approval, number, _staff(username))
    campaigns.follow_review(subject=campaign.subject, now=clock.now())
    campaign.refresh_from_db()
    _expect(campaign.state == "approved", f"the campaign should be approved, and is {campaign.state}")
    say(f"✓ 审批 approve: business → legal → compliance, digest {approval.digest[:16]}…")


def _sign(approval: reviews.Approval, number: int, by: Staff) -> None:
    step = approval.steps[number]
    compliance.approve_step(step_id=step.step_id, expected_digest=approval.digest, by=by, now=clock.now())


def _reach(campaign: Campaign, say: Say) -> None:
    campaigns.start_campaign(campaign_id=campaign.pk, by=campaign.owner, now=clock.now())
    campaign.refresh_from_db()
    assert campaign.run_id is not None
    run_id = campaign.run_id
    _wait(lambda: delivery.run_progress(run_id).is_finished, SECONDS_TO_REACH, "the run should finish")
    done = delivery.run_progress(run_id)
    _expect(done.audience, "somebody should be in the audience")
    _expect(
        done.sent + done.dropped + done.failed == done.audience,
        f"sent {done.sent} + dropped {done.dropped} + failed {done.failed} should be {done.audience}",
    )
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(done.reasons.items()))
    say(
        f"✓ 触达 reach: {done.audience} = {done.sent} sent + {done.dropped} dropped + {done.failed} failed ({reasons})"
    )


def _engage(campaign: Campaign, say: Say) -> CampaignResult:
    """Wait for receipts, clicks and conversions to come in through the ordinary doors."""
    marketer = campaign.owner

    def look() -> CampaignResult:
        return campaign_result(campaign_id=campaign.pk, staff=marketer, today=local_date(clock.now()))

    def engaged() -> bool:
        counts = look().counts
        return all(counts[name] for name in ("delivered", "clicked", "joined", "converted"))

    _wait(engaged, SECONDS_TO_ENGAGE, "customers should click, join and convert")
    result = look()
    counts = result.counts
    say(f"✓ 参与 engage: {counts['clicked']} clicked, {counts['joined']} joined, {counts['claimed']} claimed")
    return result


def _measure(result: CampaignResult, say: Say) -> None:
    counts = [step.count for step in result.steps[:5]]
    _expect(counts == sorted(counts, reverse=True), f"the funnel should narrow: {counts}")
    say("✓ 评估 measure:")
    for step in result.steps:
        share = "" if step.share is None else f"{step.share:7.1%}"
        say(f"    {step.name:<12}{step.count:>8}  {share}")
    for kpi in result.kpis:
        if kpi.rate.value is not None and kpi.rate.low is not None and kpi.rate.high is not None:
            say(
                f"    {kpi.name:<12}{kpi.rate.value:8.2%}  [{kpi.rate.low:.2%}, {kpi.rate.high:.2%}] {kpi.verdict}"
            )
    effect = result.effect
    if effect.effect is not None and effect.low is not None and effect.high is not None:
        say(f"    effect      {effect.effect:+8.2%}  [{effect.low:+.2%}, {effect.high:+.2%}] against control")
    _expect(not result.ratio.alarm, "the arms should be as large as planned")


def _prove(say: Say) -> None:
    compliance.seal_facts(now=clock.now())
    problems = reviews.verify()
    _expect(not problems, f"the evidence should hold: {problems[:3]}")
    say("✓ 取证 prove: facts and ledgers verified")


def _wait(holds: Callable[[], bool], seconds: float, sentence: str) -> None:
    until = monotonic() + seconds
    while not holds():
        _expect(monotonic() < until, f"{sentence} within {seconds:.0f} s")
        sleep(LOOK_EVERY)
